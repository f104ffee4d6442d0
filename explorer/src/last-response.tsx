/** A line next to the button that runs: status, time and size of the last response. */
import { milliseconds, size } from "./explain/numbers.ts";
import { language } from "./language.ts";
import { lastResponse, type Measured } from "./measured.ts";
import { type Words, useWords } from "./words.ts";

function summary({ status, milliseconds: time, wire, decoded }: Measured, words: Words): string {
  const sizes = [wire === null ? "" : `${size(wire)} ${words.onTheWire}`, `${size(decoded)} ${words.decoded}`];
  return [String(status), milliseconds(time), sizes.filter(Boolean).join(", ")].join(" · ");
}

export function LastResponse() {
  const words = useWords();
  const last = lastResponse.use();
  language.use();
  return (
    <p role="status" className={last && last.status >= 400 ? "last-response failed" : "last-response"}>
      {last && (
        <>
          <span className="unseen">{words.lastResponse}</span> {summary(last, words)}
        </>
      )}
    </p>
  );
}
