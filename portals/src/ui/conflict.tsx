import { differences, type Texts } from "../merge.ts";
import { useWords } from "../words/words.ts";

interface Props {
  names: readonly string[];
  labels: Record<string, string>;
  mine: Texts;
  theirs: Texts;
  take(name: string): void;
}

/** Both texts of each field that two people changed, side by side, with the words marked that only one has. */
export function Conflict({ names, labels, mine, theirs, take }: Props) {
  const { conflict: words } = useWords();
  return (
    <div class="notice warning" role="alert">
      <h2>{words.title}</h2>
      <p>{words.text}</p>
      {names.map((name) => (
        <section key={name} class="conflict" aria-label={labels[name]}>
          <h3>{labels[name]}</h3>
          <div class="two">
            <Side title={words.mine} text={mine[name] ?? ""} other={theirs[name] ?? ""} />
            <div>
              <Side title={words.theirs} text={theirs[name] ?? ""} other={mine[name] ?? ""} />
              <button type="button" class="quiet" onClick={() => take(name)}>
                {words.take}
              </button>
            </div>
          </div>
        </section>
      ))}
    </div>
  );
}

function Side({ title, text, other }: { title: string; text: string; other: string }) {
  return (
    <div>
      <strong>{title}</strong>
      <p>{differences(text, other).map((piece, index) => (piece.isOnlyHere ? <mark key={index}>{piece.text}</mark> : piece.text))}</p>
    </div>
  );
}
