/** Renews the access token before it ends, if the issuer gave a refresh token. */
import { end, type Issued, replaceToken, session } from "../session.ts";
import { SignInFailed } from "./failures.ts";

const AGAIN = 10_000; // milliseconds until an issuer that could not be reached is tried again
const MINUTE = 60_000;
const MOST = 3; // refusals in a minute: tokens that are refused as often although they are new
const LONGEST = 2 ** 31 - 1; // of a timer
const TOLERANCE = 10_000; // between the clock of the server and what this device counts

interface Readers {
  /** The same person has another token. */
  renewed(): void;
  /** The sign-in has ended by itself. */
  ended(): void;
}

let readers: Readers = { renewed: () => {}, ended: () => {} };
let running: Promise<string | undefined> | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let refusedAt: number[] = [];
let failedAt = -Infinity;

export function followRenewals(given: Readers): void {
  readers = given;
  session.observe(schedule);
  schedule();
}

/** The token for the next request; one that is about to end is renewed first. */
export function currentToken(): string | undefined | Promise<string | undefined> {
  const current = session.get();
  return current?.issued && isDue(current.issued) && !isWaiting(current.issued) ? renewal() : current?.token;
}

/** Whether a refusal was only of the token's age: then the session goes on with another, or ends with drafts kept. */
export function outlives(reason: string | undefined): boolean {
  const issued = session.get()?.issued;
  const isOld = reason === "EXPIRED" || (reason === undefined && issued?.expiresAt != null && issued.expiresAt <= Date.now() + TOLERANCE);
  if (!issued || !isOld) {
    return false;
  }
  if (issued.renewAt === 0) {
    return true; // of the same token, which is being renewed
  }
  refusedAt = [...refusedAt.filter((at) => Date.now() - at < MINUTE), Date.now()];
  if (issued.refreshToken === null || refusedAt.length > MOST) {
    finish();
  } else {
    issued.renewAt = issued.expiresAt = 0;
  }
  return true;
}

const isDue = ({ refreshToken, renewAt }: Issued): boolean => refreshToken !== null && renewAt !== null && renewAt <= Date.now();

/** Whether the issuer could not be reached just now, while the token is still good. */
const isWaiting = ({ expiresAt }: Issued): boolean =>
  Date.now() - failedAt < AGAIN && (expiresAt === null || expiresAt > Date.now());

/** One at a time: a refresh token works once. */
function renewal(): Promise<string | undefined> {
  running ??= renew().finally(() => {
    running = undefined;
  });
  return running;
}

async function renew(): Promise<string | undefined> {
  const current = session.get();
  if (!current?.issued) {
    return current?.token;
  }
  try {
    const { renewed } = await import("./protocol.ts");
    const next = await renewed(current.issued);
    if (session.get() === current) {
      replaceToken(next.token, next.issued);
      schedule();
      readers.renewed();
    }
  } catch (error) {
    if (session.get() === current) {
      goOnWithout(current.issued, error);
    }
  }
  return session.get()?.token;
}

/** Tries again later while the issuer can't be reached and the token is still good; otherwise the sign-in ends. */
function goOnWithout({ expiresAt }: Issued, error: unknown): void {
  const isTemporary = !(error instanceof SignInFailed) || error.problem === "UNREACHABLE" || error.problem === "BUSY";
  if (!isTemporary) {
    finish();
    return;
  }
  failedAt = Date.now();
  schedule();
  if (expiresAt !== null && expiresAt <= Date.now()) {
    throw error;
  }
}

function finish(): void {
  end();
  readers.ended();
}

/**
 * On a page that sends nothing too, streams go on with the new token before the old one ends; without a refresh
 * token, the reader learns that the sign-in has ended.
 */
function schedule(): void {
  clearTimeout(timer);
  const issued = session.get()?.issued;
  const at = issued?.refreshToken === null ? issued.expiresAt : issued?.renewAt;
  if (issued && at != null) {
    const wait = Math.max(at, failedAt + AGAIN) - Date.now();
    const act = issued.refreshToken === null ? finish : () => void Promise.resolve(currentToken()).catch(() => {});
    timer = setTimeout(wait > LONGEST ? schedule : act, Math.min(Math.max(wait, 0), LONGEST));
  }
}
