"""Changes that a viewer can't see are not delivered to them, not even that something changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from tests.feed.subscribers import InProcessServer, Listener

PROJECT = "select id::text from project where slug = 'demo-renewable-grids'"


async def recipients(server: InProcessServer, listeners: Sequence[Listener]) -> list[list[dict[str, Any]]]:
    """What each received, once all received a change of a venue that everyone sees."""
    await server.sql("update venue set city = 'Tecate' where id = (select min(id::text)::uuid from venue)")
    found = []
    for listener in listeners:
        await listener.until(lambda one: any(c["type"] == "VENUE" for c in one.changes))
        found.append([change for change in listener.changes if change["type"] != "VENUE"])
        listener.payloads.clear()
    return found


def brief(changes: Sequence[dict[str, Any]]) -> list[tuple[str, str, list[str]]]:
    return [(one["type"], one["kind"], one["changedFields"]) for one in changes]


async def test_an_undecided_award_of_a_project_that_everyone_sees(server: InProcessServer) -> None:
    public, _ = await server.follow("public")
    admin, _ = await server.follow("admin")
    project = await server.value(PROJECT)
    await server.sql(
        "insert into award (id, project_id, funder_side, kind, amount, currency)"
        " values ('00000000-0000-4000-8000-000000000001', :id, 'UC', 'SEED', 5000, 'USD')",
        id=project,
    )
    to_public, to_admin = await recipients(server, [public, admin])
    assert to_public == []
    assert brief(to_admin) == [("AWARD", "ADDED", [])]
    await server.sql("update award set amount = 6000 where id = '00000000-0000-4000-8000-000000000001'")
    to_public, to_admin = await recipients(server, [public, admin])
    assert to_public == []
    assert brief(to_admin) == [("AWARD", "UPDATED", ["amount"])]
    await server.sql(
        "update award set decided_on = '2026-11-01' where id = '00000000-0000-4000-8000-000000000001'"
    )
    to_public, _ = await recipients(server, [public, admin])
    assert sorted(brief(to_public)) == [("AWARD", "ADDED", []), ("PROJECT", "UPDATED", ["totalAwarded"])]
    (added,) = [change for change in to_public if change["type"] == "AWARD"]
    assert added["version"] == 3


async def test_what_a_mentor_and_a_participant_do(server: InProcessServer) -> None:
    """The mentor is seen by everyone; of the mentorship only the places that are left."""
    public, _ = await server.follow("public")
    mentorship = await server.value(
        "select s.id::text from mentorship s join mentor m on m.id = s.mentor_id"
        " join consent c on c.person_id = m.person_id and c.purpose = 'PUBLIC_PROFILE'"
        " where s.status = 'ACTIVE' and c.withdrawn_at is null and m.capacity > 1 order by s.id limit 1"
    )
    await server.sql(
        "update mentorship set notes = 'Between the two', sessions = sessions + 1, status = 'ACCEPTED'"
        " where id = :id",
        id=mentorship,
    )
    assert await recipients(server, [public]) == [[]]
    await server.sql("update mentorship set status = 'COMPLETED' where id = :id", id=mentorship)
    (to_public,) = await recipients(server, [public])
    assert brief(to_public) == [("MENTOR", "UPDATED", ["placesLeft"])]


async def test_what_a_hidden_participant_takes_part_in(server: InProcessServer) -> None:
    public, _ = await server.follow("public")
    await server.sql(
        "update activity_participation set role = 'CHAIR'",
        "update participation set status = 'WITHDRAWN'",
        "update person_language set level = 'C2' where person_id in (select person_id from participant)",
        "delete from activity_participation",
    )
    assert await recipients(server, [public]) == [[]]


async def test_the_name_behind_a_link_is_delivered_to_those_who_see_it(server: InProcessServer) -> None:
    """Of two contributors of a project one is named to everyone; the other to their own institution."""
    public, _ = await server.follow("public", types=["PROJECT", "VENUE"])
    admin, _ = await server.follow("admin", types=["PROJECT", "VENUE"])
    consenting = "exists (select from consent c where c.person_id = t.person_id"
    consenting += " and c.purpose = 'ATTRIBUTION' and c.withdrawn_at is null)"
    hidden, named = [
        await server.value(
            f"select t.person_id::text from project_contributor t join project p on p.id = t.project_id"
            f" where p.status <> 'DRAFT' and {condition} order by 1 limit 1"
        )
        for condition in (f"not {consenting}", consenting)
    ]
    await server.sql("update person set family_names = 'Otro Nombre' where id = :id", id=hidden)
    to_public, to_admin = await recipients(server, [public, admin])
    assert to_public == []
    assert ("PROJECT", "UPDATED", ["contributors"]) in brief(to_admin)
    await server.sql("update person set family_names = 'Otro Nombre' where id = :id", id=named)
    to_public, _ = await recipients(server, [public, admin])
    assert ("PROJECT", "UPDATED", ["contributors"]) in brief(to_public)
    await server.sql(
        "update consent set withdrawn_at = now() where person_id = :id and withdrawn_at is null", id=named
    )
    to_public, to_admin = await recipients(server, [public, admin])
    assert ("PROJECT", "UPDATED", ["contributors"]) in brief(to_public)
    assert to_admin == []  # staff saw the name before, and see it now


async def test_a_document_is_delivered_when_it_is_shown_or_hidden(server: InProcessServer) -> None:
    """A new party sees the document, and a former one no longer does: both receive the change."""
    coordinator, _ = await server.follow("uc-coordinator", types=["AGREEMENT", "VENUE"])
    public, _ = await server.follow("public", types=["AGREEMENT", "VENUE"])
    of_merced = "institution_id = (select id from institution where slug = 'uc-merced')"
    agreement = await server.value(
        "select a.id::text from agreement a where document_url is not null and status <> 'DRAFT'"
        f" and not exists (select from agreement_party where agreement_id = a.id and {of_merced})"
        " order by 1 limit 1"
    )
    await server.sql(
        "insert into agreement_party (agreement_id, institution_id, role)"
        " select :id, id, 'WITNESS' from institution where slug = 'uc-merced'",
        id=agreement,
    )
    to_coordinator, to_public = await recipients(server, [coordinator, public])
    assert brief(to_coordinator) == [("AGREEMENT", "UPDATED", ["parties", "documentUrl"])]
    assert brief(to_public) == [("AGREEMENT", "UPDATED", ["parties"])]
    await server.sql(f"delete from agreement_party where agreement_id = :id and {of_merced}", id=agreement)
    to_coordinator, _ = await recipients(server, [coordinator, public])
    assert brief(to_coordinator) == [("AGREEMENT", "UPDATED", ["parties", "documentUrl"])]


ERASED = {
    "given_name": "Xochiquetzalli",
    "family_names": "Quetzalpopoca",
    "preferred_name": "Xochiquetz",
    "email": "xochi.quetz@erased.example",
    "phone": "+525512345678",
    "orcid": "0000-0002-1825-0097",
}


async def test_erasing_a_person_leaves_nothing_of_them_in_the_feed(server: InProcessServer) -> None:
    """What was noted of them holds ids and statuses: no name, no address, no text about them."""
    person = await server.value("select person_id::text from participant order by id limit 1")
    sets = ", ".join(f"{column} = :{column}" for column in ERASED)
    await server.sql(f"update person set {sets} where id = :id", id=person, **ERASED)
    await server.sql(
        "update mentorship set notes = 'Xochiquetzalli told me of the illness', goals = 'Quetzalpopoca'"
        " where participant_id = (select id from participant where person_id = :id)",
        "update consent set withdrawn_at = now() where person_id = :id and withdrawn_at is null",
        id=person,
    )
    participant = "participant_id in (select id from participant where person_id = :id)"
    await server.sql(
        *(f"delete from {t} where {participant}" for t in OF_PARTICIPANTS),
        "update award set recipient_id = null where recipient_id = :id",
        *(f"delete from {table} where person_id = :id" for table in OF_PEOPLE),
        "delete from person where id = :id",
        id=person,
    )
    await server.cursor("admin")
    assert await server.value("select count(*) from change") > 0
    async with server.engine.connect() as connection:
        for table in ("change", "change_note"):
            for value in (*ERASED.values(), "illness"):
                found = text(f"select count(*) from {table} as t where t::text ilike '%' || :value || '%'")
                assert (await connection.execute(found, {"value": value})).scalar_one() == 0, (table, value)


OF_PARTICIPANTS = ("activity_participation", "participation", "mobility", "mentorship")
OF_PEOPLE = (
    "participant",
    "mentor",
    "consent",
    "champion",
    "project_contributor",
    "person_language",
    "access_grant",
)
