import { useEffect, useState } from "react";
import { useParams } from "wouter";
import { checkIn, flush, pending, type Queue, queue } from "../../check-in-queue.ts";
import { useQuery } from "../../data/use-query.ts";
import { dayOf, longDay } from "../../dates.ts";
import { CheckInDocument, type CheckInQuery, type CheckInRowFragment, type RegistrationFilter } from "../../generated/graphql.ts";
import { useObserved } from "../../observed.ts";
import { Page } from "../../ui/page.tsx";
import { Missing, Notice, NothingHere } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";

type Found = NonNullable<CheckInQuery["event"]>;

/** The door of an event, on a phone: one large button for each person, also without a network. */
export function CheckIn() {
  const { slug } = useParams<{ slug: string }>();
  const { checkIn: words } = useWords();
  const [text, setText] = useState("");
  const result = useQuery(CheckInDocument, { slug, filter: filterOf(text) }, ["EVENT", "REGISTRATION", "ATTENDANCE"]);
  useEffect(() => void flush(), []);
  if (!result.data) {
    return (
      <Page title={words.title}>
        <Missing result={result} lines={20} />
      </Page>
    );
  }
  const { event } = result.data;
  return event ? <Door event={event} text={text} setText={setText} isPrevious={result.isPrevious} /> : <NothingHere />;
}

/** A page of those who are expected; of a large event, a name finds the others. */
const filterOf = (text: string): RegistrationFilter => ({
  status: { in: ["CONFIRMED", "ATTENDED"] },
  ...(text.trim() ? { name: { contains: text.trim() } } : {}),
});

interface Props {
  event: Found;
  text: string;
  setText(text: string): void;
  /** Without a network a name is looked for among those who were read before. */
  isPrevious: boolean;
}

function Door({ event, text, setText, isPrevious }: Props) {
  const { checkIn: words } = useWords();
  const now = useObserved(queue);
  const waiting = pending(now).length;
  const { nodes } = event.registrations;
  const found = isPrevious ? nodes.filter((one) => (one.name ?? "").toLowerCase().includes(text.trim().toLowerCase())) : nodes;
  const here = event.arrived.totalCount + waiting;
  return (
    <Page title={words.title} lead={<p class="lead">{`${event.title}, ${longDay(dayOf(event.localStart))}`}</p>}>
      <p role="status">
        <strong>{words.here(here, event.expected.totalCount)}</strong>
      </p>
      {waiting > 0 && <Notice kind="warning">{words.waiting(waiting)}</Notice>}
      <div class="form-field">
        <label for="name">{words.name}</label>
        <input id="name" type="search" value={text} onInput={(change) => setText(change.currentTarget.value)} />
      </div>
      <ul class="rows door">
        {found.map((one) => (
          <Person key={one.id} registration={one} now={now} />
        ))}
      </ul>
    </Page>
  );
}

const isHere = (one: CheckInRowFragment, now: Queue): boolean =>
  one.status === "ATTENDED" || pending(now).some((item) => item.registration === one.id);

function Person({ registration, now }: { registration: CheckInRowFragment; now: Queue }) {
  const { checkIn: words } = useWords();
  const refused = now.refused[registration.id];
  const isPending = pending(now).some((item) => item.registration === registration.id);
  return (
    <li class="row">
      <span>{registration.name ?? words.unnamed}</span>
      {isHere(registration, now) ? (
        <strong class={isPending ? "status waiting" : "status active"}>{isPending ? words.notSent : words.isHere}</strong>
      ) : (
        <button type="button" onClick={() => checkIn(registration.id)}>
          {words.checkIn}
        </button>
      )}
      {refused && <span class="field-error">{refused}</span>}
    </li>
  );
}
