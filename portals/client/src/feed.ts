import type { Client } from "graphql-ws";
import type { Connection } from "./request.ts";

const CHANGES = "subscription ($after: String) { changes(after: $after) { cursor type } }";
const TOGETHER = 100; // milliseconds: changes of one transaction, and those of a bulk change, arrive together
const FIRST = 500;
const LONGEST = 15_000;
const OWN_END = 4499; // graphql-ws: this side has ended the connection, and opens another

interface Changes {
  changes: { cursor: string; type: string };
}

export interface Follower {
  /** These types have changed. */
  changed(types: ReadonlySet<string>): void;
  /** What is known may be of another access, or older than the changes that are kept. */
  lost(): void;
  /** The credential is not accepted any more; the reason is the server's, if it gave one. */
  refused(reason?: string): void;
  connected(yes: boolean): void;
}

/**
 * Follows what the viewer may see from a cursor, over one WebSocket, and goes on after the last change when the
 * connection breaks. The code of graphql-ws is loaded only then.
 */
export class Feed {
  #client: Client | undefined;
  #end: (() => void) | undefined;
  #pending = new Set<string>();

  readonly connection: Connection;
  readonly follower: Follower;

  constructor(connection: Connection, follower: Follower) {
    this.connection = connection;
    this.follower = follower;
  }

  async start(after: string): Promise<void> {
    this.stop();
    let ended = false;
    this.#end = () => {
      ended = true;
    };
    const { createClient } = await import("graphql-ws");
    if (ended) {
      return;
    }
    const { connection, follower } = this;
    let token: string | undefined;
    const client = createClient({
      url: async () => {
        token = await tokenOf(connection);
        return connection.url.replace(/^http/, "ws");
      },
      connectionParams: () => ({ acceptLanguage: connection.language(), ...(token ? { authorization: `Bearer ${token}` } : {}) }),
      retryAttempts: Infinity,
      retryWait: (retries) => pause(Math.min(FIRST * 2 ** retries, LONGEST) * (0.5 + Math.random() / 2)),
      shouldRetry: (event) => !isRefusal(event),
      on: {
        connected: () => follower.connected(true),
        closed: (event) => {
          if (codeOf(event) !== OWN_END) {
            follower.connected(false);
          }
          if (isRefusal(event) && !ended) {
            follower.refused();
          }
        },
      },
    });
    this.#client = client;
    const variables = { after };
    const unsubscribe = client.subscribe<Changes>(
      { query: CHANGES, variables },
      {
        next: ({ data }) => {
          if (data) {
            variables.after = data.changes.cursor;
            this.#note(data.changes.type);
          }
        },
        error: (error) => !ended && this.#failed(error, variables.after),
        complete: () => !ended && this.#startAgain(variables.after),
      },
    );
    this.#end = () => {
      ended = true;
      unsubscribe();
      void client.dispose();
    };
  }

  stop(): void {
    this.#end?.();
    this.#end = undefined;
    this.#client = undefined;
    this.#pending.clear();
  }

  /** Goes on after the last change, over a connection with another token of the same viewer. */
  reconnect(): void {
    this.#client?.terminate();
  }

  #note(type: string): void {
    if (this.#pending.size === 0) {
      setTimeout(() => {
        const types = this.#pending;
        this.#pending = new Set();
        if (types.size > 0) {
          this.follower.changed(types);
        }
      }, TOGETHER);
    }
    this.#pending.add(type);
  }

  /** An error of the operation; connections that fail are not errors here, but opened again. */
  #failed(error: unknown, after: string): void {
    const { code, reason } = (error as { extensions?: { code?: string; reason?: string } }[] | undefined)?.[0]?.extensions ?? {};
    if (code === "UNAUTHENTICATED") {
      this.stop();
      this.follower.refused(reason);
    } else if (code === "CURSOR_EXPIRED") {
      this.stop();
      this.follower.lost();
    } else {
      this.#startAgain(after);
    }
  }

  /** Whatever ended it will not be over at once. */
  #startAgain(after: string): void {
    this.stop();
    const timer = setTimeout(() => void this.start(after), LONGEST);
    this.#end = () => clearTimeout(timer);
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** However long it takes: graphql-ws gives up when it can't have what it connects with. */
async function tokenOf(connection: Connection): Promise<string | undefined> {
  for (let wait = FIRST; ; wait = Math.min(wait * 2, LONGEST)) {
    try {
      return await connection.token();
    } catch {
      await pause(wait);
    }
  }
}

const codeOf = (event: unknown): unknown => (event as { code?: unknown } | undefined)?.code;

function isRefusal(event: unknown): boolean {
  const code = codeOf(event);
  return code === 4401 || code === 4403;
}
