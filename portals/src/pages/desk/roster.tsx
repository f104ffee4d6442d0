import { useState } from "react";
import { Link } from "wouter";
import type { AddressState } from "../../address-state.ts";
import { csvOf, download } from "../../csv.ts";
import { client } from "../../data/client.ts";
import { useAction } from "../../data/use-action.ts";
import { shortDay, today } from "../../dates.ts";
import {
  AcceptParticipationDocument,
  CompleteParticipationDocument,
  DeskDocument,
  type DeskQuery,
  type RosterRowFragment,
  StartParticipationDocument,
  WithdrawParticipationDocument,
} from "../../generated/graphql.ts";
import { ActButton, actionOf } from "../../ui/act.tsx";
import { ErrorSummary } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { variablesOf } from "./desk.tsx";

type Label = (name: string, value: string) => string;
type Participations = DeskQuery["participations"];

const LARGEST_PAGE = 100;

interface Props {
  page: Participations;
  state: AddressState;
  label: Label;
  isPrevious: boolean;
}

export function Roster({ page, state, label, isPrevious }: Props) {
  const { desk: words, projects } = useWords();
  return (
    <section aria-labelledby="found" aria-busy={isPrevious}>
      <div class="found">
        <h3 id="found">{words.count(page.totalCount)}</h3>
        <Export state={state} label={label} />
      </div>
      <ul class="rows">
        {page.nodes.map((row) => (
          <Row key={row.id} row={row} label={label} />
        ))}
      </ul>
      <nav class="pages" aria-label={words.roster}>
        {state.text("after") && <Link href={state.with({ after: null })}>{projects.first}</Link>}
        {page.pageInfo.hasNextPage && <Link href={state.with({ after: page.pageInfo.endCursor })}>{projects.more}</Link>}
      </nav>
    </section>
  );
}

const STEPS = {
  acceptParticipation: AcceptParticipationDocument,
  startParticipation: StartParticipationDocument,
  completeParticipation: CompleteParticipationDocument,
  withdrawParticipation: WithdrawParticipationDocument,
} as const;

/** Somebody in a cohort, with the steps that the API has for them now. */
function Row({ row, label }: { row: RosterRowFragment; label: Label }) {
  const { desk: words } = useWords();
  const { participant } = row;
  return (
    <li class="row">
      <h4>{participant?.name ?? <em class="quiet-ink">{words.unnamed}</em>}</h4>
      <p class="facts">
        <span class={`status ${row.status.toLowerCase()}`}>{label("ParticipationStatus", row.status)}</span>
        <span>{row.cohort.name}</span>
        {row.joinedOn && <span>{shortDay(row.joinedOn)}</span>}
        {participant && <span>{[label("ParticipantLevel", participant.level), participant.fieldOfStudy].filter(Boolean).join(", ")}</span>}
        {participant && <span>{participant.institution.name}</span>}
        {participant?.email && <a href={`mailto:${participant.email}`}>{participant.email}</a>}
      </p>
      <div class="acts">
        {(Object.keys(STEPS) as (keyof typeof STEPS)[]).map((name) => (
          <Step key={name} name={name} row={row} />
        ))}
      </div>
    </li>
  );
}

function Step({ name, row }: { name: keyof typeof STEPS; row: RosterRowFragment }) {
  const { desk: words } = useWords();
  const step = useAction(STEPS[name] as typeof AcceptParticipationDocument, ["PARTICIPATION"]);
  const action = actionOf(row.availableActions, name);
  if (!action?.allowed) {
    return null; // a step of another status: what can be done now is what the row offers
  }
  return (
    <>
      <ErrorSummary errors={step.errors} failure={step.failure} />
      <ActButton quiet action={action} isBusy={step.isBusy} run={() => void step.run({ input: { id: row.id, expectedVersion: row.version } })}>
        {words.steps[name]}
      </ActButton>
    </>
  );
}

/** All rows that fit, not only the page's, as a spreadsheet. */
function Export({ state, label }: { state: AddressState; label: Label }) {
  const { desk: words } = useWords();
  const [isBusy, setBusy] = useState(false);
  async function save(): Promise<void> {
    setBusy(true);
    try {
      const rows = (await everyRow(state)).map((row) => cellsOf(row, label));
      download(csvOf([words.columns, ...rows]), `${words.fileName}-${today()}.csv`);
    } finally {
      setBusy(false);
    }
  }
  return (
    <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => !isBusy && void save()}>
      {isBusy ? words.exporting : words.export}
    </button>
  );
}

async function everyRow(state: AddressState): Promise<RosterRowFragment[]> {
  const rows: RosterRowFragment[] = [];
  for (let after: string | null = null; ; ) {
    const { participations }: DeskQuery = await client.query(DeskDocument, { ...variablesOf(state), first: LARGEST_PAGE, after });
    rows.push(...participations.nodes);
    if (!participations.pageInfo.hasNextPage) {
      return rows;
    }
    after = participations.pageInfo.endCursor;
  }
}

function cellsOf(row: RosterRowFragment, label: Label): (string | null)[] {
  const { participant } = row;
  return [
    participant?.name ?? null,
    label("ParticipationStatus", row.status),
    row.cohort.name,
    participant?.institution.name ?? null,
    participant ? label("ParticipantLevel", participant.level) : null,
    participant?.fieldOfStudy ?? null,
    participant?.email ?? null,
    row.joinedOn,
    row.leftOn,
  ];
}
