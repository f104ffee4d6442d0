"""What a statement must say, where small data would not show that it doesn't."""

import pytest

from planner.engine import Engine
from planner.errors import BadUserInput
from planner.plan.query_plan import Plan
from schema.grants import ANONYMOUS
from tests.engines import default_engine
from tests.personas import viewer_of

STAFF = viewer_of("admin")


def plan_of(document: str, engine: Engine | None = None, **variables: object) -> Plan:
    engine = engine or default_engine()
    operation = engine.operation(document, None)
    plan, _ = engine.plan(operation, operation.coerce(variables), STAFF, "EN")
    assert plan is not None
    return plan


def test_rows_joined_after_the_page_are_listed_in_its_order() -> None:
    """A join may change the order in which PostgreSQL yields the rows of the page."""
    sql = plan_of("{ participants(orderBy: [{ field: NAME }]) { nodes { orcid } } }").sql
    outer = sql.partition("FROM (SELECT")[0]
    assert "ORDER BY" in outer
    assert "_number" in outer


def test_either_every_aggregate_of_a_page_says_its_order_or_none_does() -> None:
    """PostgreSQL sorts the rows for one that has an order, and then feeds them so to those that have none."""
    forward = plan_of("{ projects { nodes { id } pageInfo { endCursor } } }").sql
    assert forward.partition("FROM (SELECT")[0].count("ORDER BY") == 0
    for backward in (
        "{ projects(last: 3) { nodes { id } pageInfo { endCursor } } }",
        "{ participants(orderBy: [{ field: NAME }]) { nodes { orcid } pageInfo { endCursor } } }",
    ):
        outer = plan_of(backward).sql.partition("FROM (SELECT")[0]
        assert outer.count("json_agg(") + outer.count("array_agg(") == outer.count("ORDER BY") > 0


def test_a_client_s_value_is_never_written_into_the_statement() -> None:
    sql = plan_of(
        """query ($filter: ProjectFilter) {
          projects(filter: $filter, search: "zanahoria") { nodes { institutions(role: LEAD) { role } } }
          node(id: "project_01234567-89ab-cdef-0123-456789abcdef") { id }
        }""",
        filter={"title": {"contains": "betabel"}, "fields": {"hasAny": ["ENERGY"]}},
    ).sql
    for value in ("zanahoria", "betabel", "ENERGY", "LEAD", "456789abcdef"):
        assert value not in sql


def test_a_field_that_is_never_visible_is_not_read() -> None:
    """A mask that never holds is recognized, so nothing of the column is in the statement's answer."""
    engine, document = default_engine(), '{ agreement(slug: "x") { documentUrl } }'
    plan, _ = engine.plan(engine.operation(document, None), {}, ANONYMOUS, "EN")
    assert plan is not None
    assert "CAST(NULL AS" in plan.sql
    assert "document_url" not in plan.sql


def test_requests_of_one_shape_share_a_plan() -> None:
    engine = default_engine()
    document = "query ($f: ProjectFilter, $n: Int) { projects(filter: $f, first: $n) { nodes { id } } }"
    first = plan_of(document, engine, f={"slug": {"eq": "a"}}, n=1)
    same = plan_of(document, engine, f={"slug": {"eq": "b"}}, n=2)
    other = plan_of(document, engine, f={"slug": {"in": ["a", "b"]}}, n=2)
    longer = plan_of(document, engine, f={"slug": {"in": ["a", "b", "c"]}}, n=2)
    assert first is same
    assert first is not other
    assert other is longer


def test_a_plan_s_parameters_are_those_of_the_request() -> None:
    engine = default_engine()
    document = """query ($s: String!, $n: Int) {
      projects(filter: {slug: {in: [$s, "x"]}}, first: $n) { totalCount nodes { id } }
    }"""
    plan_of(document, engine, s="a", n=1)
    plan = plan_of(document, engine, s="b", n=7)
    operation = engine.operation(document, None)
    assert plan.parameters(operation.coerce({"s": "b", "n": 7}), STAFF) == [["b", "x"], 7]


def test_a_text_to_search_for_is_bounded() -> None:
    """PostgreSQL refuses words of more than 2,046 bytes; nobody gets that far."""
    document = """query ($words: String!) {
      projects(search: $words) { totalCount }
      search(text: $words) { totalCount }
    }"""
    engine = default_engine()
    variables = engine.operation(document, None).coerce({"words": "ñ" * 501})
    with pytest.raises(BadUserInput, match="501"):
        plan_of(document, engine, **variables).parameters(variables, STAFF)
    assert (
        plan_of(document, engine, words="ñ" * 500).parameters({"words": "ñ" * 500}, STAFF) == ["ñ" * 500] * 2
    )


def test_many_documents_do_not_fill_the_memory() -> None:
    engine = default_engine()
    for number in range(1_200):
        engine.operation(f"{{ a{number}: impact {{ key }} }}", None)
    assert engine.cache_stats["documents"] == engine.engine_limits.document_entries == 1_000
    assert engine.cache_stats["document_bytes"] <= engine.engine_limits.document_bytes


BY_TITLE = "orderBy: [{ field: TITLE }]"
AFTER = 'after: "WyI4MjQ5ZWQwMCIsImEiLCIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDAiXQ"'
FIRST_FIELD = "{ or: [{ title: { eq: $text } }, { not: { title: { contains: $text } } }] }"
OTHER_FIELD = "{ or: [{ title: { eq: $text } }, { status: { ne: ACTIVE } }] }"
RELATION = "{ institutions: { some: { institution: { is: { slug: { eq: $text } } } } } }"


@pytest.mark.parametrize(
    ("arguments", "decisive"),
    [
        ("", False),
        (f"({AFTER}, {BY_TITLE})", False),
        ("(filter: {})", False),
        (f"(filter: {FIRST_FIELD}, orderBy: [{{ field: TITLE }}, {{ field: STARTS_ON }}])", False),
        (f"(filter: {FIRST_FIELD})", True),
        (f"(filter: {OTHER_FIELD}, {BY_TITLE})", True),
        (f"(filter: {RELATION}, {BY_TITLE})", True),
        ("(search: $text)", True),
    ],
)
def test_whether_values_decide_how_a_page_is_read(arguments: str, decisive: bool) -> None:
    """A filter on the order's own first field only says where to begin in its index."""
    page = f"projects{arguments} {{ nodes {{ id }} }}"
    for document in (page, f"institution(slug: $text) {{ {page} }}"):
        document = f"query ($text: String!) {{ {document} program(slug: $text) {{ id }} }}"
        assert plan_of(document, text="water").needs_custom_plan is decisive
