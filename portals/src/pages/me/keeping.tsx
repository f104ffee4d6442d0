import { useAction } from "../../data/use-action.ts";
import { CompleteMentorshipDocument, EndMentorshipDocument, type OwnMentorshipFragment, StartMentorshipDocument } from "../../generated/graphql.ts";
import { ActButton, actionOf } from "../../ui/act.tsx";
import { announce } from "../../ui/announcer.tsx";
import { ErrorSummary, Notice } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { StepForm } from "./step-form.tsx";

const TYPES = ["MENTORSHIP", "MENTOR"] as const;

/** The steps of a mentorship that was accepted: its start, its completion, its early end. */
export function Keeping({ mentorship }: { mentorship: OwnMentorshipFragment }) {
  const words = useWords();
  const start = useAction(StartMentorshipDocument, TYPES);
  const { id, version, status } = mentorship;
  async function run(): Promise<void> {
    const payload = await start.run({ input: { id, expectedVersion: version } });
    if (payload?.userErrors.length === 0) {
      announce(words.me.started);
    }
  }
  return (
    <>
      <ErrorSummary errors={start.errors} failure={start.failure} />
      {start.isWaiting && <Notice kind="warning">{words.states.waiting}</Notice>}
      <div class="acts">
        {status === "ACCEPTED" && (
          <ActButton quiet action={actionOf(mentorship.availableActions, "startMentorship")} isBusy={start.isBusy} run={() => void run()}>
            {words.me.start}
          </ActButton>
        )}
        {status === "ACTIVE" && (
          <StepForm
            row={mentorship}
            name="completeMentorship"
            document={CompleteMentorshipDocument}
            label={words.me.complete}
            explanation={words.me.completeText}
            done={words.me.completed}
          />
        )}
        <StepForm
          row={mentorship}
          name="endMentorship"
          document={EndMentorshipDocument}
          label={words.me.end}
          explanation={words.me.endText}
          reason={{ field: "reason", label: words.me.reason, hint: words.me.endHint, isOptional: false }}
          done={words.me.ended}
        />
      </div>
    </>
  );
}
