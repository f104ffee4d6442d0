import { PgSimplifyInflectionPreset } from "@graphile/simplify-inflection";
import { addPgTableCondition } from "graphile-utils";
import { makePgService } from "postgraphile/adaptors/pg";
import { TYPES } from "@dataplan/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";

const MentorSearch = addPgTableCondition(
  { schemaName: "postgraphile", tableName: "mentor" },
  "search",
  ({ graphql }) => ({ type: graphql.GraphQLString }),
  (value, { sql, sqlTableAlias, sqlValueWithCodec }) => {
    const words = sql`public.puente_query(${sqlValueWithCodec(value, TYPES.text)})`;
    return sql`(${sqlTableAlias}.words @@ ${words} or ${sqlTableAlias}.name_words @@ ${words})`;
  },
);

export function preset(connectionString) {
  return {
    extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset, PostGraphileConnectionFilterPreset],
    plugins: [MentorSearch],
    pgServices: [makePgService({ connectionString, schemas: ["postgraphile"], poolConfig: { max: 10 } })],
    schema: {
      defaultBehavior: "list -connection -insert -update -delete",
      pgOmitListSuffix: true,
      defaultNodeIdCodec: "pipeString",
    },
    grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
    grafast: { explain: false },
  };
}
