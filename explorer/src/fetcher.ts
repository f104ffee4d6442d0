/** Asks the server, in the reader's language; what goes wrong on the way becomes an error that can be read. */
import type { GraphiQLProps } from "graphiql";
import { getOperationAST, OperationTypeNode } from "graphql";
import { ask, type Headers, signed } from "./asking/requests.ts";
import { introspected } from "./asking/schema.ts";
import { asked, type Explained, told } from "./explain/explained.ts";
import { language } from "./language.ts";
import { graphql } from "./server.ts";
import { subscribe } from "./subscriptions.ts";
import { wordsNow } from "./words.ts";

type Fetcher = GraphiQLProps["fetcher"];
type Parameters = globalThis.Parameters<Fetcher>[0];

interface Result {
  data?: Record<string, unknown> | null;
  errors?: { message: string }[];
  extensions?: { explain?: Explained; [key: string]: unknown };
}

const problem = (...message: string[]): Result => ({ errors: [{ message: message.join("\n") }] });

async function answered(parameters: Parameters, headers: Headers): Promise<Result> {
  const introspecting = parameters.operationName === "IntrospectionQuery";
  const explaining = asked.get() && !introspecting;
  const body = { ...parameters, ...(explaining && { extensions: { explain: true } }) };
  const response = await ask(body, { "accept-language": language.get(), ...headers });
  const text = await response.text();
  try {
    const result: Result = JSON.parse(text);
    return explaining ? explained(result) : introspecting ? introspected(result) : result;
  } catch {
    return problem(`${wordsNow().notGraphQL} ${response.status} ${response.statusText}`, text.slice(0, 500));
  }
}

async function* subscribed(parameters: Parameters, headers: Headers) {
  yield* subscribe(parameters, await signed(headers));
}

/** The answer without its explanation, which the panel shows. */
function explained(result: Result): Result {
  const { explain: explanation = null, ...extensions } = result.extensions ?? {};
  told.set(explanation);
  const { extensions: _, ...rest } = result;
  return Object.keys(extensions).length ? { ...rest, extensions } : rest;
}

export const fetcher: Fetcher = (parameters, options) => {
  const headers: Headers = options?.headers ?? {};
  const operation = options?.documentAST && getOperationAST(options.documentAST, parameters.operationName);
  const results =
    operation?.operation === OperationTypeNode.SUBSCRIPTION
      ? subscribed(parameters, headers)
      : answered(parameters, headers).catch((error: Error) =>
          problem(wordsNow().unreachable, `${graphql.href}: ${error.message}`),
        );
  return results as ReturnType<Fetcher>; // its type has errors as they are thrown, not as they are sent
};
