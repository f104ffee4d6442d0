import type { UserError } from "@puente/client";
import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { client } from "../../data/client.ts";
import { useAction } from "../../data/use-action.ts";
import { textOrNull, useForm } from "../../data/use-form.ts";
import { longDay } from "../../dates.ts";
import { CheckRequestDocument, type MentorQuery, type MentorshipStateFragment, RequestMentorshipDocument } from "../../generated/graphql.ts";
import { ActButton } from "../../ui/act.tsx";
import { announce } from "../../ui/announcer.tsx";
import { Field, SelectField } from "../../ui/field.tsx";
import { ErrorSummary, Notice } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import type { OwnCohorts } from "./own-cohorts.ts";

type Mentor = NonNullable<MentorQuery["mentor"]>;

interface Props {
  mentor: Mentor;
  viewer: MentorQuery["viewer"];
  own: OwnCohorts;
}

const TYPES = ["MENTOR", "MENTORSHIP"] as const;
const OPEN = ["PROPOSED", "ACCEPTED", "ACTIVE"];

/** What the reader can do with a mentor: ask, or see what became of it. */
export function Requesting({ mentor, viewer, own }: Props) {
  const { mentors: words } = useWords();
  const [hasSent, setSent] = useState(false);
  const latest = mentor.mentorships.nodes.find((one) => one.participant?.id === own.participant);
  if (own.participant === null) {
    return viewer.kind === "ANONYMOUS" ? (
      <section class="panel">
        <p>{words.signInToAsk}</p>
        <Link class="button" href="/sign-in">
          {words.signIn}
        </Link>
      </section>
    ) : null;
  }
  if (latest && OPEN.includes(latest.status)) {
    return <Requested mentorship={latest} name={mentor.name} isNew={hasSent} />;
  }
  return (
    <div>
      {latest && <Former mentorship={latest} />}
      <Request mentor={mentor} own={own} sent={() => setSent(true)} />
    </div>
  );
}

/** What happens next, and until when. */
function Requested({ mentorship, name, isNew }: { mentorship: MentorshipStateFragment; name: string | null; isNew: boolean }) {
  const { mentors: words } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isNew) {
      heading.current?.focus();
    }
  }, [isNew]);
  const { status, requestedBy, respondBy, goals } = mentorship;
  const mine = requestedBy === "PARTICIPANT";
  const until = respondBy ? longDay(respondBy) : null;
  const mentor = name ?? words.unnamed;
  return (
    <section class="panel" aria-labelledby="request">
      <h2 id="request" tabIndex={-1} ref={heading}>
        {status !== "PROPOSED" ? words.accompanies(mentor) : mine ? words.sent : words.offered(mentor)}
      </h2>
      {status === "PROPOSED" && mine && (
        <ol class="steps">
          <li aria-current="step">
            <strong>{until ? words.answersBy(mentor, until) : words.answers(mentor)}</strong> {words.lapses}
          </li>
          <li>{words.ifAccepted}</li>
          <li>{words.ifDeclined}</li>
        </ol>
      )}
      {status === "PROPOSED" && !mine && until && <p>{words.answerBy(until)}</p>}
      {goals && (
        <>
          <h3>{words.yourGoals}</h3>
          <blockquote>{goals}</blockquote>
        </>
      )}
      <p>
        <Link href="/me">{words.onYourPage}</Link>
      </p>
    </section>
  );
}

/** One that is over: it can be asked for again. */
function Former({ mentorship }: { mentorship: MentorshipStateFragment }) {
  const { mentors: words } = useWords();
  const text = words.former[mentorship.status];
  return text ? (
    <Notice>
      <p>{text}</p>
    </Notice>
  ) : null;
}

function Request({ mentor, own, sent }: { mentor: Mentor; own: OwnCohorts; sent(): void }) {
  const words = useWords();
  const first = own.participations[0]?.ofCohort.id ?? "";
  const form = useForm(`request ${mentor.id}`, { cohort: first, goals: "" });
  const request = useAction(RequestMentorshipDocument, TYPES);
  const obstacles = useObstacles(mentor, form.values.cohort);
  const cohorts = own.participations.map(({ ofCohort }) => [ofCohort.id, ofCohort.name] as const);

  async function send(): Promise<void> {
    const { cohort, goals } = form.values;
    const payload = await request.run({ input: { mentor: mentor.id, cohort: cohort || null, goals: textOrNull(goals) } });
    if (payload && payload.userErrors.length === 0) {
      form.reset({ cohort: first, goals: "" });
      sent();
      announce(words.mentors.sent);
    }
  }

  return (
    <section class="panel" aria-labelledby="request">
      <ErrorSummary errors={request.errors} failure={request.failure} prefix={form.prefix} />
      <h2 id="request">{words.mentors.ask}</h2>
      {request.isWaiting && <Notice kind="warning">{words.states.waiting}</Notice>}
      {cohorts.length > 1 && <SelectField {...form.at("cohort")} label={words.mentors.cohort} options={cohorts} errors={request.errors} />}
      <Field {...form.at("goals")} label={words.mentors.goals} hint={words.mentors.goalsHint} errors={request.errors} rows={5} />
      <ActButton
        action={{ name: "requestMentorship", allowed: obstacles.length === 0, reasons: obstacles }}
        isBusy={request.isBusy}
        run={() => void send()}
      >
        {words.mentors.ask}
      </ActButton>
      {obstacles.some((one) => one.code === "CONSENT_MISSING") && (
        <p>
          <Link href="/me#consents">{words.mentors.toConsents}</Link>
        </p>
      )}
    </section>
  );
}

/** What would be refused now, by a trial that changes nothing: no row's `availableActions` say what a new row needs. */
function useObstacles(mentor: Mentor, cohort: string): readonly UserError[] {
  const [obstacles, setObstacles] = useState<readonly UserError[]>([]);
  useEffect(() => {
    let isLate = false;
    const input = { mentor: mentor.id, cohort: cohort || null };
    client.mutate(CheckRequestDocument, { input }).then(
      (data) => isLate || setObstacles(data.requestMentorship.userErrors),
      () => {}, // sending says what is wrong
    );
    return () => void (isLate = true);
  }, [mentor, cohort]);
  return obstacles;
}
