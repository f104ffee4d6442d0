import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { compressed } from "../explorer/build/compressed.ts";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      "@puente/client": local("client/src/index.ts"),
      "react/jsx-runtime": "preact/jsx-runtime",
      "react-dom/client": "preact/compat/client",
      "react-dom": "preact/compat",
      react: "preact/compat",
    },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [compressed()],
  // The server writes the way from a page's address to the files into the page (api/portals/page.py).
  experimental: {
    renderBuiltUrl: (name, { hostType }) => (hostType === "html" ? `__files__/${name}` : { relative: true }),
  },
  build: {
    outDir: "../api/portal_assets",
    emptyOutDir: true,
    license: { fileName: "licences.txt" },
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsDir: "",
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { output: { hashCharacters: "hex" }, checks: { bundlerTimings: false } },
  },
});
