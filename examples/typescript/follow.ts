// Keep a copy of what Puente shows you, in SQLite, equal to it from now on.
//
//     TOKEN=… node follow.ts https://puente.example.org copy.db      (Node 22.18 or newer)
//
// The copy and its place in the feed are written in one transaction. So this program may be killed at any
// time: the next run goes on where the copy is. Run one at a time for each copy.

import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

// What is followed: for each type where its pages are, and what is kept of each entity.
// Keep an entity's own fields and the ids of others: an entity's change tells of those, not of others' names.
// `node` of a change can be any of these types, so fields that differ in type go by names of their own.
const KEPT = {
  INSTITUTION: ["institutions", "on Institution { slug names { language text } side city website }"],
  PROJECT: [
    "projects",
    `on Project { slug titles { language text } projectStatus: status startsOn endsOn
       institutions { role institution { id } } outputs { doi } totalAwarded { amount currency } }`,
  ],
  EVENT: [
    "events",
    `on Event { slug titles { language text } eventStatus: status startsAt endsAt timeZone mode
       organizers { institution { id } } }`,
  ],
  MENTOR: ["mentors", "on Mentor { name email worksAt: institution { id } expertise placesLeft }"],
  PARTICIPANT: ["participants", "on Participant { name email studiesAt: institution { id } level }"],
} as const;
const TYPES = Object.keys(KEPT);

const page = (pages: string, fields: string) => `
  query Page($after: String) {
    page: ${pages}(first: 100, after: $after) { nodes { id ... ${fields} } pageInfo { hasNextPage endCursor } }
  }`;
const CHANGE = `{
  cursor kind entityId type node { id ${Object.values(KEPT).map(([, fields]) => `... ${fields}`).join(" ")} }
}`;
const MISSED = `
  query Missed($after: String!, $types: [EntityType!]) {
    changes(after: $after, types: $types, first: 100) { nodes ${CHANGE} pageInfo { hasNextPage endCursor } }
  }`;
const LIVE = `
  subscription Live($after: String!, $types: [EntityType!]) {
    changes(after: $after, types: $types) ${CHANGE}
  }`;
const SILENCE = 45_000; // ms without a sign of life that end a stream; the server gives one every 15 s
const FRESH = 3_600_000; // ms that a stream is kept: asking moves the cursor past what you don't see
const LONGEST_WAIT = 60_000; // ms between two attempts

