import { addPgTableCondition, extendSchema, gql } from "postgraphile/utils";
import { TYPES } from "postgraphile/@dataplan/pg";

/** `condition: { search: … }` of mentors, in what they wrote and in their names. */
export const MentorSearchPlugin = addPgTableCondition(
  { schemaName: "postgraphile", tableName: "mentor" },
  "search",
  ({ graphql }) => ({ type: graphql.GraphQLString }),
  (value, { sql, sqlTableAlias, sqlValueWithCodec }) => {
    const words = sql`public.puente_query(${sqlValueWithCodec(value, TYPES.text)})`;
    return sql`(${sqlTableAlias}.words @@ ${words} or ${sqlTableAlias}.name_words @@ ${words})`;
  },
);

const own = ($column) => $column;
const beside = (name) => ($column) => $column.getParentStep().get(name);

/**
 * Objects made of columns of one row. The column that all of them have stands for the object: where it is null, so is
 * the object. This takes less of Node's time than a column of a composite type.
 */
export const NestedObjectsPlugin = extendSchema({
  typeDefs: gql`
    type Location {
      latitude: Float!
      longitude: Float!
    }
    extend type Institution {
      location: Location
    }
    type Reported {
      value: Int!
      comparator: String!
      asOf: Date!
      source: String!
    }
    extend type Impact {
      reported: Reported
    }
  `,
  objects: {
    Institution: { plans: { location: ($institution) => $institution.get("latitude") } },
    Location: { plans: { latitude: own, longitude: beside("longitude") } },
    Impact: { plans: { reported: ($impact) => $impact.get("reported_value") } },
    Reported: {
      plans: {
        value: own,
        comparator: beside("comparator"),
        asOf: beside("as_of"),
        source: beside("reported_source"),
      },
    },
  },
});
