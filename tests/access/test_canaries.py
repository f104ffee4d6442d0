"""Nobody gets at what they may not read: by no order's cursor, by no search, by no filter, by no facet.

The walk, the random queries and the changes look for canaries and open cursors too, as every comparison does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func

import models
import schema
from planner.declaration.bindings import FacetSource, Searchable
from planner.declaration.catalog import Catalog
from planner.declaration.fields import table_of
from planner.declaration.row import Row
from planner.engine import Engine
from planner.sql import Column
from tests import summary
from tests.access.probes import every_order, every_search, every_text_filter
from tests.personas import ALL_VIEWERS
from tests.random_queries.comparison import Different, RandomQuery
from tests.random_queries.run import BOUNDS, Harness
from tests.random_queries.viewers import viewers_of
from tests.reference.disclosure import Disclosed, canaries_of
from tests.reference.field_sources import PERSON, TABLE, snake
from tests.reference.policy import MASKS
from tests.reference.viewers import Viewer

OFTEN = ("public", "uc-coordinator", "participant", "admin")
VIEWERS = [name if name in OFTEN else pytest.param(name, marks=pytest.mark.proof) for name in ALL_VIEWERS]
IN_BOTH = "public"
"""Who reads each order in both languages; the others in one."""


def readers(name: str) -> tuple[Viewer, ...]:
    found = viewers_of(name)
    return found if name == IN_BOTH else (found[len(name) % 2],)


def planned(where: Harness, question: RandomQuery) -> Any:
    """The answer, which is looked through for canaries and cursors."""
    answer = where.loop.run(where.comparison.planned(question))
    assert answer.code is None, answer.message
    return answer.data


def planned_all(where: Harness, questions: Iterable[RandomQuery]) -> None:
    for question in questions:
        planned(where, question)


@pytest.mark.parametrize("name", VIEWERS)
def test_every_order(reference_harness: Harness, name: str) -> None:
    before = reference_harness.comparison.disclosures.cursors
    for viewer in readers(name):
        planned_all(reference_harness, every_order(reference_harness.comparison.world.schema, viewer))
    opened = reference_harness.comparison.disclosures.cursors - before
    summary.tell(f"{opened:,} cursors opened as {name}: nothing in them that no field of theirs shows")
    assert opened > 300


def found_by_search(where: Harness, viewer: Viewer, words: list[str]) -> int:
    counts = (
        planned(where, question) for question in every_search(where.comparison.world.schema, viewer, words)
    )
    return sum(found["totalCount"] for answer in counts for found in answer.values())


@pytest.mark.parametrize("name", VIEWERS)
def test_a_search_for_what_is_hidden_finds_nothing(reference_harness: Harness, name: str) -> None:
    viewer, disclosures = viewers_of(name)[0], reference_harness.comparison.disclosures
    hidden = disclosures.hidden(viewer)
    of_every_viewer = {"person_language.source", *(["person.given_name"] if name != "admin" else [])}
    assert of_every_viewer <= set(map(disclosures.origin, hidden))
    assert found_by_search(reference_harness, viewer, hidden) == 0
    names = [
        c for c in disclosures.reader(viewer).canaries if disclosures.origin(c) == "person.preferred_name"
    ]
    assert (found_by_search(reference_harness, viewer, names) > 0) == bool(names)
    summary.tell(f"{len(hidden):,} hidden words searched for as {name}: nothing found")


@pytest.mark.parametrize("name", VIEWERS)
def test_a_filter_finds_what_is_visible_alone(reference_harness: Harness, name: str) -> None:
    for question in every_text_filter(reference_harness.comparison.world.schema, viewers_of(name)[0]):
        reference_harness.loop.run(reference_harness.comparison.compare(question))


def test_every_text_that_is_masked_has_canaries(reference_harness: Harness) -> None:
    """As has the given name of who has a preferred one; or nothing of the above would be proven of them."""
    disclosures = reference_harness.comparison.disclosures
    public = viewers_of("public")[0]
    hidden = {disclosures.origin(canary) for canary in disclosures.hidden(public)}
    for type_, field in MASKS:
        table = "person" if (type_, field) in PERSON else TABLE[type_]
        column = "family_names" if field in ("name", "recipient") else snake(field)
        values = [row[column] for row in reference_harness.comparison.world.rows.all(table) if column in row]
        if any(isinstance(value, str) for value in values):
            assert f"{table}.{column}" in hidden, (type_, field)
    texts = reference_harness.comparison.world.rows.all("person")
    assert all(canaries_of(row["given_name"]) for row in texts)
    assert sum(row["preferred_name"] is not None for row in texts) > 5


def person(row: Row) -> Any:
    return row.join_on("person_id", table_of(models.Person)).c


def given_first(row: Row) -> Column:
    """The order by name as it once was."""
    return func.puente_fold(person(row).family_names.concat(" ").concat(person(row).given_name))


def ordered_by(expression: Callable[[Row], Column]) -> Catalog:
    mentor = schema.catalog.types["Mentor"]
    binding: Any = mentor.members["name"].binding
    name = replace(mentor.members["name"], binding=replace(binding, sorted=lambda row, _: expression(row)))
    return of_mentors(members={**mentor.members, "name": name})


def of_mentors(**changes: Any) -> Catalog:
    mentor = replace(schema.catalog.types["Mentor"], **changes)
    return Catalog(
        {**schema.catalog.types, "Mentor": mentor}, schema.catalog.prefixes, schema.catalog.actions
    )


def searched_by(column: str) -> Catalog:
    vector = Searchable(lambda row: func.puente_vector(person(row)[column]), ("name",))
    return of_mentors(search=(vector,))


def counted_by(column: str) -> Catalog:
    return of_mentors(facets={"sector": FacetSource(("sector",), lambda row: person(row)[column])})


def as_public(where: Harness) -> Iterator[RandomQuery]:
    yield from every_order(where.comparison.world.schema, viewers_of("public")[0])


def counting(where: Harness) -> Iterator[RandomQuery]:
    document = "{ mentors(first: 0) { facets { values { value label } } } }"
    yield RandomQuery(document, viewer=viewers_of("public")[0])


PLANTED: dict[str, tuple[Callable[[], Catalog], Callable[[Harness], Iterator[RandomQuery]], str]] = {
    "the old order by given name": (lambda: ordered_by(given_first), as_public, "person.given_name"),
    "an order by email": (lambda: ordered_by(lambda row: person(row).email), as_public, "person.email"),
    "an order by what has no canary": (
        lambda: ordered_by(lambda row: func.md5(person(row).given_name)),
        as_public,
        "a cursor tells",
    ),
    "a facet of phones": (lambda: counted_by("phone"), counting, "person.phone"),
}


@pytest.mark.parametrize("leak", PLANTED)
def test_it_is_found_in_what_is_answered(reference_harness: Harness, leak: str) -> None:
    """Though the reference executor were wrong in the same way."""
    catalog, questions_of, words = PLANTED[leak]
    leaking = reading(reference_harness, catalog())
    questions = list(questions_of(leaking))
    with pytest.raises(Different, match=words) as raised:
        planned_all(leaking, questions)
    assert isinstance(raised.value.__cause__, Disclosed)
    summary.tell(f"planted and found in answers: {leak}")


@pytest.mark.parametrize("column", ["given_name", "email", "source"])
def test_it_is_found_by_searching(reference_harness: Harness, column: str) -> None:
    """The old search by given name, and two more."""
    viewer = viewers_of("public")[0]
    hidden = reference_harness.comparison.disclosures.hidden(viewer)
    assert found_by_search(reading(reference_harness, searched_by(column)), viewer, hidden) > 0
    summary.tell(f"planted and found by searching: a search by {column}")


def reading(where: Harness, catalog: Catalog) -> Harness:
    """The harness with another catalog."""
    engine = Engine(schema.graphql_schema, catalog, schema.POLICY, BOUNDS)
    return replace(where, comparison=replace(where.comparison, engine=engine))
