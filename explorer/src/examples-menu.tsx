/** The menu of examples: choosing one puts it into the editors. */
import { DropdownMenu, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { type Example, examples } from "./examples.ts";
import { language } from "./language.ts";
import { useWords } from "./words.ts";

export function ExamplesMenu() {
  const words = useWords();
  const { addTab, setOperationName } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL(({ queryEditor, variableEditor }) => ({ queryEditor, variableEditor }));
  const all = examples(language.use());

  const open = (example: Example): void => {
    if (queryEditor?.getValue().trim()) {
      addTab();
    }
    queryEditor?.setValue(example.query);
    variableEditor?.setValue(example.variables);
    setOperationName(example.operation); // GraphiQL finds it out too, but later than a quick hand runs the query
  };

  return (
    <DropdownMenu modal={false}>
      <DropdownMenu.Button className="menu-button">
        {words.examples} <span aria-hidden="true">▾</span>
      </DropdownMenu.Button>
      <DropdownMenu.Content className="examples" align="end" collisionPadding={8}>
        {all.map((example) => (
          <DropdownMenu.Item key={example.name} onSelect={() => open(example)}>
            {example.title}
            {example.staff && <small> ({words.staff})</small>}
          </DropdownMenu.Item>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}
