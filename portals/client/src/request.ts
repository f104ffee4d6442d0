import { RequestFailed } from "./failures.ts";

export interface Connection {
  /** The address of `/graphql`, as an absolute URL. */
  url: string;
  /** The language of messages, labels and texts: `en` or `es`. */
  language(): string;
  /** An access token; without one, the request is the public's. It may have to be renewed first. */
  token(): string | undefined | Promise<string | undefined>;
}

export interface Operation {
  query: string;
  variables?: object | undefined;
  /** The idempotency key of a mutation. */
  key?: string | undefined;
  signal?: AbortSignal | undefined;
}

interface Body<Data> {
  data?: Data | null;
  errors?: readonly { message: string; extensions?: Extensions }[];
}

interface Extensions {
  code?: string;
  reason?: string;
  requestId?: string;
}

const ACCEPT = "application/graphql-response+json, application/json;q=0.9";

/** Sends an operation once. Throws `RequestFailed`, or the `AbortError` of its signal. */
export async function send<Data>(connection: Connection, operation: Operation): Promise<Data> {
  const response = await answered(connection, operation);
  const body = await parsed<Data>(response);
  const error = body.errors?.[0];
  if (error || body.data == null) {
    const extensions = error?.extensions ?? {};
    throw new RequestFailed(extensions.code ?? "INTERNAL", error?.message ?? `HTTP ${response.status}`, {
      ...extensions,
      retryAfter: Number(response.headers.get("retry-after")) || undefined,
    });
  }
  return body.data;
}

async function answered(connection: Connection, operation: Operation): Promise<Response> {
  const { query, variables, key, signal } = operation;
  try {
    return await fetch(connection.url, {
      method: "POST",
      headers: await headers(connection, key),
      body: JSON.stringify({ query, variables }),
      signal: signal ?? null,
      credentials: "omit",
    });
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }
    throw new RequestFailed("OFFLINE", "The server did not answer.");
  }
}

async function headers(connection: Connection, key: string | undefined): Promise<Record<string, string>> {
  const token = await connection.token();
  return {
    accept: ACCEPT,
    "accept-language": connection.language(),
    "content-type": "application/json",
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(key ? { "idempotency-key": key } : {}),
  };
}

/** A proxy in between may answer with a page of its own, or the connection may end within the answer. */
async function parsed<Data>(response: Response): Promise<Body<Data>> {
  try {
    return (await response.json()) as Body<Data>;
  } catch {
    throw new RequestFailed(response.ok ? "OFFLINE" : "UNAVAILABLE", `HTTP ${response.status}`);
  }
}
