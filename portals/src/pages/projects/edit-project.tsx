import { useState } from "react";
import { Link, useLocation, useParams } from "wouter";
import { useAction } from "../../data/use-action.ts";
import { useQuery } from "../../data/use-query.ts";
import { useDraft } from "../../draft.ts";
import { EditProjectDocument, type EditProjectQuery, type ProjectTextsFragment, UpdateProjectDocument } from "../../generated/graphql.ts";
import { merge, type Texts } from "../../merge.ts";
import { actionOf } from "../../ui/act.tsx";
import { Conflict } from "../../ui/conflict.tsx";
import { Field } from "../../ui/field.tsx";
import { Page } from "../../ui/page.tsx";
import { ErrorSummary, Missing, Notice, NothingHere } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";

type Found = NonNullable<EditProjectQuery["project"]>;

export function EditProject() {
  const { slug } = useParams<{ slug: string }>();
  const { editProject: words } = useWords();
  const result = useQuery(EditProjectDocument, { slug }, ["PROJECT"]);
  if (!result.data) {
    return (
      <Page title={words.title}>
        <Missing result={result} lines={12} />
      </Page>
    );
  }
  const { project } = result.data;
  const action = project && actionOf(project.availableActions, "updateProject");
  return action ? <Editing key={project.id} project={project} reasons={action.reasons.map((reason) => reason.message)} /> : <NothingHere />;
}

function textsOf(project: ProjectTextsFragment): Texts {
  const find = (texts: ProjectTextsFragment["titles"], language: string) => texts.find((one) => one.language === language)?.text ?? "";
  return {
    titleEn: find(project.titles, "EN"),
    titleEs: find(project.titles, "ES"),
    summaryEn: find(project.summaries, "EN"),
    summaryEs: find(project.summaries, "ES"),
  };
}

/** An emptied text is cleared. */
const localized = (en: string | undefined, es: string | undefined) => ({ en: en || null, es: es || null });

interface Draft {
  version: number;
  base: Texts;
  mine: Texts;
}

/** A form that two people may have open: what only one changed is merged, what both changed is for them to choose. */
function Editing({ project, reasons }: { project: Found; reasons: readonly string[] }) {
  const { editProject: words, form, states } = useWords();
  const [, navigate] = useLocation();
  const update = useAction(UpdateProjectDocument, ["PROJECT"]);
  const current = textsOf(project);
  const fresh = { version: project.version, base: current, mine: current };
  const draft = useDraft<Draft>(`project ${project.id}`, fresh);
  const [theirs, setTheirs] = useState<Texts | null>(null);
  const [open, setOpen] = useState<string[]>([]);
  const isUntouched = Object.entries(draft.value.mine).every(([name, text]) => text === draft.value.base[name]);
  const { version, base, mine } = isUntouched ? fresh : draft.value;
  const change = (name: string) => (text: string) => draft.set({ version, base, mine: { ...mine, [name]: text } });

  async function save(): Promise<void> {
    if (update.isBusy) {
      return;
    }
    const payload = await update.run({
      input: {
        id: project.id,
        expectedVersion: version,
        titles: localized(mine.titleEn, mine.titleEs),
        summaries: localized(mine.summaryEn, mine.summaryEs),
      },
    });
    if (!payload) {
      return;
    }
    if (payload.userErrors.length === 0) {
      draft.clear();
      navigate(`/projects/${project.slug}`);
    } else if (payload.project && payload.userErrors.some((error) => error.code === "CONFLICT")) {
      const now = textsOf(payload.project);
      const merged = merge(base, mine, now);
      draft.set({ version: payload.project.version, base: now, mine: merged.texts });
      setTheirs(now);
      setOpen(merged.conflicts);
      update.clear();
    }
  }

  function take(name: string): void {
    change(name)(theirs?.[name] ?? "");
    setOpen(open.filter((one) => one !== name));
  }

  return (
    <Page title={words.title} lead={<p class="lead">{project.title}</p>}>
      {reasons.map((reason) => (
        <Notice key={reason} kind="warning">
          {reason}
        </Notice>
      ))}
      <ErrorSummary errors={update.errors} failure={update.failure} />
      {update.isWaiting && <Notice kind="warning">{states.waiting}</Notice>}
      {theirs && open.length > 0 && <Conflict names={open} labels={words.fields} mine={mine} theirs={theirs} take={take} />}
      {theirs && open.length === 0 && <Notice kind="warning">{words.merged}</Notice>}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {Object.entries(words.fields).map(([name, label]) => (
          <Field
            key={name}
            name={name}
            label={label}
            lang={name.endsWith("En") ? "en" : "es"}
            path={name.startsWith("title") ? "titles" : "summaries"}
            value={mine[name] ?? ""}
            set={change(name)}
            errors={update.errors}
            {...(name.startsWith("summary") ? { rows: 5 } : {})}
          />
        ))}
        <p class="acts">
          <button type="submit" aria-disabled={update.isBusy}>
            {theirs ? words.saveMine : form.save}
          </button>
          <Link href={`/projects/${project.slug}`} onClick={draft.clear}>
            {form.cancel}
          </Link>
        </p>
      </form>
    </Page>
  );
}
