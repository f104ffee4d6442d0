"""Mentors whom participants prefer or avoid: set as a whole list, and seen by few."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.loading.natural_keys import id_of
from schema.grants import Grant, make_principal, person_principal
from schema.roles import COORDINATOR
from tests.models.statements import rows, run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness, given
from tests.mutations.test_mentorships import codes, id_as, key_of, mentor, student

SET, INVITE, DECLINE = (
    ACTIONS[name] for name in ("setMentorPreferences", "inviteMentee", "declineMentorship")
)
OFFERED = "status requestedBy respondBy goals hiddenFields { field }"
FIELDS = "status mentorPreferences { rank avoid mentor { id } }"
STUDENT, COHORT = 40, id_of("cohort", "climate-ambassadors-demo")
PARTICIPATION = id_of("participation", f"student-{STUDENT}")
STORED = f"""
    select rank, avoid, mentor_id, cohort_id, participant_id from mentor_preference
    where participation_id = '{PARTICIPATION}' order by rank, mentor_id
"""
PREFERENCES = f"select version from participation where id = '{PARTICIPATION}'"

RUN_BY = """
    update program set institution_id = (select id from institution where slug = '{}')
    where code = 'CLIMATE_AMBASSADORS'
"""


@pytest.fixture
async def harness(engine: AsyncEngine, harness: MutationHarness) -> MutationHarness:
    """A student without preferences, who takes part."""
    await run(engine, f"delete from mentor_preference where participation_id = '{PARTICIPATION}'")
    return harness


def choice(number: int, rank: int | None = None, **more: Any) -> dict[str, Any]:
    """A mentor of this rank, or one to avoid."""
    wanted = {"rank": rank} if rank is not None else {"avoid": True}
    return {"mentor": id_as("mentor", number), **wanted, **more}


async def send(
    harness: MutationHarness, version: int, *given: Any, sender: Any = None, **options: Any
) -> dict[str, Any]:
    wanted = {
        "id": f"participation_{PARTICIPATION}",
        "expectedVersion": version,
        "mentorPreferences": [*given],
    }
    return await harness.send(sender or student(STUDENT), SET, wanted, fields=FIELDS, **options)


async def stored(engine: AsyncEngine) -> list[tuple[Any, ...]]:
    found = [tuple(one) for one in await rows(engine, STORED)]
    assert all(one[3:] == (COHORT, key_of("participant", STUDENT)) for one in found)
    return [(rank, avoid, mentor_id) for rank, avoid, mentor_id, *_ in found]


async def test_a_list_is_the_whole_list(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Two may change ranks; the participation's version grows only with a change."""
    dry = await send(harness, 1, choice(1, 1), dry=True)
    assert (codes(dry), await stored(engine)) == ([], [])
    first = await send(harness, 1, choice(1, 1), choice(2, 2), choice(3), key="first")
    assert (codes(first), first["changed"]) == ([], ["mentorPreferences"])
    assert first["participation"]["version"] == 2
    assert first["participation"]["mentorPreferences"] == [
        {"rank": 1, "avoid": False, "mentor": {"id": id_as("mentor", 1)}},
        {"rank": 2, "avoid": False, "mentor": {"id": id_as("mentor", 2)}},
        {"rank": None, "avoid": True, "mentor": {"id": id_as("mentor", 3)}},
    ]
    again = await send(harness, 1, choice(1, 1), choice(2, 2), choice(3), key="first")
    assert (again["replayed"], again["participation"]["version"]) == (True, 2)
    stale = await send(harness, 1, choice(4, 1))
    assert codes(stale) == [("CONFLICT", ["expectedVersion"])]
    assert stale["participation"]["mentorPreferences"] == first["participation"]["mentorPreferences"]
    ids = await rows(engine, "select id from mentor_preference where rank is not null and mentor_id in"
                     f" ('{key_of('mentor', 1)}', '{key_of('mentor', 2)}')"
                     f" and participation_id = '{PARTICIPATION}' order by mentor_id")  # fmt: skip
    swapped = await send(harness, 2, choice(1, 2), choice(2, 1), choice(5, 3))
    assert (codes(swapped), swapped["participation"]["version"]) == ([], 3)
    assert [one["mentor"]["id"] for one in swapped["participation"]["mentorPreferences"]] == [
        id_as("mentor", number) for number in (2, 1, 5)
    ]
    kept = await rows(engine, "select id from mentor_preference where rank < 3"
                      f" and participation_id = '{PARTICIPATION}' order by mentor_id")  # fmt: skip
    assert kept == ids, "the same rows"
    same = await send(harness, 3, choice(5, 3), choice(2, 1), choice(1, 2))
    assert (codes(same), same["changed"], same["participation"]["version"]) == ([], [], 3)
    turned = await send(harness, 3, choice(9, 1), choice(2))
    assert codes(turned) == [], "another takes a rank that goes in the same list"
    assert await stored(engine) == [
        (1, False, key_of("mentor", 9)),
        (None, True, key_of("mentor", 2)),
    ]
    left_out = await send(harness, 4, {"mentor": id_as("mentor", 2)}, choice(9, 1))
    assert (codes(left_out), left_out["changed"]) == ([], []), "what is left out of an entry stays"
    preferred = await send(harness, 4, choice(2, 3))
    assert (codes(preferred), await stored(engine)) == ([], [(3, False, key_of("mentor", 2))])
    emptied = await send(harness, 5)
    assert (codes(emptied), await stored(engine)) == ([], [])


