/** What a subscription sent, the newest first, and what became of its connection. */
import { observed } from "../observed.ts";

export interface Entry {
  readonly id: number;
  readonly time: Date;
  readonly kind: "event" | "lost" | "again" | "ended";
  readonly cursor: string | null;
  /** An event's JSON, or the rest of a sentence. */
  readonly text: string;
}

export interface Log {
  readonly entries: readonly Entry[];
  /** How many events came, with those that are left out by now. */
  readonly events: number;
}

/**
 * A change feed can send hundreds of events a second, and a live query its whole result each time: more than these
 * nobody reads in a list, and the page would keep growing. Earlier changes come again after an earlier cursor.
 */
export const MOST = 200;
const MOST_CHARACTERS = 4_000_000;

/** Entries that come together are shown together. */
const PACE = 100;

const EMPTY: Log = { entries: [], events: 0 };

/** Null before the first subscription, and once something else was run. */
export const log = observed<Log | null>(null);

let pending: Entry[] = [];
let more = 0; // events among those that are pending, or were left out of them
let timer: ReturnType<typeof setTimeout> | undefined;
let count = 0;

function bounded(entries: readonly Entry[]): readonly Entry[] {
  let characters = 0;
  const end = entries.findIndex((entry) => (characters += entry.text.length) > MOST_CHARACTERS);
  return entries.slice(0, Math.min(MOST, end === -1 ? MOST : Math.max(1, end)));
}

function flush(): void {
  timer = undefined;
  const { entries, events } = log.get() ?? EMPTY;
  log.set({ entries: bounded([...pending, ...entries]), events: events + more });
  [pending, more] = [[], 0];
}

function start(value: Log | null): void {
  clearTimeout(timer);
  [timer, pending, more] = [undefined, [], 0];
  log.set(value);
}

export const clear = (): void => start(EMPTY);
export const close = (): void => start(null);

export function add(kind: Entry["kind"], text: string, cursor: string | null = null): void {
  pending = [...bounded([{ id: (count += 1), time: new Date(), kind, cursor, text }, ...pending])];
  more += kind === "event" ? 1 : 0;
  timer ??= setTimeout(flush, PACE);
}
