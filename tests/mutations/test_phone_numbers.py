"""Phone numbers are stored in one form, however they are written."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from tests.models.statements import rows, run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness, given
from tests.mutations.test_profiles import ITZEL, SIGN_UP, UPDATE, codes, token_principal
from tests.personas import granted

CREATE, CHANGE = ACTIONS["createPerson"], ACTIONS["updatePerson"]
AT_PHONE = ["input", "phone"]
MEXICAN = "+525512345678"
INTERNATIONAL = {
    "+52 1 55 1234 5678": MEXICAN,
    "+5215512345678": MEXICAN,
    " +52 (55) 1234-5678 ": MEXICAN,
    "\u202a+52\u00a055\u20111234\u20115678\u202c": MEXICAN,  # as a phone's contacts copy it
    "+1 (530) 555.0101": "+15305550101",
    "+44 (0)20 7946 0958": "+442079460958",
    "+56 2 2123 4567": "+56221234567",
    "+1 000 000 0000": "+10000000000",  # possible is enough
}
INVALID = (
    *("", " ", "+", "+52", "+52 55 1234", "+52 2 55 1234 5678", "+999 1234 5678", "++52 55 1234 5678"),
    *("+1 530 555 0101 ext. 5", "+1-800-FLOWERS", "call +52 55 1234 5678", "+52 55 1234 5678 / 79"),
    *("+52 55 1234 5678\n+52 55 1234 5679", "a\0b", "044 55 1234 5678", "12345678"),
)
MESSAGES = {
    "EN": "This is not a complete phone number. Begin with + and the country code, such as +52 55 1234 5678,"
    " and leave out the extension.",
    "ES": "No es un número de teléfono completo. Empiece con + y la clave del país, como +52 55 1234 5678,"
    " y omita la extensión.",
}
HOME = "update person set institution_id = (select id from institution where slug = '{}') where id = '{}'"
VALUES = """
    select v.before, v.after from audit_value v join audit_entry e on e.number = v.entry
    where e.entity_id = '{}' and v.column_name = 'phone' order by e.number"""


async def made(harness: MutationHarness) -> dict[str, Any]:
    person: dict[str, Any] = (await harness.send(token_principal(), SIGN_UP, ITZEL))["person"]
    return person


async def test_a_number_has_one_form_in_payload_audit_log_and_database(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """The same number in another notation changes nothing; a retry may have another notation, too."""
    person, itzel = await made(harness), token_principal()
    version, stored = 1, None
    for number, (written, form) in enumerate(INTERNATIONAL.items()):
        wanted = given(UPDATE, person["id"], version, phone=written)
        done = await harness.send(itzel, UPDATE, wanted, "phone", key=f"key {number}")
        assert codes(done) == [], written
        assert done["person"]["phone"] == form, written
        assert done["changed"] == ([] if form == stored else ["phone"]), written
        again = await harness.send(itzel, UPDATE, {**wanted, "phone": form}, "phone", key=f"key {number}")
        assert (codes(again), again["replayed"]) == ([], True), written
        version, stored = done["person"]["version"], form
    forms = list(dict.fromkeys(INTERNATIONAL.values()))
    audited = await rows(engine, VALUES.format(person["id"].partition("_")[2]))
    assert audited == list(zip([None, *forms], forms, strict=False))


async def test_what_is_no_number_is_invalid(harness: MutationHarness) -> None:
    """With everything else that is wrong, and in a dry run."""
    person, itzel = await made(harness), token_principal()
    for written in INVALID:
        wanted = given(UPDATE, person["id"], 1, phone=written)
        refused = await harness.send(itzel, UPDATE, wanted)
        assert codes(refused) == [("INVALID", AT_PHONE)], written
    for language, text in MESSAGES.items():
        wanted = given(UPDATE, person["id"], 7, phone="12345", givenName=" ")
        refused = await harness.send(itzel, UPDATE, wanted, language=language, dry=True)
        assert {one["code"] for one in refused["userErrors"]} == {"CONFLICT", "REQUIRED", "INVALID"}
        assert [one["message"] for one in refused["userErrors"] if one["path"] == AT_PHONE] == [text]
    (mentor,) = granted("mentor")
    wanted = given(UPDATE, f"person_{mentor.person}", 1, phone="12345")
    assert codes(await harness.send(itzel, UPDATE, wanted)) == [("NOT_FOUND", ["input", "id"])]


async def test_a_number_without_a_country_code_is_of_the_home_institutions_country(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    person, itzel = await made(harness), token_principal()
    id, version = person["id"].partition("_")[2], 1
    for slug, form in (("uc-merced", "+16641234567"), ("unam", "+526641234567")):
        await run(engine, HOME.format(slug, id))
        version = await scalar(engine, f"select version from person where id = '{id}'")
        wanted = given(UPDATE, person["id"], version, phone="(664) 123-4567")
        tried = await harness.send(itzel, UPDATE, wanted, "phone", dry=True)
        assert (codes(tried), tried["changed"]) == ([], ["phone"])
        done = await harness.send(itzel, UPDATE, wanted, "phone", key=slug)
        assert (codes(done), done["person"]["phone"]) == ([], form)
        again = await harness.send(itzel, UPDATE, {**wanted, "phone": "664 123 4567"}, "phone", key=slug)
        assert (codes(again), again["replayed"]) == ([], True)
    await run(engine, HOME.format("none", id))
    wanted = given(UPDATE, person["id"], version + 2, phone="664 123 4567")
    for language, text in MESSAGES.items():
        refused = await harness.send(itzel, UPDATE, wanted, language=language)
        assert [(one["code"], one["message"]) for one in refused["userErrors"]] == [("INVALID", text)]


async def test_who_creates_a_record_gives_the_institution_with_it(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    unam = await scalar(engine, "select id from institution where slug = 'unam'")
    names = {"givenName": "Dan", "familyNames": "Ríos", "phone": "55 1234 5678"}
    made = await harness.send("admin", CREATE, {**names, "institution": f"institution_{unam}"}, "phone")
    assert (codes(made), made["person"]["phone"]) == ([], MEXICAN)
    for institution in ({}, {"institution": "institution_00000000-0000-4000-8000-000000000000"}):
        refused = await harness.send("admin", CREATE, {**names, **institution})
        assert ("INVALID", AT_PHONE) in codes(refused)
    version = made["person"]["version"]
    wanted = given(CHANGE, made["person"]["id"], version, phone="+52 1 55 1234 5678")
    same = await harness.send("admin", CHANGE, wanted, "phone")
    assert (codes(same), same["changed"], same["person"]["version"]) == ([], [], version)
    cleared = await harness.send("admin", CHANGE, {**wanted, "phone": None}, "phone")
    assert (codes(cleared), cleared["changed"], cleared["person"]["phone"]) == ([], ["phone"], None)
