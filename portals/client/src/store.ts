import type { RequestFailed } from "./failures.ts";

/** What is known of the result of a query. */
export interface Result<Data> {
  data?: Data | undefined;
  /** Why there is nothing newer; `data` is then the last that there was. */
  failure?: RequestFailed | undefined;
}

export interface Entry<Data = unknown> {
  result: Result<Data>;
  readonly readers: Set<() => void>;
  /** Fetches again; set while somebody reads it. */
  refresh?: (() => void) | undefined;
  readonly types: ReadonlySet<string>;
}

/**
 * The results of queries by their text and variables, in memory only. It has whole results as they were
 * answered, and is not normalized: what may be read of a row depends on the reader, so a result is renewed by
 * asking again, never by putting parts of others into it.
 */
export class Store {
  readonly #entries = new Map<string, Entry>();

  /** The number of results that are kept. */
  get size(): number {
    return this.#entries.size;
  }

  /** What is known now, without asking. */
  result<Data>(key: string): Result<Data> {
    return (this.#entries.get(key)?.result ?? {}) as Result<Data>;
  }

  entry<Data>(key: string, types: Iterable<string>): Entry<Data> {
    const found = this.#entries.get(key) ?? { result: {}, readers: new Set(), types: new Set(types) };
    this.#entries.set(key, found);
    return found as Entry<Data>;
  }

  set<Data>(entry: Entry<Data>, result: Result<Data>): void {
    entry.result = result;
    entry.readers.forEach((reader) => reader());
  }

  /** Asks again for what is read and contains a type; results that nobody reads are dropped. */
  renew(types: ReadonlySet<string>): void {
    this.#each((entry) => [...types].some((type) => entry.types.has(type)));
  }

  renewAll(): void {
    this.#each(() => true);
  }

  #each(concerns: (entry: Entry) => boolean): void {
    for (const [key, entry] of this.#entries) {
      if (concerns(entry)) {
        if (entry.readers.size === 0) {
          this.#entries.delete(key);
        } else {
          entry.refresh?.();
        }
      }
    }
  }

  /** Forgets everything at once, also what is on the screen, which is then asked for again. */
  forget(): void {
    for (const [key, entry] of this.#entries) {
      if (entry.readers.size === 0) {
        this.#entries.delete(key);
      } else {
        this.set(entry, {});
        entry.refresh?.();
      }
    }
  }
}
