import { useEffect, useRef, useState } from "react";
import { useAction } from "../../data/use-action.ts";
import { textOrNull, useForm } from "../../data/use-form.ts";
import { shortDay, today } from "../../dates.ts";
import { LogSessionDocument, type OwnMentorshipFragment, type SessionMode } from "../../generated/graphql.ts";
import { announce } from "../../ui/announcer.tsx";
import { Field, SelectField } from "../../ui/field.tsx";
import { ErrorSummary, Notice } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";

type Label = (name: string, value: string) => string;
type Session = OwnMentorshipFragment["sessionLog"]["nodes"][number];

interface Props {
  mentorship: OwnMentorshipFragment;
  asMentor: boolean;
  label: Label;
}

const TYPES = ["MENTORSHIP", "MENTORSHIP_SESSION", "MENTOR"] as const;
const MODES = ["ONLINE", "IN_PERSON"] as const;

/** When the two have met, and the form that says so. */
export function Sessions(props: Props) {
  const { me: words } = useWords();
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const { mentorship, label } = props;
  const { nodes } = mentorship.sessionLog;
  function close(): void {
    setOpen(false);
    requestAnimationFrame(() => opener.current?.focus());
  }
  return (
    <div class="sessions">
      <h4>{words.sessions(mentorship.sessions ?? 0)}</h4>
      {nodes.length > 0 && (
        <ol>
          {nodes.map((session) => (
            <Held key={session.id} session={session} label={label} />
          ))}
        </ol>
      )}
      {isOpen ? (
        <LogForm {...props} close={close} />
      ) : (
        <button type="button" ref={opener} onClick={() => setOpen(true)}>
          {words.log}
        </button>
      )}
    </div>
  );
}

function Held({ session, label }: { session: Session; label: Label }) {
  const { me: words } = useWords();
  const { heldOn, minutes, mode, summary, sharedNote } = session;
  return (
    <li>
      <p>
        <time dateTime={heldOn}>{shortDay(heldOn)}</time>
        <span class="quiet-ink"> {[minutes !== null && words.minutes(minutes), mode && label("SessionMode", mode)].filter(Boolean).join(", ")}</span>
      </p>
      {sharedNote && <p>{sharedNote}</p>}
      {summary && (
        <p class="quiet-ink">
          {summary} <small class="mark">{words.onlyYou}</small>
        </p>
      )}
    </li>
  );
}

function LogForm({ mentorship, asMentor, label, close }: Props & { close(): void }) {
  const words = useWords();
  const empty = { heldOn: today(), minutes: "", mode: "ONLINE", sharedNote: "", summary: "" };
  const form = useForm(`session ${mentorship.id}`, empty);
  const log = useAction(LogSessionDocument, TYPES);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { errors } = log;

  async function send(): Promise<void> {
    const { heldOn, minutes, mode, sharedNote, summary } = form.values;
    const payload = await log.run({
      input: {
        mentorship: mentorship.id,
        heldOn,
        minutes: minutes === "" ? null : Number(minutes),
        mode: mode as SessionMode,
        sharedNote: textOrNull(sharedNote),
        ...(asMentor ? { summary: textOrNull(summary) } : {}),
      },
    });
    if (payload?.userErrors.length === 0) {
      form.reset(empty);
      announce(words.me.logged);
      close();
    }
  }

  return (
    <form
      class="step-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!log.isBusy) {
          void send();
        }
      }}
    >
      <ErrorSummary errors={errors} failure={log.failure} prefix={form.prefix} />
      <h4 tabIndex={-1} ref={heading}>
        {words.me.log}
      </h4>
      {log.isWaiting && <Notice kind="warning">{words.states.waiting}</Notice>}
      <div class="short-fields">
        <Field {...form.at("heldOn")} type="date" label={words.me.heldOn} max={today()} errors={errors} />
        <Field {...form.at("minutes")} type="number" label={words.me.length} isOptional errors={errors} />
        <SelectField {...form.at("mode")} label={words.me.mode} options={MODES.map((one) => [one, label("SessionMode", one)] as const)} errors={errors} />
      </div>
      <Field {...form.at("sharedNote")} label={words.me.sharedNote} hint={words.me.sharedNoteHint} isOptional errors={errors} rows={2} />
      {asMentor && <Field {...form.at("summary")} label={words.me.summary} hint={words.me.summaryHint} isOptional errors={errors} rows={3} />}
      <p class="acts">
        <button type="submit" aria-disabled={log.isBusy}>
          {words.me.saveSession}
        </button>{" "}
        <button type="button" class="quiet" onClick={close}>
          {words.form.cancel}
        </button>
      </p>
    </form>
  );
}
