/** Where Monaco's workers are: a file of this server. */
import MonacoWorker from "./worker.ts?worker";

globalThis.MonacoEnvironment = {
  getWorker: (_id: string, label: string): Worker =>
    new MonacoWorker({ name: label === "graphql" || label === "json" ? label : "editor" }),
};
