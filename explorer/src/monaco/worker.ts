/** One file for Monaco's three workers, which share most of their code; the name of the worker says which it is. */

const kinds: Record<string, () => Promise<unknown>> = {
  graphql: () => import("monaco-graphql/esm/graphql.worker.js"),
  json: () => import("monaco-editor/esm/vs/language/json/json.worker.js"),
  editor: () => import("monaco-editor/esm/vs/editor/editor.worker.js"),
};

// Monaco's first messages come while its code is still on the way.
const early: MessageEvent[] = [];
const keep = (event: MessageEvent): void => void early.push(event);
self.onmessage = keep;

const load = kinds[self.name] ?? kinds["editor"]!;
void load().then(() => {
  for (const event of early) {
    self.onmessage?.call(self, event);
  }
});

export {};
