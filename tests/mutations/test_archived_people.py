"""Mentors and participants are archived by their home institution, once nothing of theirs is going on."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from planner.messages import message as planner_message
from schema.grants import Grant, make_principal
from schema.messages import message
from schema.roles import MENTOR, PARTICIPANT
from tests.models.statements import rows, run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness, given
from tests.mutations.merged_rows import KEPT, LOST, PERSON, PROFILES, ROWS, ids_of, insert_rows
from tests.mutations.test_creations import COHORTS, INPUTS, MERCED, UNAM
from tests.mutations.test_mentorships import codes, key_of, mentor, student
from tests.mutations.test_merging import merge

UC, MX = "uc-coordinator", "mx-coordinator"
THEMSELVES = make_principal(
    "PERSON", [Grant(MENTOR, person=KEPT), Grant(PARTICIPANT, person=KEPT)], epoch=None, key=str(KEPT)
)
IDS = {name.capitalize(): f"{name}_{key}" for name, key in ids_of(KEPT).items()}
COHORT = "00000000-0000-0000-0000-000000000007"
AT_HOME = f"set institution_id = '{MERCED.partition('_')[2]}' where"
AGREED = (
    "insert into consent (person_id, purpose, notice_version)"
    " select person_id, 'PARTNER_ACCESS', '1' from participant on conflict do nothing"
)


@pytest.fixture
async def harness(engine: AsyncEngine, harness: MutationHarness) -> MutationHarness:
    """Somebody of UC Merced who is a mentor and a participant, and whom partners may know."""
    await insert_rows(engine, KEPT, PERSON, PROFILES)
    await run(
        engine,
        f"update person {AT_HOME} id = '{KEPT}'",
        f"update mentor {AT_HOME} person_id = '{KEPT}'",
        AGREED,
        COHORTS.format(id=COHORT),
    )
    return harness


async def archive_by_hand(engine: AsyncEngine, *types: str) -> None:
    for type_ in types:
        await run(engine, f"update {type_.lower()} set archived_at = now() where person_id = '{KEPT}'")


async def version_of(engine: AsyncEngine, type_: str) -> int:
    found: int = await scalar(engine, f"select version from {type_.lower()} where person_id = '{KEPT}'")
    return found


async def act(
    engine: AsyncEngine, harness: MutationHarness, sender: Any, name: str, **options: Any
) -> dict[str, Any]:
    """A mutation of the mentor or participant."""
    action = ACTIONS[name]
    sent = given(action, IDS[action.type_name], await version_of(engine, action.type_name))
    return await harness.send(sender, action, sent, "archivedAt", **options)


@pytest.mark.parametrize("type_", ["Mentor", "Participant"])
async def test_the_home_institution_archives_its_people(
    engine: AsyncEngine, harness: MutationHarness, type_: str
) -> None:
    """Staff may, too; neither they themselves nor others. They still see their record."""
    archive, unarchive = f"archive{type_}", f"unarchive{type_}"
    hidden = "NOT_FOUND" if type_ == "Participant" else "FORBIDDEN"
    for sender, code in ((THEMSELVES, "FORBIDDEN"), (MX, hidden), ("public", "NOT_FOUND")):
        assert codes(await act(engine, harness, sender, archive)) == [(code, ["id"])]
    assert codes(await act(engine, harness, "admin", archive, dry=True)) == []
    done = await act(engine, harness, UC, archive, key="once")
    assert (done["userErrors"], done["changed"]) == ([], ["archivedAt"])
    stale = given(ACTIONS[unarchive], IDS[type_], done[type_.lower()]["version"] - 1)
    assert codes(await harness.send(UC, ACTIONS[unarchive], stale)) == [("CONFLICT", ["expectedVersion"])]
    update = await act(engine, harness, THEMSELVES, f"update{type_}")
    assert codes(update) == [("WRONG_STATE", ["id"])]
    assert update[type_.lower()]["archivedAt"] == done[type_.lower()]["archivedAt"]
    assert codes(await act(engine, harness, THEMSELVES, unarchive)) == [("FORBIDDEN", ["id"])]
    back = await act(engine, harness, UC, unarchive)
    assert (back["userErrors"], back["changed"]) == ([], ["archivedAt"])


NOBODY_ELSE = f"where person_id <> '{KEPT}' order by id limit 1"
GOING_ON = (
    (
        "Mentor",
        "open_mentorships",
        f"insert into mentorship (mentor_id, participant_id, status) select '{{mentor}}', id, 'PROPOSED'"
        f" from participant {NOBODY_ELSE}",
        "update mentorship set status = 'DECLINED' where mentor_id = '{mentor}'",
    ),
    (
        "Participant",
        "open_mentorships",
        f"insert into mentorship (mentor_id, participant_id, status) select id, '{{participant}}', 'ACTIVE'"
        f" from mentor {NOBODY_ELSE}",
        "update mentorship set status = 'COMPLETED' where participant_id = '{participant}'",
    ),
    (
        "Participant",
        "open_participations",
        "insert into participation (participant_id, cohort_id, status)"
        f" values ('{{participant}}', '{COHORT}', 'NOMINATED')"
        " on conflict (participant_id, cohort_id) do update set status = 'NOMINATED'",
        "update participation set status = 'WITHDRAWN' where participant_id = '{participant}'",
    ),
    (
        "Participant",
        "open_stays",
        "insert into mobility (participant_id, sending_institution_id, receiving_institution_id, activity,"
        " status) select '{participant}', a.id, b.id, 'STUDY', 'PLANNED' from institution a, institution b"
        " where a.slug = 'uc-merced' and b.slug = 'unam'",
        "update mobility set status = 'CANCELLED' where participant_id = '{participant}'",
    ),
)
"""What keeps somebody in the lists, how it comes about, and how it ends."""


async def test_nobody_is_archived_of_whom_something_is_going_on(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Beforehand `availableActions` says so, too; for a participant all at once."""
    for type_, reason, begins, ends in GOING_ON:
        name = f"archive{type_}"
        await insert_rows(engine, KEPT, begins)
        for language in ("EN", "ES"):
            refused = await act(engine, harness, UC, name, language=language)
            words = message(f"profile.{reason}").read(language)
            error = {"code": "WRONG_STATE", "path": ["input", "id"], "message": words}
            assert refused["userErrors"] == [error], reason
            listed = {one["name"]: one for one in refused[type_.lower()]["availableActions"]}
            assert listed[name] == {"name": name, "allowed": False, "reasons": [error]}
        await insert_rows(engine, KEPT, ends)
        assert codes(await act(engine, harness, UC, name, dry=True)) == [], reason
    await insert_rows(engine, KEPT, *(begins for type_, _, begins, _ in GOING_ON[1:3]))
    refused = await act(engine, harness, UC, "archiveParticipant")
    assert codes(refused) == [("WRONG_STATE", ["id"])] * 2


