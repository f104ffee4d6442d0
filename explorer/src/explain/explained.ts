/** Whether queries are to be explained, and what the server told of the last one. */
import { observed } from "../observed.ts";

/** A step of PostgreSQL's plan as `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)` has it. */
export interface PlanNode {
  readonly "Node Type": string;
  readonly "Plan Rows": number;
  readonly "Actual Rows"?: number;
  readonly "Actual Loops"?: number;
  readonly "Actual Total Time"?: number;
  readonly "Shared Hit Blocks"?: number;
  readonly "Shared Read Blocks"?: number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
  readonly [property: string]: unknown;
}

export interface Explained {
  readonly sql: string | null;
  readonly parameters: readonly unknown[];
  readonly postgresql: {
    readonly Plan: PlanNode;
    readonly "Planning Time"?: number;
    readonly "Execution Time"?: number;
  } | null;
  readonly cached: { readonly document: boolean; readonly plan: boolean };
  readonly stages: Readonly<Record<string, number>>;
}

export const asked = observed(false);

/** Undefined before any answer; null if the last one was not explained. */
export const told = observed<Explained | null | undefined>(undefined);
