/** Asks the server, in the reader's language; what goes wrong on the way becomes an error that can be read. */
import type { GraphiQLProps } from "graphiql";
import { type DocumentNode, getOperationAST, OperationTypeNode, parse } from "graphql";
import { ask, type Headers, signed } from "./asking/requests.ts";
import { introspected } from "./asking/schema.ts";
import { edition } from "./edits.ts";
import { close } from "./events/log.ts";
import { asked, type Explained, told } from "./explain/explained.ts";
import { language } from "./language.ts";
import { lastResponse, received, sending } from "./measured.ts";
import { resuming } from "./resuming.ts";
import { graphql } from "./server.ts";
import { notice } from "./sharing/notice.tsx";
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

function read(response: Response, text: string): Result {
  try {
    return JSON.parse(text) as Result;
  } catch {
    return problem(`${wordsNow().notGraphQL} ${response.status} ${response.statusText}`, text.slice(0, 500));
  }
}

const spoken = (headers: Headers): Headers => ({ "accept-language": language.get(), ...headers });

async function schema(parameters: Parameters, headers: Headers): Promise<Result> {
  const response = await ask(parameters, spoken(headers));
  return introspected(read(response, await response.text()));
}

async function answered(parameters: Parameters, headers: Headers): Promise<Result> {
  const [explaining, before] = [asked.get(), edition()];
  const body = { ...parameters, ...(explaining && { extensions: { explain: true } }) };
  const response = await ask(body, spoken(headers), sending);
  const bytes = await response.arrayBuffer();
  received(response.status, bytes.byteLength);
  const result = read(response, new TextDecoder().decode(bytes));
  return explaining ? explained(result, before) : result;
}

/** The answer without its explanation, which the panel shows unless the operation has changed since. */
function explained(result: Result, before: number): Result {
  const { explain: explanation = null, ...extensions } = result.extensions ?? {};
  if (edition() === before) {
    told.set(explanation);
  }
  const { extensions: _, ...rest } = result;
  return Object.keys(extensions).length ? { ...rest, extensions } : rest;
}

/** In lower case, so that a typed name overrides ours. */
const lowered = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Not as GraphiQL has it, which is older right after something was put into the editor. */
function parsed(query: string): DocumentNode | undefined {
  try {
    return parse(query);
  } catch {
    return undefined; // the server says what is wrong
  }
}

function run(parameters: Parameters, headers: Headers) {
  const document = parsed(parameters.query);
  const operation = document && getOperationAST(document, parameters.operationName);
  notice.set(null);
  lastResponse.set(null);
  if (operation?.operation === OperationTypeNode.SUBSCRIPTION) {
    return subscribe(resuming(parameters, document), signed(headers));
  }
  close();
  return answered(parameters, headers);
}

export const fetcher: Fetcher = (parameters, options) => {
  const headers = lowered(options?.headers ?? {});
  const introspecting = parameters.operationName === "IntrospectionQuery";
  const results = introspecting ? schema(parameters, headers) : run(parameters, headers);
  return (
    results instanceof Promise
      ? results.catch((error: Error) => problem(wordsNow().unreachable, `${graphql.href}: ${error.message}`))
      : results
  ) as ReturnType<Fetcher>; // its type has errors as they are thrown, not as they are sent
};
