"""Documents that try what their viewer may not read: by every order, by search, by filters on texts.

Found by introspection, so new declarations are tried too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from tests.random_queries.comparison import RandomQuery
from tests.reference.viewers import Viewer

WORDS = 31
"""How many words one search looks for: as many as its text has room for."""
MARK = "qz"
PAGE = "edges { cursor node { __typename } } pageInfo { startCursor endCursor }"


def connections_of(type_: GraphQLObjectType) -> Iterator[tuple[str, GraphQLField]]:
    return ((name, field) for name, field in type_.fields.items() if "orderBy" in field.args)


def _roots(schema: GraphQLSchema) -> list[tuple[str, GraphQLField]]:
    assert schema.query_type is not None
    return list(connections_of(schema.query_type))


def _node(schema: GraphQLSchema, field: GraphQLField) -> GraphQLObjectType:
    """The type of a connection's rows."""
    found = schema.type_map[get_named_type(field.type).name.removesuffix("Connection")]
    assert isinstance(found, GraphQLObjectType)
    return found


def _orders(name: str, field: GraphQLField, size: int) -> str:
    """The connection in each order that it has, both ways by each."""
    term = get_named_type(field.args["orderBy"].type)
    assert isinstance(term, GraphQLInputObjectType)
    orders = get_named_type(term.fields["field"].type)
    assert isinstance(orders, GraphQLEnumType)
    return " ".join(
        f"{name}_{order}: {name}(first: {size}, orderBy: [{{ field: {order} }}]) {{ {PAGE} }}"
        for order in orders.values
    )


def every_order(schema: GraphQLSchema, viewer: Viewer) -> Iterator[RandomQuery]:
    """Each type of rows in each order, from the root, else from a type that is at the root."""
    reached = set()
    for name, field in _roots(schema):
        reached.add(_node(schema, field).name)
        yield RandomQuery(f"{{ {_orders(name, field, 50)} }}", viewer=viewer)
    for name, field in _roots(schema):
        for inner, below in connections_of(_node(schema, field)):
            if (target := _node(schema, below).name) not in reached:
                reached.add(target)
                nested = f"{name}(first: 50) {{ nodes {{ {_orders(inner, below, 5)} }} }}"
                yield RandomQuery(f"{{ {nested} }}", viewer=viewer)


def every_search(schema: GraphQLSchema, viewer: Viewer, words: Sequence[str]) -> Iterator[RandomQuery]:
    """All at once and type by type, for any of the words."""
    each = [name for name, field in _roots(schema) if "search" in field.args]
    parts = " ".join(f"{name}(search: $text) {{ totalCount }}" for name in each)
    document = f"query ($text: String!) {{ search(text: $text) {{ totalCount }} {parts} }}"
    for start in range(0, len(words), WORDS):
        yield RandomQuery(document, {"text": " or ".join(words[start : start + WORDS])}, viewer)


def every_text_filter(schema: GraphQLSchema, viewer: Viewer) -> Iterator[RandomQuery]:
    """Which rows have a canary in which text; by beginning, and by whether there is one, as well."""
    for name, field in _roots(schema):
        inputs = get_named_type(field.args["filter"].type)
        assert isinstance(inputs, GraphQLInputObjectType)
        texts = [key for key, one in inputs.fields.items() if get_named_type(one.type).name == "StringFilter"]
        conditions = [f'contains: "{MARK}"', "isNull: true"]
        parts = [
            f"{key}_{index}: {name}(filter: {{ {key}: {{ {condition} }} }}) {{ totalCount nodes {{ id }} }}"
            for key in texts
            for index, condition in enumerate(conditions)
        ]
        if parts:
            yield RandomQuery(f"{{ {' '.join(parts)} }}", viewer=viewer)
