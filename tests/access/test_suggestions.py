"""Whom everybody is suggested as a mentor, held against the reference executor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Integer, false, literal_column, true

import schema.mentor_suggestion as suggestions
from models import MentorFit
from tests.access.test_planted_leaks import replanned
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
    points: dict[str, set[int]] = {}
    for reason in (reason for one in found for reason in one["reasons"]):
        points.setdefault(reason["kind"], set()).add(reason["points"])
    assert points.keys() == {*reference.POINTS, "PREFERENCE"}
    assert all(worth in points[kind] for kind, worth in reference.POINTS.items())
    assert points["LANGUAGE"] == {reference.POINTS["LANGUAGE"], 100}, "a cohort has weights of its own"
    assert len({one["score"] for one in found}) > len(points)


@pytest.mark.parametrize(("name", "least"), [("admin", 10), ("mx-coordinator", 2)])
def test_preferred_mentors_come_first(reference_harness: Harness, name: str, least: int) -> None:
    """In the order of their ranks, whatever else speaks for others; those whom somebody avoids never come.

    For staff, and for whoever runs a program.
    """
    rows = reference_harness.comparison.world.rows
    met = 0
    for part in rows.all("participation"):
        given = rows.owned("mentor_preference", "participation_id", part["id"])
        if not given or not (found := ask(reference_harness, name, part)):
            continue
        order = [one["mentor"]["id"] for one in found]
        ranked = sorted((one["rank"], global_id("Mentor", one["mentor_id"])) for one in given if one["rank"])
        preferred = [mentor for _, mentor in ranked if mentor in order]
        assert order[: len(preferred)] == preferred
        avoided = {global_id("Mentor", one["mentor_id"]) for one in given if one["avoid"]}
        assert not avoided & set(order)
        met += len(preferred) + len(avoided)
    assert met >= least


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


def planted_avoidance(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(suggestions, "_avoids", lambda part, mentor: false())


def planted_weight(patch: pytest.MonkeyPatch) -> None:
    usual = suggestions._points
    one = literal_column("15", Integer())
    patch.setattr(
        suggestions,
        "_points",
        lambda fits, weight: usual(fits, one if weight.name == "language_weight" else weight),
    )


def planted_preference(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(suggestions, "POINTS_OF_CHOICE", 1)


def planted_sector(patch: pytest.MonkeyPatch) -> None:
    fits = suggestions._fits
    patch.setattr(suggestions, "_fits", lambda *two: {**dict(fits(*two)), MentorFit.SECTOR: true()}.items())


@pytest.mark.parametrize(
    "plant",
    [planted_avoidance, planted_weight, planted_preference, planted_sector],
    ids=lambda one: one.__name__,
)
def test_a_planted_bug_is_found(
    reference_harness: Harness,
    monkeypatch: pytest.MonkeyPatch,
    plant: Callable[[pytest.MonkeyPatch], None],
) -> None:
    """Someone avoided who is suggested, a weight that is not read, a preference that counts like the rest."""
    plant(monkeypatch)
    with pytest.raises(Different):
        everything(replanned(reference_harness), "admin")