async def test_nothing_new_refers_to_archived_people(engine: AsyncEngine, harness: MutationHarness) -> None:
    """By the record that is given: the same person's other one is no less good than before."""
    before = f"insert into mentorship (mentor_id, participant_id, status) values ('{key_of('mentor', 5)}',"
    await run(engine, f"{before} '{ids_of(KEPT)['participant']}', 'COMPLETED')")
    names = {"participant": IDS["Participant"], "cohort": f"cohort_{COHORT}"}
    stay = {**INPUTS["createMobility"], "participant": IDS["Participant"], "sendingInstitution": MERCED}
    referring: list[tuple[Any, str, str, dict[str, Any], list[str]]] = [
        (student(31), "Mentor", "requestMentorship", {"mentor": IDS["Mentor"]}, ["mentor"]),
        (mentor(5), "Participant", "inviteMentee", {"participant": IDS["Participant"]}, ["participant"]),
        (UC, "Participant", "nominateParticipant", names, ["participant"]),
        (UC, "Participant", "createMobility", stay, ["participant"]),
    ]
    for type_ in ("Mentor", "Participant"):
        award = {**INPUTS["createAward"], "recipientProfile": IDS[type_]}
        champion = {"person": IDS[type_], "institution": MERCED, "counterpart": UNAM}
        people = {**INPUTS["createProject"], "contributors": [{"person": IDS[type_], "role": "PI"}]}
        referring += [
            ("admin", type_, "createAward", award, ["recipientProfile"]),
            (UC, type_, "createChampion", champion, ["person"]),
            (UC, type_, "createProject", people, ["contributors", "0", "person"]),
        ]
    words = planner_message("mutation.refers_to_archived")
    for archived in ("Mentor", "Participant"):
        await run(engine, f"update {archived.lower()} set archived_at = now() where person_id = '{KEPT}'")
        for sender, type_, name, input, path in referring:
            payload = await harness.send(sender, ACTIONS[name], input, dry=True, language="ES")
            assert codes(payload) == ([("WRONG_STATE", path)] if type_ == archived else []), name
            assert {one["message"] for one in payload["userErrors"]} <= {words.read("ES")}
        await run(engine, f"update {archived.lower()} set archived_at = null where person_id = '{KEPT}'")


