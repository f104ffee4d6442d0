"""What graphql-core says of a document and its variables is known in Spanish, all of it, and kept short."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest
from graphql import GraphQLError, get_variable_values, parse, specified_rules, validate
from graphql.pyutils import inspect as python_notation
from graphql.validation import NoSchemaIntrospectionCustomRule
from strawberry.types.scalar import ScalarDefinition

import schema
from planner.declaration.exact_number import ExactNumber
from planner.errors import Problem
from planner.errors.translation.matcher import (
    MAX_LOCATIONS,
    BilingualError,
    phrases,
    problem_of,
    translate,
    translated,
)
from planner.message_catalog import LONGEST, LocalizedMessage
from planner.messages import catalog
from schema.scalars import SCALARS

RULES = {rule.__module__ for rule in (*specified_rules, NoSchemaIntrospectionCustomRule)}
MODULES = [
    "graphql.language.lexer",
    "graphql.language.parser",
    "graphql.execution.values",
    "graphql.execution.get_variable_signature",
    "graphql.utilities.validate_input_value",
    "graphql.validation.validate",
    "graphql.type.scalars",
    "graphql.type.definition",
    *sorted(RULES),
]
MAKERS = {  # what a message is given to
    "GraphQLError",
    "GraphQLSyntaxError",
    "ValidationAbortedError",
    "Conflict",
    "report_invalid_value",
    "report_invalid_literal",
}
SAMPLES = {  # what is put into a message by its name; everything else is "x"
    "did_you_mean": ["", " Did you mean 'x', 'y', or 'z'?"],
    "did_you_mean_enum_value": ["", " Did you mean the enum value 'x' or 'y'?"],
    "print_path_list": ["", " at .x[0]"],
    "message": ["Int cannot represent non-integer value: 'x'"],
    "suggestion": [" Did you mean to use an inline fragment on 'X'?"],
    "description": ["Unterminated string."],
    "reason": [
        "they have differing arguments",
        "subfields 'x' conflict because they have differing arguments",
    ],
    "print_argument_or_fragment_variable": ["Argument 'x'", "Variable '$x' defined by fragment 'X'"],
}


def name_of(node: ast.expr) -> str:
    return getattr(node, "id", None) or getattr(node, "attr", None) or ""


def texts(node: ast.expr) -> list[str]:
    """What an expression can become: each of its branches, with samples for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return ["".join(parts) for parts in product(*map(texts, node.values))]
    if isinstance(node, ast.FormattedValue):
        return texts(node.value)
    if isinstance(node, ast.BinOp):
        return [left + right for left, right in product(texts(node.left), texts(node.right))]
    if isinstance(node, ast.IfExp):
        return [*texts(node.body), *texts(node.orelse)]
    return SAMPLES.get(name_of(node.func if isinstance(node, ast.Call) else node), ["x"])


