/** What is in the editors, as a request that somebody else can send. */
import { useGraphiQL } from "@graphiql/react";
import { OperationTypeNode, parse as parseDocument } from "graphql";
import { parse, type ParseError } from "jsonc-parser";
import { credential, isTyped } from "../asking/requests.ts";
import { language } from "../language.ts";
import { graphql } from "../server.ts";
import { wordsNow } from "../words.ts";
import { holdsToken, TOKEN, type Text, plain, withoutTokens } from "./tokens.ts";

export interface Current {
  readonly query: string;
  readonly variables: string;
  readonly headers: string;
  readonly operationName: string | null;
  readonly subscribing: boolean;
}

export interface CopiedRequest {
  readonly url: string;
  readonly headers: readonly (readonly [string, Text])[];
  readonly body: Readonly<Record<string, unknown>>;
  readonly subscribing: boolean;
}

/** In the reader's words. */
export class NotCopied extends Error {}

/** The operation that Run would run: the chosen one, or the first. */
function operationIn(query: string, chosen: string | null | undefined) {
  try {
    const operations = parseDocument(query).definitions.filter((one) => one.kind === "OperationDefinition");
    return operations.find(({ name }) => name && name.value === chosen) ?? operations[0];
  } catch {
    return undefined; // what is wrong with it is marked in the editor, and the server says it too
  }
}

/** Reads the editors when it is called. */
export function useCurrent(): () => Current {
  const { queryEditor, variableEditor, headerEditor, operationName } = useGraphiQL((state) => ({
    queryEditor: state.queryEditor,
    variableEditor: state.variableEditor,
    headerEditor: state.headerEditor,
    operationName: state.operationName,
  }));
  return () => {
    const query = queryEditor?.getValue() ?? "";
    const operation = operationIn(query, operationName);
    return {
      query,
      variables: variableEditor?.getValue() ?? "",
      headers: headerEditor?.getValue() ?? "",
      operationName: operation?.name?.value ?? null,
      subscribing: operation?.operation === OperationTypeNode.SUBSCRIPTION,
    };
  };
}

function objectIn(text: string, problem: string): Record<string, unknown> {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true }) ?? {};
  if ((errors.length && text.trim()) || typeof value !== "object" || Array.isArray(value)) {
    throw new NotCopied(problem);
  }
  return value as Record<string, unknown>;
}

const NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** A typed header; of Authorization only the scheme is kept. */
function typed(name: string, value: unknown): readonly [string, Text] {
  const text = String(value).replace(/[\r\n\0]+/g, " ").trim();
  const scheme = /^\w+(?= )/.exec(text)?.[0];
  return [name, isTyped({ [name]: "" }) ? [...plain(scheme ? `${scheme} ` : ""), TOKEN] : withoutTokens(text)];
}

function headersOf({ headers, subscribing }: Current): CopiedRequest["headers"] {
  const own = Object.entries(objectIn(headers, wordsNow().headersUnreadable))
    .filter(([name]) => NAME.test(name))
    .map(([name, value]) => typed(name.toLowerCase(), value));
  const accept = subscribing ? "text/event-stream" : "application/graphql-response+json, application/json;q=0.9";
  const usual: [string, Text][] = [
    ["accept", plain(accept)],
    ["accept-language", plain(language.get())],
    ["content-type", plain("application/json")],
  ];
  if (credential()) {
    usual.push(["authorization", [...plain("Bearer "), TOKEN]]);
  }
  return [...new Map([...usual, ...own])];
}

/** Subscriptions are event streams for those who have no WebSocket. */
export function requestOf(current: Current): CopiedRequest {
  const { query, operationName, subscribing } = current;
  const variables = objectIn(current.variables, wordsNow().variablesUnreadable);
  return {
    url: subscribing ? `${graphql.href}/stream` : graphql.href,
    headers: headersOf(current),
    body: {
      query,
      ...(Object.keys(variables).length && { variables }),
      ...(operationName && { operationName }),
    },
    subscribing,
  };
}

/** Whether the variable stands somewhere in it. */
export const needsToken = ({ headers, body }: CopiedRequest): boolean =>
  headers.some(([, value]) => value.includes(TOKEN)) || holdsToken(JSON.stringify(body));