async def test_what_refers_to_archived_people_still_may(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """A contributor stays in the list that is sent again; in another role they would be new."""
    contributors = [{"person": IDS["Mentor"], "role": "PI"}]
    made = await harness.send(
        UC, ACTIONS["createProject"], {**INPUTS["createProject"], "contributors": contributors}
    )
    await archive_by_hand(engine, "Mentor")
    update = ACTIONS["updateProject"]
    id, fields = made["project"]["id"], "contributors { role person { ... on Mentor { archivedAt } } }"
    sent = given(update, id, 1, sdgs=[13], contributors=contributors)
    same = await harness.send(UC, update, sent, fields)
    assert (same["userErrors"], same["changed"]) == ([], ["sdgs"])
    (other,) = same["project"]["contributors"]
    assert (other["role"], other["person"]["archivedAt"] is not None) == ("PI", True)
    more = [*contributors, {"person": IDS["Mentor"], "role": "RESEARCHER"}]
    refused = await harness.send(UC, update, given(update, id, 2, contributors=more))
    assert codes(refused) == [("WRONG_STATE", ["contributors", "1", "person"])]
    gone = await harness.send(UC, update, given(update, id, 2, contributors=[]))
    assert gone["userErrors"] == []
    back = await harness.send(UC, update, given(update, id, 3, contributors=contributors))
    assert codes(back) == [("WRONG_STATE", ["contributors", "0", "person"])]


async def test_who_is_archived_begins_no_mentorship(engine: AsyncEngine, harness: MutationHarness) -> None:
    """What they asked for before is answered as before; they are told what is wrong, and who helps."""
    ask, invite = ACTIONS["requestMentorship"], ACTIONS["inviteMentee"]
    known = f"insert into mentorship (mentor_id, participant_id, status) values ('{ids_of(KEPT)['mentor']}',"
    await run(engine, f"{known} '{key_of('participant', 31)}', 'COMPLETED')")
    wanted = {"mentor": f"mentor_{key_of('mentor', 5)}"}
    first = await harness.send(THEMSELVES, ask, wanted)
    assert first["userErrors"] == []
    await archive_by_hand(engine, "Mentor", "Participant")
    again = await harness.send(THEMSELVES, ask, wanted)
    assert (again["userErrors"], again["replayed"]) == ([], True)
    words = planner_message("mutation.own_archived")
    for action, input in (
        (ask, {"mentor": f"mentor_{key_of('mentor', 6)}"}),
        (invite, {"participant": f"participant_{key_of('participant', 31)}"}),
    ):
        for language in ("EN", "ES"):
            refused = await harness.send(THEMSELVES, action, input, language=language)
            assert refused["userErrors"] == [
                {"code": "WRONG_STATE", "path": ["input"], "message": words.read(language)}
            ]


@pytest.mark.parametrize("type_", ["Mentor", "Participant"])
async def test_who_has_an_archived_record_gets_no_other(
    engine: AsyncEngine, harness: MutationHarness, type_: str
) -> None:
    """Whoever sees it is told to unarchive it; others, that there is one."""
    action = ACTIONS[f"create{type_}"]
    wanted = {**INPUTS[action.mutation], "person": f"person_{KEPT}"}

    async def refused(language: str = "EN") -> dict[str, Any]:
        payload = await harness.send(UC, action, wanted, language=language)
        assert codes(payload) == [("NOT_UNIQUE", ["person"])]
        found: dict[str, Any] = payload["userErrors"][0]
        return found

    taken, archived = planner_message("constraint.not_unique"), message("profile.archived")
    assert (await refused())["message"] == taken.read("EN")
    await archive_by_hand(engine, type_)
    for language in ("EN", "ES"):
        assert (await refused(language))["message"] == archived.read(language)
    if type_ == "Participant":
        await run(engine, f"delete from consent where person_id = '{KEPT}'")
        unam = "(select id from institution where slug = 'unam')"
        await run(engine, f"update participant set institution_id = {unam} where person_id = '{KEPT}'")
        assert (await refused())["message"] == taken.read("EN"), "of a record that isn't seen, nothing more"


async def test_of_two_records_the_one_that_is_not_archived_counts(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """One that only the duplicate has is moved as it is."""
    tables = ("mentor", "participant", "champion")
    state = "select archived_at is not null from {} where person_id = '{}'"
    await insert_rows(engine, KEPT, ROWS["champion"])
    for kept, lost in ((True, True), (True, False), (False, True), (False, False)):
        await insert_rows(engine, LOST, PERSON, PROFILES, ROWS["champion"])
        for table in tables:
            for person, archived in ((KEPT, kept), (LOST, lost)):
                at = "now()" if archived else "null"
                await run(engine, f"update {table} set archived_at = {at} where person_id = '{person}'")
        assert codes(await merge(engine, harness)) == []
        await run(engine, f"delete from person_merge where duplicate_id = '{LOST}'")
        for table in tables:
            assert await rows(engine, state.format(table, KEPT)) == [(kept and lost,)], (table, kept, lost)
    await run(engine, f"delete from mentor where person_id = '{KEPT}'")
    await insert_rows(engine, LOST, PERSON, PROFILES)
    await run(engine, f"update mentor set archived_at = now() where person_id = '{LOST}'")
    assert codes(await merge(engine, harness)) == []
    assert await rows(engine, state.format("mentor", KEPT)) == [(True,)]
