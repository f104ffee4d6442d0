// How PostGraphile is run; README.md says why each choice is as it is.
import { PgSimplifyInflectionPreset } from "@graphile/simplify-inflection";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";

import { MentorSearchPlugin, NestedObjectsPlugin } from "./plugins.mjs";
import { pool } from "./pool.mjs";

export const preset = (url) => ({
  extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset, PostGraphileConnectionFilterPreset],
  plugins: [MentorSearchPlugin, NestedObjectsPlugin],
  pgServices: [makePgService({ pool: pool(url), schemas: ["postgraphile"], pubsub: false })],
  schema: {
    defaultBehavior: "list -connection -insert -update -delete",
    pgOmitListSuffix: true,
    defaultNodeIdCodec: "pipeString",
  },
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false, websockets: false },
  grafast: { explain: false },
});