async def test_all_errors_at_once(engine: AsyncEngine, harness: MutationHarness) -> None:
    """By the index of each, and in the reader's language."""
    missing = {"mentor": f"mentor_{id_of('mentor', 'nobody')}", "rank": 2}
    refused = await send(
        harness, 1, choice(1, 1), missing, choice(1, 3), choice(4, 1), choice(5, 6), choice(6, 4, avoid=True),
        {"mentor": id_as("mentor", 7)}, {"mentor": id_as("participant", 7), "rank": 5}, choice(8),
    )  # fmt: skip
    assert sorted(codes(refused)) == [
        ("INVALID", ["mentorPreferences", "5", "rank"]),
        ("INVALID", ["mentorPreferences", "6", "rank"]),
        ("NOT_UNIQUE", ["mentorPreferences", "2"]),
        ("NOT_UNIQUE", ["mentorPreferences", "3", "rank"]),
        ("OUT_OF_RANGE", ["mentorPreferences", "4", "rank"]),
        ("REFERS_TO_NOTHING", ["mentorPreferences", "1", "mentor"]),
        ("REFERS_TO_NOTHING", ["mentorPreferences", "7", "mentor"]),
    ]
    for language, words in (
        ("EN", "An earlier entry of the list has this value."),
        ("ES", "Una entrada anterior de la lista tiene este valor."),
    ):
        twice = await send(harness, 1, choice(1, 1), choice(2, 1), language=language)
        assert [one["message"] for one in twice["userErrors"]] == [words]
    many = await send(harness, 1, *(choice(1) for _ in range(1_001)))
    assert codes(many) == [("TOO_MANY", ["mentorPreferences"])]
    nothing = await harness.send(
        student(STUDENT), SET,
        {"id": f"participation_{PARTICIPATION}", "expectedVersion": 1, "mentorPreferences": None},
    )  # fmt: skip
    assert codes(nothing) == [("REQUIRED", ["mentorPreferences"])]
    assert (await stored(engine), await scalar(engine, PREFERENCES)) == ([], 1)


