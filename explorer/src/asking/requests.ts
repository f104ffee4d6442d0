/** Requests that say who asks: a chosen persona's token, or the reader's own, unless one is typed below Headers. */
import { graphql } from "../server.ts";
import { wordsNow } from "../words.ts";
import { load, PUBLIC, personaOf, personas, ready, viewedAs } from "./personas.ts";
import { problem, token } from "./token.ts";

export type Headers = Record<string, string>;

export const isTyped = (headers: object): boolean =>
  Object.keys(headers).some((name) => name.toLowerCase() === "authorization");

/** What names who asks, the same however often a persona's token is signed; empty for the public. */
const credentialOf = (chosen: string, own: string, signed: boolean): string => {
  if (signed) {
    return chosen === PUBLIC ? "" : `persona ${chosen}`;
  }
  return own && `token ${own}`;
};

export const credential = (): string => credentialOf(viewedAs.get(), token.get(), personas.get() !== null);
export const useCredential = (): string => credentialOf(viewedAs.use(), token.use(), personas.use() !== null);

/** The headers with who asks among them. */
export async function signed(headers: Headers): Promise<Headers> {
  await ready;
  const bearer = personas.get() ? personaOf(viewedAs.get())?.token : token.get();
  return bearer && !isTyped(headers) ? { ...headers, authorization: `Bearer ${bearer}` } : headers;
}

const post = (body: object, headers: Headers): Promise<Response> =>
  fetch(graphql, {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json, application/json;q=0.9",
      "content-type": "application/json",
      ...headers,
    },
    body: JSON.stringify(body),
  });

/** The answer; a persona's token that counts no longer is fetched anew, once. `sending` is called at each try. */
export async function ask(body: object, headers: Headers, sending?: () => void): Promise<Response> {
  const bearing = await signed(headers);
  sending?.();
  const response = await post(body, bearing);
  if (bearing === headers) {
    return response;
  }
  if (response.status === 401 && personas.get()) {
    await load();
    const anew = await signed(headers);
    sending?.();
    return post(body, anew);
  }
  await judge(response, bearing);
  return response;
}

/** Says beside the field what the server thinks of the token that is in it. */
async function judge(response: Response, bearing: Headers): Promise<void> {
  if (bearing["authorization"] !== `Bearer ${token.get()}`) {
    return;
  }
  problem.set(response.status === 401 ? `${wordsNow().tokenRefused} ${await told(response.clone())}` : null);
}

async function told(response: Response): Promise<string> {
  try {
    return ((await response.json()) as { errors: { message: string }[] }).errors[0]!.message;
  } catch {
    return `${response.status} ${response.statusText}`;
  }
}
