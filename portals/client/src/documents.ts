/**
 * An operation as text, with the types of its result and its variables: what the client preset of GraphQL
 * Code Generator writes with `documentMode: "string"`. A plain string has neither.
 */
export interface TypedDocument<Data, Variables> {
  toString(): string;
  __apiType?: (variables: Variables) => Data;
}

/** What a mutation of Puente reports about its input. `path` begins with `input`; indexes are text. */
export interface UserError {
  code: string;
  path: readonly string[];
  message: string;
}
