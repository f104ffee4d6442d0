"""Impact figures are reported by staff and by the institution that runs the program; everyone reads them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.loading.natural_keys import id_of
from planner.messages import message
from tests.models.statements import rows, run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness
from tests.mutations.test_creations import INPUTS
from tests.personas import CAST

CREATE, UPDATE = ACTIONS["createImpactMetric"], ACTIONS["updateImpactMetric"]
FIELDS = "displayName key label sinceYear program { id } reported { value comparator asOf source } computed"
PROGRAM = id_of("program", "CLIMATE_AMBASSADORS")
OTHER = id_of("program", "STUDENT_MOBILITY_GRANTS")
OWN, OF_ALL = "climate_ambassadors_mentors", "projects_since_2020"
REPORTED = {"value": 52, "comparator": "EXACTLY", "asOf": "2027-02-01", "source": "Yearbook"}
UC = "uc-coordinator"
ID = ["input", "id"]


@pytest.fixture
async def harness(engine: AsyncEngine, harness: MutationHarness) -> MutationHarness:
    """Merced runs the one program, nobody the other."""
    merced = id_of("institution", "uc-merced")
    await run(
        engine,
        f"update program set institution_id = '{merced}' where id = '{PROGRAM}'",
        f"update program set institution_id = null where id = '{OTHER}'",
    )
    return harness


def codes(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(one["code"], one["path"]) for one in payload["userErrors"]]


async def report(
    engine: AsyncEngine, harness: MutationHarness, sender: str, metric: str = OWN, **more: Any
) -> dict[str, Any]:
    found = await rows(engine, f"select id, version from impact_metric where key = '{metric}'")
    ((id, version),) = found
    options = {name: more.pop(name) for name in ("dry", "key", "language") if name in more}
    given = {"id": f"metric_{id}", "expectedVersion": version, "reported": REPORTED, **more}
    return await harness.send(sender, UPDATE, given, FIELDS, **options)


@pytest.mark.parametrize("language", ["EN", "ES"])
async def test_who_reports_a_figure(engine: AsyncEngine, harness: MutationHarness, language: str) -> None:
    """The institution that runs the program, and staff; of the alliance as a whole staff alone."""
    words = message("mutation.forbidden").read(language)
    refused = [{"code": "FORBIDDEN", "path": ID, "message": words}]
    for sender in CAST:
        may = {OWN: sender in (UC, "two-campuses", "admin"), OF_ALL: sender == "admin"}
        for key in (OWN, OF_ALL):
            payload = await report(engine, harness, sender, key, dry=True, language=language)
            assert payload["userErrors"] == ([] if may[key] else refused), (sender, key)
            assert payload["changed"] == (["reported"] if may[key] else [])
            actions = {one["name"]: one["allowed"] for one in payload["impactMetric"]["availableActions"]}
            assert actions.get("updateImpactMetric", False) is may[key]
    values = "select count(*) from impact_metric where reported_value = 52"
    assert await scalar(engine, values) == 0


async def test_a_figure_is_reported(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Its four parts at once; what is counted stays, and the audit log has what it was before."""
    done = await report(engine, harness, UC, key="k")
    metric = done["impactMetric"]
    assert (done["userErrors"], done["changed"], metric["reported"]) == ([], ["reported"], REPORTED)
    assert (metric["displayName"], metric["label"]) == ("Climate Ambassadors: mentors",) * 2
    counted = await scalar(engine, f"select computed_value from impact_metric where key = '{OWN}'")
    assert (counted is not None, metric["computed"]) == (True, counted if counted >= 5 else None)
    given = {"id": metric["id"], "expectedVersion": metric["version"] - 1, "reported": REPORTED}
    again = await harness.send(UC, UPDATE, given, FIELDS, key="k")
    assert (again["replayed"], again["impactMetric"]) == (True, metric)
    stale = await harness.send(UC, UPDATE, {**given, "reported": REPORTED | {"value": 53}}, FIELDS)
    assert codes(stale) == [("CONFLICT", ["input", "expectedVersion"])]
    assert stale["impactMetric"]["reported"] == REPORTED
    audited = await rows(
        engine,
        "select v.column_name, v.before, v.after from audit_entry e join audit_value v on v.entry = e.number"
        f" where e.mutation = 'updateImpactMetric' and e.entity_id = '{metric['id'].partition('_')[2]}'"
        " order by v.column_name",
    )
    assert [tuple(one) for one in audited if one[0] == "reported_value"] == [("reported_value", 47, 52)]
    cleared = await report(engine, harness, "admin", reported=None)
    assert (cleared["userErrors"], cleared["impactMetric"]["reported"]) == ([], None)


async def test_who_adds_a_figure(engine: AsyncEngine, harness: MutationHarness) -> None:
    """For the program that one's institution runs; the next count has it."""
    given = {**INPUTS["createImpactMetric"], "measure": "PROJECTS", "sinceYear": 2020}
    of_program = {**given, "program": f"program_{PROGRAM}"}
    for sender, input in (
        (UC, given),
        (UC, {**given, "program": f"program_{OTHER}"}),
        ("mx-coordinator", of_program),
        ("integration", of_program),
    ):
        assert codes(await harness.send(sender, CREATE, input)) == [("FORBIDDEN", ["input"])]
    made = await harness.send(UC, CREATE, of_program, FIELDS)
    assert made["userErrors"] == []
    assert made["impactMetric"]["program"] == {"id": f"program_{PROGRAM}"}
    assert (made["impactMetric"]["sinceYear"], made["impactMetric"]["computed"]) == (2020, None)
    assert (await harness.send("admin", CREATE, {**given, "key": "of_all"}))["userErrors"] == []
    await run(engine, "select puente_count_impact()")
    added = "key in ('students_abroad', 'of_all')"
    counts = f"select count(*) from impact_metric where {added} and computed_value >= 0"
    assert await scalar(engine, counts) == 2


@pytest.mark.parametrize("language", ["EN", "ES"])
async def test_what_is_wrong_with_a_figure(harness: MutationHarness, language: str) -> None:
    given = {
        **INPUTS["createImpactMetric"],
        "key": "Not so",
        "labels": {"es": " "},
        "sinceYear": 20,
        "reported": REPORTED | {"value": -1, "source": " "},
    }
    refused = await harness.send("admin", CREATE, given, language=language)
    assert sorted(codes(refused)) == [
        ("INVALID", ["input", "key"]),
        ("INVALID", ["input", "sinceYear"]),
        ("OUT_OF_RANGE", ["input", "reported"]),
        ("REQUIRED", ["input", "labels"]),
        ("REQUIRED", ["input", "reported"]),
    ]
    texts = {one["path"][1]: one["message"] for one in refused["userErrors"]}
    assert texts["key"] == message("constraint.key_shape").read(language)
    taken = await harness.send("admin", CREATE, {**INPUTS["createImpactMetric"], "key": OWN})
    assert codes(taken) == [("NOT_UNIQUE", ["input", "key"])]


@pytest.mark.parametrize(("source", "code"), [("a\0b", "INVALID"), ("s" * 20_001, "TOO_LONG")])
async def test_a_part_that_is_wrong_by_itself(harness: MutationHarness, source: str, code: str) -> None:
    """The other parts are checked; nobody hears that a part is missing."""
    given = {**INPUTS["createImpactMetric"], "reported": REPORTED | {"value": -1, "source": source}}
    refused = await harness.send("admin", CREATE, given)
    assert sorted(codes(refused)) == sorted(
        [("OUT_OF_RANGE", ["input", "reported"]), (code, ["input", "reported", "source"])]
    )
