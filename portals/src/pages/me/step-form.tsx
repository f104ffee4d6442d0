import type { TypedDocument, UserError } from "@puente/client";
import { useEffect, useRef, useState } from "react";
import { useAction } from "../../data/use-action.ts";
import { textOrNull, useForm } from "../../data/use-form.ts";
import { ActButton, actionOf } from "../../ui/act.tsx";
import { announce } from "../../ui/announcer.tsx";
import { Field } from "../../ui/field.tsx";
import { ErrorSummary, Notice } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";

type Actions = Parameters<typeof actionOf>[0];

interface Row {
  id: string;
  version: number;
  availableActions: Actions;
}

interface Props {
  row: Row;
  /** The mutation, by name. */
  name: string;
  /** Its document, with a variable `input`. */
  document: TypedDocument<object, never>;
  /** What the button says. */
  label: string;
  /** What is said before it is done. */
  explanation: string;
  /** The field of the input that says why, if there is one. */
  reason?: { field: string; label: string; hint: string; isOptional: boolean };
  done: string;
}

const TYPES = ["MENTORSHIP", "MENTOR"] as const;

/** A step that can't be taken back: the button opens what it means, perhaps with a reason, and there it is done. */
export function StepForm(props: Props) {
  const { row, name, label } = props;
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLDivElement>(null);
  function close(): void {
    setOpen(false);
    requestAnimationFrame(() => opener.current?.querySelector("button")?.focus());
  }
  return isOpen ? (
    <Opened {...props} close={close} />
  ) : (
    <div ref={opener}>
      <ActButton quiet action={actionOf(row.availableActions, name)} isBusy={false} run={() => setOpen(true)}>
        {label}
      </ActButton>
    </div>
  );
}

function Opened({ row, name, document, label, explanation, reason, done, close }: Props & { close(): void }) {
  const words = useWords();
  const field = reason?.field ?? "reason";
  const form = useForm(`${name} ${row.id}`, { [field]: "" });
  const step = useAction(document as TypedDocument<{ step: { userErrors: readonly UserError[] } }, { input: object }>, TYPES);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  async function run(): Promise<void> {
    const why = reason ? { [field]: reason.isOptional ? textOrNull(form.values[field] ?? "") : (form.values[field] ?? "") } : {};
    const payload = await step.run({ input: { id: row.id, expectedVersion: row.version, ...why } });
    if (payload?.userErrors.length === 0) {
      form.reset({ [field]: "" });
      announce(done);
      close();
    }
  }
  return (
    <form
      class="panel step-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!step.isBusy) {
          void run();
        }
      }}
    >
      <ErrorSummary errors={step.errors} failure={step.failure} prefix={form.prefix} />
      <h4 tabIndex={-1} ref={heading}>
        {label}
      </h4>
      <p>{explanation}</p>
      {step.isWaiting && <Notice kind="warning">{words.states.waiting}</Notice>}
      {reason && <Field {...form.at(field)} label={reason.label} hint={reason.hint} isOptional={reason.isOptional} errors={step.errors} rows={3} />}
      <p class="acts">
        <button type="submit" aria-disabled={step.isBusy}>
          {label}
        </button>{" "}
        <button type="button" class="quiet" onClick={close}>
          {words.form.cancel}
        </button>
      </p>
    </form>
  );
}
