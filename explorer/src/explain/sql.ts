/** Lays out a statement: a line for each clause and each item that does not fit, nested parts indented. */

interface Word {
  readonly text: string;
  readonly spaced: boolean;
}
interface Group {
  readonly items: Item[];
  readonly spaced: boolean;
}
type Item = Word | Group;

const WIDTH = 88;
const TOKEN = /\s+|[eE]?'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|\$\d+|[\w.]+|::|[<>=!@&|~+*/#^%-]+|./gs;
const CLAUSE = /^(SELECT|FROM|WHERE|GROUP|HAVING|ORDER|LIMIT|OFFSET|UNION|WITH|LEFT|JOIN|CROSS)$/;
const CONNECTIVE = /^(AND|OR)$/;

const isGroup = (item: Item): item is Group => "items" in item;

function parse(sql: string): Item[] {
  const stack: Group[] = [{ items: [], spaced: false }];
  let spaced = false;
  for (const [text] of sql.matchAll(TOKEN)) {
    const top = stack.at(-1)!;
    if (/^\s/.test(text)) {
      spaced = true;
      continue;
    }
    if (text === "(") {
      const group: Group = { items: [], spaced };
      top.items.push(group);
      stack.push(group);
    } else if (text === ")" && stack.length > 1) {
      stack.pop();
    } else {
      top.items.push({ text, spaced });
    }
    spaced = false;
  }
  return stack[0]!.items;
}

function flat(items: readonly Item[]): string {
  return items.map((item) => (item.spaced ? " " : "") + (isGroup(item) ? `(${flat(item.items)})` : item.text)).join("").trim();
}

/** Cuts a list before each item that fits; the first piece may be empty, and is then left out. */
function cut(items: readonly Item[], before: (item: Item, last: Item | undefined) => boolean): Item[][] {
  const pieces: Item[][] = [[]];
  items.forEach((item, index) => {
    if (before(item, items[index - 1])) {
      pieces.push([]);
    }
    pieces.at(-1)!.push(item);
  });
  return pieces.filter((piece) => piece.length);
}

const isWord = (item: Item | undefined, pattern: RegExp): boolean =>
  item !== undefined && !isGroup(item) && pattern.test(item.text);
const isComma = (item: Item | undefined): boolean => isWord(item, /^,$/);

/** `LEFT JOIN` and `IS DISTINCT FROM` are not cut in two. */
function clauses(items: readonly Item[]): Item[][] {
  const joined = (last: Item | undefined): boolean => isWord(last, /^(LEFT|CROSS|OUTER|DISTINCT)$/);
  return cut(items, (item, last) => isWord(item, CLAUSE) && !joined(last));
}

function lines(items: readonly Item[], indent: string): string {
  const text = flat(items);
  if (indent.length + text.length <= WIDTH && !/\bSELECT\b/.test(text)) {
    return indent + text;
  }
  if (isWord(items[0], /^(SELECT|WITH)$/)) {
    return clauses(items).map((clause) => clauseLines(clause, indent)).join("\n");
  }
  const parts = cut(items, (_, last) => isComma(last));
  return parts.map((part) => indent + broken(part, indent)).join("\n");
}

function clauseLines(clause: readonly Item[], indent: string): string {
  const text = flat(clause);
  if (indent.length + text.length <= WIDTH && !/\(SELECT\b/.test(text)) {
    return indent + text;
  }
  const inner = `${indent}  `;
  const head = isWord(clause[1], /^(BY|JOIN|DISTINCT|ALL)$/) ? 2 : 1;
  const parts = cut(clause.slice(head), (item, last) => isComma(last) || isWord(item, CONNECTIVE));
  return [indent + flat(clause.slice(0, head)), ...parts.map((part) => inner + broken(part, inner))].join("\n");
}

/** A part whose parentheses are opened over several lines where they would not fit. */
function broken(part: readonly Item[], indent: string): string {
  let text = "";
  part.forEach((item, index) => {
    const space = item.spaced && index > 0 ? " " : "";
    const whole = isGroup(item) ? `(${flat(item.items)})` : item.text;
    const rest = flat(part.slice(index + 1));
    const last = text.length - text.lastIndexOf("\n") - 1;
    const fits = last + whole.length + Math.min(rest.length, 12) + indent.length <= WIDTH && !/\(SELECT\b/.test(whole);
    text += space + (isGroup(item) && !fits ? `(\n${lines(item.items, `${indent}  `)}\n${indent})` : whole);
  });
  return text;
}

export function formatted(sql: string): string {
  return lines(parse(sql), "");
}

const PIECE = /('(?:[^']|'')*')|\b(SELECT|FROM|WHERE|GROUP BY|HAVING|ORDER BY|PARTITION BY|LIMIT|OFFSET|UNION|ALL|WITH|LEFT|OUTER|JOIN|LATERAL|ON|AND|OR|NOT|IN|IS|NULL|AS|CASE|WHEN|THEN|ELSE|END|CAST|FILTER|OVER|ASC|DESC|DISTINCT|EXISTS|ANY|true|false)\b|(\$\d+)/g;

/** The text in pieces, each a string, a keyword, a parameter or plain. */
export function coloured(sql: string): { readonly text: string; readonly kind: string }[] {
  const pieces: { text: string; kind: string }[] = [];
  let end = 0;
  for (const match of sql.matchAll(PIECE)) {
    pieces.push({ text: sql.slice(end, match.index), kind: "plain" });
    pieces.push({ text: match[0], kind: match[1] ? "string" : match[2] ? "keyword" : "parameter" });
    end = match.index + match[0].length;
  }
  return [...pieces, { text: sql.slice(end), kind: "plain" }];
}
