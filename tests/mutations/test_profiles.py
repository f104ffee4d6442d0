"""People's own records: made once by who signs in for the first time, changed by themselves."""

from __future__ import annotations

import asyncio
from math import inf
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from api.auth.principals import TokenPrincipal
from models.grant_queries import ClaimedGrants
from models.loading.natural_keys import id_of
from schema.grants import granted_roles, person_of
from tests.models.statements import run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness, given, mutating
from tests.mutations.test_staff_access import database_of
from tests.personas import CAST, CLIENTS, granted

SIGN_UP, UPDATE, CONFIRM = (ACTIONS[name] for name in ("createMyProfile", "updateMyProfile", "confirmHome"))
FIELDS = "name email homeConfirmed institution { id } languages { language level }"
MERCED = f"institution_{id_of('institution', 'uc-merced')}"
ITZEL = {
    "givenName": "Itzel",
    "familyNames": "Núñez de la Torre",
    "institution": MERCED,
    "email": "itzel@example.org",
    "languagePreference": "ES",
}


def token_principal(subject: str = "itzel", institution: str | None = None) -> TokenPrincipal:
    return TokenPrincipal("https://id.example", subject, inf, ClaimedGrants(institution=institution))


def codes(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(one["code"], one["path"]) for one in payload["userErrors"]]


