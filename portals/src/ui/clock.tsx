import { clockOf, cityOf, dayOf, daysApart, longDay, readersZone } from "../dates.ts";
import { useWords } from "../words/words.ts";

interface Times {
  timeZone: string;
  /** Local times at the event's place, and for the reader. */
  localStart: string;
  localEnd: string;
  readersStart: string;
  readersEnd: string;
}

/** When something happens, by the clock of its place and by the reader's if it differs. */
export function EventTimes({ event }: { event: Times }) {
  const { event: words } = useWords();
  const apart = daysApart(event.localStart, event.readersStart);
  const differs = event.localStart.slice(0, 16) !== event.readersStart.slice(0, 16);
  return (
    <span class="times">
      <time dateTime={event.localStart}>{longDay(dayOf(event.localStart))}</time>
      <span>
        {clockOf(event.localStart)}–{clockOf(event.localEnd)} {words.there(cityOf(event.timeZone))}
      </span>
      {differs && (
        <span class="quiet-ink">
          {clockOf(event.readersStart)}–{clockOf(event.readersEnd)} {apart !== 0 && <strong>{apart > 0 ? words.dayAfter : words.dayBefore} </strong>}
          {words.here(cityOf(readersZone))}
        </span>
      )}
    </span>
  );
}
