/** PostgreSQL's plan as steps, each with the time that it took by itself. */
import type { PlanNode } from "./explained.ts";

export interface Step {
  readonly title: string;
  readonly conditions: readonly string[];
  /** Milliseconds of all its runs, with those of the steps below it. */
  readonly total: number;
  /** Milliseconds of all its runs, without those of the steps below it. */
  readonly own: number;
  readonly rows: number;
  readonly expected: number;
  readonly removed: number;
  readonly runs: number;
  readonly hit: number;
  readonly read: number;
  readonly below: readonly Step[];
}

const CONDITIONS = [
  "Index Cond", "Recheck Cond", "Hash Cond", "Merge Cond", "Join Filter", "Filter", "One-Time Filter",
  "Sort Key", "Sort Method", "Group Key", "Function Call",
];

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

/** For example: Index Scan · project_pkey on project as project_1. */
function titleOf(node: PlanNode): string {
  const text = (property: string): string | undefined => node[property] as string | undefined;
  const on = text("Relation Name") ?? text("CTE Name") ?? text("Function Name");
  const alias = text("Alias");
  const join = text("Join Type");
  return [
    join && join !== "Inner" ? `${join} ${node["Node Type"]}` : node["Node Type"],
    text("Index Name") && `· ${text("Index Name")}`,
    on && `on ${on}`,
    on && alias && alias !== on && `as ${alias}`,
    text("Subplan Name") && `(${text("Subplan Name")})`,
  ].filter(Boolean).join(" ");
}

function conditionsOf(node: PlanNode): string[] {
  return CONDITIONS.filter((name) => node[name] !== undefined).map((name) => {
    const value = node[name];
    return `${name}: ${Array.isArray(value) ? value.join(", ") : value}`;
  });
}

export function stepOf(node: PlanNode): Step {
  const below = (node.Plans ?? []).map(stepOf);
  const runs = node["Actual Loops"] ?? 0;
  const total = (node["Actual Total Time"] ?? 0) * runs;
  return {
    title: titleOf(node),
    conditions: conditionsOf(node),
    total,
    own: Math.max(0, total - sum(below.map((step) => step.total))),
    rows: (node["Actual Rows"] ?? 0) * runs,
    expected: node["Plan Rows"] * Math.max(1, runs),
    removed: (node["Rows Removed by Filter"] ?? 0) * runs,
    runs,
    hit: node["Shared Hit Blocks"] ?? 0,
    read: node["Shared Read Blocks"] ?? 0,
    below,
  };
}

export function steps(step: Step): Step[] {
  return [step, ...step.below.flatMap(steps)];
}

/** The step that took longest by itself, and the others that took a tenth of the whole or more. */
export function slowSteps(root: Step): { readonly slowest: Step; readonly slow: ReadonlySet<Step> } {
  const all = steps(root).sort((one, other) => other.own - one.own);
  return { slowest: all[0]!, slow: new Set(all.filter((step) => step.own >= root.total / 10)) };
}
