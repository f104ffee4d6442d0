"""References that appear and vanish: for each that may be hidden, other rows decide so, and it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest

from planner.changes.link_changes import hideable_links, link_references
from planner.changes.reference_visibility import hideable_references
from schema.change import FEED, TYPES
from schema.feed import DECLARATION
from schema.roles import PUBLIC, Role
from tests import summary
from tests.feed.visible_dependencies import APART, Stage, wrong_changes

WITHDRAWN = (
    "update consent set withdrawn_at = clock_timestamp() where withdrawn_at is null and purpose = '{}'"
)
TWO_PROJECTS = "with two as (select array_agg(id order by id) as ids from project where status <> 'DRAFT') "
TWO_EVENTS = "with two as (select array_agg(id order by id) as ids from event where status <> 'DRAFT') "
TWO_AGREEMENTS = "with two as (select array_agg(id order by id) as ids from agreement) "
OF_AGREEMENT = (
    "update agreement set status = 'ACTIVE'",
    "update project set agreement_id = (select id from agreement order by id limit 1)",
)
STAYS = """
    insert into mobility (participant_id, sending_institution_id, receiving_institution_id, activity, status)
    select distinct on (p.id) p.id, p.institution_id, i.id, 'STUDY', 'PLANNED'
    from mentorship s join participant p on p.id = s.participant_id
        join institution i on i.slug = 'uc-merced' and i.id <> p.institution_id
"""
CONSENTING = """
    insert into consent (person_id, purpose, notice_version)
    select p.person_id, 'PARTNER_ACCESS', '1' from participant p on conflict do nothing
"""
REGISTERED = """
    insert into registration (event_id, person_id, status)
    select e.id, p.id, 'CONFIRMED' from event e, person p where e.status = 'PUBLISHED' on conflict do nothing
"""
GIVEN_TO_MENTORS = """
    update award set decided_on = date '2026-01-01', recipient_id = m.person_id
    from (select c.person_id from consent c join mentor m on m.person_id = c.person_id
        where c.withdrawn_at is null group by 1 having count(distinct c.purpose) filter
            (where c.purpose in ('PUBLIC_PROFILE', 'ATTRIBUTION')) = 2 limit 1) m
"""
PREFERRED_BY_A_MENTOR = """
    with part as (
        insert into participation (participant_id, cohort_id, status)
        select p.id, c.id, 'ACTIVE'
        from access_grant g join participant p on p.person_id = g.person_id, cohort c
        where g.subject = 'mentor' and c.slug = 'hard-run-by-mx'
        returning id, participant_id, cohort_id)
    insert into mentor_preference (participation_id, participant_id, cohort_id, mentor_id, avoid)
    select part.*, m.id, true from part, mentor m join consent c on c.person_id = m.person_id
    where c.purpose = 'PUBLIC_PROFILE' and c.withdrawn_at is null
"""
"""By somebody who studies too, and doesn't see all mentors."""
HERE = """
    update mentor set institution_id = (select id from institution where slug = 'uc-merced')
"""


@dataclass(frozen=True)
class Scene:
    """Statements that make the field turn for somebody of `viewers`, after those of `before`."""

    viewers: Sequence[str]
    statements: Sequence[str]
    before: Sequence[str] = ()


SCENES: Mapping[str, Scene] = {
    "Registration.event": Scene(
        ("uc-coordinator", "admin"),
        ["update event set status = 'DRAFT' where status = 'PUBLISHED'"],
        [REGISTERED],
    ),
    "Mobility.participant": Scene(
        ("uc-coordinator", "admin"), [WITHDRAWN.format("PARTNER_ACCESS")], [CONSENTING]
    ),
    "Mentorship.participant": Scene(("uc-coordinator", "public"), [STAYS], [CONSENTING, HERE]),
    "Consent.person": Scene(("participant-and-system", "two-systems"), [WITHDRAWN.format("SYSTEM_TRANSFER")]),
    "Project.contributors": Scene(("public", "integration"), [WITHDRAWN.format("PUBLIC_PROFILE")]),
    "Champion.person": Scene(("public", "integration"), [WITHDRAWN.format("PUBLIC_PROFILE")]),
    "Award.recipientProfile": Scene(
        ("public", "integration"), [WITHDRAWN.format("PUBLIC_PROFILE")], [GIVEN_TO_MENTORS]
    ),
    "Project.agreement": Scene(("public", "admin"), ["update agreement set status = 'DRAFT'"], OF_AGREEMENT),
    "Project.originatedFrom": Scene(
        ("public", "uc-coordinator"),
        [f"{TWO_PROJECTS} update project set status = 'DRAFT' from two where id = ids[1]"],
        [
            f"{TWO_PROJECTS} update project set origin_award_id = null, origin_project_id = ids[1] from two"
            " where id = ids[2]"
        ],
    ),
    "Agreement.originatedFrom": Scene(
        ("public", "mentor"),
        [f"{TWO_PROJECTS} update project set status = 'DRAFT' from two where id = ids[1]"],
        [f"{TWO_PROJECTS} update agreement set status = 'ACTIVE', origin_project_id = ids[1] from two"],
    ),
    "Notification.entity": Scene(
        ("participant", "admin"),
        [f"{TWO_EVENTS} update event set status = 'DRAFT' from two where id = ids[1]"],
        [
            f"{TWO_EVENTS} insert into notification (person_id, kind, event_id, revision, language)"
            " select g.person_id, 'EVENT_CANCELLED', ids[1], 99, 'ES' from access_grant g, two"
            " where g.subject = 'participant'"
        ],
    ),
    "MentorPreference.mentor": Scene(
        ("mentor",), [WITHDRAWN.format("PUBLIC_PROFILE")], [PREFERRED_BY_A_MENTOR]
    ),
    "Agreement.previous": Scene(
        ("public", "integration"),
        [f"{TWO_AGREEMENTS} update agreement set status = 'DRAFT' from two where id = ids[1]"],
        [
            "update agreement set status = 'ACTIVE'",
            f"{TWO_AGREEMENTS} update agreement set previous_id = ids[1] from two where id = ids[2]",
        ],
    ),
}
IMPLIED = {
    "MentorPreference.participant": "whoever sees the preference sees the participant",
    "Participation.participant": "whoever sees the participation sees the participant",
    "Attendance.registration": "whoever sees the attendance sees the registration",
    "Award.project": "whoever sees the award sees its project",
    "MentorshipSession.mentorship": "whoever sees the session sees the mentorship",
    "Notification.person": "whoever sees the notification is the person",
    "Mentorship.mentor": "whoever sees the mentorship sees all mentors, or is the mentor",
}
"""References that nobody who sees the row finds hidden."""


