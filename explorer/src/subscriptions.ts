/** Subscriptions over one WebSocket (graphql-transport-ws), which is opened by the first of them. */
import { type Client, createClient, type SubscribePayload } from "graphql-ws";
import { language } from "./language.ts";
import { webSocket } from "./server.ts";
import { wordsNow } from "./words.ts";

type Headers = Record<string, string>;

/** A browser's WebSocket can bear no headers, so they are what the connection begins with. */
function connect(headers: Headers): Client {
  return createClient({
    url: webSocket(),
    lazy: true,
    retryAttempts: 0,
    connectionParams: { "accept-language": language.get(), ...headers },
  });
}

let connection: { readonly client: Client; readonly key: string } | undefined;

/** The connection for these headers: others need one of their own, since it is opened with them. */
function clientFor(headers: Headers): Client {
  const key = JSON.stringify([language.get(), headers]);
  if (connection?.key !== key) {
    void connection?.client.dispose();
    connection = { client: connect(headers), key };
  }
  return connection.client;
}

function readable(error: unknown): Error {
  if (error instanceof CloseEvent && error.code !== 1006) {
    return new Error(`${wordsNow().closed} ${error.code} ${error.reason}`);
  }
  if (error instanceof Error || Array.isArray(error)) {
    return error as Error;
  }
  return new Error(wordsNow().noWebSocket);
}

export async function* subscribe(parameters: object, headers: Headers) {
  try {
    yield* clientFor(headers).iterate(parameters as SubscribePayload);
  } catch (error) {
    throw readable(error);
  }
}
