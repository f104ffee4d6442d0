"""Entities that writers make, and that they delete with all that hangs on them."""

from __future__ import annotations

from tests.feed.oracle.random_rows import PURPOSES, Draw, Statement


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
            (new, draw.institution()),
        ),
    ]


def make_person(draw: Draw) -> list[Statement]:
    new, institution = draw.made("person"), draw.institution()
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
            (new, institution),
        ),
        (profile[0], (draw.made(profile[1]), new, institution)),
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
            (event, draw.institution()),
        ),
        (
            "insert into venue (slug, name_en, country, time_zone) values ($1, 'V',"
            " 'US', 'UTC') on conflict (slug) do update set city = 'Again'",
            (draw.one_of("made-1", "made-2", draw.word()),),
        ),
    ]


def delete_person(draw: Draw) -> list[Statement]:
    """A person goes, with everything that hangs on them; the people that viewers are stay."""
    chosen = draw.random.choice(
        [one for one in draw.pools.ids["person"][-200:] if one not in draw.pools.often]
    )
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
    return [(statement, (chosen,)) for statement in listed]


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
