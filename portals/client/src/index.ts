export { PuenteClient, type Options } from "./client.ts";
export type { TypedDocument, UserError } from "./documents.ts";
export { RequestFailed } from "./failures.ts";
export type { Connection } from "./request.ts";
export { Store, type Entry, type Result } from "./store.ts";
