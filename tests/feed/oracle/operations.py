"""Everything that writers do: each a drawn statement or several, of plain SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from tests.feed.oracle.arrivals import (
    delete_others,
    delete_person,
    delete_project,
    make_others,
    make_person,
    make_project,
)
from tests.feed.oracle.random_rows import PURPOSES, Draw, Statement


def publish_projects(draw: Draw) -> list[Statement]:
    status = draw.one_of("DRAFT", "ACTIVE", "DRAFT", "PROPOSED", "CANCELLED")
    return [("update project set status = $2 where id = any($1)", (draw.ids("project", 4), status))]


def publish_events(draw: Draw) -> list[Statement]:
    status = draw.one_of("DRAFT", "PUBLISHED", "CANCELLED")
    return [("update event set status = $2 where id = any($1)", (draw.ids("event", 6), status))]


def publish_agreements(draw: Draw) -> list[Statement]:
    status = draw.one_of("DRAFT", "ACTIVE", "EXPIRED")
    return [("update agreement set status = $2 where id = any($1)", (draw.ids("agreement", 3), status))]


def move(draw: Draw) -> list[Statement]:
    table = draw.one_of("participant", "mentor")
    rows = f"select id from {table} where person_id = any($1)"
    return [
        (f"update {table} set institution_id = $2 where id in ({rows})", (draw.people(4), draw.institution()))
    ]


def move_people(draw: Draw) -> list[Statement]:
    institution = draw.one_of(None, draw.institution(), draw.institution())
    return [("update person set institution_id = $2 where id = any($1)", (draw.people(2), institution))]


def move_venues(draw: Draw) -> list[Statement]:
    return [
        (
            "update venue set institution_id = $2 where id = any($1)",
            (draw.ids("venue", 5), draw.institution()),
        )
    ]


def consent(draw: Draw) -> list[Statement]:
    given = """
        insert into consent (person_id, purpose, notice_version, granted_at)
        select unnest($1::uuid[]), $2, '2', clock_timestamp() on conflict do nothing
    """
    return [(given, (draw.people(4), draw.one_of(*PURPOSES)))]


def withdraw(draw: Draw) -> list[Statement]:
    taken = """
        update consent set withdrawn_at = clock_timestamp()
        where person_id = any($1) and purpose = $2 and withdrawn_at is null
    """
    return [(taken, (draw.people(4), draw.one_of(*PURPOSES)))]


def forget_consents(draw: Draw) -> list[Statement]:
    forgotten = "delete from consent where person_id = any($1) and withdrawn_at is not null"
    return [(forgotten, (draw.people(8),))]


def mentor(draw: Draw) -> list[Statement]:
    made = """
        insert into mentorship (id, mentor_id, participant_id, sessions, status, goals, notes, notes_shared)
        select $1, m.id, p.id, 0, $4, 'goals', 'notes', $5 from mentor m, participant p
        where m.person_id = $2 and p.person_id = $3
    """
    mentor, participant = draw.pools.often[: draw.one_of(1, 2)][-1], draw.pools.often[draw.one_of(2, 3)]
    pair = draw.one_of((mentor, draw.id("person")), (draw.id("person"), participant), (mentor, participant))
    status = draw.one_of("PROPOSED", "ACCEPTED", "ACTIVE")
    return [(made, (draw.made("mentorship"), *pair, status, draw.one_of(True, False)))]


def go_on_mentoring(draw: Draw) -> list[Statement]:
    status = draw.one_of("PROPOSED", "ACCEPTED", "ACTIVE", "COMPLETED", "ENDED")
    changed = "update mentorship set status = $2, notes_shared = $3 where id = any($1)"
    return [(changed, (draw.ids("mentorship", 3), status, draw.one_of(True, False)))]


def end_mentoring(draw: Draw) -> list[Statement]:
    return [("delete from mentorship where id = any($1)", (draw.ids("mentorship", 2),))]


def stay(draw: Draw) -> list[Statement]:
    made = """
        insert into mobility
            (id, participant_id, sending_institution_id, receiving_institution_id, activity, status)
        select $1, p.id, p.institution_id, $3, 'STUDY', $4 from participant p
        where p.person_id = $2 and p.institution_id <> $3
    """
    chosen = draw.one_of(draw.id("person"), draw.pools.often[2], draw.pools.often[3])
    return [
        (
            made,
            (
                draw.made("mobility"),
                chosen,
                draw.institution(),
                draw.one_of("PLANNED", "ONGOING", "CANCELLED"),
            ),
        )
    ]


def go_on_staying(draw: Draw) -> list[Statement]:
    status = draw.one_of("PLANNED", "ONGOING", "COMPLETED", "CANCELLED")
    return [("update mobility set status = $2 where id = any($1)", (draw.ids("mobility", 3), status))]


def end_stay(draw: Draw) -> list[Statement]:
    return [("delete from mobility where id = any($1)", (draw.ids("mobility", 2),))]


LINK_TABLES = {
    "project_institution": ("project", "institution_id", "role", ("LEAD", "PARTNER")),
    "project_contributor": ("project", "person_id", "role", ("PI", "STUDENT")),
    "event_organizer": ("event", "institution_id", "role", ("HOST", "CO_HOST")),
    "agreement_party": ("agreement", "institution_id", "role", ("SIGNATORY", "WITNESS")),
}


def _random_link(draw: Draw) -> tuple[str, str, str, list[UUID], UUID, str]:
    link = draw.one_of(*LINK_TABLES)
    table, other, _, roles = LINK_TABLES[link]
    end = (
        draw.institution() if other == "institution_id" else draw.one_of(draw.id("person"), *draw.pools.often)
    )
    return link, f"{table}_id", other, draw.ids(table, 3), end, draw.one_of(*roles)


def add_link(draw: Draw) -> list[Statement]:
    table, key, other, ids, end, role = _random_link(draw)
    made = (
        f"insert into {table} ({key}, {other}, role) select unnest($1::uuid[]), $2, $3 on conflict do nothing"
    )
    return [(made, (ids, end, role))]


def remove_link(draw: Draw) -> list[Statement]:
    table, key, other, ids, end, _ = _random_link(draw)
    if table == "agreement_party":
        return [
            (f"update {table} set since = current_date where {key} = any($1) and {other} = $2", (ids, end))
        ]
    return [(f"delete from {table} where {key} = any($1) and {other} = $2", (ids, end))]


def retie(draw: Draw) -> list[Statement]:
    """A tie goes over to another entity."""
    changed = "update project_institution set project_id = $2 where project_id = $1 and institution_id = $3"
    return [(changed, (draw.id("project"), draw.id("project"), draw.institution()))]


def rename(draw: Draw) -> list[Statement]:
    changed = "update person set given_name = $2 where id = any($1)"
    return [(changed, (draw.people(5), f"Name {draw.word()}"))]


def readdress(draw: Draw) -> list[Statement]:
    changed = "update person set email = $2, phone = $3 where id = $1"
    chosen = draw.one_of(draw.id("person"), *draw.pools.often)
    return [(changed, (chosen, f"{draw.word()}@example.org", draw.phone()))]


def decide(draw: Draw) -> list[Statement]:
    decided = draw.one_of("null", "'2026-05-05'::date")
    return [
        (
            f"update award set decided_on = {decided}, amount = amount + 1 where id = any($1)",
            (draw.ids("award", 3),),
        )
    ]


def reassign(draw: Draw) -> list[Statement]:
    changed = "update award set project_id = $2, recipient_id = $3, funder_id = $4 where id = $1"
    recipient = draw.one_of(draw.id("person"), *draw.pools.often)
    return [
        (
            changed,
            (
                draw.id("award"),
                draw.one_of(None, draw.id("project")),
                recipient,
                draw.one_of(None, draw.institution()),
            ),
        )
    ]


OWN = {
    "participant": "field_of_study = lpad((extract(epoch from clock_timestamp())::bigint %"
    " 10000)::text, 4, '0')",
    "participation": "joined_on = '2026-01-01'::date + (version % 300)",
    "mobility": "starts_on = '2026-01-01'::date + (version % 300)",
    "mentorship": "sessions = sessions + 1",
    "mentor": "capacity = 1 + version % 7",
    "venue": "capacity = 1 + version",
    "award": "amount = amount + 1",
    "project": "title_en = 'Title ' || version",
    "event": "capacity = 1 + version",
    "agreement": "signed_on = '2026-01-01'::date + (version % 300)",
    "activity": "ends_on = coalesce(ends_on, starts_on, '2026-01-01') + 1",
    "institution": "city = 'City ' || version",
}


def change_many(draw: Draw) -> list[Statement]:
    """Many rows in what everyone who sees them sees: what most changes are."""
    table = draw.one_of(*draw.pools.bulk)
    return [(f"update {table} set {OWN[table]} where id = any($1)", (draw.mine(table),))]


Operation = Callable[[Draw], list[Statement]]
OPERATIONS: Sequence[tuple[Operation, int]] = (
    (publish_projects, 4),
    (publish_events, 3),
    (publish_agreements, 1),
    (move, 5),
    (move_people, 2),
    (move_venues, 1),
    (consent, 6),
    (withdraw, 6),
    (forget_consents, 1),
    (mentor, 4),
    (go_on_mentoring, 5),
    (end_mentoring, 1),
    (stay, 3),
    (go_on_staying, 3),
    (end_stay, 1),
    (add_link, 5),
    (remove_link, 5),
    (retie, 1),
    (rename, 2),
    (readdress, 2),
    (decide, 3),
    (reassign, 2),
    (make_project, 2),
    (make_person, 2),
    (make_others, 2),
    (delete_person, 1),
    (delete_others, 1),
    (delete_project, 1),
    (change_many, 24),
)
