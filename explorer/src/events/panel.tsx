/** The log of a subscription below its last event. */
import { memo, useState } from "react";
import { clock, size } from "../explain/numbers.ts";
import { locale } from "../language.ts";
import { useWords } from "../words.ts";
import { clear, type Entry, log, MOST } from "./log.ts";

function Time({ time }: { time: Date }) {
  return <time dateTime={time.toISOString()}>{clock(time)}</time>;
}

/** Its body is written only once it is opened. */
const Event = memo(function Event({ entry }: { entry: Entry }) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <Time time={entry.time} /> <code>{entry.cursor ?? words.noCursor}</code>{" "}
        <small>{size(new Blob([entry.text]).size)}</small>
      </summary>
      {open && (
        <pre tabIndex={0} aria-label={words.event}>
          {JSON.stringify(JSON.parse(entry.text), null, 2)}
        </pre>
      )}
    </details>
  );
});

function Connection({ entry }: { entry: Entry }) {
  const words = useWords();
  const names = { lost: words.connectionLost, again: words.connectedAgain, ended: words.ended, event: words.event };
  return (
    <p className={`connection ${entry.kind}`}>
      <Time time={entry.time} /> {names[entry.kind]} {entry.text}
    </p>
  );
}

export function EventLog() {
  const words = useWords();
  const current = log.use();
  if (!current) {
    return null;
  }
  const latest = current.entries.find(({ kind }) => kind !== "event");
  const older = current.events > MOST ? ` ${words.newestOnly.replace("{most}", String(MOST))}` : "";
  return (
    <section className="panel events" aria-label={words.events}>
      <h2>
        {words.events}{" "}
        <button type="button" className="small-button" onClick={clear}>
          {words.clear}
        </button>
      </h2>
      <p>
        {words.received}: {current.events.toLocaleString(locale())}.{older}
      </p>
      <p role="status" className="unseen">
        {latest && <Connection key={latest.id} entry={latest} />}
      </p>
      <ol>
        {current.entries.map((entry) => (
          <li key={entry.id}>{entry.kind === "event" ? <Event entry={entry} /> : <Connection entry={entry} />}</li>
        ))}
      </ol>
    </section>
  );
}
