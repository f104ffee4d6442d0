import { Link } from "wouter";
import { configuration } from "../../configuration.ts";
import { useQuery } from "../../data/use-query.ts";
import { type CollaborationLineFragment, InstitutionsDocument, type InstitutionRowFragment } from "../../generated/graphql.ts";
import { Page } from "../../ui/page.tsx";
import { Missing } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { Map } from "./map.tsx";

export function Institutions() {
  const { institutions: words } = useWords();
  const result = useQuery(InstitutionsDocument, {}, ["INSTITUTION", "PROJECT"]);
  const sides = configuration.side === "UC" ? (["UC", "MEXICO"] as const) : (["MEXICO", "UC"] as const);
  const { data } = result;
  return (
    <Page title={words.title}>
      {data ? (
        <>
          <Map institutions={data.institutions.nodes} collaborations={data.collaborations} />
          <div class="two">
            {sides.map((side) => (
              <section key={side} aria-labelledby={side}>
                <h2 id={side}>{words.sides[side]}</h2>
                <ul class="rows">
                  {data.institutions.nodes.filter((one) => one.side === side).map((one) => <Row key={one.id} institution={one} />)}
                </ul>
              </section>
            ))}
          </div>
          <Collaborations collaborations={data.collaborations} />
        </>
      ) : (
        <Missing result={result} lines={20} />
      )}
    </Page>
  );
}

function Row({ institution }: { institution: InstitutionRowFragment }) {
  const { institutions: words } = useWords();
  const { totalCount } = institution.projects;
  return (
    <li class="row">
      <h3>{institution.website ? <a href={institution.website}>{institution.name}</a> : institution.name}</h3>
      <p class="facts">
        <span>{[institution.city, institution.region].filter(Boolean).join(", ")}</span>
        {totalCount > 0 && <Link href={`/projects?institution=${institution.slug}`}>{words.projects(totalCount)}</Link>}
      </p>
    </li>
  );
}

/** Who works with whom: what the lines of the map say. */
function Collaborations({ collaborations }: { collaborations: readonly CollaborationLineFragment[] }) {
  const { institutions: words } = useWords();
  if (collaborations.length === 0) {
    return null;
  }
  return (
    <section aria-labelledby="together">
      <h2 id="together">{words.network}</h2>
      <div class="wide" tabIndex={0} role="region" aria-labelledby="together">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{words.one}</th>
              <th scope="col">{words.other}</th>
              <th scope="col" class="number-column">
                {words.inCommon}
              </th>
            </tr>
          </thead>
          <tbody>
            {collaborations.map((one) => (
              <tr key={one.institution.id + one.counterpart.id}>
                <td>{one.institution.name}</td>
                <td>{one.counterpart.name}</td>
                <td class="number-column">{one.weight}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
