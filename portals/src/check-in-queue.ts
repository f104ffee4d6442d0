/**
 * Check-ins that were tapped, until the server has them. The queue stays in the browser through a reload, a dead
 * battery and a new sign-in; it holds ids and times, no names. A list is sent again as it was, with its key, until
 * it is answered, and nobody is counted twice on a day, by whichever phone.
 */
import { RequestFailed } from "@puente/client";
import { client } from "./data/client.ts";
import { CheckInManyDocument } from "./generated/graphql.ts";
import { observed } from "./observed.ts";

export interface CheckIn {
  registration: string;
  clientAt: string;
}

export interface Queue {
  waiting: CheckIn[];
  /** On its way: what was sent with which key. */
  sent: { key: string; items: CheckIn[] } | null;
  /** Why some were not accepted, by registration. */
  refused: Record<string, string>;
}

const KEPT_AS = "puente:check-in";
const MOST = 200; // items of a list; the API takes 500
const EMPTY: Queue = { waiting: [], sent: null, refused: {} };

function kept(): Queue {
  const text = localStorage.getItem(KEPT_AS);
  return text === null ? EMPTY : (JSON.parse(text) as Queue);
}

export const queue = observed<Queue>(kept());

function keep(next: Queue): void {
  if (next.waiting.length === 0 && next.sent === null) {
    localStorage.removeItem(KEPT_AS);
  } else {
    localStorage.setItem(KEPT_AS, JSON.stringify({ ...next, refused: {} }));
  }
  queue.set(next);
}

/** Those that the server does not have yet. */
export const pending = (now: Queue): readonly CheckIn[] => [...(now.sent?.items ?? []), ...now.waiting];

export function checkIn(registration: string): void {
  const now = queue.get();
  if (!pending(now).some((item) => item.registration === registration)) {
    const { [registration]: _, ...refused } = now.refused;
    keep({ ...now, refused, waiting: [...now.waiting, { registration, clientAt: new Date().toISOString() }] });
  }
  void flush();
}

let isSending = false;

/** Sends what waits, and what had been sent without an answer first. */
export async function flush(): Promise<void> {
  if (isSending) {
    return;
  }
  isSending = true;
  try {
    for (let list = next(); list; list = next()) {
      const { checkInMany } = await client.mutate(CheckInManyDocument, { input: { items: list.items } }, { key: list.key });
      const refused = { ...queue.get().refused };
      checkInMany.userErrors.forEach((error) => list?.items.forEach((item) => (refused[item.registration] = error.message)));
      checkInMany.results.forEach((result, index) => {
        const item = list?.items[index];
        if (item && result.userErrors[0]) {
          refused[item.registration] = result.userErrors[0].message;
        }
      });
      keep({ ...queue.get(), sent: null, refused });
    }
    client.store.renew(new Set(["REGISTRATION", "ATTENDANCE"]));
  } catch (error) {
    if (!(error instanceof RequestFailed || (error as Error).name === "AbortError")) {
      throw error; // signed out meanwhile, or not accepted: what waits stays
    }
  } finally {
    isSending = false;
  }
}

function next(): Queue["sent"] {
  const now = queue.get();
  if (now.sent === null && now.waiting.length > 0) {
    const items = now.waiting.slice(0, MOST);
    keep({ ...now, waiting: now.waiting.slice(MOST), sent: { key: crypto.randomUUID(), items } });
  }
  return queue.get().sent;
}
