"""The tasks of every viewer, compared with the reference executor."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

import schema
from tests.personas import CAST, CLIENTS
from tests.random_queries.comparison import Different, RandomQuery
from tests.random_queries.run import Harness
from tests.random_queries.viewers import viewers_of
from tests.reference import tasks as reference
from tests.reference.actions import ACTORS, WRITERS
from tests.summary import tell

DOCUMENT = """
    query ($first: Int, $before: Date) {
        tasks(first: $first, dueBefore: $before) {
            kind mutation dueOn
            entity { __typename id ... on Mentorship { requestedBy participant { name } } }
        }
    }
"""


def ask(reference_harness: Harness, name: str, variables: dict[str, Any]) -> list[dict[str, Any]]:
    question = RandomQuery(DOCUMENT, variables, viewers_of(name)[0])
    found: list[dict[str, Any]] = reference_harness.loop.run(
        reference_harness.comparison.compare(question)
    ).data["tasks"]
    return found


@pytest.mark.parametrize("name", [*CAST, *CLIENTS])
def test_the_tasks_are_the_references(reference_harness: Harness, name: str) -> None:
    for day in (None, datetime.now(UTC).date() + timedelta(days=3), date(2026, 7, 1)):
        for first in (1, 100):
            found = ask(reference_harness, name, {"first": first, "before": day and day.isoformat()})
            assert len(found) <= first
    kinds = Counter(task["kind"] for task in ask(reference_harness, name, {"first": 100}))
    tell(f"tasks of {name}: {', '.join(f'{count} {kind}' for kind, count in kinds.items()) or 'none'}")
    assert bool(kinds) is (name in HAVE_SOME)


HAVE_SOME = {
    "uc-coordinator",
    "mx-coordinator",
    "mentor",
    "participant",
    "two-campuses",
    "mentor-and-coordinator",
    "participant-and-mentor",
    "participant-and-system",
}


def test_each_kind_is_somebodys(reference_harness: Harness) -> None:
    met = {task["kind"] for name in CAST for task in ask(reference_harness, name, {"first": 100})}
    assert met == {kind for kind, _ in reference.KINDS.values()} == set(kinds_of_the_schema())


def kinds_of_the_schema() -> list[str]:
    return list(schema.graphql_schema.type_map["TaskKind"].values)  # type: ignore[attr-defined]


def test_a_task_that_is_not_theirs_is_noticed(
    reference_harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the person who requested a mentorship also answered it."""
    actors = {**ACTORS, "acceptMentorship": WRITERS["Mentorship"]}
    monkeypatch.setattr(reference, "ACTORS", actors)
    with pytest.raises(Different):
        ask(reference_harness, "participant", {"first": 100})
