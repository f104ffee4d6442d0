/** How long the last response took, and its size: as the network carried it, and decoded. */
import { observed } from "./observed.ts";
import { graphql } from "./server.ts";

export interface Measured {
  readonly status: number;
  readonly milliseconds: number;
  readonly decoded: number;
  /** Null until the browser has counted it, or where it does not. */
  readonly wire: number | null;
}

export const lastResponse = observed<Measured | null>(null);

let began = 0;
let counted: PerformanceResourceTiming[] = [];

/** The browser counts what the network carried, shortly before or after the response has been read. */
function settle(): void {
  const last = lastResponse.get();
  const own = counted.find((one) => one.startTime >= began && one.decodedBodySize === last?.decoded);
  if (last && own?.encodedBodySize) {
    counted = [];
    lastResponse.set({ ...last, wire: own.encodedBodySize });
  }
}

new PerformanceObserver((list) => {
  const entries = list.getEntriesByName(graphql.href) as PerformanceResourceTiming[];
  if (entries.length) {
    counted.push(...entries.filter((entry) => entry.startTime >= began));
    settle();
  }
}).observe({ type: "resource" });

/** Called right before a request is sent. */
export function sending(): void {
  counted = [];
  lastResponse.set(null);
  began = performance.now();
}

export function received(status: number, decoded: number): void {
  lastResponse.set({ status, milliseconds: performance.now() - began, decoded, wire: null });
  settle();
}
