"""What institutions give, sign and run: each writes its own, and none takes what is another's."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.loading.natural_keys import id_of
from tests.models.statements import run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness
from tests.mutations.test_creations import INPUTS, MERCED, UNAM

PANAMERICANA = f"institution_{id_of('institution', 'universidad-panamericana')}"
DAVIS = f"institution_{id_of('institution', 'uc-davis')}"
UC, MX = "uc-coordinator", "mx-coordinator"
Codes = list[tuple[str, list[str]]]


async def make(harness: MutationHarness, name: str, sender: str = UC, **values: Any) -> dict[str, Any]:
    return await harness.send(sender, ACTIONS[name], {**INPUTS[name], **values})


def codes(payload: dict[str, Any]) -> Codes:
    return [(one["code"], one["path"][1:]) for one in payload["userErrors"]]


async def update(harness: MutationHarness, sender: str, row: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The row as it was last seen, changed by an update of its type."""
    action = ACTIONS[f"update{row['id'].partition('_')[0].capitalize()}"]
    given = {"id": row["id"], "expectedVersion": row["version"], **values}
    return await harness.send(sender, action, given)


def signing(*institutions: str, **more: Any) -> list[dict[str, Any]]:
    return [{"institution": one, "role": "SIGNATORY", **more} for one in institutions]


async def test_parties_prepare_an_agreement(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Each adds parties and leaves; none removes or changes another, which only staff does."""
    made = await make(harness, "createAgreement", parties=signing(MERCED, PANAMERICANA))
    agreement = made["agreement"]
    assert made["userErrors"] == []
    assert codes(await update(harness, "mentor", agreement, titles={"en": "Mine"})) == [("NOT_FOUND", ["id"])]
    by_other = await update(harness, MX, agreement, titles={"es": "Convenio"})
    agreement = by_other["agreement"]
    taken: Any
    for taken in (signing(MERCED), [*signing(MERCED), {"institution": PANAMERICANA, "role": "WITNESS"}]):
        refused = await update(harness, UC, agreement, parties=taken)
        assert codes(refused) == [("FORBIDDEN", ["parties"])]
    more = [*signing(PANAMERICANA, UNAM), *signing(MERCED, since="2027-01-01")]
    added = await update(harness, UC, agreement, parties=more)
    assert (added["userErrors"], added["changed"]) == ([], ["parties"])
    left = await update(harness, MX, added["agreement"], parties=signing(MERCED, UNAM))
    assert (left["userErrors"], left["agreement"]) == ([], None), "a draft of others"
    version = added["agreement"]["version"] + 1
    removed = await update(harness, "admin", {**agreement, "version": version}, parties=signing(MERCED))
    assert removed["userErrors"] == []
    links = f"select count(*) from agreement_party where agreement_id = '{agreement['id'].partition('_')[2]}'"
    assert await scalar(engine, links) == 1


async def test_what_is_in_force_is_everybodys_word(engine: AsyncEngine, harness: MutationHarness) -> None:
    made = await make(harness, "createAgreement", parties=signing(MERCED, PANAMERICANA))
    id = made["agreement"]["id"]
    await run(engine, f"update agreement set status = 'ACTIVE' where id = '{id.partition('_')[2]}'")
    agreement = {"id": id, "version": 2}
    assert codes(await update(harness, UC, agreement, validTo="2030-01-01")) == [("FORBIDDEN", ["id"])]
    done = await update(harness, "admin", agreement, validTo="2030-01-01")
    assert done["changed"] == ["validTo"]


@pytest.mark.parametrize(
    "parties",
    [[], signing(UNAM, PANAMERICANA), [{"institution": MERCED, "role": "WITNESS"}, *signing(UNAM)]],
)
async def test_nobody_prepares_what_others_sign(harness: MutationHarness, parties: Any) -> None:
    assert codes(await make(harness, "createAgreement", parties=parties)) == [("FORBIDDEN", [])]


async def test_a_program_and_what_is_in_it(engine: AsyncEngine, harness: MutationHarness) -> None:
    elsewhere = await make(harness, "createProgram", institution=DAVIS)
    assert codes(elsewhere) == codes(await make(harness, "createProgram")) == [("FORBIDDEN", [])]
    program = (await make(harness, "createProgram", institution=MERCED))["program"]
    assert (await update(harness, UC, program, names={"es": "Programa"}))["userErrors"] == []
    assert codes(await update(harness, MX, program, names={"es": "Mío"})) == [("FORBIDDEN", ["id"])]
    cohort = (await make(harness, "createCohort", program=program["id"]))["cohort"]
    within = {"program": program["id"], "cohort": cohort["id"]}
    activity = await make(harness, "createActivity", **within)
    assert activity["userErrors"] == []
    assert codes(await make(harness, "createCohort", MX, program=program["id"])) == [("FORBIDDEN", [])]
    assert codes(await make(harness, "createActivity", MX, **within)) == [("FORBIDDEN", [])]
    other = f"cohort_{await scalar(engine, 'select min(id::text) from cohort where starts_on < now()')}"
    refused = await make(harness, "createActivity", program=program["id"], cohort=other)
    assert codes(refused) == [("INVALID", ["cohort"])]


async def test_an_award_is_its_funders(engine: AsyncEngine, harness: MutationHarness) -> None:
    assert codes(await make(harness, "createAward", funder=DAVIS)) == [("FORBIDDEN", [])]
    assert codes(await make(harness, "createAward", funderSide="MEXICO")) == [("INVALID", ["funderSide"])]
    assert codes(await make(harness, "createAward", project=None)) == [("INVALID", ["project"])]
    award = (await make(harness, "createAward"))["award"]
    decide = ACTIONS["decideAward"]
    given = {"id": award["id"], "expectedVersion": 1}
    assert codes(await harness.send("mentor", decide, given)) == [("NOT_FOUND", ["id"])]
    decided = await harness.send(UC, decide, given, fields="decidedOn amount")
    today = str(await scalar(engine, "select (now() at time zone 'UTC')::date"))
    assert (decided["award"]["decidedOn"], decided["changed"]) == (today, ["decidedOn"])
    again = await harness.send(UC, decide, {**given, "expectedVersion": 2})
    assert codes(again) == [("WRONG_STATE", ["id"])]
    seen = await harness.send("mentor", decide, {**given, "expectedVersion": 2}, fields="amount decidedOn")
    assert codes(seen) == [("FORBIDDEN", ["id"])]
    assert (seen["award"]["decidedOn"], seen["award"]["amount"]) == (today, None)
