"""Everything that writers do: each a drawn statement or several, of plain SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import asyncpg

from models.loading.keys import id_of

Statement = tuple[str, tuple[Any, ...]]
PURPOSES = ("PUBLIC_PROFILE", "ATTRIBUTION", "PARTNER_ACCESS", "SYSTEM_TRANSFER")
KNOWN = ("person", "participant", "mentor", "project", "event", "agreement", "award", "venue")
OFTEN = ("mentor-02", "mentor-03", "student-22", "student-01")
"""The people that viewers are."""


@dataclass
class Pools:
    """The ids that writers know: those that were there, and those that they made."""

    ids: dict[str, list[UUID]] = field(default_factory=dict)
    places: list[UUID] = field(default_factory=list)
    often: list[UUID] = field(default_factory=list)
    bulk: list[str] = field(default_factory=list)
    most: int = 60
    """How many rows are changed in bulk at once."""

    @classmethod
    async def load(cls, connection: asyncpg.Connection) -> Pools:
        pools = cls()
        for table in (*KNOWN, "mentorship", "mobility", "participation", "institution", "activity"):
            rows = await connection.fetch(f"select id from {table} order by created_at, id")
            pools.ids[table] = [row["id"] for row in rows]
        slugs = ("uc-merced", "uc-davis", "universidad-panamericana", "uc-san-diego")
        pools.places = [id_of("institution", slug) for slug in slugs]
        pools.often = [id_of("person", name) for name in OFTEN]
        return pools


@dataclass
class Draw:
    """What one writer draws from; `share` of `shares` is its part of what is changed in bulk."""

    pools: Pools
    random: Random
    share: int
    shares: int

    def id(self, table: str) -> UUID:
        return self.random.choice(self.pools.ids[table])

    def ids(self, table: str, most: int) -> list[UUID]:
        known = self.pools.ids[table]
        return sorted(self.random.sample(known, min(len(known), self.random.randint(1, most))))

    def mine(self, table: str) -> list[UUID]:
        known = self.pools.ids[table][self.share :: self.shares]
        return sorted(self.random.sample(known, min(len(known), self.pools.most)))

    def people(self, most: int) -> list[UUID]:
        found = set(self.ids("person", most))
        if self.random.random() < 0.5:
            found.add(self.random.choice(self.pools.often))
        return sorted(found)

    def place(self) -> UUID:
        return self.random.choice(self.pools.places)

    def made(self, table: str) -> UUID:
        new = UUID(int=self.random.getrandbits(128), version=4)
        self.pools.ids[table].append(new)
        return new

    def one_of(self, *values: Any) -> Any:
        return self.random.choice(values)

    def word(self) -> str:
        return f"{self.random.getrandbits(40):x}"


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
    return [(f"update {table} set institution_id = $2 where id in ({rows})", (draw.people(4), draw.place()))]


def move_people(draw: Draw) -> list[Statement]:
    place = draw.one_of(None, draw.place(), draw.place())
    return [("update person set institution_id = $2 where id = any($1)", (draw.people(2), place))]


def move_venues(draw: Draw) -> list[Statement]:
    return [("update venue set institution_id = $2 where id = any($1)", (draw.ids("venue", 5), draw.place()))]


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
    who = draw.one_of(draw.id("person"), draw.pools.often[2], draw.pools.often[3])
    return [
        (made, (draw.made("mobility"), who, draw.place(), draw.one_of("PLANNED", "ONGOING", "CANCELLED")))
    ]


def go_on_staying(draw: Draw) -> list[Statement]:
    status = draw.one_of("PLANNED", "ONGOING", "COMPLETED", "CANCELLED")
    return [("update mobility set status = $2 where id = any($1)", (draw.ids("mobility", 3), status))]


def end_stay(draw: Draw) -> list[Statement]:
    return [("delete from mobility where id = any($1)", (draw.ids("mobility", 2),))]


TIES = {
    "project_institution": ("project", "institution_id", "role", ("LEAD", "PARTNER")),
    "project_contributor": ("project", "person_id", "role", ("PI", "STUDENT")),
    "event_organizer": ("event", "institution_id", "role", ("HOST", "CO_HOST")),
    "agreement_party": ("agreement", "institution_id", "role", ("SIGNATORY", "WITNESS")),
}


def _tied(draw: Draw) -> tuple[str, str, str, list[UUID], UUID, str]:
    tie = draw.one_of(*TIES)
    table, other, _, roles = TIES[tie]
    end = draw.place() if other == "institution_id" else draw.one_of(draw.id("person"), *draw.pools.often)
    return tie, f"{table}_id", other, draw.ids(table, 3), end, draw.one_of(*roles)


def tie(draw: Draw) -> list[Statement]:
    tie, key, other, ids, end, role = _tied(draw)
    made = (
        f"insert into {tie} ({key}, {other}, role) select unnest($1::uuid[]), $2, $3 on conflict do nothing"
    )
    return [(made, (ids, end, role))]


def untie(draw: Draw) -> list[Statement]:
    tie, key, other, ids, end, _ = _tied(draw)
    if tie == "agreement_party":
        return [(f"update {tie} set since = current_date where {key} = any($1) and {other} = $2", (ids, end))]
    return [(f"delete from {tie} where {key} = any($1) and {other} = $2", (ids, end))]


def retie(draw: Draw) -> list[Statement]:
    """A tie goes over to another entity."""
    changed = "update project_institution set project_id = $2 where project_id = $1 and institution_id = $3"
    return [(changed, (draw.id("project"), draw.id("project"), draw.place()))]


def rename(draw: Draw) -> list[Statement]:
    changed = "update person set given_name = $2 where id = any($1)"
    return [(changed, (draw.people(5), f"Name {draw.word()}"))]


def readdress(draw: Draw) -> list[Statement]:
    changed = "update person set email = $2, phone = $3 where id = $1"
    who = draw.one_of(draw.id("person"), *draw.pools.often)
    return [(changed, (who, f"{draw.word()}@example.org", draw.word()))]


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
                draw.one_of(None, draw.place()),
            ),
        )
    ]


def make_project(draw: Draw) -> list[Statement]:
    new = draw.made("project")
    status = draw.one_of("DRAFT", "ACTIVE")
    return [
        (
            "insert into project (id, slug, title_en, date_precision, status) values"
            " ($1, $2, 'New', 'DAY', $3)",
            (new, draw.word(), status),
        ),
        (
            "insert into project_institution (project_id, institution_id, role) values ($1, $2, 'LEAD')",
            (new, draw.place()),
        ),
    ]


def make_person(draw: Draw) -> list[Statement]:
    new, place = draw.made("person"), draw.place()
    profile = draw.one_of(
        (
            "insert into participant (id, person_id, institution_id, level) values ($1, $2, $3, 'MASTERS')",
            "participant",
        ),
        (
            "insert into mentor (id, person_id, institution_id, sector, available,"
            " capacity) values ($1, $2, $3, 'ACADEMIC', true, 2)",
            "mentor",
        ),
    )
    return [
        (
            "insert into person (id, given_name, family_names, institution_id) values ($1, 'N', 'N', $2)",
            (new, place),
        ),
        (profile[0], (draw.made(profile[1]), new, place)),
        (
            "insert into consent (person_id, purpose, notice_version) values ($1, $2, '1')",
            (new, draw.one_of(*PURPOSES)),
        ),
    ]


def make_others(draw: Draw) -> list[Statement]:
    event = draw.made("event")
    return [
        (
            "insert into award (id, project_id, funder_side, kind, amount, currency)"
            " values ($1, $2, 'MX', 'SEED', 5, 'MXN')",
            (draw.made("award"), draw.id("project")),
        ),
        (
            "insert into event (id, slug, title_en, starts_at, ends_at, time_zone,"
            " date_precision, mode, status) values ($1, $2, 'N', now(), now(), 'UTC', 'DAY', 'ONLINE', $3)",
            (event, draw.word(), draw.one_of("DRAFT", "PUBLISHED")),
        ),
        (
            "insert into event_organizer (event_id, institution_id, role) values ($1, $2, 'HOST')",
            (event, draw.place()),
        ),
        (
            "insert into venue (slug, name_en, country, time_zone) values ($1, 'V',"
            " 'US', 'UTC') on conflict (slug) do update set city = 'Again'",
            (draw.one_of("made-1", "made-2", draw.word()),),
        ),
    ]


def delete_person(draw: Draw) -> list[Statement]:
    """A person goes, with everything that hangs on them; the people that viewers are stay."""
    who = draw.random.choice([one for one in draw.pools.ids["person"][-200:] if one not in draw.pools.often])
    profile = "(select id from {} where person_id = $1)"
    listed = [
        *(
            f"delete from {t} where participant_id in {profile.format('participant')}"
            for t in ("activity_participation", "participation", "mobility", "mentorship")
        ),
        f"delete from mentorship where mentor_id in {profile.format('mentor')}",
        *(
            f"delete from {t} where person_id = $1"
            for t in (
                "consent",
                "participant",
                "mentor",
                "project_contributor",
                "person_language",
                "champion",
            )
        ),
        "update award set recipient_id = null, project_id = coalesce(project_id,"
        " (select min(id::text)::uuid from project)) where recipient_id = $1",
        "delete from person where id = $1",
    ]
    return [(statement, (who,)) for statement in listed]


def delete_others(draw: Draw) -> list[Statement]:
    event, award = draw.id("event"), draw.id("award")
    return [
        ("update project set origin_award_id = null where origin_award_id = $1", (award,)),
        ("delete from award where id = $1", (award,)),
        ("delete from event_organizer where event_id = $1", (event,)),
        ("delete from event where id = $1", (event,)),
        ("delete from participation where participant_id = $1", (draw.id("participant"),)),
    ]


def delete_project(draw: Draw) -> list[Statement]:
    which = draw.random.choice(draw.pools.ids["project"][-60:])
    statements = [
        f"delete from {t} where project_id = $1"
        for t in ("project_institution", "project_contributor", "project_output")
    ]
    statements += [
        "update project set origin_award_id = null where origin_award_id in (select"
        " id from award where project_id = $1)"
    ]
    statements += ["delete from award where project_id = $1", "delete from project where id = $1"]
    return [(statement, (which,)) for statement in statements]


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
    (tie, 5),
    (untie, 5),
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
