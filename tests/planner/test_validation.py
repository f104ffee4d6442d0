"""What an invalid document costs, and which errors it gets."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    OperationDefinitionNode,
    ParallelVisitor,
    get_named_type,
    is_leaf_type,
    parse,
)

import schema
from planner.document import validation
from planner.document.operations import MOST_LINES, read_document
from planner.document.plan_key import KeyFunctions
from planner.document.validation import MAX_ERRORS, MAX_SUGGESTED, coerced_variables, document_problems
from planner.errors import BadUserInput, Problem, RequestError, ValidationFailed
from planner.errors.translation.matcher import MAX_LOCATIONS
from planner.message_catalog import LONGEST
from tests.engines import with_limits

LANGUAGES = ("EN", "ES")
HINTS = ("did you mean", "quiso decir")
MOST_CALLS = 900_000
CALLS_PER_CHARACTER = 7
"""Function calls, of graphql-core, which reads names by the character, and ours: about 90 ms."""

GRAPHQL = schema.graphql_schema
TYPES = list(GRAPHQL.type_map.values())
PUBLISHED = [type_ for type_ in TYPES if not type_.name.startswith("__")]
ENUMS = [type_ for type_ in PUBLISHED if isinstance(type_, GraphQLEnumType)]
INPUTS = [type_ for type_ in PUBLISHED if isinstance(type_, GraphQLInputObjectType)]
OBJECTS = [type_ for type_ in PUBLISHED if isinstance(type_, GraphQLObjectType)]


def messages(document: str, variables: dict[str, object] | None = None, *, suggestions: bool) -> list[str]:
    """The errors of a document, or of the variables of its operation, in all languages."""
    try:
        read = read_document(
            document, GRAPHQL, KeyFunctions((), ()), with_limits().limits, suggestions=suggestions
        )
        read.choose(None).coerce(variables or {}, suggestions=suggestions)
    except RequestError as error:
        return [problem.message.read(language) for problem in error.problems for language in LANGUAGES]
    return []


def calls(work: Callable[[], object]) -> int:
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


def mistyped(name: str) -> str:
    """A name that a suggestion would be made for."""
    return f"{name[:-1]}Z{name[-1]}"


def wrong_values() -> Iterator[tuple[str, str, dict[str, object]]]:
    """For each enum and input type a variable, and a default value, with a mistake in a name."""
    for enum in ENUMS:
        wrong = mistyped(next(iter(enum.values)))
        yield enum.name, f"query ($v: {enum.name}) {{ __typename @skip(if: $v) }}", {"v": wrong}
        yield enum.name, f"query ($v: {enum.name} = {wrong}) {{ __typename @skip(if: $v) }}", {}
        yield enum.name, f'query ($v: {enum.name} = "{wrong}") {{ __typename @skip(if: $v) }}', {}
    for type_ in INPUTS:
        wrong = mistyped(next(iter(type_.fields)))
        yield type_.name, f"query ($v: {type_.name} = {{ {wrong}: 1 }}) {{ __typename @skip(if: $v) }}", {}


def wrong_selections() -> Iterator[tuple[str, str]]:
    """For each object type a mistake in a field, an argument, a type's name, and a selection left out."""
    for type_ in OBJECTS:
        on = f"{{ ... on {type_.name} {{ %s }} }}"
        yield type_.name, on % mistyped(next(iter(type_.fields)))
        yield type_.name, f"{{ ... on {mistyped(type_.name)} {{ id }} }}"
        if arguments := [
            (name, next(iter(field.args))) for name, field in type_.fields.items() if field.args
        ]:
            name, argument = arguments[0]
            yield f"{type_.name}.{name}", on % f"{name}({mistyped(argument)}: 1)"
        if objects := [name for name, field in type_.fields.items() if not is_leaf(field)]:
            yield f"{type_.name}.{objects[0]}", on % objects[0]


def is_leaf(field: GraphQLField) -> bool:
    return is_leaf_type(get_named_type(field.type))


