"""Bugs to plant in what a server does as time passes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from schema.workflows import timed_steps
from tests.access.leaks import Plant
from tests.mutations.model import trial, turning
from tests.mutations.model.planted_declarations import of_types

OFTEN = 0.3


def timed(text: str, becomes: str) -> Plant:
    """A timed step in other words."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        steps = timed_steps()
        assert any(text in one for one in steps), "there is something to plant it in"
        patch.setattr(trial, "TURNS", OFTEN)
        patch.setattr(turning, "timed_steps", lambda: [one.replace(text, becomes) for one in steps])

    return plant


PLANTED: Mapping[str, Plant] = {
    "a request that lapses a day early": timed("respond_by <", "respond_by - 1 <"),
    "who may still come has stayed away": timed("now() - interval '1 day'", "now()"),
    "an archived call that opens": timed(
        "(opens_at is null or opens_at <= now()) and archived_at is null",
        "(opens_at is null or opens_at <= now())",
    ),
}
AMONG: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    [bug for bug in PLANTED if "call" in bug], ("createCall", *of_types("Call"))
)
"""The mutations that these bugs show in: some calls are open meanwhile."""
