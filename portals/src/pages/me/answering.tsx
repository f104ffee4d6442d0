import { useAction } from "../../data/use-action.ts";
import { AcceptMentorshipDocument, DeclineMentorshipDocument, type OwnMentorshipFragment } from "../../generated/graphql.ts";
import { ActButton, actionOf } from "../../ui/act.tsx";
import { announce } from "../../ui/announcer.tsx";
import { ErrorSummary, Notice } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { isMentor, otherOf } from "./other.ts";
import { StepForm } from "./step-form.tsx";

const TYPES = ["MENTORSHIP", "MENTOR"] as const;

/** A mentorship that the reader is to answer: what the other one wants, and the two answers. */
export function Answering({ mentorship, mine }: { mentorship: OwnMentorshipFragment; mine: readonly string[] }) {
  const words = useWords();
  const accept = useAction(AcceptMentorshipDocument, TYPES);
  const { id, version, goals } = mentorship;
  const asMentor = isMentor(mentorship, mine);
  const other = otherOf(mentorship, mine);
  async function run(): Promise<void> {
    const payload = await accept.run({ input: { id, expectedVersion: version } });
    if (payload?.userErrors.length === 0) {
      announce(words.me.accepted);
    }
  }
  return (
    <>
      <ErrorSummary errors={accept.errors} failure={accept.failure} />
      <p class="quiet-ink">{[asMentor ? words.me.theyAsk : words.me.theyOffer, other?.institution?.name, mentorship.withinCohort?.name].filter(Boolean).join(" · ")}</p>
      {asMentor && !other && <p class="quiet-ink">{words.me.hiddenMentee}</p>}
      {goals && <blockquote>{goals}</blockquote>}
      {accept.isWaiting && <Notice kind="warning">{words.states.waiting}</Notice>}
      <div class="acts">
        <ActButton action={actionOf(mentorship.availableActions, "acceptMentorship")} isBusy={accept.isBusy} run={() => void run()}>
          {words.me.accept}
        </ActButton>
        <StepForm
          row={mentorship}
          name="declineMentorship"
          document={DeclineMentorshipDocument}
          label={words.me.decline}
          explanation={words.me.declineText}
          reason={{
            field: "declineReason",
            label: words.me.reason,
            hint: asMentor ? words.me.declineHint : words.me.declineHintStaff,
            isOptional: true,
          }}
          done={words.me.declined}
        />
      </div>
    </>
  );
}
