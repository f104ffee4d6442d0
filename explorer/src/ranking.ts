/** The search of the documentation: types first, then fields, then arguments, the closest names first among each. */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from "graphql";

export interface Match {
  readonly type: GraphQLNamedType;
  readonly field?: GraphQLField<unknown, unknown> | GraphQLInputField;
  readonly argument?: GraphQLArgument;
}

export interface Matches {
  /** Of the type that is open. */
  readonly within: readonly Match[];
  readonly types: readonly Match[];
  readonly fields: readonly Match[];
}

/** Of each kind: more are not looked through, and a longer word finds fewer. */
const MOST = 40;

const nameOf = ({ type, field, argument }: Match): string => (argument ?? field ?? type).name.toLowerCase();

/** 0 for the name itself, 1 for its beginning, 2 for any other part of it, null for none. */
export function closeness(name: string, text: string): number | null {
  const at = name.indexOf(text);
  return at === -1 ? null : at > 0 ? 2 : name.length === text.length ? 0 : 1;
}

/** What one may ask for comes before what it consists of, and that before what it is asked with. */
const rankOf = (type: GraphQLNamedType): number =>
  /^(Query|Mutation|Subscription)$/.test(type.name) ? 0 : isObjectType(type) || isInterfaceType(type) ? 1 : 2;

type Rank = readonly (number | string)[];

const orderOf = (match: Match, close: number): Rank => {
  const name = nameOf(match);
  return [close, name.length, name, rankOf(match.type), match.type.name];
};

function compare(one: Rank, other: Rank): number {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at === -1 ? 0 : one[at]! < other[at]! ? -1 : 1;
}

function ranked(matches: readonly Match[], text: string): Match[] {
  return matches
    .flatMap((match) => {
      const close = closeness(nameOf(match), text);
      return close === null ? [] : [{ match, order: orderOf(match, close) }];
    })
    .sort((one, other) => compare(one.order, other.order))
    .slice(0, MOST)
    .map(({ match }) => match);
}

function fieldsOf(type: GraphQLNamedType): Match[] {
  const has = isObjectType(type) || isInterfaceType(type) || isInputObjectType(type);
  return has ? Object.values(type.getFields()).map((field) => ({ type, field })) : [];
}

function argumentsOf({ type, field }: Match): Match[] {
  return field && "args" in field ? field.args.map((argument) => ({ type, field, argument })) : [];
}

/** Fields before arguments. */
function members(types: readonly GraphQLNamedType[], text: string): Match[] {
  const fields = types.flatMap(fieldsOf);
  return [...ranked(fields, text), ...ranked(fields.flatMap(argumentsOf), text)];
}

export function matches(schema: GraphQLSchema, open: GraphQLNamedType | null, searched: string): Matches {
  const text = searched.trim().toLowerCase();
  const others = Object.values(schema.getTypeMap()).filter((type) => type !== open);
  return {
    within: open ? members([open], text) : [],
    types: ranked(others.map((type) => ({ type })), text),
    fields: members(others, text),
  };
}
