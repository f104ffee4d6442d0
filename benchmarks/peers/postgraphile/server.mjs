// node server.mjs URL PORT: PostGraphile on 127.0.0.1, until SIGTERM.
import { createServer } from "node:http";

import { postgraphile } from "postgraphile";
import { grafserv } from "postgraphile/grafserv/node";

import { preset } from "./graphile.config.mjs";

const [url, port] = process.argv.slice(2);
const server = createServer({ keepAliveTimeout: 75_000 });
const serv = postgraphile(preset(url)).createServ(grafserv);
await serv.addTo(server);
await serv.ready();
server.listen(Number(port), "127.0.0.1");
