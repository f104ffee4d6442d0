import type { ComponentChildren } from "preact";
import { Link } from "wouter";
import { configuration } from "../../configuration.ts";
import type { ProjectRowFragment } from "../../generated/graphql.ts";
import { Text } from "../../ui/text.tsx";
import { useWords } from "../../words/words.ts";

interface Props {
  project: ProjectRowFragment;
  label(name: string, value: string): string;
  children?: ComponentChildren;
}

/** A project in a list: title, who on each side of the border, when, in which fields. */
export function ProjectRow({ project, label, children }: Props) {
  return (
    <li class="row">
      <h3>
        <Link href={`/projects/${project.slug}`}>
          <Text text={project.title} languages={project.titles} />
        </Link>
      </h3>
      <p class="quiet-ink">{namesOf(project).join(" · ")}</p>
      {children}
      <p class="facts">
        <span class={`status ${project.status.toLowerCase()}`}>{label("ProjectStatus", project.status)}</span>
        <Years project={project} />
        {project.fields.map((field) => (
          <span key={field}>{label("ResearchField", field)}</span>
        ))}
      </p>
    </li>
  );
}

/** The institutions' names, each once, the portal's own side first. */
function namesOf(project: ProjectRowFragment): string[] {
  const ours = (side: string): number => (side === configuration.side ? 0 : 1);
  const institutions = project.institutions.map((one) => one.institution);
  const sorted = institutions.toSorted((one, other) => ours(one.side) - ours(other.side));
  return [...new Set(sorted.map((institution) => institution.name))];
}

export function Years({ project }: { project: { startsOn: string | null; endsOn: string | null } }) {
  const { projects } = useWords();
  const from = project.startsOn?.slice(0, 4);
  const to = project.endsOn?.slice(0, 4);
  if (!from) {
    return null;
  }
  return <span>{to ? projects.years(from, to) : projects.since(from)}</span>;
}
