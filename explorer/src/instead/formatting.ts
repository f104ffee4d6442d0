/** Formats JSON by a small library that is there anyway; GraphQL by Prettier, which keeps comments. */
import { applyEdits, format as edits } from "jsonc-parser";
import type { Options } from "prettier";

export async function format(text: string, options: Options): Promise<string> {
  if (options.parser === "jsonc") {
    return applyEdits(text, edits(text, undefined, { tabSize: 2, insertSpaces: true }));
  }
  const prettier = await import("prettier/standalone");
  return prettier.format(text, options);
}
