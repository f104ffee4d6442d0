import type { Result, TypedDocument } from "@puente/client";
import { useEffect, useReducer, useRef } from "react";
import type { EntityType } from "../generated/graphql.ts";
import { client } from "./client.ts";

export interface QueryState<Data> extends Result<Data> {
  /** Whether `data` is still that of the variables before. */
  isPrevious: boolean;
}

/**
 * A query's result, renewed when rows of these types change. While it waits for other variables, it has the
 * result of those before, so that nothing jumps; after a sign-out it has nothing.
 */
export function useQuery<Data, Variables>(
  document: TypedDocument<Data, Variables>,
  variables: Variables,
  types: readonly EntityType[],
): QueryState<Data> {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const key = client.key(document, variables);
  const previous = useRef<{ key: string; data: Data | undefined }>({ key, data: undefined });
  useEffect(() => {
    const reader = () => {
      if (!client.store.result(key).data) {
        previous.current = { key, data: undefined };
      }
      redraw(undefined);
    };
    return client.watch(document, variables, types, reader);
  }, [key]);
  const result = client.store.result<Data>(key);
  if (result.data) {
    previous.current = { key, data: result.data };
    return { ...result, isPrevious: false };
  }
  return { ...result, data: previous.current.data, isPrevious: previous.current.data !== undefined };
}
