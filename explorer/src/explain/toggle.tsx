/** Asks for explanations from the next query on, and shows them. */
import { ToolbarButton } from "@graphiql/react";
import { useWords } from "../words.ts";
import { asked } from "./explained.ts";

export function ExplainToggle() {
  const words = useWords();
  const on = asked.use();
  return (
    <ToolbarButton label={on ? words.explainOn : words.explainOff} aria-pressed={on} onClick={() => asked.set(!on)}>
      <svg className="graphiql-toolbar-icon" viewBox="0 0 16 16" fill="none" stroke="currentColor" aria-hidden="true">
        <path d="M2 14V9m4 5V4m4 10V7m4 7V2" strokeWidth="2" strokeLinecap="round" />
      </svg>
    </ToolbarButton>
  );
}
