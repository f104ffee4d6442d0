import { Link } from "wouter";
import { useAction } from "../../data/use-action.ts";
import { CancelRegistrationDocument, type OwnRegistrationFragment } from "../../generated/graphql.ts";
import { ActButton, actionOf } from "../../ui/act.tsx";
import { announce } from "../../ui/announcer.tsx";
import { EventTimes } from "../../ui/clock.tsx";
import { ErrorSummary, Notice } from "../../ui/states.tsx";
import { Text } from "../../ui/text.tsx";
import { useWords } from "../../words/words.ts";

type Label = (name: string, value: string) => string;

const TYPES = ["EVENT", "REGISTRATION"] as const;

/** The events that the reader is registered for; an organizer's list also has those of others. */
export function Registrations({ registrations, label }: { registrations: readonly OwnRegistrationFragment[]; label: Label }) {
  const { me: words } = useWords();
  const own = registrations.filter((one) => one.event?.myRegistration?.id === one.id);
  const sorted = own.toSorted((one, other) => (one.event?.localStart ?? "").localeCompare(other.event?.localStart ?? ""));
  return (
    <section aria-labelledby="registrations">
      <h2 id="registrations">{words.registrations}</h2>
      {sorted.length === 0 ? (
        <p class="quiet-ink">
          {words.noRegistrations} <Link href="/calendar">{words.toCalendar}</Link>
        </p>
      ) : (
        <ul class="rows">
          {sorted.map((registration) => (
            <Row key={registration.id} registration={registration} label={label} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ registration, label }: { registration: OwnRegistrationFragment; label: Label }) {
  const words = useWords();
  const cancel = useAction(CancelRegistrationDocument, TYPES);
  const { id, version, status, position, ticketCode, event } = registration;
  if (!event) {
    return null;
  }
  async function run(): Promise<void> {
    const payload = await cancel.run({ input: { id, expectedVersion: version } });
    if (payload?.userErrors.length === 0) {
      announce(words.event.withdrawn);
    }
  }
  return (
    <li class="row">
      <ErrorSummary errors={cancel.errors} failure={cancel.failure} />
      <h3>
        <Link href={`/calendar/${event.slug}`}>
          <Text text={event.title} languages={event.titles} />
        </Link>
      </h3>
      <p>
        <EventTimes event={event} />
      </p>
      <p class="facts">
        <span class={`status ${status.toLowerCase()}`}>{label("RegistrationStatus", status)}</span>
        {position !== null && status === "WAITLISTED" && <span>{words.me.position(position)}</span>}
        {ticketCode && <span>{words.event.ticket(ticketCode)}</span>}
      </p>
      {cancel.isWaiting && <Notice kind="warning">{words.states.waiting}</Notice>}
      {status !== "ATTENDED" && (
        <ActButton quiet action={actionOf(registration.availableActions, "cancelRegistration")} isBusy={cancel.isBusy} run={() => void run()}>
          {words.event.withdraw}
        </ActButton>
      )}
    </li>
  );
}
