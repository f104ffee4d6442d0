// node server.mjs URL PORT: PostGraphile on 127.0.0.1, until SIGTERM.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { grafserv } from "postgraphile/grafserv/node";

import { preset } from "./graphile.config.mjs";

const [url, port] = process.argv.slice(2);
const pgl = postgraphile(preset(url));
const serv = pgl.createServ(grafserv);
const server = createServer();
server.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
await serv.addTo(server);
await serv.ready();
server.listen(Number(port), "127.0.0.1");
