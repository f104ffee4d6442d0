/** Modules of libraries that the page has smaller or better ones for. */
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

interface Replacement {
  readonly module: RegExp;
  readonly importer?: RegExp;
  readonly by: string;
}

const source = (path: string): string => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

const inPage: readonly Replacement[] = [
  { module: /monaco-graphql\/esm\/monaco-editor\.js$/, by: source("monaco/editor.ts") },
  { module: /\/diffEditor\/diffEditorWidget\.js$/, by: source("instead/differences.ts") },
  { module: /\/multiDiffEditor\/multiDiffEditorWidget\.js$/, by: source("instead/differences.ts") },
  { module: /framer-motion\/dist\/.*index\.m?js$/, by: source("instead/reorder.tsx") },
  { module: /plugin-doc-explorer\/dist\/components\/search\.js$/, by: source("instead/search.tsx") },
  { module: /prettier\/(plugins\/estree|plugins\/babel|parser-babel)\.m?js$/, by: source("instead/nothing.ts") },
  { module: /prettier\/plugins\/graphql\.js$/, by: source("instead/graphql-parser.ts") },
  { module: /prettier\/standalone\.m?js$/, by: source("instead/formatting.ts") },
  { module: /\/graphql\/index\.m?js$/, importer: /\/graphiql-explorer\//, by: source("instead/graphql.ts") },
  { module: /\/react\/index\.js$/, importer: /\/graphiql-explorer\//, by: source("instead/reachable.ts") },
];

const inWorker: readonly Replacement[] = [
  { module: /prettier\/.*\.m?js$/, by: source("instead/nothing.ts") },
];

/** Each replacement must find its module, so that a newer library is noticed instead of shipped whole. */
function replaced(name: string, replacements: readonly Replacement[]): Plugin {
  const unused = new Set(replacements);
  return {
    name,
    enforce: "pre",
    async resolveId(id, importer, options) {
      if (importer === undefined || importer.includes("/src/instead/")) {
        return null;
      }
      const resolved = await this.resolve(id, importer, { ...options, skipSelf: true });
      const found = replacements.find(
        (one) => resolved && one.module.test(resolved.id) && (one.importer?.test(importer) ?? true),
      );
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

export const replacedInPage = (): Plugin => replaced("replaced-in-page", inPage);
export const replacedInWorker = (): Plugin => replaced("replaced-in-worker", inWorker);

const COMPLAINT = "console.error('arg mismatch between arg and selection', argType, argValue);";

/** The explorer plugin complains on the console of each argument that it does not show, whenever it is drawn. */
export function withoutComplaints(): Plugin {
  return {
    name: "without-complaints",
    enforce: "pre",
    transform(code, id) {
      if (!/\/graphiql-explorer\/dist\/Explorer\.js$/.test(id)) {
        return null;
      }
      if (!code.includes(COMPLAINT)) {
        this.error("the explorer plugin's complaint was not found");
      }
      return { code: code.replaceAll(COMPLAINT, ""), map: null };
    },
  };
}
