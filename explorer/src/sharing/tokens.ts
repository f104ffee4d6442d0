/** Tokens are never copied or shared: a variable stands for them. */
import { personas } from "../asking/personas.ts";
import { token } from "../asking/token.ts";

export const VARIABLE = "$PUENTE_TOKEN";

/** Where the variable stands. */
export const TOKEN: unique symbol = Symbol(VARIABLE);
export type Text = readonly (string | typeof TOKEN)[];

export const plain = (text: string): Text => (text ? [text] : []);

/** A JSON Web Token, or an API key of this server. */
const SHAPES = ["eyJ[\\w-]{8,}\\.[\\w-]+\\.[\\w-]*", "puente_[0-9a-f]{32}_[0-9a-f]{64}"];

/** Shorter ones are none, and would stand in many other words. */
const SHORTEST = 8;

function pattern(): RegExp {
  const known = [token.get(), ...(personas.get() ?? []).map((one) => one.token)].filter((one) => one.length >= SHORTEST);
  const exactly = known.map((one) => one.replace(/[^\w]/g, "\\$&"));
  return new RegExp([...exactly, ...SHAPES].join("|"), "g");
}

export const holdsToken = (text: string): boolean => pattern().test(text);

export function withoutTokens(text: string): Text {
  const parts = text.split(pattern()).map(plain);
  return parts.flatMap((part, index): Text => (index ? [TOKEN, ...part] : part));
}
