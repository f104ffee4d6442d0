import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./build/compressed.ts";
import { replacedInPage, replacedInWorker, withoutComplaints } from "./build/replaced.ts";

export default defineConfig({
  plugins: [replacedInPage(), withoutComplaints(), react(), compressed()],
  worker: {
    format: "es",
    plugins: () => [replacedInWorker()],
    rolldownOptions: {
      output: { entryFileNames: "[name]-[hash].js", chunkFileNames: "[name]-[hash].js" },
      checks: { bundlerTimings: false },
    },
  },
  // Addresses are relative, so that the page works under any host, port or prefix: the page is at /explorer,
  // and its files are below it.
  experimental: {
    renderBuiltUrl: (name, { hostType }) => (hostType === "html" ? `explorer/${name}` : { relative: true }),
  },
  build: {
    outDir: "../api/explorer_assets",
    emptyOutDir: true,
    license: { fileName: "licences.txt" },
    target: "es2023",
    modulePreload: false,
    assetsDir: "",
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4096,
    rolldownOptions: {
      output: { hashCharacters: "hex" },
      checks: { bundlerTimings: false },
      onwarn(warning, warn) {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") {
          warn(warning);
        }
      },
    },
  },
});
