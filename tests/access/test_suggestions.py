"""Whom everybody is suggested as a mentor, held against the reference executor."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.personas import RECIPIENT
from tests.random_queries.comparison import Different, RandomQuery
from tests.random_queries.run import Harness
from tests.random_queries.viewers import viewers_of
from tests.reference import suggestions as reference
from tests.reference.ids import global_id
from tests.reference.rows import Row

DOCUMENT = """
    query ($participation: ID!, $first: Int) {
        suggestedMentors(participation: $participation, first: $first) {
            score mentor { id name placesLeft } reasons { kind points text }
        }
    }
"""
READERS = {"participant", RECIPIENT, "participant-and-mentor", "admin"}
"""Whoever is in the demo's cohorts themselves, as or without a participant; and staff."""
NOBODY = ("public", "mentor", "integration", "uc-coordinator", "two-systems")


def ask(
    reference_harness: Harness, name: str, part: Row, first: int = 100, language: int = 0
) -> list[dict[str, Any]]:
    given = {"participation": global_id("Participation", part["id"]), "first": first}
    question = RandomQuery(DOCUMENT, given, viewers_of(name)[language])
    found: list[dict[str, Any]] = reference_harness.loop.run(
        reference_harness.comparison.compare(question)
    ).data["suggestedMentors"]
    return found


def participations(reference_harness: Harness) -> list[Row]:
    """Of each status and level of studies one, and all of the demo's participant."""
    rows = reference_harness.comparison.world.rows
    mine = viewers_of(RECIPIENT)[0].self_
    found: dict[Any, Row] = {}
    for part in sorted(rows.all("participation"), key=lambda row: str(row["id"])):
        participant = rows.get("participant", part["participant_id"])
        assert participant is not None
        own: UUID | None = part["id"] if participant["person_id"] == mine else None
        found.setdefault((own, part["status"], participant["field_of_study"]), part)
    return list(found.values())


def everything(reference_harness: Harness, name: str) -> list[dict[str, Any]]:
    return [one for part in participations(reference_harness) for one in ask(reference_harness, name, part)]


@pytest.mark.parametrize("name", sorted(READERS))
def test_the_suggestions_are_the_references(reference_harness: Harness, name: str) -> None:
    met = [
        ask(reference_harness, name, part, language=number % 2)
        for number, part in enumerate(participations(reference_harness))
    ]
    assert any(met)
    scores = [[one["score"] for one in found] for found in met]
    assert all(each == sorted(each, reverse=True) for each in scores)
    assert all(one["mentor"]["placesLeft"] > 0 for found in met for one in found)


def test_every_reason_is_somebodys(reference_harness: Harness) -> None:
    found = everything(reference_harness, "admin")
    kinds = {reason["kind"]: reason["points"] for one in found for reason in one["reasons"]}
    assert kinds == reference.POINTS
    assert len({one["score"] for one in found}) > len(kinds)


@pytest.mark.parametrize("name", NOBODY)
def test_others_are_suggested_nobody(reference_harness: Harness, name: str) -> None:
    assert everything(reference_harness, name) == []


def test_as_many_as_asked_for(reference_harness: Harness) -> None:
    part = next(part for part in participations(reference_harness) if ask(reference_harness, "admin", part))
    assert ask(reference_harness, "admin", part, first=2) == ask(reference_harness, "admin", part)[:2]


def test_a_mentor_without_a_place_is_noticed(
    reference_harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "_free", lambda context, mentor: 100)
    with pytest.raises(Different):
        everything(reference_harness, "admin")


def test_who_may_read_them_is_noticed(reference_harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "_is_read", lambda context, part, participant: True)
    with pytest.raises(Different):
        everything(reference_harness, "mentor")
