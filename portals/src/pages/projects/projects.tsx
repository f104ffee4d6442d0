import { useEffect } from "react";
import { Link } from "wouter";
import { type AddressState, useAddressState } from "../../address-state.ts";
import { useQuery } from "../../data/use-query.ts";
import { ProjectsDocument, type ProjectsQuery, type ProjectsQueryVariables, type ProjectStatus } from "../../generated/graphql.ts";
import { labelsOf } from "../../labels.ts";
import { announce } from "../../ui/announcer.tsx";
import { type FacetCounts, Facets } from "../../ui/facets.tsx";
import { NoneFound } from "../../ui/none-found.tsx";
import { Page } from "../../ui/page.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Missing } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { ProjectRow } from "./project-row.tsx";

const PAGE = 20;
const ENUMS: Record<string, string> = { field: "ResearchField", status: "ProjectStatus" };
const ORDERS = {
  RELEVANCE: [{ field: "RELEVANCE" }],
  NEWEST: [{ field: "STARTS_ON", direction: "DESC" }],
  TITLE: [{ field: "TITLE" }],
} satisfies Record<string, ProjectsQueryVariables["orderBy"]>;
type Order = keyof typeof ORDERS;

function orderOf(state: AddressState): Order {
  const chosen = state.text("sort") as Order;
  const fallback = state.text("q") ? "RELEVANCE" : "NEWEST";
  return chosen in ORDERS && (chosen !== "RELEVANCE" || state.text("q")) ? chosen : fallback;
}

function variablesOf(state: AddressState): ProjectsQueryVariables {
  const chosen = (name: string) => (state.all(name).length > 0 ? { [name]: { in: [...state.all(name)] } } : {});
  const status = state.all("status") as ProjectStatus[];
  return {
    search: state.text("q") || null,
    filter: { ...chosen("field"), ...chosen("institution"), ...chosen("year"), ...(status.length > 0 ? { status: { in: status } } : {}) },
    orderBy: ORDERS[orderOf(state)],
    first: PAGE,
    after: state.text("after") || null,
  };
}

export function Projects() {
  const words = useWords();
  const state = useAddressState();
  const result = useQuery(ProjectsDocument, variablesOf(state), ["PROJECT"]);
  const { data, isPrevious } = result;
  const total = data?.projects.totalCount;
  useEffect(() => {
    if (total !== undefined && !isPrevious) {
      announce(words.projects.count(total));
    }
  }, [total, isPrevious]);
  return (
    <Page title={words.projects.title}>
      <SearchBox state={state} label={words.projects.search} hint={words.projects.searchHint} />
      {data ? <Found data={data} state={state} isPrevious={isPrevious} /> : <Missing result={result} lines={20} />}
    </Page>
  );
}

function Found({ data, state, isPrevious }: { data: ProjectsQuery; state: AddressState; isPrevious: boolean }) {
  const { projects: words } = useWords();
  const label = labelsOf(data.enumLabels);
  const { nodes, totalCount, facets, pageInfo } = data.projects;
  const facetLabel = (facet: string, value: string, text: string | null) =>
    facet in ENUMS ? label(ENUMS[facet] ?? "", value) : (text ?? value);
  return (
    <div class="directory">
      <Facets facets={facets} titles={words.facets} state={state} label={facetLabel} />
      <section aria-labelledby="found" aria-busy={isPrevious}>
        <div class="found">
          <h2 id="found">{words.count(totalCount)}</h2>
          <Sort state={state} />
        </div>
        {nodes.length === 0 ? (
          <NoneFound message={words.none} state={state} filters={Object.keys(words.facets)} label={(name, value) => facetLabel(name, value, textOf(facets, name, value))} />
        ) : (
          <ul class="rows">
            {nodes.map((project) => (
              <ProjectRow key={project.id} project={project} label={label} />
            ))}
          </ul>
        )}
        <nav class="pages" aria-label={words.title}>
          {state.text("after") && <Link href={state.with({ after: null })}>{words.first}</Link>}
          {pageInfo.hasNextPage && <Link href={state.with({ after: pageInfo.endCursor })}>{words.more}</Link>}
        </nav>
      </section>
    </div>
  );
}

/** The text of a facet's value, if it has one. */
const textOf = (facets: readonly FacetCounts[], name: string, value: string): string | null =>
  facets.find((facet) => facet.name === name)?.values.find((one) => one.value === value)?.label ?? null;

function Sort({ state }: { state: AddressState }) {
  const { projects } = useWords();
  const orders = (Object.keys(ORDERS) as Order[]).filter((order) => order !== "RELEVANCE" || state.text("q"));
  return (
    <label class="sort">
      {projects.sort}{" "}
      <select value={orderOf(state)} onChange={(event) => state.go({ sort: event.currentTarget.value, after: null })}>
        {orders.map((order) => (
          <option key={order} value={order}>
            {projects.orders[order]}
          </option>
        ))}
      </select>
    </label>
  );
}