def messages(source: str) -> Iterator[str]:
    """The messages that a module makes: given as they are, or by a name that they were assigned to."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        assigned = [node for node in ast.walk(function) if isinstance(node, ast.Assign)]
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or name_of(call.func) not in MAKERS:
                continue
            for given in call.args:
                named = [one.value for one in assigned if name_of(one.targets[0]) == name_of(given)]
                for expression in named if isinstance(given, ast.Name) else [given]:
                    yield from (text for text in texts(expression) if " " in text)


def messages_of_library() -> set[str]:
    """Every message that the modules make."""
    return {message for module in MODULES for message in messages(source_of(module))}


def written() -> set[str]:
    """Every text of the modules, however it is used: some messages are returned, or put into an error."""
    trees = [ast.parse(source_of(module)) for module in (*MODULES, "graphql.error.syntax_error")]
    expressions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.expr)]
    return {
        text
        for node in expressions
        if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp)
        for text in texts(node)
        if " " in text
    }


def source_of(module: str) -> str:
    return inspect.getsource(importlib.import_module(module))


def unknown(source: str) -> set[str]:
    found = {message: translate(message, {}) for message in messages(source)}
    return {message for message, text in found.items() if text is None or text.read("EN") == text.read("ES")}


@pytest.mark.parametrize("module", MODULES)
def test_every_message_of_the_library_is_known(module: str) -> None:
    assert unknown(inspect.getsource(importlib.import_module(module))) == set()


def test_messages_are_found() -> None:
    found = messages_of_library()
    assert len(found) > 120
    assert "Unterminated string." in found
    assert "Cannot query field 'x' on type 'x'. Did you mean to use an inline fragment on 'X'?" in found


def unsaid(found: set[str]) -> set[str]:
    """The phrases that none of these texts is of."""
    known = [text for message in found if (text := translate(message, {}))]
    recognized = {one.id for text in known for one in (text, *messages_within(text))}
    return {phrase.name for phrase in phrases() if f"graphql_core.{phrase.name}" not in recognized}


def messages_within(text: LocalizedMessage) -> Iterator[LocalizedMessage]:
    for argument in text.arguments.values():
        if isinstance(argument, LocalizedMessage):
            yield argument
            yield from messages_within(argument)


def test_the_library_says_each_message_that_is_known() -> None:
    assert unsaid(written()) == set()


def test_a_message_that_the_library_no_longer_says_is_noticed() -> None:
    gone = {message for message in written() if "Unexpected variable" in message}
    assert unsaid(written() - gone) == {"variable_in_constant"}


def test_a_message_of_a_newer_version_is_noticed() -> None:
    source = """def rule(node):
        report_error(GraphQLError(f"Field '{node.name}' is far too {'big' if node.big else 'small'}.", node))
    """
    assert unknown(source) == {"Field 'x' is far too big.", "Field 'x' is far too small."}


def problems(document: str, variables: dict[str, object] | None = None) -> list[Problem]:
    """What the library has against a document or the variables of its operation."""
    try:
        node = parse(document)
    except GraphQLError as error:
        return [problem_of(error)]
    errors = validate(schema.graphql_schema, node)
    if not errors:
        definitions = node.definitions[0].variable_definitions  # type: ignore[attr-defined]
        found = get_variable_values(schema.graphql_schema, definitions, variables or {})
        errors = found if isinstance(found, list) else []
    return [problem_of(error) for error in errors]


@pytest.mark.parametrize(
    ("document", "variables", "es"),
    [
        ("{", {}, "Error de sintaxis: Se esperaba nombre; se encontró el final del documento."),
        (
            "{ a(b: 'c') }",
            {},
            "Error de sintaxis: Comilla simple (') inesperada; ¿quiso usar comillas dobles",
        ),
        (
            "{ projects { nodes { titel } } }",
            {},
            "El tipo 'Project' no tiene ningún campo 'titel'. ¿Quiso decir 'title' o 'titles'?",
        ),
        (
            "{ node(id: 1) { slug } }",
            {},
            "El tipo 'Node' no tiene ningún campo 'slug'. ¿Quiso usar un fragmento en línea sobre",
        ),
        (
            "{ projects { totalCount } projects(first: 1) { totalCount } }",
            {},
            "Los campos 'projects' entran en conflicto: tienen argumentos distintos. Use alias distintos si",
        ),
        (
            "{ a: projects { nodes { x: id } } a: projects { nodes { x: slug } } }",
            {},
            "Los campos 'a' entran en conflicto: los subcampos 'nodes' entran en conflicto: "
            "los subcampos 'x' entran en conflicto: 'id' y 'slug'",
        ),
        (
            '{ projects(filter: { startsOn: { eq: "2026-02-30" } }) { totalCount } }',
            {},
            '"2026-02-30" no existe en el calendario.',
        ),
        (
            "query ($v: Int) { projects(first: $v) { totalCount } }",
            {"v": "x"},
            "La variable '$v' tiene un valor no válido: Int solo admite enteros; no \"x\"",
        ),
        (
            "query ($v: ProjectFilter) { projects(filter: $v) { totalCount } }",
            {"v": {"and": [{"startsOn": {"eq": "2026-02-30"}}]}},
            "La variable '$v' tiene un valor no válido en .and[0].startsOn.eq: \"2026-02-30\" no existe",
        ),
        (
            "query ($v: ProjectFilter) { projects(filter: $v) { totalCount } }",
            {"v": {"titel": 1}},
            "La variable '$v' tiene un valor no válido: Un valor del tipo 'ProjectFilter' no tiene ningún",
        ),
    ],
)
def test_what_a_spanish_reader_gets(document: str, variables: dict[str, object], es: str) -> None:
    (problem, *_) = problems(document, variables)
    assert problem.message.read("ES").startswith(es)


def test_what_our_own_scalars_say_is_also_within_a_message_of_the_library() -> None:
    (problem,) = problems(
        "query ($z: TimeZone) { events { nodes { localStart(timeZone: $z) } } }", {"z": "Mars/X"}
    )
    assert problem.message.read("EN") == (
        "Variable '$z' has invalid value: \"Mars/X\" is not an IANA time zone such as America/Tijuana."
    )
    assert problem.message.read("ES").endswith(
        '"Mars/X" no es una zona horaria de IANA como America/Tijuana.'
    )


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ({"titel": None, "and": [True, 1.5]}, "{titel: null, and: [true, 1.5]}"),
        ({"no name": {"x": {"y": 1}}}, '{"no name": {x: {...}}}'),
        ('it\'s\n"so"', '"it\'s\\n\\"so\\""'),
        ("año \ud800", '"a\\u00f1o \\ud800"'),
        ("año 'x'", "\"año 'x'\""),
        (["None", "True"], '["None", "True"]'),
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "name",
    [name for name, template in catalog.section("graphql_core").items() if "{value}" in template.other],
)
def test_values_are_printed_as_graphql_writes_them(name: str, value: object, printed: str) -> None:
    """In every message of the library that prints one, whether it was a variable or a literal."""
    template = catalog.section("graphql_core")[name].other
    for notation in (python_notation(value), printed):
        messages_of_library = translated(
            template.format_map(defaultdict(lambda: "X", hint="", path="", value=notation)), {}
        )
        for language in ("EN", "ES"):
            assert printed in messages_of_library.read(language)


@pytest.mark.parametrize("scalar", SCALARS.values(), ids=lambda scalar: scalar.name)
@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("it's None", '"it\'s None"'),
        ('"\n', '"\\"\\n"'),
        (True, "true"),
        (None, "null"),
        ([None, "a", -1], '[null, "a", -1]'),
        ({"a": {"no name": False}}, '{a: {"no name": false}}'),
        ("x" * 1_000, f'"{"x" * 79}…"'),
        (ExactNumber("1e-400"), "1e-400"),
        ([1] * 1_000, f"[{'1, ' * 26}…"),
    ],
    ids=repr,
)
def test_our_own_scalars_quote_values_as_graphql_writes_them(
    scalar: ScalarDefinition, value: object, printed: str
) -> None:
    assert scalar.parse_value is not None
    with pytest.raises(BilingualError) as refused:
        scalar.parse_value(value)
    for language in ("EN", "ES"):
        assert refused.value.text.read(language).startswith(f"{printed} ")


def test_a_missing_required_field_is_reported_in_graphqls_notation() -> None:
    (problem, *_) = problems(
        "query ($v: ProjectOrder!) { projects(orderBy: [$v]) { totalCount } }", {"v": {"direction": "ASC"}}
    )
    assert problem.message.read("EN").endswith("required field 'field', found: {direction: \"ASC\"}.")


def test_a_literal_of_our_own_scalars_has_its_place() -> None:
    (problem,) = problems('{ projects(filter: { startsOn: { eq: "2026-02-30" } }) { totalCount } }')
    assert problem.locations == [(1, 38)]


def test_an_unexpected_error_within_a_scalar_is_not_shown() -> None:
    text = translated(
        "Expected value of type 'URL', but encountered error 'no table \"secret\"'; found: 'x'.", {}
    )
    assert text.read("EN") == "Expected value of type 'URL', found: \"x\"."
    assert "secret" not in text.read("ES")


@pytest.mark.parametrize(
    "document",
    [
        "{ %s }",
        "{ projects { nodes { %s } } }",
        "{ projects(%s: 1) { totalCount } }",
        "{ projects(orderBy: [{ field: %s }]) { totalCount } }",
        '{ projects(first: "%s") { totalCount } }',
        "{ ...%s }",
        "{ projects { totalCount @%s } }",
        "query %s { projects(first: $a) { totalCount } }",
        "query ($%s: Int) { __typename }",
        "{ projects(filter: { %s: 1 }) { totalCount } }",
        "%s",
    ],
)
def test_no_message_is_as_long_as_what_was_sent(document: str) -> None:
    for problem in problems(document % ("x" * 100_000)):
        assert len(problem.message.read("EN")) < LONGEST / 2
        assert len(problem.message.read("ES")) < LONGEST / 2
        assert problem.message.read("EN") != problem.message.read("ES")


def test_conflicts_within_conflicts_are_shortened() -> None:
    """The library lists them, and breaks off where it likes."""
    for count in (2, 5, 20, 200):
        one = " ".join(f"x{number}: slug" for number in range(count))
        other = " ".join(f"x{number}: id" for number in range(count))
        (problem,) = problems(
            f"{{ a: projects {{ nodes {{ {one} }} }} a: projects {{ nodes {{ {other} }} }} }}"
        )
        spanish = problem.message.read("ES")
        assert spanish.startswith(
            "Los campos 'a' entran en conflicto: los subcampos 'nodes' entran en conflicto"
        )
        assert " conflict because " not in spanish
        assert len(spanish) < LONGEST
        assert len(problem.locations) <= MAX_LOCATIONS


def test_a_mistake_at_many_places_names_some_of_them() -> None:
    (problem,) = problems(f"{{ projects({'first: 1 ' * 1_000}) {{ totalCount }} }}")
    assert len(problem.locations) == MAX_LOCATIONS


def test_an_unknown_message_is_shortened() -> None:
    text = translated("Something new: " + "x" * 10_000, {})
    assert text.read("EN").startswith("Something new: xxx")
    assert text.read("ES").startswith("La petición no es válida: Something new: xxx")
    assert max(len(text.read("EN")), len(text.read("ES"))) < LONGEST


def test_pieces_that_look_like_the_words_of_a_phrase_cost_no_time() -> None:
    """Looking goes forward only: a hundred thousand beginnings of a phrase are read once."""
    text = translated("Unknown argument 'x" + "' on field 'y" * 100_000 + "'!", {})
    assert len(text.read("EN")) <= LONGEST