type Entity = { id: string };
type Change = { cursor: string; entityId: string; type: string } & (
  | { kind: "ADDED" | "UPDATED"; node: Entity }
  | { kind: "REMOVED"; node: null }
);
type Connection<T> = { nodes: T[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
type Result<T> = { data: T; errors?: { message: string; extensions: { code: string } }[] };

/** What a failure means for us. */
class Told extends Error {}

/** The feed does not reach back to the copy, or you may see something else now: take a new snapshot. */
class CursorExpired extends Told {}

/** Not now: try again later. */
class Unavailable extends Told {
  after = 0;
}

/** Asking again would not help: somebody has to mend the token, or this program. */
class Refused extends Told {}

/** The API, as far as a copy needs it. */
class Puente {
  #url: string;
  #headers: Record<string, string> = { "Content-Type": "application/json" };

  constructor(url: string, token?: string) {
    this.#url = url;
    if (token) this.#headers.Authorization = `Bearer ${token}`;
  }

  async cursor(): Promise<string> {
    return (await this.#ask<{ changeCursor: string }>("{ changeCursor }")).changeCursor;
  }

  /** Everything that is to be kept, page by page, each with its type. */
  async *entities(): AsyncGenerator<[string, Entity]> {
    for (const [type, [pages, fields]] of Object.entries(KEPT)) {
      let info: { hasNextPage: boolean; endCursor: string | null } = { hasNextPage: true, endCursor: null };
      while (info.hasNextPage) {
        const variables = { after: info.endCursor };
        const read = await this.#ask<{ page: Connection<Entity> }>(page(pages, fields), variables);
        for (const node of read.page.nodes) yield [type, node];
        info = read.page.pageInfo;
      }
    }
  }

  /** Changes with the cursor after them: at once what was missed, then live for as long as it goes. */
  async *changes(after: string): AsyncGenerator<[Change[], string]> {
    for (let more = true; more; ) {
      const { changes } = await this.#ask<{ changes: Connection<Change> }>(MISSED, { after, types: TYPES });
      ({ endCursor: after, hasNextPage: more } = changes.pageInfo);
      yield [changes.nodes, after];
    }
    for await (const change of this.#live(after)) yield [[change], change.cursor];
  }

  /** Server-sent events. Ends when the stream does, or at once where there is none on the way here. */
  async *#live(after: string): AsyncGenerator<Change> {
    const silence = new AbortController();
    const leaving = Date.now() + FRESH;
    const giveUp = setTimeout(() => silence.abort(new Error("nothing came for too long")), SILENCE);
    try {
      const stream = await fetch(`${this.#url}/graphql/stream`, {
        method: "POST",
        headers: { ...this.#headers, Accept: "text/event-stream" },
        body: JSON.stringify({ query: LIVE, variables: { after, types: TYPES } }),
        signal: silence.signal,
      });
      if (!stream.headers.get("content-type")?.startsWith("text/event-stream")) return;
      say("following live");
      for await (const line of lines(stream.body!)) {
        giveUp.refresh();
        if (line.startsWith("data: {")) yield dataOf<{ changes: Change }>(JSON.parse(line.slice(6))).changes;
        else if (Date.now() > leaving) return;
      }
    } catch (error) {
      if (error instanceof Told) throw error;
      say(`the stream broke: ${(error as Error).cause ?? error}`);
    } finally {
      clearTimeout(giveUp);
      silence.abort();
    }
  }

  async #ask<T>(query: string, variables = {}): Promise<T> {
    let answer: Response, result: Result<T>;
    try {
      const body = JSON.stringify({ query, variables });
      const headers = { ...this.#headers, Accept: "application/graphql-response+json" };
      const signal = AbortSignal.timeout(30_000);
      answer = await fetch(`${this.#url}/graphql`, { method: "POST", headers, body, signal });
      result = (await answer.json()) as Result<T>;
    } catch (error) {
      throw new Unavailable(`no answer: ${(error as Error).cause ?? error}`);
    }
    return dataOf(result, Number(answer.headers.get("retry-after") ?? 0) * 1000);
  }
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
}

/** The data of a result; an error is thrown as what is to be done about it. */
function dataOf<T>({ data, errors }: Result<T>, retryAfter = 0): T {
  if (!errors) return data;
  const [{ message, extensions: { code } }] = errors;
  if (code === "CURSOR_EXPIRED") throw new CursorExpired(message);
  if (["RATE_LIMITED", "UNAVAILABLE", "INTERNAL", "TIMEOUT"].includes(code))
    throw Object.assign(new Unavailable(message), { after: retryAfter });
  throw new Refused(`${code}: ${message}`);
}

/** The copy and its place in the feed; both change in one transaction, or neither does. */
class Copy {
  #database: DatabaseSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: 30_000 });
    this.#database.exec(`
      pragma journal_mode = wal;
      create table if not exists entity (id text primary key, type text, body text) without rowid;
      create table if not exists place (one integer primary key check (one = 1), cursor text);
    `);
  }

  get cursor(): string | undefined {
    return this.#database.prepare("select cursor from place").get()?.cursor as string | undefined;
  }

  /** All anew: what is not in the snapshot is gone. Until it is whole, readers see the old copy. */
  async replace(cursor: string, entities: AsyncIterable<[string, Entity]>): Promise<void> {
    await this.#atomically(async () => {
      this.#run("delete from entity");
      for await (const [type, entity] of entities) this.#put(type, entity);
      this.#goTo(cursor);
    });
  }

  /** A change brings the whole entity as it is now: to get it twice does no harm. */
  async apply(changes: Change[], cursor: string): Promise<void> {
    await this.#atomically(async () => {
      for (const change of changes) {
        if (change.kind === "REMOVED") this.#run("delete from entity where id = ?", change.entityId);
        else this.#put(change.type, change.node);
      }
      this.#goTo(cursor);
    });
  }

  #put(type: string, entity: Entity) {
    this.#run("insert or replace into entity values (?, ?, ?)", entity.id, type, JSON.stringify(entity));
  }

  #goTo(cursor: string) {
    this.#run("insert or replace into place values (1, ?)", cursor);
  }

  #run(statement: string, ...values: string[]) {
    this.#database.prepare(statement).run(...values);
  }

  async #atomically(work: () => Promise<void>): Promise<void> {
    this.#database.exec("begin immediate");
    try {
      await work();
      this.#database.exec("commit");
    } catch (error) {
      this.#database.exec("rollback");
      throw error;
    }
  }
}

/** Keep the copy equal to what Puente shows, until the process is ended or refused. */
async function follow(puente: Puente, copy: Copy): Promise<never> {
  let after = copy.cursor;
  for (let failures = 0; ; ) {
    try {
      after ??= await snapshot(puente, copy);
      for await (const [changes, cursor] of puente.changes(after)) {
        await copy.apply(changes, cursor);
        after = cursor;
        failures = 0;
      }
      await sleep(between(1_000, 5_000)); // the stream ended: not all clients come back at the same time
    } catch (error) {
      if (error instanceof CursorExpired) {
        say(error.message);
        after = undefined;
      } else if (error instanceof Unavailable) {
        const longest = Math.min(LONGEST_WAIT, 1_000 * 2 ** ++failures);
        const wait = Math.max(error.after, between(longest / 2, longest));
        say(`${error.message}; next attempt in ${(wait / 1000).toFixed(1)} s`);
        await sleep(wait);
      } else throw error;
    }
  }
}

/** The cursor comes first: what changes while the pages are read is told after it. */
async function snapshot(puente: Puente, copy: Copy): Promise<string> {
  say("taking a snapshot");
  const cursor = await puente.cursor();
  await copy.replace(cursor, puente.entities());
  say("the snapshot is whole");
  return cursor;
}

const between = (least: number, most: number) => least + Math.random() * (most - least);
const say = (text: string) => console.error(text);

const [url, path] = process.argv.slice(2);
try {
  await follow(new Puente(url, process.env.TOKEN), new Copy(path));
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  say(`stopped: ${error.message}`);
  process.exitCode = 1;
}
