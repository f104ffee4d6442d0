"""How documents are measured before they are validated."""

from __future__ import annotations

import pytest
from graphql import GraphQLSyntaxError, Lexer, Source, TokenKind, parse

import schema
from planner.document.document_limits import LARGEST_INT, TOKEN, SelectionSize, measure
from planner.document.operations import read_document
from planner.document.plan_key import KeyFunctions
from planner.errors import CostLimit, ValidationFailed
from tests.engines import with_limits

TEXTS = [
    "{ a }",
    "{a(b:-1.5e+3,c:[1,2 3],d:$x)@include(if:true){...F ... on T{b}}}",
    'query Q($a:[Int!]!=[1]) { a(s: "x \\" } {", t: "") # { comment "\n b }',
    '{ a(s: """block "quoted" \\""" { """) }',
    "fragment F on T { a...G b }\r\n# last",
    "\ufeff{ a, , b }",
]


@pytest.mark.parametrize("text", TEXTS)
def test_tokens_are_those_of_graphql(text: str) -> None:
    lexer = Lexer(Source(text))
    count = 0
    token = lexer.token
    while token.kind is not TokenKind.EOF:
        token = lexer.read_next_token(token.end)
        count += token.kind is not TokenKind.EOF
    assert len(TOKEN.findall(text)) == count


@pytest.mark.parametrize("text", ['{ a(b: "', '"""' + '\\"""' * 60_000, '"' * 100_000, "\\" * 100_000])
def test_what_is_not_closed_is_looked_through_once(text: str) -> None:
    assert len(TOKEN.findall(text)) <= len(text)
    with pytest.raises(GraphQLSyntaxError):
        parse(text)


def read(text: str, **limits: int) -> None:
    read_document(text, schema.graphql_schema, KeyFunctions((), ()), with_limits(**limits).limits)


def test_fragments_count_where_they_are_spread() -> None:
    document = parse("{ a { ...F } ...G } fragment F on T { x: b { c } ...G } fragment G on T { d e }")
    measured = measure(document)
    assert measured.operations == {0: SelectionSize(fields=7, depth=3, nesting=4, roots=3)}
    assert (measured.written.aliases, measured.written.directives, measured.fragments_invalid) == (
        1,
        0,
        False,
    )


def test_fragments_that_double_one_another_are_counted_without_spreading_them() -> None:
    parts = "".join(f" fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(200))
    measured = measure(parse(f"{{ ...F0 }} {parts} fragment F200 on Query {{ __typename }}"))
    assert measured.operations[0].fields == LARGEST_INT


@pytest.mark.parametrize(
    "document",
    [
        "{ ...F } fragment F on Query { ...F }",
        "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }",
        '{ institution(slug: "x") { ...F } } fragment F on Institution { parent { ...F parent { ...F } } }',
        "{ __typename } fragment F on Query { ...F }",
        "{ __typename } fragment F on Query { __typename }",
        "{ ...F }",
    ],
)
def test_fragments_without_end_or_use_are_invalid(document: str) -> None:
    with pytest.raises(ValidationFailed):
        read(document)


def test_a_chain_of_fragments_is_as_deep_as_it_is_long() -> None:
    chain = "".join(f" fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(300))
    with pytest.raises(CostLimit) as refused:
        read(f"{{ ...F0 }} {chain} fragment F300 on Query {{ __typename }}")
    assert refused.value.problems[0].details == {"limit": 50, "asked": 302}


def test_the_deepest_that_a_setting_allows_is_parsed_and_validated() -> None:
    for opened, inner, closed in (
        ("{ ... ", "{ __typename }", " }"),
        ("{ a: __typename ... ", "{ __typename }", " }"),
    ):
        read(
            opened * 79 + inner + closed * 79,
            max_nesting=80,
            max_aliases=1_000,
            max_root_fields=1_000,
            max_overlaps=9_000,
        )
    deep = "{ projects(filter: " + "{ not: " * 77 + "{}" + " }" * 77 + ") { totalCount } }"
    read(deep, max_nesting=80)


def test_all_operations_of_a_document_count_together() -> None:
    with pytest.raises(CostLimit) as refused:
        read("query A { ...F } query B { ...F } fragment F on Query { __typename }", max_fields=1)
    assert refused.value.problems[0].details == {"limit": 1, "asked": 2}