def test_nothing_is_suggested_where_nobody_may_introspect() -> None:
    """Of no name of the schema, wherever in a document or its variables it is mistyped."""
    suggested, least = 0, len(ENUMS) + len(INPUTS) + len(OBJECTS)
    for where, document, variables in [
        *wrong_values(),
        *((where, document, {}) for where, document in wrong_selections()),
        *(("directive", f"{{ __typename @{name}(iff: true) }}", {}) for name in ("skip", "include")),
    ]:
        found = messages(document, variables, suggestions=False)
        assert found, where
        for text in found:
            assert not any(hint in text.lower() for hint in HINTS), (where, text)
        if suggested <= least:  # enough to know that these are the ways in which others are helped
            suggested += any(
                "Did you mean" in text for text in messages(document, variables, suggestions=True)
            )
    assert suggested > least


@pytest.mark.parametrize("given", ["mistyped", 1, {}, True])
def test_an_error_of_an_enum_variable_lists_none_of_its_values(given: object) -> None:
    for enum in ENUMS:
        value = mistyped(next(iter(enum.values))) if given == "mistyped" else given
        found = " ".join(variable_messages(enum, value, suggestions=False))
        assert enum.name in found
        assert not any(hint in found.lower() for hint in HINTS), found
        assert not {word.strip("'\".,:;{}()[]") for word in found.split()} & enum.values.keys()


def variable_messages(type_: GraphQLNamedType, given: object, *, suggestions: bool) -> list[str]:
    """The errors of a variable's value; a document that uses it validly would differ with each type."""
    definition = parse(f"query ($v: {type_.name}!) {{ __typename }}").definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    with pytest.raises(BadUserInput) as refused:
        coerced_variables(
            GRAPHQL, definition.variable_definitions or (), {"v": given}, suggestions=suggestions
        )
    return [problem.message.read(language) for problem in refused.value.problems for language in LANGUAGES]


def test_a_small_mistake_in_a_variable_gets_a_suggestion() -> None:
    type_ = INPUTS[0]
    names = [mistyped(name) for name in type_.fields]
    few, many = (dict.fromkeys(names[:most]) for most in (1, MAX_SUGGESTED + 1))
    assert "Did you mean" in " ".join(variable_messages(type_, few, suggestions=True))
    assert "Did you mean" not in " ".join(variable_messages(type_, many, suggestions=True))


def repeated(one: str, times: int) -> str:
    return " ".join([one] * times)


REPEATED = {
    "directives": lambda n: f"{{ __typename {repeated('@include(if: true)', n)} }}",
    "unknown directives": lambda n: f"{{ __typename {repeated('@aa', n)} }}",
    "arguments": lambda n: f"{{ projects({repeated('first: 1', n)}) {{ totalCount }} }}",
    "unknown arguments": lambda n: f"{{ projects({repeated('frist: 1', n)}) {{ totalCount }} }}",
    "fields": lambda n: f"{{ {repeated('nothing', n)} }}",
    "variables": lambda n: f"query ({repeated('$a: Int', n)}) {{ projects(first: $a) {{ totalCount }} }}",
    "undefined": lambda n: f"{{ projects(filter: {{ and: [{repeated('$x', n)}] }}) {{ totalCount }} }}",
    "input fields": lambda n: f"{{ projects(filter: {{ {repeated('and: []', n)} }}) {{ totalCount }} }}",
    "operations": lambda n: repeated("query Q { __typename }", n),
    "fragments": lambda n: f"{{ ...F }} {repeated('fragment F on Query { __typename }', n)}",
    "types": lambda n: f"{{ {repeated('... on Nothing { id }', n)} }}",
}


@pytest.mark.parametrize("times", [10, 30])
@pytest.mark.parametrize("document", REPEATED.values(), ids=REPEATED)
def test_the_same_mistake_is_reported_once(document: Callable[[int], str], times: int) -> None:
    with pytest.raises(ValidationFailed) as refused:
        read_document(document(times), GRAPHQL, KeyFunctions((), ()), with_limits().limits)
    found = [str(problem.message) for problem in refused.value.problems]
    assert len(found) == len(set(found)) <= 2, found
    assert 2 <= len(refused.value.problems[0].locations) <= MAX_LOCATIONS


