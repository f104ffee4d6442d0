import { Link } from "wouter";
import type { EventRowFragment } from "../../generated/graphql.ts";
import { EventTimes } from "../../ui/clock.tsx";
import { Text } from "../../ui/text.tsx";
import { useWords } from "../../words/words.ts";

interface Props {
  event: EventRowFragment;
  label(name: string, value: string): string;
}

/** An event in a list: title, when by both clocks, where, and whether there is a place. */
export function EventRow({ event, label }: Props) {
  return (
    <li class="row">
      <h3>
        <Link href={`/calendar/${event.slug}`}>
          <Text text={event.title} languages={event.titles} />
        </Link>
      </h3>
      <p>
        <EventTimes event={event} />
      </p>
      <p class="facts">
        <span>{label("EventMode", event.mode)}</span>
        {event.venue && <span>{[event.venue.name, event.venue.city].filter(Boolean).join(", ")}</span>}
        <Places event={event} />
      </p>
    </li>
  );
}

export function Places({ event }: { event: { status: string; capacity: number | null; placesLeft: number | null } }) {
  const { event: words } = useWords();
  if (event.status === "CANCELLED") {
    return <span class="status cancelled">{words.cancelled}</span>;
  }
  return event.placesLeft === null ? null : <span class={event.placesLeft === 0 ? "status waiting" : ""}>{words.placesLeft(event.placesLeft)}</span>;
}
