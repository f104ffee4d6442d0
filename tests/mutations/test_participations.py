"""From a person to a participant, and through a cohort: who takes each step."""

from __future__ import annotations

from math import inf
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from api.auth.principals import TokenPrincipal
from models.loading.natural_keys import id_of
from tests.models.statements import rows, run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness, given
from tests.mutations.test_creations import COHORTS
from tests.mutations.test_profiles import ITZEL, codes, token_principal

MERCED = f"institution_{id_of('institution', 'uc-merced')}"
COHORT = "00000000-0000-0000-0000-000000000007"


async def step(harness: MutationHarness, sender: Any, name: str, row: dict[str, Any]) -> dict[str, Any]:
    return await harness.send(sender, ACTIONS[name], given(ACTIONS[name], row["id"], row["version"]))


async def test_somebody_who_signed_up_becomes_a_participant(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """The home coordinator makes and nominates them, staff accept, and they themselves leave."""
    await run(engine, COHORTS.format(id=COHORT))
    person = (await harness.send(token_principal(), ACTIONS["createMyProfile"], ITZEL))["person"]["id"]
    wanted = {"person": person, "institution": MERCED, "level": "DOCTORAL"}
    refused = await harness.send("mx-coordinator", ACTIONS["createParticipant"], wanted)
    assert "REFERS_TO_NOTHING" in [code for code, _ in codes(refused)] or codes(refused)[0][0] == "FORBIDDEN"
    made = await harness.send("uc-coordinator", ACTIONS["createParticipant"], wanted)
    assert made["userErrors"] == []
    roles = f"select string_agg(role, ',') from access_grant where person_id = '{person[7:]}'"
    assert await scalar(engine, roles) == "PARTICIPANT", "with the record comes the role"
    nominate = {"participant": made["participant"]["id"], "cohort": f"cohort_{COHORT}"}
    assert codes(await harness.send(token_principal(), ACTIONS["nominateParticipant"], nominate)) == [
        ("FORBIDDEN", ["input"])
    ]
    nominated = await harness.send("uc-coordinator", ACTIONS["nominateParticipant"], nominate)
    assert nominated["userErrors"] == []
    again = await harness.send("uc-coordinator", ACTIONS["nominateParticipant"], nominate)
    assert (again["replayed"], again["participation"]) == (True, nominated["participation"])
    row = nominated["participation"]
    for sender in ("uc-coordinator", token_principal()):
        assert codes(await step(harness, sender, "acceptParticipation", row)) == [
            ("FORBIDDEN", ["input", "id"])
        ]
    for name in ("acceptParticipation", "startParticipation"):
        row = (await step(harness, "admin", name, row))["participation"]
    assert codes(await step(harness, "uc-coordinator", "withdrawParticipation", row)) == [
        ("FORBIDDEN", ["input", "id"])
    ]
    left = await step(harness, token_principal(), "withdrawParticipation", row)
    assert (left["userErrors"], left["changed"]) == ([], ["status", "leftOn"])
    refused = await harness.send("uc-coordinator", ACTIONS["nominateParticipant"], nominate)
    assert codes(refused) == [("NOT_UNIQUE", ["input"])]


COORDINATORS = """
    with made as (
        insert into person (id, given_name, family_names, institution_id, language_preference)
        select md5(slug)::uuid, 'Coordinator', slug, id, 'ES' from institution
        where slug in ('uc-merced', 'unam', 'uc-davis') returning id, family_names, institution_id),
    granted as (
        insert into access_grant (issuer, subject, role, institution_id)
        select 'https://idp.example', 'of-' || family_names, 'COORDINATOR', institution_id from made)
    insert into access_identity (issuer, subject, person_id)
    select 'https://idp.example', 'of-' || family_names, id from made
"""
RUN_BY_UNAM = """
    update program set institution_id = (select id from institution where slug = 'unam')
    where id = (select program_id from cohort where id = '{id}')
"""
NOTIFIED = """
    select n.kind, p.family_names, n.language, n.revision
    from notification n join person p on p.id = n.person_id
    where n.participation_id is not null order by n.id
"""


async def test_who_learns_of_a_participation_and_accepts_it(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """The institution that runs the program sees whom it is to accept once they agree to it."""
    await run(engine, COHORTS.format(id=COHORT))
    await run(engine, RUN_BY_UNAM.format(id=COHORT))
    await run(engine, COORDINATORS)
    home, runs = (TokenPrincipal("https://idp.example", f"of-{slug}", inf) for slug in ("uc-merced", "unam"))
    person = (await harness.send(token_principal(), ACTIONS["createMyProfile"], ITZEL))["person"]["id"]
    wanted = {"person": person, "institution": MERCED, "level": "DOCTORAL"}
    made = await harness.send(home, ACTIONS["createParticipant"], wanted)
    nominate = {"participant": made["participant"]["id"], "cohort": f"cohort_{COHORT}"}
    for _ in range(2):
        row = (await harness.send(home, ACTIONS["nominateParticipant"], nominate))["participation"]
    assert codes(await step(harness, runs, "acceptParticipation", row)) == [("NOT_FOUND", ["input", "id"])]
    consent = {"purpose": "PARTNER_ACCESS", "given": True, "noticeVersion": "1"}
    assert codes(await harness.send(token_principal(), ACTIONS["setConsent"], consent)) == []
    assert codes(await step(harness, home, "acceptParticipation", row)) == [("FORBIDDEN", ["input", "id"])]
    for sender, name in ((runs, "acceptParticipation"), (runs, "startParticipation")):
        done = await step(harness, sender, name, row)
        assert codes(done) == []
        row = done["participation"]
    assert codes(await step(harness, token_principal(), "withdrawParticipation", row)) == []
    family = ITZEL["familyNames"]
    assert sorted(map(tuple, await rows(engine, NOTIFIED))) == sorted(
        [
            ("PARTICIPATION_NOMINATED", family, "ES", 1),
            ("PARTICIPATION_NOMINATED", "unam", "ES", 1),
            ("PARTICIPATION_ACCEPTED", family, "ES", 2),
            ("PARTICIPATION_ACCEPTED", "uc-merced", "ES", 2),
            ("PARTICIPATION_WITHDRAWN", "uc-merced", "ES", 4),
        ]
    ), "each once; who did it isn't told, nor is an institution that has no part in it"


async def test_a_coordinator_makes_mentors_of_their_institution_alone(harness: MutationHarness) -> None:
    person = (await harness.send(token_principal(), ACTIONS["createMyProfile"], ITZEL))["person"]["id"]
    unam = f"institution_{id_of('institution', 'unam')}"
    for institution, found in ((unam, ["FORBIDDEN"]), (MERCED, [])):
        wanted = {"person": person, "institution": institution, "sector": "ACADEMIC"}
        payload = await harness.send("uc-coordinator", ACTIONS["createMentor"], wanted)
        assert [code for code, _ in codes(payload)] == found
    update = ACTIONS["updateMentor"]
    mentor = payload["mentor"]
    done = await harness.send(token_principal(), update, given(update, mentor["id"], 1, available=False))
    assert (done["userErrors"], done["changed"]) == ([], ["available"])
