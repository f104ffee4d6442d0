import { type AddressState, useAddressState } from "../../address-state.ts";
import { useQuery } from "../../data/use-query.ts";
import { DeskDocument, type DeskQuery, type DeskQueryVariables, type ParticipationStatus } from "../../generated/graphql.ts";
import { labelsOf } from "../../labels.ts";
import { useObserved } from "../../observed.ts";
import { session } from "../../session.ts";
import { Facets } from "../../ui/facets.tsx";
import { Page } from "../../ui/page.tsx";
import { Missing } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { Tasks } from "../me/tasks.tsx";
import { Roster } from "./roster.tsx";

export const PAGE = 40;

/** The roster's rows are those that the API shows this viewer; nothing is filtered here that it does not filter. */
export function variablesOf(state: AddressState): DeskQueryVariables {
  const status = state.all("status") as ParticipationStatus[];
  const year = state.all("year");
  return {
    filter: { ...(status.length > 0 ? { status: { in: status } } : {}), ...(year.length > 0 ? { year: { in: [...year] } } : {}) },
    first: PAGE,
    after: state.text("after") || null,
  };
}

export function Desk() {
  const { desk: words } = useWords();
  const signedIn = useObserved(session);
  const state = useAddressState();
  const result = useQuery(DeskDocument, variablesOf(state), ["PARTICIPATION", "PARTICIPANT", "PROJECT", "EVENT", "MENTORSHIP", "MOBILITY", "CALL"]);
  const { data } = result;
  if (!signedIn) {
    return <Page title={words.title} lead={<p class="lead">{words.signIn}</p>} />;
  }
  return (
    <Page title={words.title} lead={data && <p class="lead">{institutionsOf(data)}</p>}>
      {data ? <Contents data={data} state={state} isPrevious={result.isPrevious} /> : <Missing result={result} lines={24} />}
    </Page>
  );
}

const institutionsOf = (data: DeskQuery): string =>
  [...new Set(data.viewer.grants.flatMap((grant) => grant.institution?.name ?? []))].join(" · ");

function Contents({ data, state, isPrevious }: { data: DeskQuery; state: AddressState; isPrevious: boolean }) {
  const { desk: words } = useWords();
  const label = labelsOf(data.enumLabels);
  const facetLabel = (facet: string, value: string) => (facet === "status" ? label("ParticipationStatus", value) : value);
  return (
    <>
      <Tasks tasks={data.tasks} mine={[]} label={label} />
      <h2 class="above">{words.roster}</h2>
      <div class="directory">
        <Facets facets={data.participations.facets} titles={words.facets} state={state} label={facetLabel} />
        <Roster page={data.participations} state={state} label={label} isPrevious={isPrevious} />
      </div>
    </>
  );
}
