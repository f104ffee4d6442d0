/** The schema that is shown: read again for somebody else where it could not be read before. */
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useRef } from "react";
import { observed } from "../observed.ts";
import { wordsNow } from "../words.ts";
import { ask, useCredential } from "./requests.ts";

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly { message: string; extensions?: { code?: unknown } }[];
}

/** Whether the server shows its schema to others only; null until it has answered. */
export const refused = observed<boolean | null>(null);

/** The answer to introspection as GraphiQL shows it: a refusal with what it means for the reader. */
export function introspected<T extends Result>(result: T): T {
  const forbidden = result.errors?.some((error) => error.extensions?.code === "FORBIDDEN") ?? false;
  refused.set(forbidden);
  return forbidden ? { ...result, data: null, errors: [{ message: wordsNow().noSchema }, ...result.errors!] } : result;
}

const PROBE = { query: "{ __schema { queryType { name } } }" };

/** Asked before GraphiQL asks, since that puts a refusal in the place of the last answer. */
async function isShown(): Promise<boolean> {
  try {
    const result = (await (await ask(PROBE, {})).json()) as Result;
    return Boolean(result.data && !result.errors);
  } catch {
    return false;
  }
}

export function useSchemaOfWhoAsks(): void {
  const asked = useCredential();
  const schema = useGraphiQL((state) => state.schema);
  const { introspect } = useGraphiQLActions();
  const before = useRef(asked);
  useEffect(() => {
    if (asked === before.current) {
      return;
    }
    before.current = asked;
    if (!schema) {
      void isShown().then((shown) => (shown ? introspect() : undefined));
    }
  }, [asked, schema, introspect]);
}
