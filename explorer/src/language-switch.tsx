/** The switch of languages; the schema is read again, since it too is asked for in the reader's language. */
import { useGraphiQLActions } from "@graphiql/react";
import { choose, type Language, language, languages } from "./language.ts";
import { useWords } from "./words.ts";

export function LanguageSwitch() {
  const words = useWords();
  const chosen = language.use();
  const { introspect } = useGraphiQLActions();
  return (
    <select
      className="menu-button"
      aria-label={words.language}
      value={chosen}
      onChange={(event) => {
        choose(event.target.value as Language);
        void introspect();
      }}
    >
      {Object.entries(languages).map(([code, name]) => (
        <option key={code} value={code} lang={code}>
          {name}
        </option>
      ))}
    </select>
  );
}
