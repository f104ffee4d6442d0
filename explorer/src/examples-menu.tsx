/** The menu of examples: choosing one puts it into the editors. */
import { DropdownMenu, useGraphiQL } from "@graphiql/react";
import { useRef } from "react";
import { personaOf, personas, viewAs } from "./asking/personas.ts";
import { type Example, examples } from "./examples.ts";
import { language } from "./language.ts";
import { useOpening } from "./opening.ts";
import { useWords } from "./words.ts";

export function ExamplesMenu() {
  const words = useWords();
  const put = useOpening();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const spoken = language.use();
  const all = examples(spoken);
  personas.use();
  const chosen = useRef(false);

  /** Whom an example is for; where the server signs no tokens the reader needs one. */
  const meantFor = (name: string): string => {
    const persona = personaOf(name);
    return persona ? `${words.as} ${persona.labels[spoken]}` : words.withToken;
  };

  const open = (example: Example): void => {
    chosen.current = true;
    put(example);
    if (example.persona && personaOf(example.persona)) {
      viewAs(example.persona);
    }
  };

  /** Who has chosen an example runs it next, so the keys go to the editor; otherwise back to the button. */
  const focus = (event: Event): void => {
    if (chosen.current) {
      event.preventDefault();
      queryEditor?.focus();
    }
    chosen.current = false;
  };

  return (
    <DropdownMenu modal={false}>
      <DropdownMenu.Button className="menu-button">
        {words.examples} <span aria-hidden="true">▾</span>
      </DropdownMenu.Button>
      <DropdownMenu.Content className="examples" align="end" collisionPadding={8} onCloseAutoFocus={focus}>
        {all.map((example) => (
          <DropdownMenu.Item key={example.name} onSelect={() => open(example)}>
            {example.title}
            {example.persona && <small> ({meantFor(example.persona)})</small>}
          </DropdownMenu.Item>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}
