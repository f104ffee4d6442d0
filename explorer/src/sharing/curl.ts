/** A request as a command for sh. */
import type { CopiedRequest } from "./current.ts";
import { type Text, TOKEN, VARIABLE, withoutTokens } from "./tokens.ts";

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Nothing is special within single quotes, and the variable is in double ones between them. */
function argument(text: Text, before = ""): string {
  const [first = "", ...rest] = text;
  const parts = first === TOKEN ? [before, ...text] : [before + String(first), ...rest];
  return parts.map((part) => (part === TOKEN ? `"${VARIABLE}"` : quoted(part as string))).join("");
}

/** An empty value is written with a semicolon, since a colon would remove the header. */
const header = ([name, value]: readonly [string, Text]): string =>
  value.length ? argument(value, `${name}: `) : quoted(`${name};`);

export function curl({ url, headers, body, subscribing }: CopiedRequest): string {
  return [
    `curl ${subscribing ? "--no-buffer " : ""}${quoted(url)}`,
    ...headers.map((one) => `--header ${header(one)}`),
    `--data-raw ${argument(withoutTokens(JSON.stringify(body)))}`,
  ].join(" \\\n  ");
}
