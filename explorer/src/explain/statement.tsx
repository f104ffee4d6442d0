/** The statement, laid out, with its parameters. */
import { useMemo, useState } from "react";
import { useWords } from "../words.ts";
import { coloured, formatted } from "./sql.ts";

function Copy({ text }: { text: string }) {
  const words = useWords();
  const [copied, setCopied] = useState("");
  const copy = (): void => void navigator.clipboard.writeText(text).then(() => setCopied(text));
  return (
    <button type="button" className="small-button" onClick={copy}>
      <span aria-live="polite">{copied === text ? words.copied : words.copy}</span>
    </button>
  );
}

export function Statement({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) {
  const words = useWords();
  const text = useMemo(() => formatted(sql), [sql]);
  return (
    <>
      <h3>
        {words.statement} <Copy text={text} />
      </h3>
      <pre className="sql" tabIndex={0} aria-label={words.statement}>
        {coloured(text).map(({ text, kind }, index) => (
          <span key={index} className={`sql-${kind}`}>
            {text}
          </span>
        ))}
      </pre>
      {parameters.length > 0 && (
        <dl className="parameters" aria-label={words.parameters}>
          {parameters.map((value, index) => (
            <div key={index}>
              <dt>{`$${index + 1}`}</dt>
              <dd>{JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
