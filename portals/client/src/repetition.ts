import { RequestFailed } from "./failures.ts";

const FIRST = 500; // milliseconds
const LONGEST = 15_000;

/**
 * Attempts until there is an answer. Only temporary failures are repeated, later each time with a random part,
 * at once when the network is back; `failed` is told of each.
 */
export async function repeated<T>(
  attempt: () => Promise<T>,
  signal?: AbortSignal,
  failed: (failure: RequestFailed) => void = () => {},
): Promise<T> {
  for (let pause = FIRST; ; pause = Math.min(pause * 2, LONGEST)) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof RequestFailed && error.isTemporary)) {
        throw error;
      }
      failed(error);
      await pausing((error.retryAfter ?? 0) * 1000 || pause * (0.5 + Math.random() / 2), signal);
    }
  }
}

/** Ends early when the network is back. Rejects when the signal is aborted. */
function pausing(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = new AbortController();
    const finish = (then: () => void) => () => {
      clearTimeout(timer);
      end.abort();
      then();
    };
    const timer = setTimeout(finish(resolve), milliseconds);
    globalThis.addEventListener?.("online", finish(resolve), { signal: end.signal });
    signal?.addEventListener("abort", finish(() => reject(signal.reason as Error)), { signal: end.signal });
  });
}
