import { useEffect } from "react";
import { Link } from "wouter";
import { type AddressState, useAddressState } from "../../address-state.ts";
import { useQuery } from "../../data/use-query.ts";
import { type MentorFilter, MentorsDocument, type MentorSector, type MentorsQuery, type MentorsQueryVariables } from "../../generated/graphql.ts";
import { labelsOf } from "../../labels.ts";
import { announce } from "../../ui/announcer.tsx";
import { type FacetCounts, Facets } from "../../ui/facets.tsx";
import { NoneFound } from "../../ui/none-found.tsx";
import { Page } from "../../ui/page.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Missing, Notice } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { languageName } from "./languages.ts";
import { MentorRow } from "./mentor-row.tsx";
import { ownCohorts } from "./own-cohorts.ts";
import { Suggestions } from "./suggestions.tsx";

const PAGE = 20;
const TYPES = ["MENTOR", "MENTORSHIP", "PARTICIPATION"] as const;
const ENUMS: Record<string, string> = { field: "ResearchField", sector: "MentorSector" };
const ORDERS = {
  RELEVANCE: [{ field: "RELEVANCE", direction: "DESC" }],
  NAME: [{ field: "NAME" }],
  PLACES: [{ field: "PLACES_LEFT", direction: "DESC" }, { field: "NAME" }],
} satisfies Record<string, MentorsQueryVariables["orderBy"]>;
type Order = keyof typeof ORDERS;

function orderOf(state: AddressState): Order {
  const chosen = state.text("sort") as Order;
  const fallback = state.text("q") ? "RELEVANCE" : "NAME";
  return chosen in ORDERS && (chosen !== "RELEVANCE" || state.text("q")) ? chosen : fallback;
}

/** The conditions of the address, by what was chosen where. */
function conditionsOf(state: AddressState): Record<string, MentorFilter> {
  const all = (name: string) => [...state.all(name)];
  return {
    ...(state.all("field").length > 0 && { field: { field: { in: all("field") } } }),
    ...(state.all("sector").length > 0 && { sector: { sector: { in: all("sector") as MentorSector[] } } }),
    ...(state.all("language").length > 0 && { language: speaking(all("language")) }),
    ...(state.has("places", "free") && { places: FREE }),
  };
}

const FREE: MentorFilter = { placesLeft: { gt: 0 } };
const speaking = (languages: string[]): MentorFilter => ({ languages: { some: { language: { in: languages } } } });

function variablesOf(state: AddressState): MentorsQueryVariables {
  const chosen = conditionsOf(state);
  const with_ = (name: string, condition: MentorFilter): MentorFilter => Object.assign({}, ...Object.values({ ...chosen, [name]: condition }));
  return {
    search: state.text("q") || null,
    filter: Object.assign({}, ...Object.values(chosen)),
    free: with_("places", FREE),
    english: with_("language", speaking(["en"])),
    spanish: with_("language", speaking(["es"])),
    orderBy: ORDERS[orderOf(state)],
    first: PAGE,
    after: state.text("after") || null,
  };
}

export function Mentors() {
  const { mentors: words } = useWords();
  const state = useAddressState();
  const result = useQuery(MentorsDocument, variablesOf(state), TYPES);
  const { data, isPrevious } = result;
  const total = data?.mentors.totalCount;
  useEffect(() => {
    if (total !== undefined && !isPrevious) {
      announce(words.count(total));
    }
  }, [total, isPrevious]);
  if (!data) {
    return (
      <Page title={words.title}>
        <Missing result={result} lines={20} />
      </Page>
    );
  }
  const isChosen = ["q", "field", "sector", "language", "places"].some((name) => state.text(name));
  if (total === 0 && !isChosen) {
    return <Closed viewer={data.viewer} />;
  }
  return (
    <Page title={words.title}>
      <Suggested data={data} isHidden={isChosen || state.text("after") !== ""} />
      <SearchBox state={state} label={words.search} hint={words.searchHint} />
      {data.viewer.kind === "ANONYMOUS" && <OnlyPublic />}
      <Found data={data} state={state} isPrevious={isPrevious} />
    </Page>
  );
}

/** For whoever may see no mentor: what this is, and how to get in. */
function Closed({ viewer }: { viewer: MentorsQuery["viewer"] }) {
  const { mentors: words, signIn } = useWords();
  return (
    <Page title={words.title} lead={<p class="lead">{words.about}</p>}>
      <Notice>
        <p>{viewer.kind === "ANONYMOUS" ? words.closed : words.closedToRole}</p>
        {viewer.kind === "ANONYMOUS" && (
          <p>
            <Link class="button" href="/sign-in">
              {signIn}
            </Link>
          </p>
        )}
      </Notice>
    </Page>
  );
}

function OnlyPublic() {
  const { mentors: words } = useWords();
  return (
    <p class="quiet-ink">
      {words.onlyPublic} <Link href="/sign-in">{words.signIn}</Link>
    </p>
  );
}

/** While nothing is searched for. */
function Suggested({ data, isHidden }: { data: MentorsQuery; isHidden: boolean }) {
  const { current } = ownCohorts(data.viewer);
  return current && !isHidden ? <Suggestions participation={current} label={labelsOf(data.enumLabels)} /> : null;
}

function Found({ data, state, isPrevious }: { data: MentorsQuery; state: AddressState; isPrevious: boolean }) {
  const { mentors: words, projects } = useWords();
  const label = labelsOf(data.enumLabels);
  const { nodes, totalCount, pageInfo } = data.mentors;
  const facetLabel = (facet: string, value: string): string => {
    if (facet === "language") {
      return languageName(value);
    }
    return facet === "places" ? words.free : label(ENUMS[facet] ?? "", value);
  };
  return (
    <div class="directory">
      <Facets facets={facetsOf(data)} titles={words.facets} state={state} label={facetLabel} />
      <section aria-labelledby="found" aria-busy={isPrevious}>
        <div class="found">
          <h2 id="found">{words.count(totalCount)}</h2>
          <Sort state={state} />
        </div>
        {nodes.length === 0 ? (
          <NoneFound message={words.none} state={state} filters={Object.keys(words.facets)} label={facetLabel} />
        ) : (
          <ul class="rows">
            {nodes.map((mentor) => (
              <MentorRow key={mentor.id} mentor={mentor} label={label} />
            ))}
          </ul>
        )}
        <nav class="pages" aria-label={words.title}>
          {state.text("after") && <Link href={state.with({ after: null })}>{projects.first}</Link>}
          {pageInfo.hasNextPage && <Link href={state.with({ after: pageInfo.endCursor })}>{projects.more}</Link>}
        </nav>
      </section>
    </div>
  );
}

/** The API's facets, and those that it counts as lists. */
function facetsOf(data: MentorsQuery): FacetCounts[] {
  const one = (value: string, count: number) => ({ value, label: null, count });
  return [
    ...data.mentors.facets,
    { name: "places", values: [one("free", data.free.totalCount)] },
    { name: "language", values: [one("en", data.english.totalCount), one("es", data.spanish.totalCount)] },
  ];
}

function Sort({ state }: { state: AddressState }) {
  const { mentors: words, projects } = useWords();
  const orders = (Object.keys(ORDERS) as Order[]).filter((order) => order !== "RELEVANCE" || state.text("q"));
  return (
    <label class="sort">
      {projects.sort}{" "}
      <select value={orderOf(state)} onChange={(event) => state.go({ sort: event.currentTarget.value, after: null })}>
        {orders.map((order) => (
          <option key={order} value={order}>
            {words.orders[order]}
          </option>
        ))}
      </select>
    </label>
  );
}
