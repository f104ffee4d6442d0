/** A sign-in that has begun in this tab; its response is accepted once. */
export interface Attempt {
  issuer: string;
  state: string;
  nonce: string;
  verifier: string;
  /** The path, below the portal's, to go back to. */
  to: string;
}

const KEPT_AS = "puente:sign-in";

export function keepAttempt(attempt: Attempt): void {
  sessionStorage.setItem(KEPT_AS, JSON.stringify(attempt));
}

export function takeAttempt(): Attempt | null {
  const text = sessionStorage.getItem(KEPT_AS);
  sessionStorage.removeItem(KEPT_AS);
  return text === null ? null : (JSON.parse(text) as Attempt);
}
