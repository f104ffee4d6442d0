import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { PuenteClient, RequestFailed } from "../src/index.ts";

interface Seen {
  key: string | undefined;
  authorization: string | undefined;
  language: string | undefined;
  body: { query: string; variables: Record<string, unknown> };
}
type Answer = { status?: number; headers?: Record<string, string>; body: unknown } | "lost";

let server: Server;
let seen: Seen[] = [];
let answers: Answer[] = [];
let token: string | undefined;
let refusals: (string | undefined)[] = [];
let client: PuenteClient;

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request) {
    text += String(part);
  }
  return text;
}

before(async () => {
  server = createServer(async (request, response) => {
    const { headers } = request;
    const body = JSON.parse(await read(request)) as Seen["body"];
    seen.push({ key: headers["idempotency-key"] as string | undefined, authorization: headers.authorization, language: headers["accept-language"], body });
    const answer = answers.shift() ?? { body: { data: { count: seen.length } } };
    if (answer === "lost") {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status ?? 200, { "content-type": "application/json", ...answer.headers });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

after(() => server.close());

beforeEach(() => {
  [seen, answers, refusals, token] = [[], [], [], "t1"];
  client = new PuenteClient({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    language: () => "es",
    token: () => token,
    refused: (reason) => {
      token = undefined;
      refusals.push(reason);
    },
  });
});

afterEach(() => client.close());

const failed = (code: string, status: number, more: object = {}, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: { errors: [{ message: code, extensions: { code, ...more } }] },
});

/** Resolves when the reader of a result has been called `times` times. */
function watched(document: string, types: string[], times: number): { ended: Promise<void>; end(): void } {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    let count = 0;
    end = client.watch(document, {}, types, () => void (++count === times && resolve()));
  });
  return { ended, end: () => end() };
}

test("a request says who asks and in which language", async () => {
  assert.deepEqual(await client.query("{ count }", { a: 1 }), { count: 1 });
  assert.equal(seen[0]?.authorization, "Bearer t1");
  assert.equal(seen[0]?.language, "es");
  assert.deepEqual(seen[0]?.body, { query: "{ count }", variables: { a: 1 } });
});

test("a mutation whose answer is lost is sent again with the same key", async () => {
  answers = ["lost", failed("UNAVAILABLE", 503), { body: { data: { act: { userErrors: [] } } } }];
  const failures: string[] = [];
  await client.mutate("mutation { act }", {}, { failed: (failure) => failures.push(failure.code) });
  assert.deepEqual(failures, ["OFFLINE", "UNAVAILABLE"]);
  assert.equal(seen.length, 3);
  assert.equal(new Set(seen.map((one) => one.key)).size, 1);
  assert.ok(seen[0]?.key);
});

test("a key that was kept is used again", async () => {
  await client.mutate("mutation { act }", {}, { key: "kept" });
  assert.equal(seen[0]?.key, "kept");
});

test("it waits as long as the server says", async () => {
  answers = [failed("RATE_LIMITED", 429, {}, { "retry-after": "1" })];
  const begun = Date.now();
  await client.query("{ count }", {});
  assert.ok(Date.now() - begun >= 1000);
});

test("what cannot succeed is not tried again", async () => {
  answers = [failed("BAD_USER_INPUT", 400)];
  await assert.rejects(client.query("{ count }", {}), (error: RequestFailed) => error.code === "BAD_USER_INPUT" && !error.isTemporary);
  assert.equal(seen.length, 1);
});

test("a page of a proxy is a failure that passes", async () => {
  answers = [{ status: 502, body: undefined }];
  assert.deepEqual(await client.query("{ count }", {}), { count: 2 });
});

test("a result is asked for again when its types change, and not for others", async () => {
  const first = watched("{ count }", ["PROJECT"], 1);
  await first.ended;
  client.store.renew(new Set(["EVENT"]));
  assert.equal(seen.length, 1);
  const second = watched("{ count }", ["PROJECT"], 1);
  client.store.renew(new Set(["PROJECT"]));
  await second.ended;
  assert.deepEqual(client.store.result(client.key("{ count }", {})).data, { count: 2 });
});

test("a result that nobody reads is dropped by a change", async () => {
  const reading = watched("{ count }", ["PROJECT"], 1);
  await reading.ended;
  reading.end();
  client.store.renew(new Set(["PROJECT"]));
  assert.equal(client.store.size, 0);
  assert.equal(seen.length, 1);
});

test("another viewer starts with nothing, and what is shown is asked for again", async () => {
  const reading = watched("{ count }", [], 3); // the result, nothing, the result of the other viewer
  while (client.store.result(client.key("{ count }", {})).data === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  token = "t2";
  client.renewViewer();
  assert.deepEqual(client.store.result(client.key("{ count }", {})), {});
  await reading.ended;
  assert.equal(seen[1]?.authorization, "Bearer t2");
});

test("an answer for a viewer who has gone is thrown away", async () => {
  const reading = watched("{ count }", [], 2);
  token = undefined;
  client.renewViewer();
  await reading.ended;
  assert.deepEqual([...new Set(seen.slice(-1).map((one) => one.authorization))], [undefined]);
});

test("a refused token ends the session once, and the public's result comes", async () => {
  answers = [failed("UNAUTHENTICATED", 401, { reason: "EXPIRED" })];
  const reading = watched("{ count }", [], 3);
  await reading.ended;
  assert.deepEqual(refusals, ["EXPIRED"]);
  assert.equal(seen.at(-1)?.authorization, undefined);
  assert.ok(client.store.result(client.key("{ count }", {})).data);
});

test("what was sent is awaited when the access changes, and not when the viewer does", async () => {
  answers = [failed("UNAVAILABLE", 503), { body: { data: { act: 1 } } }, failed("UNAVAILABLE", 503)];
  const sent = client.mutate("mutation { act }", {}, { failed: () => client.renewAccess() });
  assert.deepEqual(await sent, { act: 1 });
  await assert.rejects(client.mutate("mutation { act }", {}, { failed: () => client.renewViewer() }), { name: "AbortError" });
});
