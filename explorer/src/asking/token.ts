/** A token of the reader's own, for servers that sign none: kept in this tab, until it is forgotten or closed. */
import { observed } from "../observed.ts";
import { wordsNow } from "../words.ts";

const KEPT_AS = "puente:token";
const CHARACTERS = /^[\x21-\x7e]+$/;

export const token = observed(sessionStorage.getItem(KEPT_AS) ?? "");

/** Why the token is not taken, in the server's words or ours; null while nothing is wrong. */
export const problem = observed<string | null>(null);

/** Takes what is pasted, also with the word Bearer before it. */
export function use(pasted: string): void {
  const bare = pasted.trim().replace(/^bearer\s+/i, "");
  if (!CHARACTERS.test(bare)) {
    problem.set(bare ? wordsNow().noToken : null);
    keep("");
  } else {
    problem.set(null);
    keep(bare);
  }
}

export function forget(): void {
  problem.set(null);
  keep("");
}

function keep(text: string): void {
  if (text) {
    sessionStorage.setItem(KEPT_AS, text);
  } else {
    sessionStorage.removeItem(KEPT_AS);
  }
  token.set(text);
}