def test_errors_have_an_end() -> None:
    document = f"{{ {' '.join(f'nothing{number}' for number in range(29))} }}"
    found = messages(document, suggestions=True)[:: len(LANGUAGES)]
    assert len(found) == MAX_ERRORS + 1
    assert "error limit reached" in found[-1]


LONG = "instituciones" * 20
COSTLY: dict[str, tuple[str, dict[str, object]]] = {
    "input fields": (
        f"{{ projects(filter: {{ {' '.join(f'titel{n}: 1' for n in range(950))} }}) {{ totalCount }} }}",
        {},
    ),
    "long input fields": (
        f"{{ projects(filter: {{ {' '.join(f'{LONG}{n}: 1' for n in range(900))} }}) {{ totalCount }} }}",
        {},
    ),
    "input fields of a variable": (
        "query ($f: ProjectFilter) { projects(filter: $f) { totalCount } }",
        {"f": {f"titel{n}": 1 for n in range(4_900)}},
    ),
    "enums of a variable": (
        "query ($o: [ProjectOrder!]) { projects(orderBy: $o) { totalCount } }",
        {"o": [{"field": f"TITEL{n}", "direction": "ASD"} for n in range(1_600)]},
    ),
    "types": (
        f"query ({' '.join(f'$v{n}: ProjectInstitutoinConection{n}' for n in range(700))}) {{ __typename }}",
        {},
    ),
    "fields": (f"{{ projects {{ nodes {{ {' '.join(f'titel{n}' for n in range(500))} }} }} }}", {}),
    "arguments": (f"{{ projects({' '.join(f'frist{n}: 1' for n in range(900))}) {{ totalCount }} }}", {}),
    "enums": (
        f"{{ projects(filter: {{ status: {{ in: [{' '.join(f'ACTIV{n}' for n in range(2_000))}] }} }}) "
        "{ totalCount } }",
        {},
    ),
}


@pytest.mark.parametrize(("document", "variables"), COSTLY.values(), ids=COSTLY)
def test_mistakes_cost_no_more_than_what_is_right(document: str, variables: dict[str, object]) -> None:
    found: list[str] = []
    most = MOST_CALLS + CALLS_PER_CHARACTER * len(document)
    assert calls(lambda: found.extend(messages(document, variables, suggestions=True))) < most
    assert found
    assert max(map(len, found)) <= LONGEST


def test_many_lines_are_not_counted_for_each_error() -> None:
    """An error's line is found by reading all that stands before it."""
    conflicts = " ".join(f"a: {name}" for name in ("title", "slug") * 10)
    few, many = (
        refused_of(f"{{ projects {{ nodes {{ {conflicts} }} }} }}", before=lines)
        for lines in (MOST_LINES - 1, 250_000)
    )
    assert [str(one.message) for one in few.problems] == [str(one.message) for one in many.problems]
    assert few.problems[0].locations
    assert not many.problems[0].locations


def refused_of(document: str, *, before: int) -> ValidationFailed:
    with pytest.raises(ValidationFailed) as refused:
        read_document("\n" * before + document, GRAPHQL, KeyFunctions((), ()), with_limits().limits)
    return refused.value


@pytest.mark.parametrize(
    "document",
    [
        "{ projects(first: 1, first: 2, last: []) { nodes { title titel @skip } } }",
        "query A { institution { slug } } query A($a: Int, $a: Int, $b: Nothing) { me { id { slug } } }",
        "{ ...F ...G ... on Int { id } } fragment F on Query { ...F } fragment F on Project { id }",
        '{ projects(filter: {slug: {eq: 1, eq: "x", no: 1}, or: 3}) { nodes @include @include(if: 1) } }',
        "query ($v: Int) { a: projects(search: $v) { totalCount } a: events { id } } type T { a: B }",
        "subscription { changes { cursor } projectChanged { id } }",
    ],
)
def test_rules_find_what_graphql_cores_own_visitor_finds(
    document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found() -> list[Problem]:
        return list(document_problems(GRAPHQL, parse(document), suggestions=True))

    ours = found()
    assert len(ours) > 1
    monkeypatch.setattr(validation, "RulesVisitor", ParallelVisitor)
    assert ours == found()
