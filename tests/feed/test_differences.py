"""Deliveries equal differences: random changes of any table, compared as every viewer before and after."""

from __future__ import annotations

from itertools import chain

import pytest
from sqlalchemy import literal_column

import planner.statement.render
from planner.changes.change_visibility import ChangeVisibility
from planner.sql import Condition
from tests import summary
from tests.access.leaks import as_staff
from tests.feed.differences import WrongChanges, run
from tests.feed.visible_dependencies import Stage
from tests.tiers import TIER

PEOPLE = 4
"""How many of the cast look at a change: others at each."""
ENOUGH, MOST = 100, 1_000
"""How many changes after its first usually show a planted bug, and how many must."""


@pytest.mark.sized
async def test_deliveries_equal_differences(stage: Stage) -> None:
    trial = await run(stage, TIER.random_changes, PEOPLE)
    summary.tell(
        f"{trial.changed} random transactions: the {trial.change_count} deliveries were the differences"
    )
    assert trial.changed > len(TIER.random_changes) / 3
    assert trial.change_count > trial.changed


def unjudged(patch: pytest.MonkeyPatch) -> None:
    """A change is delivered to every subscriber."""
    patch.setattr(ChangeVisibility, "visible_now", lambda self, name: exists_at_all(self, name))


def exists_at_all(visibility: ChangeVisibility, name: str) -> Condition:
    row = as_staff(visibility.context).row(name)
    return visibility._visible(row)


def always_seen_before(patch: pytest.MonkeyPatch) -> None:
    """The image is judged visible, whatever it says."""
    patch.setattr(ChangeVisibility, "visible_before", lambda self, name: self.change.c.was.is_not(None))


def fields_unmasked(patch: pytest.MonkeyPatch) -> None:
    """Viewers who can't see a field learn that it changed."""
    patch.setattr(ChangeVisibility, "masked_fields", lambda self, name: ())


def node_unmasked(patch: pytest.MonkeyPatch) -> None:
    by_key = planner.statement.render.object_by_key
    patch.setattr(
        "planner.changes.change_objects.object_by_key", lambda scope, *given: by_key(as_staff(scope), *given)
    )


def links_unmasked(patch: pytest.MonkeyPatch) -> None:
    """Viewers who can't see a name learn that it changed."""
    patch.setattr(
        ChangeVisibility, "links_visibly_changed", lambda self, name, member: literal_column("true")
    )


def references_unasked(patch: pytest.MonkeyPatch) -> None:
    """A reference is what the row's own key is, whether the viewer sees what it is to or not."""
    patch.setattr(ChangeVisibility, "references", lambda self, name: [])


def image_unasked(patch: pytest.MonkeyPatch) -> None:
    """Removals are not delivered."""
    patch.setattr(ChangeVisibility, "visible_before", lambda self, name: self.visible_now(name))


PLANTED = {
    "a change delivered without the row predicate": (unjudged, 0),
    "an image judged visible always": (always_seen_before, 0),
    "changed fields without their masks": (fields_unmasked, 0),
    "a node rendered unmasked": (node_unmasked, 0),
    "a name behind a link shown to everyone": (links_unmasked, 290),
    "a reference that appears or vanishes not delivered": (references_unasked, 30),
    "REMOVED not delivered": (image_unasked, 0),
}
"""With the change to begin at, where it was found: what shows a mistake is rare, and other rows move it.

If it is not found from there on, all are tried.
"""


@pytest.mark.proof
@pytest.mark.parametrize("bug", PLANTED)
async def test_a_planted_mistake_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    plant, first = PLANTED[bug]
    plant(monkeypatch)
    with pytest.raises(WrongChanges):
        await run(stage, chain(range(first, first + ENOUGH), range(MOST)), PEOPLE)
    summary.tell(f"planted in the feed and found: {bug}")