async def test_a_mentor_whom_the_participant_does_not_see_is_none(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Who no longer holds the role sees those alone who agreed to be seen by everyone."""
    person = id_of("person", f"student-{STUDENT}")
    alone = person_principal(person, [], epoch=None)
    await run(engine, "delete from consent where purpose = 'PUBLIC_PROFILE'")
    refused = await send(harness, 1, choice(1, 1), choice(2), sender=alone)
    assert codes(refused) == [
        ("REFERS_TO_NOTHING", ["mentorPreferences", str(number), "mentor"]) for number in (0, 1)
    ]
    await run(
        engine,
        "insert into consent (person_id, purpose, notice_version) select person_id, 'PUBLIC_PROFILE', '1'"
        f" from mentor where id = '{key_of('mentor', 1)}'",
    )
    assert codes(await send(harness, 1, choice(1, 1), sender=alone)) == []


async def test_others_may_not(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Neither whoever runs the program nor staff; whoever does not see the participation finds none."""
    await run(engine, RUN_BY.format("unam"))
    await run(engine, "insert into consent (person_id, purpose, notice_version)"
              " select person_id, 'PARTNER_ACCESS', '1' from participant on conflict do nothing")  # fmt: skip
    runs = make_principal(
        "PERSON", [Grant(COORDINATOR, institution=id_of("institution", "unam"))], epoch=None, key="runs"
    )
    for sender, code in (
        ("admin", "FORBIDDEN"), (runs, "FORBIDDEN"), ("public", "NOT_FOUND"), (student(1), "NOT_FOUND"),
        ("mentor", "NOT_FOUND"),
    ):  # fmt: skip
        refused = await send(harness, 1, choice(1, 1), sender=sender)
        assert [one["code"] for one in refused["userErrors"]] == [code], sender
    await run(engine, f"update participation set status = 'COMPLETED' where id = '{PARTICIPATION}'")
    refused = await send(harness, 2, choice(1, 1))
    assert codes(refused) == [("WRONG_STATE", ["id"])]
    (action,) = [one for one in refused["participation"]["availableActions"] if one["name"] == SET.mutation]
    assert (action["allowed"], [one["code"] for one in action["reasons"]]) == (False, ["WRONG_STATE"])
    assert await stored(engine) == []


async def test_the_mentor_learns_nothing(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Neither by a change of it, nor by mail, nor by the log."""
    await run(
        engine,
        "insert into consent (person_id, purpose, notice_version)"
        " select person_id, 'PARTNER_ACCESS', '1' from participant on conflict do nothing",
        "insert into mentorship (mentor_id, participant_id, cohort_id, status) values"
        f" ('{key_of('mentor', 1)}', '{key_of('participant', STUDENT)}', '{COHORT}', 'ACTIVE')",
    )
    before = await scalar(engine, "select count(*) from notification")
    assert codes(await send(harness, 1, choice(1, 1), choice(2))) == []
    assert await scalar(engine, "select count(*) from notification") == before
    entries = await rows(
        engine, "select entity, operation from audit_entry where mutation = 'setMentorPreferences'"
    )
    assert [tuple(one) for one in entries] == [("mentor_preference", "INSERT")] * 2, "each of its own"
    refused = await send(harness, 2, choice(1, 2), sender=mentor(1))
    assert [one["code"] for one in refused["userErrors"]] == ["FORBIDDEN"]
    assert refused["participation"]["mentorPreferences"] == [], "who sees the participation"


async def test_whoever_runs_the_program_weighs_the_reasons(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """In whole numbers from 0 to 100."""
    await run(engine, RUN_BY.format("uc-merced"))
    update = ACTIONS["updateCohort"]
    wanted = {"id": f"cohort_{COHORT}", "expectedVersion": 1, "fieldWeight": 0, "placesWeight": 100}
    for sender in ("mx-coordinator", student(STUDENT)):
        refused = await harness.send(sender, update, wanted)
        assert codes(refused) == [("FORBIDDEN", ["id"])]
    refused = await harness.send(
        "uc-coordinator",
        update,
        {**wanted, "languageWeight": 101, "sectorWeight": -1, "timeZoneWeight": None},
    )
    assert sorted(codes(refused)) == [
        ("OUT_OF_RANGE", ["languageWeight"]),
        ("OUT_OF_RANGE", ["sectorWeight"]),
        ("REQUIRED", ["timeZoneWeight"]),
    ]
    done = await harness.send("uc-coordinator", update, wanted, fields="fieldWeight placesWeight")
    assert (codes(done), done["changed"]) == ([], ["fieldWeight", "placesWeight"])
    assert (done["cohort"]["fieldWeight"], done["cohort"]["placesWeight"]) == (0, 100)


async def test_participants_say_in_which_sector_they_would_like_a_mentor(harness: MutationHarness) -> None:
    """And nothing else of their record."""
    update = ACTIONS["updateParticipant"]
    own = {"id": id_as("participant", STUDENT), "expectedVersion": 1}
    refused = await harness.send(
        student(STUDENT), update, {**own, "level": "DOCTORAL", "preferredSector": "INDUSTRY"}
    )
    assert codes(refused) == [("FORBIDDEN", ["level"])]
    for value in ("INDUSTRY", "ACADEMIC", None):
        done = await harness.send(
            student(STUDENT), update, {**own, "preferredSector": value}, fields="preferredSector"
        )
        assert (codes(done), done["participant"]["preferredSector"]) == ([], value)
        own["expectedVersion"] = done["participant"]["version"]
    assert codes(await harness.send("admin", update, {**own, "preferredSector": "INDUSTRY"})) == [
        ("FORBIDDEN", ["id"])
    ]


async def test_a_mentor_learns_nothing_by_inviting(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Whoever is avoided can invite as all others can, and the participant declines."""
    participant = key_of("participant", STUDENT)
    await run(
        engine,
        f"delete from mentorship where participant_id = '{participant}'",
        "insert into consent (person_id, purpose, notice_version) select person_id, 'PARTNER_ACCESS', '1'"
        f" from participant where id = '{participant}' on conflict do nothing",
        "insert into mentorship (mentor_id, participant_id, status)"
        f" select id, '{participant}', 'COMPLETED' from mentor",
    )
    assert codes(await send(harness, 1, choice(3))) == []
    answers = []
    for number in (3, 4):
        wanted = {"participant": id_as("participant", STUDENT), "cohort": f"cohort_{COHORT}"}
        dry = await harness.send(mentor(number), INVITE, wanted, OFFERED, dry=True)
        sent = await harness.send(mentor(number), INVITE, wanted, OFFERED)
        assert codes(sent) == []
        offered = sent.pop("mentorship")
        answer = given(DECLINE, offered.pop("id"), offered["version"])
        declined = await harness.send(student(STUDENT), DECLINE, answer, "status")
        assert (codes(declined), declined["mentorship"]["status"]) == ([], "DECLINED")
        answers.append((dry, sent, offered))
    assert answers[0] == answers[1]
