/** Why a query takes its time: its stages, PostgreSQL's plan and the statement, below the answer. */
import { useMemo } from "react";
import { useWords } from "../words.ts";
import { asked, type Explained, told } from "./explained.ts";
import { milliseconds } from "./numbers.ts";
import { slowSteps, stepOf } from "./plan.ts";
import { PlanTree } from "./plan-tree.tsx";
import { Stages } from "./stages.tsx";
import { Statement } from "./statement.tsx";

function Plan({ postgresql }: { postgresql: NonNullable<Explained["postgresql"]> }) {
  const words = useWords();
  const root = useMemo(() => stepOf(postgresql.Plan), [postgresql]);
  const { slowest } = slowSteps(root);
  return (
    <>
      <h3>{words.postgresPlan}</h3>
      <p>
        {milliseconds(postgresql["Planning Time"] ?? 0)} {words.planning},{" "}
        {milliseconds(postgresql["Execution Time"] ?? 0)} {words.execution}. {words.planHint}
      </p>
      <p>
        {words.slowestStep}: <b>{slowest.title}</b>, {milliseconds(slowest.own)}.
      </p>
      <PlanTree root={root} />
    </>
  );
}

function Explanation({ explained }: { explained: Explained }) {
  const words = useWords();
  const found = (cached: boolean): string => (cached ? words.cached : words.made);
  return (
    <>
      <h3>{words.stages}</h3>
      <p>
        {words.document}: {found(explained.cached.document)}. {words.plan}: {found(explained.cached.plan)}.
      </p>
      <Stages stages={explained.stages} />
      {explained.postgresql && <Plan postgresql={explained.postgresql} />}
      {explained.sql === null ? (
        <p>{words.noStatement}</p>
      ) : (
        <Statement sql={explained.sql} parameters={explained.parameters} />
      )}
    </>
  );
}

export function ExplainPanel() {
  const words = useWords();
  const explained = told.use();
  if (!asked.use()) {
    return null;
  }
  return (
    <section className="panel explain" aria-label={words.explain} tabIndex={0}>
      <h2>{words.explain}</h2>
      <div aria-live="polite">
        {explained === undefined && <p>{words.howToExplain}</p>}
        {explained === null && <p>{words.notExplained}</p>}
      </div>
      {explained && <Explanation explained={explained} />}
    </section>
  );
}
