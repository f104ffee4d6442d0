// node writing/server.mjs URL PORT: PostGraphile's mutations on 127.0.0.1, until SIGTERM.
import { createServer } from "node:http";

import { PgSimplifyInflectionPreset } from "@graphile/simplify-inflection";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

import { pool } from "../pool.mjs";

const [url, port] = process.argv.slice(2);
const preset = {
  extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset],
  pgServices: [makePgService({ pool: pool(url), schemas: ["writing"], pubsub: false })],
  schema: { defaultBehavior: "list -connection +insert +update +delete +attribute:insert +attribute:update", pgOmitListSuffix: true },
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false, websockets: false },
  grafast: { explain: false },
};
const server = createServer({ keepAliveTimeout: 75_000 });
const serv = postgraphile(preset).createServ(grafserv);
await serv.addTo(server);
await serv.ready();
server.listen(Number(port), "127.0.0.1");
