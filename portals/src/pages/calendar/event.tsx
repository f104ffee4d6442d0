import { useState } from "react";
import { Link, useParams } from "wouter";
import { useAction } from "../../data/use-action.ts";
import { useQuery } from "../../data/use-query.ts";
import { api } from "../../configuration.ts";
import { readersZone } from "../../dates.ts";
import { language } from "../../language.ts";
import {
  type AttendanceMode,
  CancelRegistrationDocument,
  EventDocument,
  type EventQuery,
  type MyRegistrationFragment,
  RegisterDocument,
} from "../../generated/graphql.ts";
import { labelsOf } from "../../labels.ts";
import { useObserved } from "../../observed.ts";
import { session } from "../../session.ts";
import { ActButton, actionOf } from "../../ui/act.tsx";
import { EventTimes } from "../../ui/clock.tsx";
import { Page } from "../../ui/page.tsx";
import { SignInLink } from "../../ui/sign-in-link.tsx";
import { ErrorSummary, Missing, Notice, NothingHere } from "../../ui/states.tsx";
import { Text } from "../../ui/text.tsx";
import { useWords } from "../../words/words.ts";
import { Places } from "./event-row.tsx";

type Found = NonNullable<EventQuery["event"]>;
type Label = (name: string, value: string) => string;

const TYPES = ["EVENT", "REGISTRATION"] as const;
const OPEN = ["CONFIRMED", "WAITLISTED", "ATTENDED"];

export function Event() {
  const { slug } = useParams<{ slug: string }>();
  const { calendar } = useWords();
  const result = useQuery(EventDocument, { slug, zone: readersZone }, TYPES);
  if (!result.data) {
    return (
      <Page title={calendar.title}>
        <Missing result={result} lines={12} />
      </Page>
    );
  }
  const { event, enumLabels, viewer } = result.data;
  const mayRegister = viewer.abilities.some((ability) => ability.creates.includes("registerForEvent"));
  return event ? <Details key={event.id} event={event} label={labelsOf(enumLabels)} mayRegister={mayRegister} /> : <NothingHere />;
}

interface Props {
  event: Found;
  label: Label;
  mayRegister: boolean;
}

function Details({ event, label, mayRegister }: Props) {
  const { event: words, checkIn } = useWords();
  return (
    <Page title={event.title}>
      <dl class="details">
        <dt>{words.when}</dt>
        <dd>
          <EventTimes event={event} />
        </dd>
        <dt>{words.where}</dt>
        <dd>
          {label("EventMode", event.mode)}
          {event.venue && `, ${[event.venue.name, event.venue.address, event.venue.city].filter(Boolean).join(", ")}`}
        </dd>
        <dt>{words.organizers}</dt>
        <dd>{event.organizers.map((one) => one.institution.name).join(", ")}</dd>
        <dt>{words.languages}</dt>
        <dd>{event.languages.map((language) => label("Language", language)).join(", ")}</dd>
        {event.topics.length > 0 && (
          <>
            <dt>{words.topics}</dt>
            <dd>{event.topics.join(", ")}</dd>
          </>
        )}
      </dl>
      <p class="facts">
        {actionOf(event.availableActions, "updateEvent") && <Link href={`/desk/check-in/${event.slug}`}>{checkIn.link}</Link>}
        {event.capacity === null && event.status === "PUBLISHED" ? <span>{words.unlimited}</span> : <Places event={event} />}
      </p>
      <Registering event={event} label={label} mayRegister={mayRegister} />
      <p>
        <a href={new URL(`calendar/events/${event.slug}.ics?language=${language.get()}`, api).href}>{words.ics}</a>
      </p>
      {event.description && (
        <p>
          <Text text={event.description} languages={event.descriptions} />
        </p>
      )}
    </Page>
  );
}

function Registering({ event, label, mayRegister }: Props) {
  const { event: words } = useWords();
  const signedIn = useObserved(session);
  const [wasCancelled, setCancelled] = useState(false);
  const mine = event.myRegistration;
  if (mine && OPEN.includes(mine.status)) {
    return <Registered registration={mine} setCancelled={setCancelled} />;
  }
  if (!signedIn) {
    return event.status === "PUBLISHED" ? (
      <p>
        <SignInLink button>{words.signIn}</SignInLink>
      </p>
    ) : null;
  }
  return mayRegister ? <Register event={event} label={label} wasCancelled={wasCancelled} /> : null;
}

function Register({ event, label, wasCancelled }: { event: Found; label: Label; wasCancelled: boolean }) {
  const words = useWords();
  const [mode, setMode] = useState<AttendanceMode>("IN_PERSON");
  const register = useAction(RegisterDocument, TYPES);
  const isFull = event.placesLeft === 0;
  const input = event.mode === "HYBRID" ? { event: event.id, mode } : { event: event.id };
  return (
    <section class="panel">
      <ErrorSummary errors={register.errors} failure={register.failure} />
      {wasCancelled && <Notice kind="good">{words.event.withdrawn}</Notice>}
      {register.isWaiting && <Notice kind="warning">{words.states.waiting}</Notice>}
      {event.mode === "HYBRID" && (
        <fieldset>
          <legend>{words.event.attend}</legend>
          {(["IN_PERSON", "ONLINE"] as const).map((one) => (
            <label key={one} class="check">
              <input type="radio" name="mode" checked={mode === one} onChange={() => setMode(one)} />
              <span>{label("AttendanceMode", one)}</span>
            </label>
          ))}
        </fieldset>
      )}
      <button type="button" aria-disabled={register.isBusy} onClick={() => !register.isBusy && void register.run({ input })}>
        {isFull ? words.event.waitlist : words.event.register}
      </button>
    </section>
  );
}

interface RegisteredProps {
  registration: MyRegistrationFragment;
  setCancelled(yes: boolean): void;
}

function Registered({ registration, setCancelled }: RegisteredProps) {
  const words = useWords();
  const cancel = useAction(CancelRegistrationDocument, TYPES);
  const { id, version, status, position, ticketCode } = registration;
  async function withdraw(): Promise<void> {
    const payload = await cancel.run({ input: { id, expectedVersion: version } });
    setCancelled(payload?.userErrors.length === 0);
  }
  return (
    <section class="panel">
      <ErrorSummary errors={cancel.errors} failure={cancel.failure} />
      {cancel.isWaiting && <Notice kind="warning">{words.states.waiting}</Notice>}
      <Notice kind={status === "WAITLISTED" ? "warning" : "good"}>
        <p role="status">
          {status === "WAITLISTED" ? words.event.waiting(position ?? 0) : status === "ATTENDED" ? words.event.attended : words.event.registered}
        </p>
        {ticketCode && <p>{words.event.ticket(ticketCode)}</p>}
      </Notice>
      <ActButton
        quiet
        action={actionOf(registration.availableActions, "cancelRegistration")}
        isBusy={cancel.isBusy}
        run={() => void withdraw()}
      >
        {words.event.withdraw}
      </ActButton>
    </section>
  );
}
