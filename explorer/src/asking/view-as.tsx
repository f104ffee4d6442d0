/** The menu of personas: choosing one signs what is asked from then on. */
import { DropdownMenu } from "@graphiql/react";
import { language } from "../language.ts";
import { useWords } from "../words.ts";
import { PUBLIC, personas, viewAs, viewedAs } from "./personas.ts";
import { Who } from "./who.tsx";

export function ViewAs() {
  const words = useWords();
  const spoken = language.use();
  const chosen = viewedAs.use();
  const signedFor = personas.use() ?? [];
  const all = [
    { name: PUBLIC, label: words.public, institution: null },
    ...signedFor.map(({ name, labels, institution }) => ({ name, label: labels[spoken], institution })),
  ];
  return (
    <DropdownMenu modal={false}>
      <DropdownMenu.Button className="menu-button view-as">
        {words.viewAs}: <Who /> <span aria-hidden="true">▾</span>
      </DropdownMenu.Button>
      <DropdownMenu.Content className="personas" align="end" collisionPadding={8} aria-label={words.viewAs}>
        {all.map(({ name, label, institution }) => (
          <DropdownMenu.Item
            key={name}
            role="menuitemradio"
            aria-checked={name === chosen}
            onSelect={() => viewAs(name)}
          >
            {label}
            {institution && <small> {institution}</small>}
          </DropdownMenu.Item>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}
