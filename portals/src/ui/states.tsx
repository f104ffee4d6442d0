import type { RequestFailed, Result, UserError } from "@puente/client";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "react";
import { Link } from "wouter";
import { useWords } from "../words/words.ts";
import { Page } from "./page.tsx";

/** What is shown in place of data that isn't there: a skeleton of about its size, or why it failed. */
export function Missing({ result, lines = 6 }: { result: Result<unknown>; lines?: number }) {
  const words = useWords();
  if (result.failure && !result.failure.isTemporary) {
    return <Failure failure={result.failure} />;
  }
  return (
    <div class="skeleton" aria-busy="true">
      <p class="read-only">{words.loading}</p>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} aria-hidden="true" />
      ))}
    </div>
  );
}

export function Failure({ failure }: { failure: RequestFailed }) {
  const { states } = useWords();
  return (
    <div class="notice bad" role="alert">
      <p>
        <strong>{states.failed}.</strong> {failure.message}
      </p>
      {failure.requestId && <p>{states.requestId(failure.requestId)}</p>}
    </div>
  );
}

/** The same for what doesn't exist and for what the reader may not see. */
export function NothingHere() {
  const { states } = useWords();
  return (
    <Page title={states.notFound}>
      <p>{states.notFoundText}</p>
      <p>
        <Link href="/">{states.toHome}</Link>
      </p>
    </Page>
  );
}

interface SummaryProps {
  errors: readonly UserError[];
  failure: RequestFailed | null;
  /** Begins the ids of the form's fields. */
  prefix?: string;
}

/** What is wrong with an input, in the API's words; it takes the focus when it appears. */
export function ErrorSummary({ errors, failure, prefix = "" }: SummaryProps) {
  const { form } = useWords();
  const summary = useRef<HTMLDivElement>(null);
  const isShown = errors.length > 0 || failure !== null;
  useEffect(() => {
    if (isShown) {
      summary.current?.focus();
    }
  }, [isShown, errors, failure]);
  if (!isShown) {
    return null;
  }
  return (
    <div class="notice bad" role="alert" tabIndex={-1} ref={summary}>
      <h2>{form.problem}</h2>
      <ul>
        {failure && <li>{failure.message}</li>}
        {errors.map((error) => (
          <li key={error.path.join(".") + error.code}>
            <ErrorLink error={error} prefix={prefix} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Leads to the field that an error is about, if there is one on the page. */
function ErrorLink({ error, prefix }: { error: UserError; prefix: string }) {
  const field = `${prefix}${error.path[1]}`;
  return document.getElementById(field) ? <a href={`#${field}`}>{error.message}</a> : <>{error.message}</>;
}

/** What a field's error says, under its label. */
export function FieldError({ errors, name, prefix = "" }: { errors: readonly UserError[]; name: string; prefix?: string }) {
  const found = errors.filter((error) => error.path[1] === name);
  return found.length === 0 ? null : (
    <span class="field-error" id={`${prefix}${name}-error`}>
      {found.map((error) => error.message).join(" ")}
    </span>
  );
}

export function Notice({ children, kind = "" }: { children: ComponentChildren; kind?: "" | "good" | "warning" | "bad" }) {
  return <div class={`notice ${kind}`}>{children}</div>;
}
