/** Follows the cursors of a subscription to changes, so that a new connection continues after the last one. */
import { type DocumentNode, getOperationAST } from "graphql";
import { wordsNow } from "./words.ts";

interface Parameters {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
}

export interface Subscription {
  /** What is sent, and sent again: with the last cursor in its variables. */
  readonly parameters: object;
  /** The cursor of a result, if it has one. */
  follow(result: unknown): string | null;
  /** What a lost connection means for what came meanwhile, in the reader's words. */
  gap(): string;
}

function cursorOf(result: unknown): string | null {
  const data = (result as { data?: Record<string, unknown> | null }).data ?? {};
  const cursor = (Object.values(data)[0] as { cursor?: unknown } | null | undefined)?.cursor;
  return typeof cursor === "string" ? cursor : null;
}

/** The first field, if it is `changes`, and the variable of its `after`. */
function changesIn(document: DocumentNode | undefined, name: string | null | undefined) {
  const [field] = (document && getOperationAST(document, name)?.selectionSet.selections) ?? [];
  if (field?.kind !== "Field" || field.name.value !== "changes") {
    return null;
  }
  const after = field.arguments?.find((argument) => argument.name.value === "after")?.value;
  return { variable: after?.kind === "Variable" ? after.name.value : null };
}

export function resuming(parameters: Parameters, document: DocumentNode | undefined): Subscription {
  const changes = changesIn(document, parameters.operationName);
  const variables: Record<string, unknown> = { ...parameters.variables };
  let last: string | null = null;
  return {
    parameters: { ...parameters, variables },
    follow(result) {
      const cursor = cursorOf(result);
      if (cursor && changes?.variable) {
        variables[changes.variable] = last = cursor;
      }
      return cursor;
    },
    gap() {
      const words = wordsNow();
      return !changes ? words.readAgain : last ? `${words.continuesAfter} ${last}` : words.maybeMissing;
    },
  };
}
