import { language } from "../language.ts";
import { useWords } from "../words/words.ts";

interface Translated {
  text: string | null;
  /** The languages in which the record has the text. */
  languages: readonly { language: string }[];
}

/** A text of a record; in the other language, with a mark, if the record lacks the reader's. */
export function Text({ text, languages }: Translated) {
  const words = useWords();
  const spoken = languages.map((one) => one.language.toLowerCase());
  if (text === null || spoken.length === 0 || spoken.includes(language.get())) {
    return <>{text}</>;
  }
  return (
    <>
      <span lang={spoken[0]}>{text}</span> <small class="mark">{words.states.otherLanguage}</small>
    </>
  );
}
