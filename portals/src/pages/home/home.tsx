import { useState } from "react";
import { Link } from "wouter";
import { readersZone, shortDay } from "../../dates.ts";
import { useQuery } from "../../data/use-query.ts";
import { HomeDocument, type HomeQuery } from "../../generated/graphql.ts";
import { labelsOf } from "../../labels.ts";
import { locale } from "../../language.ts";
import { Page } from "../../ui/page.tsx";
import { Missing } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { EventRow } from "../calendar/event-row.tsx";
import { ProjectRow } from "../projects/project-row.tsx";

type Metric = HomeQuery["impact"][number];

const FIGURES = 4;

/** The start of the hour, so that everybody's first page within an hour is the same request. */
const now = (): string => new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString();

export function Home() {
  const words = useWords();
  const [since] = useState(now);
  const result = useQuery(HomeDocument, { now: since, zone: readersZone }, ["EVENT", "PROJECT"]);
  const { data } = result;
  return (
    <Page title={words.home.title} lead={<p class="lead">{words.alliance}</p>}>
      {data ? <Contents data={data} /> : <Missing result={result} lines={16} />}
    </Page>
  );
}

function Contents({ data }: { data: HomeQuery }) {
  const { home } = useWords();
  const label = labelsOf(data.enumLabels);
  return (
    <>
      <section aria-labelledby="figures">
        <h2 id="figures">{home.figures}</h2>
        <dl class="figures">
          {data.impact.slice(0, FIGURES).map((metric) => (
            <Figure key={metric.id} metric={metric} />
          ))}
        </dl>
      </section>
      <div class="two">
        <section aria-labelledby="next">
          <h2 id="next">{home.next}</h2>
          <ul class="rows">
            {data.events.nodes.map((event) => (
              <EventRow key={event.id} event={event} label={label} />
            ))}
          </ul>
          <p>
            <Link href="/calendar">{home.allEvents}</Link>
          </p>
        </section>
        <section aria-labelledby="project">
          <h2 id="project">{home.project}</h2>
          <ul class="rows">
            {data.projects.nodes.map((project) => (
              <ProjectRow key={project.id} project={project} label={label}>
                {project.summary && <p class="summary">{project.summary}</p>}
              </ProjectRow>
            ))}
          </ul>
          <p>
            <Link href="/projects">{home.allProjects}</Link>
          </p>
        </section>
      </div>
    </>
  );
}

/** What was reported, with its source, and beside it what is counted of the records: never one for the other. */
function Figure({ metric }: { metric: Metric }) {
  const { comparator, home } = useWords();
  const number = new Intl.NumberFormat(locale());
  const { reported, computed } = metric;
  const counted = computed === null ? null : home.counted(number.format(computed));
  return (
    <div class="figure">
      <dt>{metric.label}</dt>
      {reported ? (
        <>
          <dd class="number">
            <small>{comparator[reported.comparator]}</small>
            {number.format(reported.value)}
          </dd>
          <dd class="quiet-ink">{home.reported(reported.source, shortDay(reported.asOf))}</dd>
          {counted && <dd class="quiet-ink">{counted}</dd>}
        </>
      ) : (
        <dd class="number">{computed === null ? "–" : number.format(computed)}</dd>
      )}
    </div>
  );
}