def hideable() -> Iterator[str]:
    """Every reference that the policy may hide, and every list of links with one."""
    for role in Role:
        scope = DECLARATION.scope([PUBLIC, role])
        for name in TYPES.values():
            for reference in hideable_references(scope, name):
                yield f"{name}.{reference.name}"
            for member in hideable_links(scope, FEED, name):
                if list(link_references(scope.row(name), scope.row(member.target), member)):
                    yield f"{name}.{member.name}"


def test_every_reference_that_may_be_hidden_has_a_scene() -> None:
    assert set(hideable()) == SCENES.keys() | IMPLIED.keys()


async def turned(stage: Stage, scene: Scene) -> set[str]:
    """The fields that turned for somebody though their row stayed; what was told is what differs."""
    for statement in scene.before:
        await stage.connection.execute(statement)
    await stage.number_all()
    before = {name: await stage.seen(name) for name in scene.viewers}
    start = await stage.connection.fetchval("select last from feed")
    for statement in scene.statements:
        await stage.connection.execute(statement)
    upto = await stage.number()
    found: set[str] = set()
    for name, was in before.items():
        now = await stage.seen(name)
        assert list(wrong_changes(was, now, await stage.changes(name, start, upto))) == []
        for entity in was.keys() & now.keys():
            version = f"{was[entity]['__typename']}{APART}version"
            if was[entity][version] == now[entity][version]:
                found |= {key for key, value in now[entity].items() if value != was[entity][key]}
    return found


SELDOM = ("Project.originatedFrom", "Agreement.originatedFrom", "Agreement.previous")
"""What the proof looks at alone: the same as Project.agreement by other keys."""


@pytest.mark.parametrize(
    "field", [pytest.param(one, marks=pytest.mark.proof if one in SELDOM else ()) for one in SCENES]
)
async def test_it_is_told(stage: Stage, field: str) -> None:
    transaction = stage.connection.transaction()
    await transaction.start()
    try:
        fields = await turned(stage, SCENES[field])
        assert field.replace(".", APART) in fields
    finally:
        await transaction.rollback()
    summary.tell(f"{field} appeared or vanished by rows of others, and was told")


async def test_a_row_that_is_replaced_by_another_of_its_id_is_told(stage: Stage) -> None:
    """Who refers to it may wait with that until the end of the transaction."""
    columns = "id, slug, title_en, title_es, type, date_precision"
    transaction = stage.connection.transaction()
    await transaction.start()
    try:
        replacing = Scene(
            ("public", "admin"),
            [
                "set constraints all deferred",
                f"create temporary table kept on commit drop as select {columns} from agreement"
                " where id = (select agreement_id from project limit 1)",
                "delete from agreement_party where agreement_id = (select id from kept)",
                "delete from agreement where id = (select id from kept)",
                f"insert into agreement ({columns}, status) select {columns}, 'DRAFT' from kept",
                "set constraints all immediate",
            ],
            OF_AGREEMENT,
        )
        assert f"Project{APART}agreement" in await turned(stage, replacing)
    finally:
        await transaction.rollback()


async def test_a_consent_is_noted_for_the_few_that_have_to_do_with_the_person(stage: Stage) -> None:
    """What one person does costs as much as there is of that person, however many there are."""
    most = 50
    transaction = stage.connection.transaction()
    await transaction.start()
    try:
        people = await stage.connection.fetch("select id from person order by id")
        for person in people:
            await stage.connection.execute(
                "insert into consent (person_id, purpose, notice_version) select $1, p, '1' from"
                " unnest(array['PUBLIC_PROFILE', 'ATTRIBUTION', 'PARTNER_ACCESS', 'SYSTEM_TRANSFER']) p"
                " on conflict do nothing",
                person["id"],
            )
            assert await stage.connection.fetchval("select count(*) from change_note") < most
            await stage.number()
    finally:
        await transaction.rollback()
