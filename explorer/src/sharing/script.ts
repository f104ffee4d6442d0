/** A request as JavaScript, for browsers and Node.js. */
import type { CopiedRequest } from "./current.ts";
import { type Text, TOKEN, VARIABLE, withoutTokens } from "./tokens.ts";

const concatenated = (text: Text): string =>
  text.map((part) => (part === TOKEN ? VARIABLE : JSON.stringify(part))).join(" + ") || '""';

/** The document stays legible; a line's end of another system would become a plain one, so it is escaped. */
function template(text: Text): string {
  const escaped = (part: string): string => part.replace(/[`\\]|\$(?=\{)/g, "\\$&").replaceAll("\r", "\\r");
  return `\`${text.map((part) => (part === TOKEN ? `\${${VARIABLE}}` : escaped(part as string))).join("")}\``;
}

/** `__proto__` names a property only in brackets. */
const key = (name: string): string =>
  name === "__proto__" ? `["${name}"]` : /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);

function block(open: string, parts: readonly string[], close: string, indent: string): string {
  const lines = parts.map((one) => `${indent}  ${one},\n`).join("");
  return lines ? `${open}\n${lines}${indent}${close}` : open + close;
}

function literal(value: unknown, indent: string): string {
  if (typeof value === "string") {
    return concatenated(withoutTokens(value));
  }
  if (value === null || typeof value !== "object") {
    return JSON.stringify(value);
  }
  const inner = `${indent}  `;
  return Array.isArray(value)
    ? block("[", value.map((one) => literal(one, inner)), "]", indent)
    : block("{", Object.entries(value).map(([name, one]) => `${key(name)}: ${literal(one, inner)}`), "}", indent);
}

function bodyLiteral({ query, ...rest }: CopiedRequest["body"]): string {
  const others = Object.entries(rest).map(([name, value]) => `${name}: ${literal(value, "    ")}`);
  return block("{", [`query: ${template(withoutTokens(query as string))}`, ...others], "}", "  ");
}

const READ = {
  once: "const { data, errors } = await response.json();",
  stream: `for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
  console.log(text);
}`,
};

export function script({ url, headers, body, subscribing }: CopiedRequest): string {
  const lines = headers.map(([name, value]) => `${JSON.stringify(name)}: ${concatenated(value)}`);
  return `const response = await fetch(${JSON.stringify(url)}, {
  method: "POST",
  headers: ${block("{", lines, "}", "  ")},
  body: JSON.stringify(${bodyLiteral(body)}),
});
${subscribing ? READ.stream : READ.once}
`;
}
