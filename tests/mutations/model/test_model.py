"""Random acts, done by the product and by the model: what is told of them, and what everybody sees then."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from tests.mutations.harness import ACTIONS
from tests.mutations.model.declarations import (
    LINKED_BY_STEPS,
    MAKINGS,
    MODELLED,
    REASONED,
    SET_BY_STEPS,
    fields_of,
    is_made,
)
from tests.mutations.model.elsewhere import ELSEWHERE
from tests.mutations.model.fields import NEEDED, Field
from tests.mutations.model.run import run
from tests.mutations.model.trial import trial
from tests.reference.field_sources import SDL
from tests.reference.steps import STEPS
from tests.summary import tell
from tests.tiers import TIER

SEED = 3
CODES = [
    "NOT_FOUND",
    "FORBIDDEN",
    "CONFLICT",
    "IDEMPOTENCY_MISMATCH",
    "WRONG_STATE",
    "INCOMPLETE",
    "DEADLINE_PASSED",
    "REQUIRED",
    "INVALID",
    "TOO_LONG",
    "OUT_OF_RANGE",
    "NOT_UNIQUE",
    "REFERS_TO_NOTHING",
    "LOCAL_TIME_DOES_NOT_EXIST",
]


def test_the_model_knows_every_mutation() -> None:
    """A new one is declared in `declarations.py`: docs/testing.md, "Add a mutation to the model"."""
    assert ACTIONS.keys() - ELSEWHERE.keys() == MODELLED.keys()
    assert ELSEWHERE.keys() <= ACTIONS.keys()


@pytest.mark.parametrize("name", MODELLED)
def test_the_model_knows_every_field(name: str) -> None:
    """Those of an input, and which of them the schema needs."""
    entity = MODELLED[name]
    of_links = [one.name for one in entity.links]
    if name in MAKINGS:
        known = MAKINGS[name].input_names
    elif name in STEPS:
        known = ["id", "expectedVersion", *(["reason"] if name in REASONED else [])]
        known += names_of(SET_BY_STEPS.get(name, ())) + [one.name for one in LINKED_BY_STEPS.get(name, ())]
    elif name.startswith("create"):
        known = [*names_of(entity.creates), *names_of(entity.fields), *of_links]
    else:
        known = ["id", "expectedVersion", *names_of(entity.fields), *of_links]
    found = input_fields(f"{name[0].upper()}{name[1:]}Input")
    assert sorted(found) == sorted(known)
    if is_made(name):
        of_fields = {one.name for one in fields_of(name) if one.default is NEEDED}
        needed = MAKINGS[name].needed_names if name in MAKINGS else of_fields
        assert {one for one, type_ in found.items() if type_.endswith("!")} == needed
    for links in entity.links:
        assert sorted(input_fields(f"{links.type}Input")) == sorted(names_of(links.fields))


def names_of(fields: Sequence[Field]) -> list[str]:
    return [one.name for one in fields]


def input_fields(type_: str) -> dict[str, str]:
    """The fields of an input of the committed schema, with their types."""
    found = re.search(rf"^input {type_} {{\n(.*?)^}}", SDL, re.MULTILINE | re.DOTALL)
    assert found is not None
    return dict(re.findall(r"^  (\w+): ([^\s]+)", found[1], re.MULTILINE))


@pytest.mark.sized
async def test_acts_do_what_the_model_does(acts_url: str) -> None:
    async with trial(acts_url, SEED) as one:
        met = await run(one, TIER.random_acts)
    assert [code for code in CODES if not met[code]] == []
    assert met["done"] > TIER.random_acts / 8
    assert met["replayed"] > TIER.random_acts / 200
    tell(f"{TIER.random_acts:,} random acts: {', '.join(f'{n} {kind}' for kind, n in met.most_common())}")
