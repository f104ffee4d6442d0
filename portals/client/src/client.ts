import type { TypedDocument } from "./documents.ts";
import { RequestFailed } from "./failures.ts";
import { Feed } from "./feed.ts";
import { repeated } from "./repetition.ts";
import { type Connection, send } from "./request.ts";
import { type Entry, Store } from "./store.ts";

export interface Options extends Connection {
  /** The server doesn't accept the token any more: everything was forgotten, and requests are the public's. */
  refused(reason: string | undefined): void;
  /** Whether changes arrive at the moment. */
  connected?(yes: boolean): void;
}

interface Since {
  changeCursor?: string;
}

/** Reads, acts and follows, as one viewer at a time. */
export class PuenteClient {
  readonly options: Options;
  readonly store = new Store();
  readonly #feed: Feed;
  #viewer = new AbortController();
  #access = new AbortController();
  #following = false;

  constructor(options: Options) {
    this.options = options;
    this.#feed = new Feed(options, {
      changed: (types) => this.store.renew(types),
      lost: () => this.renewAccess(),
      refused: (reason) => this.#refused(reason),
      connected: (yes) => options.connected?.(yes),
    });
  }

  /**
   * Reads a query's result and calls `reader` whenever there is another, until the function that it returns is
   * called. `types` are the entity types (`EntityType`) whose changes make it ask again. A query that selects
   * `changeCursor` makes the client follow changes from there on: nothing between answer and feed is missed.
   */
  watch<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    variables: Variables,
    types: Iterable<string>,
    reader: () => void,
  ): () => void {
    const entry = this.store.entry<Data>(this.key(document, variables), types);
    entry.readers.add(reader);
    entry.refresh ??= this.#refreshing(entry, document, variables as object);
    if (!entry.result.data) {
      entry.refresh();
    }
    return () => void entry.readers.delete(reader);
  }

  /** Sends a query until it is answered. Throws `RequestFailed`. */
  async query<Data, Variables>(document: TypedDocument<Data, Variables>, variables: Variables): Promise<Data> {
    const signal = this.#access.signal;
    const operation = { query: document.toString(), variables: variables as object, signal };
    return this.#checked(repeated(() => send<Data>(this.options, operation), signal));
  }

  /**
   * Sends a mutation until it is answered, always with the same key, so that it is carried out once; keep the
   * key to go on after a reload. `failed` is told of each attempt without an answer. Throws `RequestFailed`.
   */
  async mutate<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    variables: Variables,
    { key = crypto.randomUUID() as string, failed }: { key?: string; failed?: (failure: RequestFailed) => void } = {},
  ): Promise<Data> {
    const signal = this.#viewer.signal;
    const operation = { query: document.toString(), variables: variables as object, key, signal };
    return this.#checked(repeated(() => send<Data>(this.options, operation), signal, failed));
  }

  /** Another viewer: nothing of the one before is awaited or kept, and what is shown is asked for again. */
  renewViewer(): void {
    this.#viewer.abort();
    this.#viewer = new AbortController();
    this.renewAccess();
  }

  /** Another access of the same viewer: forgets every result. What they have sent is still awaited. */
  renewAccess(): void {
    this.#access.abort();
    this.#access = new AbortController();
    this.#feed.stop();
    this.#following = false;
    this.store.forget();
  }

  /** The same viewer has another token: results stay, and changes go on to be followed with it. */
  renewToken(): void {
    this.#feed.reconnect();
  }

  /** Ends everything that is open. */
  close(): void {
    this.#viewer.abort();
    this.#access.abort();
    this.#feed.stop();
  }

  /** Under what the store keeps a query's result. */
  key<Data, Variables>(document: TypedDocument<Data, Variables>, variables: Variables): string {
    return `${this.options.language()} ${JSON.stringify(variables)} ${document.toString()}`;
  }

  #refreshing<Data>(entry: Entry<Data>, document: TypedDocument<Data, never>, variables: object): () => void {
    let running: AbortController | undefined;
    return () => {
      running?.abort();
      running = new AbortController();
      const signal = AbortSignal.any([running.signal, this.#access.signal]);
      const operation = { query: document.toString(), variables, signal };
      const stale = (failure: RequestFailed) => this.store.set(entry, { data: entry.result.data, failure });
      this.#checked(repeated(() => send<Data>(this.options, operation), signal, stale)).then(
        (data) => {
          this.store.set(entry, { data });
          this.#follow((data as Since).changeCursor);
        },
        (error: unknown) => {
          if (error instanceof RequestFailed) {
            this.store.set(entry, { failure: error });
          }
        },
      );
    };
  }

  async #checked<Data>(answer: Promise<Data>): Promise<Data> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof RequestFailed && error.code === "UNAUTHENTICATED") {
        this.#refused(error.reason);
      }
      throw error;
    }
  }

  #refused(reason: string | undefined): void {
    this.options.refused(reason);
    this.renewViewer();
  }

  #follow(cursor: string | undefined): void {
    if (cursor !== undefined && !this.#following) {
      this.#following = true;
      void this.#feed.start(cursor);
    }
  }
}