async def test_who_comes_for_the_first_time_is_known_from_then_on(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    made = await harness.send(token_principal(), SIGN_UP, ITZEL, fields=FIELDS)
    assert (made["userErrors"], made["replayed"]) == ([], False)
    person = made["person"]
    assert (person["name"], person["homeConfirmed"]) == ("Itzel Núñez de la Torre", False)
    allowed = {one["name"]: one["allowed"] for one in person["availableActions"]}
    assert allowed == {"updateMyProfile": True}, "and of other people none"
    id = person["id"].partition("_")[2]
    assert await scalar(engine, f"select count(*) from access_grant where person_id = '{id}'") == 0
    values = f"select count(*) from audit_value where person_id = '{id}' and column_name = 'family_names'"
    assert await scalar(engine, values) == 1
    again = await harness.send(token_principal(), SIGN_UP, {**ITZEL, "givenName": "Other"}, fields=FIELDS)
    assert (again["userErrors"], again["replayed"], again["person"]) == ([], True, person)
    wanted = given(
        UPDATE, person["id"], 1, preferredName="Itz", languages=[{"language": "es", "level": "C2"}]
    )
    changed = await harness.send(token_principal(), UPDATE, wanted, fields=FIELDS)
    assert (changed["userErrors"], changed["changed"]) == ([], ["preferredName", "languages"])
    assert changed["person"]["languages"] == [{"language": "es", "level": "C2"}]
    actor = "select distinct actor from audit_entry where mutation = 'updateMyProfile'"
    assert await scalar(engine, actor) == f"person {id}"


ORCID = "0000-0002-1825-0097"
RECORD = f"""
    insert into person (id, given_name, family_names, orcid, institution_id)
    select '{UUID(int=0xC1)}', 'Inés', 'Rey', '{ORCID}', id from institution where slug = 'uc-merced'"""
AS_MENTOR = """
    insert into mentor (person_id, institution_id, sector, capacity, available)
    select id, institution_id, 'ACADEMIC', 1, true from person where orcid is not null"""


def with_orcid(subject: str = "ines", institution: str | None = "uc-merced") -> TokenPrincipal:
    claimed = ClaimedGrants(institution=institution, orcid=ORCID)
    return TokenPrincipal("https://id.example", subject, inf, claimed)


async def test_a_verified_orcid_id_leads_to_the_record(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Once, with its roles; nothing is written in a dry run, and what was sent changes nothing."""
    await run(engine, RECORD, AS_MENTOR.replace("orcid is not null", f"orcid = '{ORCID}'"))
    people = await scalar(engine, "select count(*) from person")
    identities = "select string_agg(subject || ' ' || person_id, ', ') from access_identity"
    dry = await harness.send(with_orcid(), SIGN_UP, ITZEL, dry=True)
    assert (dry["userErrors"], dry["replayed"], await scalar(engine, identities)) == ([], True, None)
    for key in ("k", "k", None):
        made = await harness.send(with_orcid(), SIGN_UP, ITZEL, fields=FIELDS, key=key)
        assert (made["userErrors"], made["replayed"], made["changed"]) == ([], True, [])
        assert (made["person"]["name"], made["person"]["email"]) == ("Inés Rey", None)
    assert await scalar(engine, identities) == f"ines {UUID(int=0xC1)}"
    assert await scalar(engine, "select count(*) from person") == people
    viewer = await token_principal("ines").viewer(database_of(harness))
    assert (person_of(viewer), granted_roles(viewer)) == (UUID(int=0xC1), ["MENTOR", "PUBLIC"])
    logged = "select mutation from audit_entry where part = 'access_identity' or entity = 'access_identity'"
    assert await scalar(engine, f"{logged} order by number desc limit 1") == "createMyProfile"


async def test_an_orcid_id_that_leads_nowhere(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Of another issuer, of a record as which somebody signs in, or by who is another person."""
    await run(engine, RECORD)
    other = await harness.send(token_principal("eva"), SIGN_UP, {**ITZEL, "email": "eva@example.org"})
    for number, institution in enumerate((None, "unam")):
        wanted = {**ITZEL, "email": f"{number}@example.org"}
        made = await harness.send(with_orcid(f"stranger-{number}", institution), SIGN_UP, wanted)
        assert (made["userErrors"], made["replayed"]) == ([], False)
        assert made["person"]["id"] != f"person_{UUID(int=0xC1)}"
    again = await harness.send(with_orcid("eva"), SIGN_UP, ITZEL)
    assert (again["replayed"], again["person"]["id"]) == (True, other["person"]["id"]), "nothing is merged"
    broken = await harness.send(with_orcid(), SIGN_UP, {**ITZEL, "givenName": "\0"})
    assert codes(broken) == [("INVALID", ["input", "givenName"])]
    linked = f"select count(*) from access_identity where person_id = '{UUID(int=0xC1)}'"
    assert await scalar(engine, linked) == 0
    assert (await harness.send(with_orcid(), SIGN_UP, ITZEL))["replayed"]
    late = await harness.send(with_orcid("late"), SIGN_UP, ITZEL)
    assert (late["userErrors"], late["replayed"]) == ([], False), "a record of its own"
    assert await scalar(engine, linked) == 1


async def test_many_at_once_make_one(engine: AsyncEngine, database_url: str) -> None:
    before = await scalar(engine, "select count(*) from person")
    async with mutating(database_url) as harness:
        made = await asyncio.gather(*(harness.send(token_principal(), SIGN_UP, ITZEL) for _ in range(8)))
    assert [one["userErrors"] for one in made] == [[]] * 8
    assert sorted(one["replayed"] for one in made) == [False, *[True] * 7]
    assert len({one["person"]["id"] for one in made}) == 1
    assert await scalar(engine, "select count(*) from person") == before + 1
    assert await scalar(engine, "select count(*) from access_identity") == 1


@pytest.mark.parametrize("email", ["mentor-01@synthetic.example", "MENTOR-01@synthetic.example"])
async def test_a_known_address_is_a_possible_duplicate(
    engine: AsyncEngine, harness: MutationHarness, email: str
) -> None:
    """It is not said whose, and nothing is made."""
    await run(
        engine, "update person set email = 'mentor-01@synthetic.example' where email like 'mentor-01@%'"
    )
    before = await scalar(engine, "select count(*) from person")
    for dry in (True, False):
        refused = await harness.send(token_principal(), SIGN_UP, {**ITZEL, "email": email}, dry=dry, key="k")
        assert codes(refused) == [("POSSIBLE_DUPLICATE", ["input", "email"])]
        assert refused["person"] is None
    assert await scalar(engine, "select count(*) from person") == before
    made = await harness.send(token_principal(), SIGN_UP, ITZEL, key="k")
    assert made["userErrors"] == [], "the key was not used up"
    wanted = given(UPDATE, made["person"]["id"], 1, email=email)
    assert codes(await harness.send(token_principal(), UPDATE, wanted)) == [
        ("POSSIBLE_DUPLICATE", ["input", "email"])
    ]


async def test_each_name_that_is_wrong_is_named(harness: MutationHarness) -> None:
    """Alone, beside others that are right, and where several are wrong."""
    long = "n" * 101
    for values, wrong in (
        ({"familyNames": " "}, [("REQUIRED", ["input", "familyNames"])]),
        ({"preferredName": ""}, [("REQUIRED", ["input", "preferredName"])]),
        (
            {"givenName": " ", "familyNames": long, "preferredName": " "},
            [
                ("REQUIRED", ["input", "givenName"]),
                ("REQUIRED", ["input", "preferredName"]),
                ("TOO_LONG", ["input", "familyNames"]),
            ],
        ),
    ):
        refused = await harness.send(token_principal(), SIGN_UP, {**ITZEL, **values})
        assert sorted(codes(refused)) == wrong


@pytest.mark.parametrize("sender", [*CAST, *CLIENTS])
async def test_without_a_token_nobody_signs_up(
    engine: AsyncEngine, harness: MutationHarness, sender: str
) -> None:
    """Systems and the public are nobody; these personas' tokens are of no issuer."""
    before = await scalar(engine, "select count(*) from person")
    assert codes(await harness.send(sender, SIGN_UP, ITZEL)) == [("FORBIDDEN", ["input"])]
    assert await scalar(engine, "select count(*) from person") == before


async def test_the_home_says_whether_it_is(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Its coordinators see who says so, and others do not; its own issuer says it by the token."""
    made = (await harness.send(token_principal(), SIGN_UP, ITZEL))["person"]
    wanted = given(CONFIRM, made["id"], 1)
    assert codes(await harness.send("mx-coordinator", CONFIRM, wanted)) == [("NOT_FOUND", ["input", "id"])]
    assert codes(await harness.send(token_principal(), CONFIRM, wanted)) == [("FORBIDDEN", ["input", "id"])]
    done = await harness.send("uc-coordinator", CONFIRM, wanted, fields=FIELDS)
    assert (done["userErrors"], done["changed"]) == ([], ["homeConfirmed"])
    assert done["person"]["homeConfirmed"] is True
    again = await harness.send("uc-coordinator", CONFIRM, given(CONFIRM, made["id"], 2))
    assert codes(again) == [("WRONG_STATE", ["input", "id"])]
    for home, confirmed in (("uc-merced", True), ("uc-davis", False)):
        token = token_principal(home, home)
        payload = await harness.send(token, SIGN_UP, {**ITZEL, "email": f"{home}@x.mx"}, fields=FIELDS)
        assert payload["person"]["homeConfirmed"] is confirmed


async def test_who_is_tied_to_a_person_is_no_other(engine: AsyncEngine, harness: MutationHarness) -> None:
    """The identity is one person; grants that name another say nothing of who acts."""
    made = (await harness.send(token_principal(), SIGN_UP, ITZEL))["person"]
    (mentor,) = granted("mentor")
    await run(
        engine,
        "insert into access_grant (issuer, subject, role, person_id)"
        f" values ('https://id.example', 'itzel', 'MENTOR', '{mentor.person}')",
    )
    done = await harness.send(token_principal(), UPDATE, given(UPDATE, made["id"], 1, phone="+526641234567"))
    assert done["userErrors"] == []
    other = f"person_{mentor.person}"
    refused = await harness.send(token_principal(), UPDATE, given(UPDATE, other, 1, phone="+526641234567"))
    assert codes(refused) == [("NOT_FOUND", ["input", "id"])]


async def test_who_is_tied_to_nobody_any_more_acts_as_nobody(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """With the next request, as where a grant is revoked."""
    made = (await harness.send(token_principal(), SIGN_UP, ITZEL))["person"]
    before = await scalar(engine, "select version from access_epoch")
    await run(engine, "delete from access_identity")
    assert await scalar(engine, "select version from access_epoch") > before
    refused = await harness.send(token_principal(), UPDATE, given(UPDATE, made["id"], 1, phone=None))
    assert codes(refused) == [("NOT_FOUND", ["input", "id"])]


async def test_the_feed_tells_of_people(engine: AsyncEngine, harness: MutationHarness) -> None:
    before = await scalar(engine, "select coalesce(max(id), 0) from change_note")
    id = (await harness.send(token_principal(), SIGN_UP, ITZEL))["person"]["id"].partition("_")[2]
    notes = f"select count(*) from change_note where id > {before} and entity_id = '{id}'"
    assert await scalar(engine, notes) >= 1
