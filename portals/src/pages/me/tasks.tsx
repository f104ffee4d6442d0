import type { TypedDocument, UserError } from "@puente/client";
import type { ComponentChildren } from "preact";
import { Link } from "wouter";
import { useAction } from "../../data/use-action.ts";
import { longDay } from "../../dates.ts";
import {
  TaskAcceptParticipationDocument,
  TaskConfirmArrivalDocument,
  TaskConfirmDepartureDocument,
  type OwnTaskFragment,
  TaskPublishCallDocument,
  TaskPublishEventDocument,
  TaskPublishProjectDocument,
} from "../../generated/graphql.ts";
import { ActButton, actionOf } from "../../ui/act.tsx";
import { ErrorSummary, Notice } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { Answering } from "./answering.tsx";
import { otherOf } from "./other.ts";

type Label = (name: string, value: string) => string;
type Entity = NonNullable<OwnTaskFragment["entity"]>;

type Step = TypedDocument<Record<string, { userErrors: readonly UserError[] }>, { input: { id: string; expectedVersion: number } }>;

/** Steps that need nothing but a click. */
const STEPS = {
  publishCall: TaskPublishCallDocument,
  publishEvent: TaskPublishEventDocument,
  publishProject: TaskPublishProjectDocument,
  acceptParticipation: TaskAcceptParticipationDocument,
  confirmArrival: TaskConfirmArrivalDocument,
  confirmDeparture: TaskConfirmDepartureDocument,
} satisfies Record<string, Step>;

const TYPES = ["CALL", "EVENT", "PROJECT", "PARTICIPATION", "MOBILITY"] as const;

interface Props {
  tasks: readonly OwnTaskFragment[];
  mine: readonly string[];
  label: Label;
}

/** What waits for the reader, by date, each with its act. */
export function Tasks({ tasks, mine, label }: Props) {
  const { me: words } = useWords();
  return (
    <section aria-labelledby="tasks">
      <h2 id="tasks">{words.tasks}</h2>
      {tasks.length === 0 ? (
        <p class="quiet-ink">{words.noTasks}</p>
      ) : (
        <ul class="rows">
          {tasks.map((task) => (
            <Task key={`${task.kind}${task.entity?.id}`} task={task} mine={mine} label={label} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Task({ task, mine, label }: { task: OwnTaskFragment; mine: readonly string[]; label: Label }) {
  const { me: words } = useWords();
  const { entity } = task;
  return (
    <li class="row task">
      <h3>
        {label("TaskKind", task.kind)}
        {entity && <Subject entity={entity} mine={mine} />}
      </h3>
      {task.dueOn && (
        <p class="due">
          <time dateTime={task.dueOn}>{words.due(longDay(task.dueOn))}</time>
        </p>
      )}
      {entity?.__typename === "Mentorship" ? <Answering mentorship={entity} mine={mine} /> : entity && task.mutation in STEPS && <Doing task={task} entity={entity} />}
    </li>
  );
}

/** What it is about, leading to its page if it has one. */
function Subject({ entity, mine }: { entity: Entity; mine: readonly string[] }): ComponentChildren {
  switch (entity.__typename) {
    case "Event":
      return <Named to={`/calendar/${entity.slug}`}>{entity.displayName}</Named>;
    case "Project":
      return <Named to={`/projects/${entity.slug}`}>{entity.displayName}</Named>;
    case "Mentorship":
      return <Named>{otherOf(entity, mine)?.name}</Named>;
    case "Participation":
      return <Named>{[entity.participant?.name, entity.ofCohort.name].filter(Boolean).join(", ")}</Named>;
    case "Mobility":
      return <Named>{[entity.participant?.name, entity.receivingInstitution.name].filter(Boolean).join(", ")}</Named>;
    default:
      return <Named>{entity.displayName}</Named>;
  }
}

function Named({ to, children }: { to?: string; children: ComponentChildren }) {
  return <span class="subject">{to ? <Link href={to}>{children}</Link> : children}</span>;
}

function Doing({ task, entity }: { task: OwnTaskFragment; entity: Entity }) {
  const words = useWords();
  const name = task.mutation as keyof typeof STEPS;
  const step = useAction(STEPS[name] as Step, TYPES);
  if (!("availableActions" in entity)) {
    return null;
  }
  return (
    <>
      <ErrorSummary errors={step.errors} failure={step.failure} />
      {step.isWaiting && <Notice kind="warning">{words.states.waiting}</Notice>}
      <ActButton
        action={actionOf(entity.availableActions, name)}
        isBusy={step.isBusy}
        run={() => void step.run({ input: { id: entity.id, expectedVersion: entity.version } })}
      >
        {words.me.steps[name]}
      </ActButton>
    </>
  );
}
