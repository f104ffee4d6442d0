/** Subscriptions over one WebSocket (graphql-transport-ws), which is opened by the first of them. */
import { type Client, createClient, type SubscribePayload } from "graphql-ws";
import { add, clear } from "./events/log.ts";
import { language } from "./language.ts";
import type { Subscription } from "./resuming.ts";
import { webSocket } from "./server.ts";
import { wordsNow } from "./words.ts";

type Headers = Record<string, string>;

/** How often a lost connection is tried again, and how long that takes at most each time: a minute together. */
const TRIES = 8;
const LONGEST_WAIT = 15_000;
const NORMAL = 1000;
const FORBIDDEN = 4403;

interface Connection {
  readonly client: Client;
  readonly key: string;
  /** Forgets that it was open, so that the next one is not tried in vain for a minute. */
  reset(): void;
}

const wait = (tries: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.min(500 * 2 ** tries, LONGEST_WAIT)));

/** The subscription that runs: GraphiQL runs one at a time. */
let current: Subscription | undefined;

const reasonOf = (event: unknown): string =>
  event instanceof CloseEvent && event.code !== 1006 ? `${event.code} ${event.reason}`.trim() : "";

/**
 * A browser's WebSocket can bear no headers, so they are what the connection begins with. One that was open once
 * is opened again when it is lost; one that cannot be opened at all is reported at once.
 */
function connect(headers: Headers): Pick<Connection, "client" | "reset"> {
  let [opened, lost] = [false, false];
  const reset = (): void => void ([opened, lost] = [false, false]);
  const client = createClient({
    url: webSocket(),
    lazy: true,
    retryAttempts: TRIES,
    retryWait: wait,
    shouldRetry(event) {
      const again = opened && !(event instanceof CloseEvent && event.code === FORBIDDEN);
      if (again && !lost) {
        lost = true;
        add("lost", reasonOf(event));
      }
      return again;
    },
    connectionParams: { "accept-language": language.get(), ...headers },
    on: {
      connected() {
        if (lost) {
          add("again", current?.gap() ?? "");
        }
        [opened, lost] = [true, false];
      },
      closed: (event) => void ((event as CloseEvent).code === NORMAL && reset()),
    },
  });
  return { client, reset };
}

let connection: Connection | undefined;

/** The connection for these headers: others need one of their own, since it is opened with them. */
function clientFor(headers: Headers): Client {
  const key = JSON.stringify([language.get(), headers]);
  if (connection?.key !== key) {
    void connection?.client.dispose();
    connection = { ...connect(headers), key };
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

function failed(error: unknown): Error {
  const readableError = readable(error);
  connection?.reset();
  add("ended", Array.isArray(error) ? error.map(({ message }) => message).join(" ") : readableError.message);
  return readableError;
}

/** Not a generator: that could be stopped only at the next event. */
export function subscribe(subscription: Subscription, headers: Promise<Headers>): AsyncIterableIterator<unknown> {
  clear();
  current = subscription;
  let stopped = false;
  const opened = headers.then((signed) =>
    stopped ? null : clientFor(signed).iterate(subscription.parameters as SubscribePayload),
  );
  const end = { done: true as const, value: undefined };
  return {
    async next() {
      try {
        const received = (await (await opened)?.next()) ?? end;
        if (!received.done && !stopped) {
          add("event", JSON.stringify(received.value), subscription.follow(received.value));
        }
        return received;
      } catch (error) {
        throw failed(error);
      }
    },
    async return() {
      stopped = true;
      connection?.reset();
      await (await opened)?.return?.();
      return end;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
