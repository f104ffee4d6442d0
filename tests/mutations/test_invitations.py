"""People are invited by mailed links, each of which ties one account to one record, once."""

from __future__ import annotations

from math import inf
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from api.auth.principals import TokenPrincipal
from models.grant_queries import ClaimedGrants
from models.loading.natural_keys import id_of
from models.mail_queue import prune_links
from models.secret_link import PREFIX, hash_of, new_secret
from schema.grants import granted_roles, person_of
from schema.messages import message
from tests.models.statements import rows, run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness, given
from tests.mutations.test_profiles import ITZEL, SIGN_UP
from tests.mutations.test_staff_access import database_of
from tests.personas import CAST, CLIENTS

INVITE, CLAIM, LINK = (ACTIONS[name] for name in ("invitePerson", "claimInvitation", "linkIdentity"))
ISSUER = "https://id.example"
PERSON = UUID(int=0x11)
ADDRESS = "Ana.Invited@example.org"
FIELDS = "person { id name homeConfirmed }"
MADE = f"""
    insert into person (id, given_name, family_names, email, institution_id, home_confirmed)
    select '{PERSON}', 'Ana', 'Invited', '{ADDRESS}', id, true from institution where slug = 'uc-merced'
"""
LINKS = "select purpose, person_id, email, uses, max_uses from secret_link order by created_at, id"
QUEUED = "select count(*) from notification_mail where notification_id in (select id from secret_link)"


@pytest.fixture
async def harness(engine: AsyncEngine, harness: MutationHarness) -> MutationHarness:
    await run(engine, MADE)
    return harness


def account(subject: str) -> TokenPrincipal:
    return TokenPrincipal(ISSUER, subject, inf)


def codes(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(one["code"], one["path"]) for one in payload["userErrors"]]


def invitation(person: UUID = PERSON, version: int = 1) -> dict[str, Any]:
    return given(INVITE, f"person_{person}", version)


async def link_to(engine: AsyncEngine, person: UUID = PERSON, **values: str) -> str:
    """The secret of a link, as the mail has it."""
    secret = new_secret()
    of = {"purpose": "'INVITATION'", "person_id": f"'{person}'", "email": "p.email"}
    of |= {"expires_at": "now() + interval '1 day'", **values}
    made = f"insert into secret_link ({', '.join(of)}) select {', '.join(of.values())} from person p"
    made += f" where p.id = '{person}' returning id"
    kept = f"with made as ({made}) insert into link_secret select '\\x{hash_of(secret).hex()}', id from made"
    await run(engine, kept)
    return secret


async def claim(harness: MutationHarness, sender: Any, link: str, **options: Any) -> dict[str, Any]:
    return await harness.send(sender, CLAIM, {"link": link}, FIELDS, **options)


