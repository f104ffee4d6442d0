import { Link, useParams } from "wouter";
import { useQuery } from "../../data/use-query.ts";
import { shortDay } from "../../dates.ts";
import { ProjectDocument, type ProjectQuery, type StepFragment } from "../../generated/graphql.ts";
import { labelsOf } from "../../labels.ts";
import { locale } from "../../language.ts";
import { Page } from "../../ui/page.tsx";
import { Missing, NothingHere } from "../../ui/states.tsx";
import { Text } from "../../ui/text.tsx";
import { useWords } from "../../words/words.ts";
import { Years } from "./project-row.tsx";

type Found = NonNullable<ProjectQuery["project"]>;
type Label = (name: string, value: string) => string;

export function Project() {
  const { slug } = useParams<{ slug: string }>();
  const words = useWords();
  const result = useQuery(ProjectDocument, { slug }, ["PROJECT", "INSTITUTION", "AWARD", "AGREEMENT"]);
  if (!result.data) {
    return (
      <Page title={words.projects.title}>
        <Missing result={result} lines={14} />
      </Page>
    );
  }
  const { project, enumLabels } = result.data;
  return project ? <Details key={project.id} project={project} label={labelsOf(enumLabels)} /> : <NothingHere />;
}

function Details({ project, label }: { project: Found; label: Label }) {
  const { project: words, editProject } = useWords();
  const isMine = project.availableActions.some((action) => action.name === "updateProject");
  const lead = (
    <>
      {project.summary && (
        <p class="lead">
          <Text text={project.summary} languages={project.summaries} />
        </p>
      )}
      <p class="facts">
        <span class={`status ${project.status.toLowerCase()}`}>{label("ProjectStatus", project.status)}</span>
        <Years project={project} />
        {project.fields.map((field) => (
          <span key={field}>{label("ResearchField", field)}</span>
        ))}
        {isMine && <Link href={`/projects/${project.slug}/edit`}>{editProject.link}</Link>}
      </p>
    </>
  );
  return (
    <Page title={project.title} lead={lead}>
      <div class="two">
        <div>
          <Institutions project={project} label={label} />
          <People project={project} label={label} />
        </div>
        <div>
          <Outputs project={project} label={label} />
          <Money project={project} label={label} />
          <Path project={project} label={label} />
          <Purpose project={project} />
        </div>
      </div>
      {project.source && (
        <p class="quiet-ink">
          {words.source}: {project.source}
        </p>
      )}
    </Page>
  );
}

function Institutions({ project, label }: { project: Found; label: Label }) {
  const { project: words } = useWords();
  return (
    <section aria-labelledby="institutions">
      <h2 id="institutions">{words.institutions}</h2>
      <ul class="plain">
        {project.institutions.map(({ role, institution }) => (
          <li key={institution.id + role}>
            {institution.website ? <a href={institution.website}>{institution.name}</a> : institution.name}{" "}
            <span class="quiet-ink">{label("ProjectRole", role)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** People with their roles; who has not agreed to be named is counted, with the reason. */
function People({ project, label }: { project: Found; label: Label }) {
  const { project: words, states } = useWords();
  if (project.contributors.length === 0) {
    return null;
  }
  return (
    <section aria-labelledby="people">
      <h2 id="people">{words.people}</h2>
      <ul class="plain">
        {project.contributors.map(({ role, name, hiddenFields }, index) => (
          <li key={index}>
            {name ?? <em class="quiet-ink">{states.hidden[hiddenFields[0]?.reason ?? "ROLE"]}</em>}{" "}
            <span class="quiet-ink">{label("ContributorRole", role)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Outputs({ project, label }: { project: Found; label: Label }) {
  const { project: words } = useWords();
  return (
    <section aria-labelledby="outputs">
      <h2 id="outputs">{words.outputs}</h2>
      {project.outputs.length === 0 && <p class="quiet-ink">{words.noOutputs}</p>}
      <ul class="plain">
        {project.outputs.map((output) => (
          <li key={output.doi}>
            <a href={`https://doi.org/${output.doi}`}>{output.title}</a>{" "}
            <span class="quiet-ink">
              {label("OutputKind", output.kind)}
              {output.publishedOn && `, ${output.publishedOn.slice(0, 4)}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const money = (amount: string, currency: string): string =>
  new Intl.NumberFormat(locale(), { style: "currency", currency, currencyDisplay: "code", maximumFractionDigits: 0 }).format(Number(amount));

/** The program that the project belongs to, and the goals that it serves. */
function Purpose({ project }: { project: Found }) {
  const { project: words } = useWords();
  if (!project.program && project.sdgs.length === 0) {
    return null;
  }
  return (
    <dl class="details">
      {project.program && (
        <>
          <dt>{words.program}</dt>
          <dd>{project.program.name}</dd>
        </>
      )}
      {project.sdgs.length > 0 && (
        <>
          <dt>{words.sdgs}</dt>
          <dd>{project.sdgs.join(", ")}</dd>
        </>
      )}
    </dl>
  );
}

/** Totals, one for each currency, and what they are made of. */
function Money({ project, label }: { project: Found; label: Label }) {
  const { project: words } = useWords();
  if (project.awards.length === 0 && project.totalAwarded.length === 0) {
    return null;
  }
  return (
    <section aria-labelledby="awarded">
      <h2 id="awarded">{words.awarded}</h2>
      {project.totalAwarded.map((total) => (
        <p class="number" key={total.currency}>
          {money(total.amount, total.currency)}
        </p>
      ))}
      <ul class="plain">
        {project.awards.map((award) => (
          <li key={award.id}>
            {label("AwardKind", award.kind)}
            {award.amount && award.currency && `, ${money(award.amount, award.currency)}`}{" "}
            <span class="quiet-ink">{[award.funder?.name, award.decidedOn?.slice(0, 4)].filter(Boolean).join(", ")}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the project came from, and what came of it: stipend, network, agreement. */
function Path({ project, label }: { project: Found; label: Label }) {
  const { project: words } = useWords();
  if (!project.originatedFrom && !project.agreement) {
    return null;
  }
  return (
    <section aria-labelledby="path">
      <h2 id="path">{words.path}</h2>
      <ol class="steps">
        {project.originatedFrom && <Step title={words.origin} step={project.originatedFrom} label={label} />}
        <li aria-current="step">
          <strong>{words.thisProject}</strong>
        </li>
        {project.agreement && <Step title={words.agreement} step={project.agreement} label={label} />}
      </ol>
    </section>
  );
}

function Step({ title, step, label }: { title: string; step: StepFragment; label: Label }) {
  const day = step.__typename === "Award" ? step.decidedOn : step.__typename === "Agreement" ? step.signedOn : null;
  const name = step.__typename === "Award" ? label("AwardKind", step.kind) : step.displayName;
  return (
    <li>
      <strong>{title}</strong> {name}
      {day && <span class="quiet-ink">, {shortDay(day)}</span>}
    </li>
  );
}
