"""What a portal learns of who is asking: kind, grants, and what they may read and write."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from models.access import AccessScope
from models.loading.natural_keys import id_of
from tests.api.http_clients import ask, signed_in
from tests.personas import ALL_VIEWERS
from tests.reference.actions import UPDATED
from tests.reference.steps import STEPS

VIEWER = """{ viewer { kind roles
  grants { role institutionId profileId scopes expiresAt }
  abilities { type read write hidden }
} }"""


async def viewer(client: httpx.AsyncClient, persona: str) -> dict[str, Any]:
    response = await ask(client, VIEWER, headers=signed_in(persona))
    found: dict[str, Any] = response.json()["data"]["viewer"]
    return found


def ability(found: dict[str, Any], type_: str) -> tuple[str, str, list[str]]:
    (one,) = [one for one in found["abilities"] if one["type"] == type_]
    return one["read"], one["write"], one["hidden"]


async def test_the_public_holds_nothing(client: httpx.AsyncClient) -> None:
    found = await viewer(client, "public")
    assert (found["kind"], found["roles"], found["grants"]) == ("ANONYMOUS", ["PUBLIC"], [])
    assert ability(found, "Participant") == ("NONE", "NONE", ["email", "phone"])
    assert ability(found, "Project") == ("SOME", "NONE", [])
    assert ability(found, "Award") == ("SOME", "NONE", ["amount"])


async def test_a_coordinator_is_bounded_by_an_institution(client: httpx.AsyncClient) -> None:
    for persona, slug in (("uc-coordinator", "uc-merced"), ("mx-coordinator", "universidad-panamericana")):
        found = await viewer(client, persona)
        assert (found["kind"], found["roles"]) == ("PERSON", ["COORDINATOR", "PUBLIC"])
        assert found["grants"] == [
            {
                "role": "COORDINATOR",
                "institutionId": f"institution_{id_of('institution', slug)}",
                "profileId": None,
                "scopes": [],
                "expiresAt": None,
            }
        ]
        assert ability(found, "Institution") == ("ALL", "SOME", [])
        assert ability(found, "Mentor") == ("ALL", "SOME", [])
        assert ability(found, "Participant") == ("SOME", "SOME", [])
        assert ability(found, "Mentorship") == ("SOME", "SOME", ["goals", "notes", "notesShared"])


@pytest.mark.parametrize(
    ("persona", "person"),
    [("mentor", "mentor-02"), ("participant", "student-22")],
)
async def test_a_person_knows_which_profile_is_theirs(
    client: httpx.AsyncClient, persona: str, person: str
) -> None:
    found = await viewer(client, persona)
    assert [grant["profileId"] for grant in found["grants"]] == [f"{persona}_{id_of(persona, person)}"]
    assert ability(found, persona.capitalize())[1] == "SOME", "each writes some of it"


async def test_a_system_holds_scopes(client: httpx.AsyncClient) -> None:
    found = await viewer(client, "integration")
    assert found["kind"] == "CLIENT"
    assert found["grants"][0]["scopes"] == sorted(scope.value for scope in AccessScope)
    assert ability(found, "Consent") == ("SOME", "NONE", ["grantedAt", "noticeVersion", "withdrawnAt"])


async def test_staff_see_all_and_write_what_mutations_write(client: httpx.AsyncClient) -> None:
    found = await viewer(client, "admin")
    assert {one["read"] for one in found["abilities"]} == {"ALL"}
    assert {one["write"] for one in found["abilities"]} == {"ALL", "NONE"}
    written = {one["type"] for one in found["abilities"] if one["write"] == "ALL"}
    by_steps = {step.type for step in STEPS.values()}
    assert written == {*UPDATED, *by_steps, "Attendance"} - {"CalendarLink"}, "which is its account's alone"


@pytest.mark.parametrize("persona", ALL_VIEWERS)
async def test_what_is_said_to_be_hidden_is_null(client: httpx.AsyncClient, persona: str) -> None:
    """A portal may leave out a column that the viewer never sees."""
    hidden = ability(await viewer(client, persona), "Mentor")[2]
    assert bool(hidden) is (persona in ("public", "integration"))
    response = await ask(client, "{ mentors { nodes { email phone } } }", headers=signed_in(persona))
    nodes = response.json()["data"]["mentors"]["nodes"]
    assert {field for node in nodes for field, value in node.items() if value}.isdisjoint(hidden)
