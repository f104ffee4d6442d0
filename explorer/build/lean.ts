/** What the page does without: modules of libraries that are replaced by smaller ones, or by nothing. */
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

interface Replacement {
  readonly module: RegExp;
  readonly by: string;
}

const source = (path: string): string => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

const page: readonly Replacement[] = [
  { module: /monaco-graphql\/esm\/monaco-editor\.js$/, by: source("monaco/editor.ts") },
  { module: /\/diffEditor\/diffEditorWidget\.js$/, by: source("lean/differences.ts") },
  { module: /\/multiDiffEditor\/multiDiffEditorWidget\.js$/, by: source("lean/differences.ts") },
  { module: /framer-motion\/dist\/.*index\.m?js$/, by: source("lean/reorder.tsx") },
  { module: /prettier\/(plugins\/estree|plugins\/babel|parser-babel)\.m?js$/, by: source("lean/nothing.ts") },
  { module: /prettier\/standalone\.m?js$/, by: source("lean/formatting.ts") },
];

const worker: readonly Replacement[] = [
  { module: /prettier\/.*\.m?js$/, by: source("lean/nothing.ts") },
];

/** Each replacement must find its module, so that a newer library is noticed instead of shipped whole. */
function replacing(name: string, replacements: readonly Replacement[]): Plugin {
  const unused = new Set(replacements);
  return {
    name,
    enforce: "pre",
    async resolveId(id, importer, options) {
      if (importer === undefined || importer.includes("/src/lean/")) {
        return null;
      }
      const resolved = await this.resolve(id, importer, { ...options, skipSelf: true });
      const found = resolved && replacements.find((one) => one.module.test(resolved.id));
      if (!found) {
        return resolved;
      }
      unused.delete(found);
      return found.by;
    },
    buildEnd(error) {
      if (!error && unused.size) {
        this.error(`not found, so not replaced: ${[...unused].map((one) => one.module.source).join(", ")}`);
      }
    },
  };
}

export const leanPage = (): Plugin => replacing("lean-page", page);
export const leanWorker = (): Plugin => replacing("lean-worker", worker);
