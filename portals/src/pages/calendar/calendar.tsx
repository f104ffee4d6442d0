import { Link } from "wouter";
import { useAddressState } from "../../address-state.ts";
import { useQuery } from "../../data/use-query.ts";
import { clockOf, dayOf, longDay, monthAfter, monthName, readersZone, today, weekdays, weeksOf } from "../../dates.ts";
import { CalendarDocument, type EventRowFragment } from "../../generated/graphql.ts";
import { labelsOf } from "../../labels.ts";
import { Page } from "../../ui/page.tsx";
import { Missing } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { EventRow } from "./event-row.tsx";

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
const AROUND = 14 * 3_600_000; // milliseconds: no zone of the world is further from UTC

/** What a month contains is decided by the events' own days; the request asks for a little more on both sides. */
function boundsOf(month: string): { from: string; until: string } {
  return {
    from: new Date(Date.parse(`${month}-01T00:00:00Z`) - AROUND).toISOString(),
    until: new Date(Date.parse(`${monthAfter(month, 1)}-01T00:00:00Z`) + AROUND).toISOString(),
  };
}

export function Calendar() {
  const { calendar: words } = useWords();
  const state = useAddressState();
  const chosen = state.text("month");
  const month = MONTH.test(chosen) ? chosen : today().slice(0, 7);
  const isList = state.text("view") === "list";
  const result = useQuery(CalendarDocument, { ...boundsOf(month), zone: readersZone }, ["EVENT"]);
  const events = result.data?.events.nodes.filter((event) => takesPlaceIn(event, month)) ?? [];
  return (
    <Page title={words.title}>
      <nav class="months" aria-label={words.month}>
        <Link href={state.with({ month: monthAfter(month, -1) })} aria-label={words.previous}>
          ←
        </Link>
        <h2 aria-live="polite">{monthName(month)}</h2>
        <Link href={state.with({ month: monthAfter(month, 1) })} aria-label={words.next}>
          →
        </Link>
        <Link href={state.with({ month: null })}>{words.today}</Link>
        <Link class="toggle" href={state.with({ view: isList ? null : "list" })}>
          {isList ? words.month : words.list}
        </Link>
      </nav>
      {result.data ? (
        <>
          <Month month={month} events={events} isHidden={isList} />
          <List events={events} label={labelsOf(result.data.enumLabels)} isChosen={isList} />
        </>
      ) : (
        <Missing result={result} lines={16} />
      )}
    </Page>
  );
}

const takesPlaceIn = (event: EventRowFragment, month: string): boolean =>
  dayOf(event.localStart) < `${monthAfter(month, 1)}-01` && dayOf(event.localEnd) >= `${month}-01`;

/** A table with a cell for each day; on a phone, the list takes its place. */
function Month({ month, events, isHidden }: { month: string; events: readonly EventRowFragment[]; isHidden: boolean }) {
  const { calendar: words } = useWords();
  if (isHidden) {
    return null;
  }
  return (
    <table class="month">
      <caption class="read-only">{monthName(month)}</caption>
      <thead>
        <tr>
          {weekdays().map((day) => (
            <th key={day} scope="col">
              {day}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeksOf(month).map((week, index) => (
          <tr key={index}>
            {week.map((day, column) => (day ? <Day key={day} day={day} events={events.filter((event) => isOn(event, day))} label={words.day} /> : <td key={column} class="outside" />))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const isOn = (event: EventRowFragment, day: string): boolean => dayOf(event.localStart) <= day && day <= dayOf(event.localEnd);

interface DayProps {
  day: string;
  events: readonly EventRowFragment[];
  label(day: string, count: number): string;
}

function Day({ day, events, label }: DayProps) {
  return (
    <td class={day === today() ? "today" : ""} aria-current={day === today() ? "date" : undefined}>
      <span aria-hidden="true" class="day">
        {Number(day.slice(8))}
      </span>
      <span class="read-only">{label(longDay(day), events.length)}</span>
      <ul>
        {events.map((event) => (
          <li key={event.id} class={event.status.toLowerCase()}>
            <Link href={`/calendar/${event.slug}`}>
              <span class="clock">{clockOf(event.localStart)}</span> {event.title}
            </Link>
          </li>
        ))}
      </ul>
    </td>
  );
}

interface ListProps {
  events: readonly EventRowFragment[];
  label(name: string, value: string): string;
  isChosen: boolean;
}

function List({ events, label, isChosen }: ListProps) {
  const { calendar: words } = useWords();
  return (
    <section class={isChosen ? "list" : "list on-phones"} aria-label={words.list}>
      {events.length === 0 && <p class="notice">{words.none}</p>}
      <ul class="rows">
        {events.map((event) => (
          <EventRow key={event.id} event={event} label={label} />
        ))}
      </ul>
    </section>
  );
}
