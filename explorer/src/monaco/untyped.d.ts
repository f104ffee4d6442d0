declare module "monaco-editor/esm/vs/language/json/json.worker.js";
declare module "monaco-editor/esm/vs/editor/editor.worker.js";

declare var MonacoEnvironment: { getWorker(id: string, label: string): Worker };
