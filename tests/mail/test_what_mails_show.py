"""A mail shows nothing that its recipient may not read, of whatever it is about, in either language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

import schema
from api.composition import planning_limits
from api.limits.planning_queue import PlanningQueue
from api.settings.settings import read_settings
from delivery.mail.mail_message import WRITTEN, compose, origin_of
from delivery.mail.mail_topic import still_applies
from delivery.mail.recipient_view import RecipientView
from models.mail_queue import QueuedMail
from models.notification import ABOUT
from planner.declaration.access import Policy
from planner.engine import Engine
from schema.roles import COORDINATOR, MENTOR
from tests.engines import BOUNDS
from tests.personas import being, grant_at, granted
from tests.random_queries.run import Harness
from tests.reference.disclosure import Disclosed
from tests.reference.viewers import HeldGrant, Viewer

ORIGIN = origin_of("Alianza MX <no-reply@alianza.test>")
NOW = datetime(2026, 11, 27, tzinfo=UTC)
PEOPLE = {
    "mentor": granted("mentor"),
    "participant": granted("participant"),
    "person-and-coordinator": (grant_at(COORDINATOR, "universidad-panamericana"), being(MENTOR, "mentor-07")),
}
ISO_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
EACH = 25
"""How many rows of a table mails are about, with all that were declined."""


def recipient_view(reference_harness: Harness, policy: Policy) -> RecipientView:
    engine = Engine(schema.graphql_schema, schema.catalog, policy, BOUNDS)
    turns = PlanningQueue(planning_limits(read_settings()))
    return RecipientView(engine, turns, lambda: reference_harness.comparison.database)


def viewer_named(name: str, language: str) -> Viewer:
    held = (HeldGrant(one.role.value, one.institution, one.person) for one in PEOPLE[name])
    return Viewer(name, language, tuple(held))


def mails(reference_harness: Harness, table: str, viewer: Viewer) -> Iterator[QueuedMail]:
    """One for each of some rows, of no kind yet."""
    found = sorted(
        reference_harness.comparison.world.rows.tables[table].values(), key=lambda row: str(row["id"])
    )
    some = [row for row in found if row.get("decline_reason")]
    some += found[:: max(1, len(found) // EACH)]
    person = viewer.self_
    assert person is not None
    for row in some:
        yield QueuedMail(
            row["id"], UUID(int=0), 1, NOW, None, viewer.language, person, "somebody@example.edu", "Somebody",
            f"{table}_{row['id']}", 1, NOW, True,
        )  # fmt: skip


def kinds_of(table: str) -> list[str]:
    return sorted(kind for kind in WRITTEN if kind.startswith(table.upper()))


async def written(view: RecipientView, mail: QueuedMail, kinds: list[str]) -> Any:
    """The texts of mails of these kinds; None where the recipient may not see what they are about."""
    entity = await view.read(mail)
    if entity is None:
        return None
    made = [
        compose(replace(mail, kind=kind), entity, ORIGIN, NOW)
        for kind in kinds
        if still_applies(kind, entity)
    ]
    return [
        (str(one["Subject"]), *(part.get_content() for part in one.walk() if not part.is_multipart()))
        for one in made
    ]


def check(reference_harness: Harness, policy: Policy = schema.POLICY) -> Counter[str]:
    """Raises Disclosed; what was met, by who reads."""
    met: Counter[str] = Counter()
    view = recipient_view(reference_harness, policy)
    for name in PEOPLE:
        for language in ("EN", "ES"):
            viewer = viewer_named(name, language)
            for table in ABOUT:
                for mail in mails(reference_harness, table, viewer):
                    texts = reference_harness.loop.run(written(view, mail, kinds_of(table)))
                    reference_harness.comparison.disclosures.check(viewer, texts)
                    assert ISO_DAY.search(str(texts).partition("BEGIN:VCALENDAR")[0]) is None, texts
                    met[f"{table} {'hidden' if texts is None else 'shown'}"] += 1
                    met[f"{name} reads a reason"] += "Motivo: " in str(texts) or "Reason: " in str(texts)
    return met


def test_mails_show_what_their_recipients_may_read(reference_harness: Harness) -> None:
    """Staff of a program read why one was declined; the participant does not."""
    assert [table for table in ABOUT if not kinds_of(table)] == []
    met = check(reference_harness)
    assert all(met[f"{table} {visibility}"] for table in ABOUT for visibility in ("hidden", "shown"))
    assert met["person-and-coordinator reads a reason"]
    assert not met["participant reads a reason"]


def test_a_reason_that_is_shown_to_the_participant_is_found(reference_harness: Harness) -> None:
    mentorship = schema.POLICY.entities["Mentorship"]
    open_ = {name: mask for name, mask in mentorship.masks.items() if name != "declineReason"}
    opened = replace(mentorship, open=mentorship.open | {"declineReason"}, masks=open_)
    leaking = replace(schema.POLICY, entities={**schema.POLICY.entities, "Mentorship": opened})
    with pytest.raises(Disclosed, match=r"mentorship\.decline_reason"):
        check(reference_harness, leaking)
