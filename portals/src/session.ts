/** Who is signed in, in this tab. The token is kept for the tab's life, so that a reload asks nobody again. */
import { observed } from "./observed.ts";

export interface Session {
  token: string;
  /** How the page greets: a persona's label, or the name in the token. */
  name: string;
  /** What an issuer gave with the token; the demo's personas have none. */
  issued?: Issued;
}

export interface Issued {
  issuer: string;
  subject: string;
  /** When the token is to be renewed, and when it ends, by this device's clock in milliseconds; null if unknown. */
  renewAt: number | null;
  expiresAt: number | null;
  refreshToken: string | null;
  /** What a sign-out at the issuer needs. */
  idToken: string | null;
  endSession: string | null;
}

const KEPT_AS = "puente:session";
/** Whose drafts this tab keeps after their sign-in has ended. */
const ENDED_AS = "puente:ended";

function kept(): Session | null {
  const text = sessionStorage.getItem(KEPT_AS);
  return text === null ? null : (JSON.parse(text) as Session);
}

export const session = observed<Session | null>(kept());

const owner = ({ issued, name }: Session): string => JSON.stringify(issued ? [issued.issuer, issued.subject] : [name]);

export function keep(signedIn: Session): void {
  const ended = sessionStorage.getItem(ENDED_AS);
  if (ended !== owner(signedIn)) {
    sessionStorage.clear();
  }
  sessionStorage.removeItem(ENDED_AS);
  sessionStorage.setItem(KEPT_AS, JSON.stringify(signedIn));
  session.set(signedIn);
}

/** The same person goes on with another token: what is shown stays. */
export function replaceToken(token: string, issued: Issued): void {
  const current = session.get();
  if (current) {
    Object.assign(current, { token, issued });
    sessionStorage.setItem(KEPT_AS, JSON.stringify(current));
  }
}

/** The sign-in has ended by itself: what was typed and sent waits in this tab, for the same person only. */
export function end(): void {
  const current = session.get();
  if (current) {
    sessionStorage.removeItem(KEPT_AS);
    sessionStorage.setItem(ENDED_AS, owner(current));
    session.set(null);
  }
}

/** Nothing of a person stays: no token, no draft, no key of a request. */
export function drop(): void {
  sessionStorage.clear();
  session.set(null);
}