async def test_the_home_and_staff_invite(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Once for a key; in a dry run nobody. Nothing that opens the link is stored before it is mailed."""
    for dry, key in ((True, "k"), (False, "k"), (False, "k"), (False, None)):
        sender = "admin" if key is None else "uc-coordinator"
        made = await harness.send(sender, INVITE, invitation(), dry=dry, key=key)
        assert (codes(made), made["changed"], made["person"]["version"]) == ([], [], 1)
    assert await rows(engine, LINKS) == [("INVITATION", PERSON, ADDRESS, 0, 1)] * 2
    assert await scalar(engine, QUEUED) == 2
    assert await scalar(engine, "select count(*) from link_secret") == 0
    entries = (
        "select mutation, role, entity, entity_id, part, columns from audit_entry where part = 'secret_link'"
    )
    logged = await rows(engine, entries)
    columns = ["expires_at", "is_synthetic", "max_uses", "person_id", "purpose"]
    assert logged == [
        ("invitePerson", role, "person", PERSON, "secret_link", columns)
        for role in ("COORDINATOR,PUBLIC", "ADMIN,PUBLIC")
    ]


async def test_invitations_that_would_lead_nowhere(engine: AsyncEngine, harness: MutationHarness) -> None:
    await run(engine, f"update person set email = null where id = '{PERSON}'")
    refused = await harness.send("admin", INVITE, invitation(version=2), language="ES")
    assert codes(refused) == [("INCOMPLETE", ["input", "id"])]
    assert refused["userErrors"][0]["message"] == message("person.no_address").read("ES")
    await run(engine, f"update person set email = '{ADDRESS}' where id = '{PERSON}'")
    linked = {"issuer": ISSUER, "subject": "ana", "person": f"person_{PERSON}"}
    assert codes(await harness.send("admin", LINK, linked)) == []
    refused = await harness.send("uc-coordinator", INVITE, invitation(version=3))
    assert codes(refused) == [("WRONG_STATE", ["input", "id"])]
    refused = await harness.send("uc-coordinator", INVITE, invitation(version=1))
    assert codes(refused) == [("CONFLICT", ["input", "expectedVersion"]), ("WRONG_STATE", ["input", "id"])]
    with_role = id_of("person", "mentor-01")
    grant = "select count(*) from access_grant where person_id = '{}' and revoked_at is null"
    assert await scalar(engine, grant.format(with_role)) == 0
    await run(
        engine,
        "insert into access_grant (issuer, subject, role, person_id)"
        f" values ('{ISSUER}', 'm', 'MENTOR', '{with_role}')",
    )
    version = await scalar(engine, f"select version from person where id = '{with_role}'")
    refused = await harness.send("admin", INVITE, invitation(with_role, version))
    assert codes(refused) == [("WRONG_STATE", ["input", "id"])], "who holds a role as the person is signed in"


async def test_how_many_are_sent_in_a_day_is_bounded(engine: AsyncEngine, harness: MutationHarness) -> None:
    """3 to an address, 20 from a sender; a day later there is room again."""
    for _ in range(3):
        assert codes(await harness.send("uc-coordinator", INVITE, invitation())) == []
    for sender in ("uc-coordinator", "admin"):
        refused = await harness.send(sender, INVITE, invitation())
        assert codes(refused) == [("TOO_MANY", ["input", "id"])]
        assert refused["userErrors"][0]["message"] == message("unsolicited.address_bound").read("EN")
    await run(
        engine,
        "update unsolicited_mail set recipient = 'another'",
        "insert into unsolicited_mail (sender, recipient)"
        " select sender, recipient from (select * from unsolicited_mail limit 1) m, generate_series(1, 17)",
    )
    refused = await harness.send("uc-coordinator", INVITE, invitation())
    assert codes(refused) == [("TOO_MANY", ["input", "id"])]
    assert refused["userErrors"][0]["message"] == message("unsolicited.sender_bound").read("EN")
    assert codes(await harness.send("admin", INVITE, invitation(), dry=True)) == []
    await run(engine, "update unsolicited_mail set sent_at = sent_at - interval '1 day'")
    assert codes(await harness.send("uc-coordinator", INVITE, invitation())) == []


async def test_who_claims_a_link_is_the_person(engine: AsyncEngine, harness: MutationHarness) -> None:
    """A confirmed home stays so, and a role that the home has given is held; sent again, it is the same."""
    await run(
        engine,
        "insert into mentor (person_id, institution_id, sector, capacity, available)"
        f" select id, institution_id, 'ACADEMIC', 1, true from person where id = '{PERSON}'",
    )
    link, ana = await link_to(engine), account("ana")
    dry = await claim(harness, ana, link, dry=True)
    assert (codes(dry), dry["replayed"]) == ([], False)
    assert await scalar(engine, "select count(*) from access_identity") == 0
    made = await claim(harness, ana, f" {link}\n", key="k")
    assert (codes(made), made["replayed"]) == ([], False)
    assert made["accessIdentity"]["person"] == {
        "id": f"person_{PERSON}",
        "name": "Ana Invited",
        "homeConfirmed": True,
    }
    viewer = await ana.viewer(database_of(harness))
    assert (person_of(viewer), granted_roles(viewer)) == (PERSON, ["MENTOR", "PUBLIC"])
    for key in ("k", None):
        again = await claim(harness, ana, link, key=key)
        assert (codes(again), again["replayed"]) == ([], True)
        assert again["accessIdentity"] == made["accessIdentity"]
    assert await rows(engine, "select uses, used_at is null from secret_link") == [(1, False)]
    assert await scalar(engine, "select count(*) from access_identity") == 1
    logged = "select string_agg(distinct mutation, ' ') from audit_entry where columns @> '{used_at}'"
    assert await scalar(engine, logged) == "claimInvitation"
    kept = "select count(*) from audit_value where before::text || after::text like '%{}%'"
    assert await scalar(engine, kept.format(PREFIX)) == 0


async def test_a_role_that_was_revoked_stays_so(engine: AsyncEngine, harness: MutationHarness) -> None:
    person = id_of("person", "mentor-01")
    await run(
        engine,
        "insert into access_grant (issuer, subject, role, person_id, revoked_at)"
        f" values ('{ISSUER}', 'before', 'MENTOR', '{person}', now())",
    )
    assert codes(await claim(harness, account("ana"), await link_to(engine, person))) == []
    assert granted_roles(await account("ana").viewer(database_of(harness))) == ["PUBLIC"]


async def test_links_that_open_nothing_are_one_like_the_other(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Used, expired, unknown, to an address that the person no longer has, and to who signs in already."""
    closed = [
        "puente_link_unknown",
        "",
        "\0",
        await link_to(engine, expires_at="now()"),
        await link_to(engine, uses="1", used_at="now()"),
        await link_to(engine, email="'before@example.org'"),
    ]
    for language in ("EN", "ES"):
        answers = [await claim(harness, account("eva"), link, language=language) for link in closed]
        assert [codes(one) for one in answers] == [[("LINK_EXPIRED", ["input", "link"])]] * len(closed)
        assert all(one == answers[0] for one in answers)
        assert answers[0]["userErrors"][0]["message"] == message("link.expired").read(language)
    first, second = await link_to(engine), await link_to(engine)
    assert codes(await claim(harness, account("ana"), first)) == []
    for link in (first, second):
        assert await claim(harness, account("eva"), link, language="ES") == answers[0]
    assert await scalar(engine, "select string_agg(subject, ' ') from access_identity") == "ana"


async def test_who_is_somebody_else_claims_nothing(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Whether by an identity, a role or claims; nor do those without an account of an issuer."""
    made = await harness.send(account("itzel"), SIGN_UP, ITZEL)
    assert codes(made) == []
    mentor = id_of("person", "mentor-01")
    await run(
        engine,
        "insert into access_grant (issuer, subject, role, person_id)"
        f" values ('{ISSUER}', 'm', 'MENTOR', '{mentor}')",
        f"update person set orcid = '0000-0002-1825-0097' where id = '{mentor}'",
    )
    home = await scalar(
        engine,
        f"select slug from institution i join person p on p.institution_id = i.id where p.id = '{mentor}'",
    )
    claims = ClaimedGrants((("MENTOR", ()),), home, "0000-0002-1825-0097")
    link = await link_to(engine)
    other = ("ALREADY_EXISTS", ["input"])
    for sender in (account("itzel"), account("m"), TokenPrincipal(ISSUER, "by-claims", inf, claims)):
        assert codes(await claim(harness, sender, link)) == [other]
        closed = codes(await claim(harness, sender, "puente_link_unknown"))
        assert closed == [("LINK_EXPIRED", ["input", "link"]), other]
    for name in (*CAST, *CLIENTS):
        for given_link in (link, "puente_link_unknown"):
            refused = await claim(harness, name, given_link)
            assert codes(refused) == [("FORBIDDEN", ["input"])], "these personas' tokens are of no issuer"
    assert await scalar(engine, "select sum(uses) from secret_link") == 0


async def test_who_gives_a_known_address_learns_no_more(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Its mail has a link, unless someone signs in as the record; the answers are equal, byte for byte."""
    wanted = {**ITZEL, "email": ADDRESS.upper()}
    answers = [await harness.send(account("eva"), SIGN_UP, wanted, dry=True)]
    assert await rows(engine, LINKS) == []
    answers += [await harness.send(account("eva"), SIGN_UP, wanted, key="k") for _ in range(5)]
    assert await rows(engine, LINKS) == [("KNOWN_ADDRESS", PERSON, ADDRESS, 0, 1)] * 3, "and no more a day"
    assert await scalar(engine, QUEUED) == 3
    wrong = await harness.send(account("eva"), SIGN_UP, {**wanted, "givenName": " "})
    assert "POSSIBLE_DUPLICATE" not in [code for code, _ in codes(wrong)]
    await run(engine, "delete from secret_link")
    linked = {"issuer": ISSUER, "subject": "ana", "person": f"person_{PERSON}"}
    assert codes(await harness.send("admin", LINK, linked)) == []
    answers.append(await harness.send(account("eva"), SIGN_UP, wanted))
    assert await rows(engine, LINKS) == [], "the record is somebody's"
    assert all(one == answers[0] for one in answers)
    assert codes(answers[0]) == [("POSSIBLE_DUPLICATE", ["input", "email"])]


async def test_who_reads_the_mail_gets_the_record(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Not who gave the address: whichever account claims the link is the one that is linked."""
    refused = await harness.send(account("eva"), SIGN_UP, {**ITZEL, "email": ADDRESS})
    assert codes(refused) == [("POSSIBLE_DUPLICATE", ["input", "email"])]
    secret = new_secret()
    await run(engine, f"insert into link_secret select '\\x{hash_of(secret).hex()}', id from secret_link")
    assert codes(await claim(harness, account("ana"), secret)) == []
    assert person_of(await account("ana").viewer(database_of(harness))) == PERSON
    assert person_of(await account("eva").viewer(database_of(harness))) is None


async def test_one_sender_has_few_sent(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Also by giving the addresses of many people."""
    await run(
        engine,
        "insert into person (given_name, family_names, email)"
        " select 'P', n::text, 'p' || n || '@example.org' from generate_series(1, 21) n",
    )
    for number in range(1, 22):
        await harness.send(account("eva"), SIGN_UP, {**ITZEL, "email": f"p{number}@example.org"})
    assert await scalar(engine, "select count(*) from secret_link") == 20


async def test_old_links_are_deleted(engine: AsyncEngine, harness: MutationHarness) -> None:
    day = 86_400
    await link_to(engine)
    await link_to(engine, expires_at="now() - interval '2 days'")
    await link_to(engine, uses="1", used_at="now() - interval '2 days'")
    assert await prune_links(engine, 3 * day, 10) == 0
    assert await prune_links(engine, day, 1) == 1
    assert await prune_links(engine, day, 10) == 1
    assert await scalar(engine, "select count(*) from link_secret") == 1
