/** In place of Prettier's GraphQL under its older name: the same, once. */
export { parsers, printers } from "prettier/plugins/graphql";
