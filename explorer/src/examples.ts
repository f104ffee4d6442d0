/** Operations to begin with, one file each; its first comments say what it is in each language. */
import type { Language } from "./language.ts";

interface Example {
  readonly name: string;
  readonly title: string;
  readonly persona: string | null;
  readonly operationName: string;
  readonly query: string;
  readonly variables: string;
}

const files = import.meta.glob<string>("../examples/*.graphql", { eager: true, query: "?raw", import: "default" });

/** `# title.en: …` and the like, and the query below them. */
function read(text: string): { said: Map<string, string>; query: string } {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("#"));
  const said = lines.slice(0, end).map((line) => line.slice(1).trim().split(/: (.*)/s));
  return { said: new Map(said.map(([key, value]) => [key!, value ?? ""])), query: lines.slice(end).join("\n").trim() };
}

/** A comment of lines that an editor shows whole. */
function comment(text: string): string {
  return text.replace(/(.{1,48})(?:\s+|$)/g, "# $1\n");
}

function exampleIn(language: Language, path: string, text: string): Example {
  const { said, query } = read(text);
  const variables = said.get(`variables.${language}`) ?? said.get("variables");
  return {
    name: path.replace(/.*\/(.*)\.graphql/, "$1"),
    title: said.get(`title.${language}`)!,
    persona: said.get("persona") ?? null,
    operationName: /^(?:query|mutation|subscription) (\w+)/.exec(query)![1]!,
    query: `${comment(said.get(`about.${language}`)!)}${query}\n`,
    variables: variables ? JSON.stringify(JSON.parse(variables), null, 2) : "",
  };
}

export type { Example };

export const examples = (language: Language): Example[] =>
  Object.entries(files)
    .sort(([one], [other]) => one.localeCompare(other, "en", { numeric: true }))
    .map(([path, text]) => exampleIn(language, path, text));
