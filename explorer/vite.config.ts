import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./build/compressed.ts";
import { leanPage, leanWorker } from "./build/lean.ts";

export default defineConfig({
  plugins: [leanPage(), react(), compressed()],
  worker: { format: "es", plugins: () => [leanWorker()], rolldownOptions: { output: { entryFileNames: "[name]-[hash].js", chunkFileNames: "[name]-[hash].js" } } },
  // Addresses are relative, so that the page works under any host, port or prefix. The page is at /explorer, its files are below.
  experimental: {
    renderBuiltUrl: (name, { hostType }) => (hostType === "html" ? `explorer/${name}` : { relative: true }),
  },
  build: {
    outDir: "../api/explorer_assets",
    emptyOutDir: true,
    target: "es2023",
    modulePreload: false,
    assetsDir: "",
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4096,
    rolldownOptions: {
      output: { hashCharacters: "hex" },
      checks: { pluginTimings: false },
      onwarn(warning, warn) {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") {
          warn(warning);
        }
      },
    },
  },
});
