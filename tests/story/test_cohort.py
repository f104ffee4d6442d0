"""A cohort, from the first sign-in to the last day, as the people of it live it: all by HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

from icalendar import Calendar

from models.loading.natural_keys import id_of
from tests.story.cast import MERCED, PANAMERICANA, Person, Story, staged

ITZEL = Person("itzel", "itzel@up.example", "es")
NAME = "Itzel Núñez de la Torre"
CONTACTS, NONE = "mentor { email } participant { email }", {"email": None}
STANDING = "status position"
CHECK_IN = """mutation ($items: [CheckInInput!]!) {
    checkInMany(input: {items: $items}) { results { replayed userErrors { code } } }
}"""
BEGINS = """
    update event set starts_at = now() - interval '1 hour', ends_at = now() + interval '1 hour'
    where 'event_' || id = '{id}'
"""
"""The day of the event comes."""
ATTENDED = """
    select count(*) from attendance a join registration r on r.id = a.registration_id
    where 'event_' || r.event_id = '{id}'
"""
TASKS = "{ tasks(first: 100) { kind entity { id } } }"
MENTOR = f"mentor_{id_of('mentor', 'mentor-02')}"


async def test_a_cohort(database_url: str) -> None:
    async with staged(database_url) as story:
        itzel = await signs_up(story)
        participant, participation = await joins(story, itzel)
        await finds_a_mentor(story, participation)
        await attends_a_lecture(story, await announces_a_lecture(story))
        await goes_abroad(story, participant)
        await withdraws(story, participant, participation)


async def signs_up(story: Story) -> str:
    """Itzel signs in for the first time, on a phone that loses the network after it has sent her profile."""
    assert (await story.asks(ITZEL, "{ viewer { personId } }"))["viewer"] == {"personId": None}
    profile = {
        "givenName": "Itzel",
        "familyNames": "Núñez de la Torre",
        "institution": PANAMERICANA,
        "email": ITZEL.address,
        "languagePreference": "ES",
        "timeZone": "America/Tijuana",
        "key": "my-profile",
    }
    lost = await story.tries(ITZEL, "createMyProfile", "name", **profile)
    again = await story.tries(ITZEL, "createMyProfile", "name", **profile)
    assert (lost["replayed"], again["replayed"]) == (False, True)
    assert again["person"]["id"] == lost["person"]["id"]
    id = str(again["person"]["id"])
    assert await story.may(ITZEL, id) == {"updateMyProfile": []}
    for other in ("public", "uc-coordinator", "mentor"):
        assert await story.sees(other, id, "name") is None, "nobody else knows of her"
    seen = await story.sees("mx-coordinator", id, "name version homeConfirmed")
    assert seen == {"name": NAME, "version": 1, "homeConfirmed": False}
    await story.does("mx-coordinator", "confirmHome", id=id, expectedVersion=1)
    assert await story.audited(id) == ["createMyProfile", "confirmHome"]
    return id


async def joins(story: Story, person: str) -> tuple[str, str]:
    """Her coordinator nominates her, staff accept her, and she agrees that her university's system knows."""
    program = await story.does(
        "admin",
        "createProgram",
        code="CLIMATE_2027",
        pillar="MOBILITY_AND_TALENT",
        kind="TALENT_PROGRAM",
        names={"en": "Climate ambassadors", "es": "Embajadores del clima"},
    )
    cohort = await story.does(
        "admin",
        "createCohort",
        program=program["id"],
        names={"en": "Ambassadors 2027", "es": "Embajadores 2027"},
        startsOn="2027-01-11",
    )
    participant = await story.does(
        "mx-coordinator", "createParticipant", person=person, institution=PANAMERICANA, level="MASTERS"
    )
    nomination = {"participant": participant["id"], "cohort": cohort["id"]}
    foreign = await story.tries("uc-coordinator", "nominateParticipant", **nomination)
    assert [one["code"] for one in foreign["userErrors"]] == ["REFERS_TO_NOTHING"]
    row = await story.does("mx-coordinator", "nominateParticipant", **nomination)
    assert (await story.mail_to(ITZEL)).mail["Subject"] == f"Postulación: {NAME}, Embajadores 2027"
    assert (await story.may("mx-coordinator", row["id"]))["acceptParticipation"] == ["FORBIDDEN"]
    row = await story.does("admin", "acceptParticipation", id=row["id"], expectedVersion=row["version"])
    assert (await story.mail_to(ITZEL)).mail["Subject"] == f"Postulación aceptada: {NAME}, Embajadores 2027"
    assert await story.audited(row["id"]) == ["nominateParticipant", "acceptParticipation"]
    assert await story.sees("uc-coordinator", participant["id"], "id") is None
    await story.does(ITZEL, "setConsent", purpose="SYSTEM_TRANSFER", given=True, noticeVersion="2027-01")
    await story.hears(participant["id"], "ADDED")
    return participant["id"], row["id"]


async def finds_a_mentor(story: Story, participation: str) -> None:
    """She agrees to be known to mentors; her request arrives twice; once accepted, contacts open to both."""
    cohort = (await story.sees(ITZEL, participation, "cohort { id }") or {})["cohort"]["id"]
    wanted = {"mentor": MENTOR, "cohort": cohort, "goals": "Redes de monitoreo del aire", "key": "ask"}
    refused = await story.tries(ITZEL, "requestMentorship", **wanted)
    assert [one["code"] for one in refused["userErrors"]] == ["CONSENT_MISSING"]
    await story.does(ITZEL, "setConsent", purpose="PARTNER_ACCESS", given=True, noticeVersion="2027-01")
    once, twice = [await story.tries(ITZEL, "requestMentorship", **wanted) for _ in range(2)]
    assert (once["replayed"], twice["replayed"]) == (False, True)
    row = twice["mentorship"]
    hers, theirs = {"email": ITZEL.address}, {"email": "mentor-02@example.edu"}
    assert await story.sees(ITZEL, row["id"], CONTACTS) == {"mentor": NONE, "participant": hers}
    assert await story.sees("mentor", row["id"], CONTACTS) == {"mentor": theirs, "participant": NONE}
    assert (await story.may("mentor", row["id"]))["acceptMentorship"] == []
    assert (await story.may(ITZEL, row["id"]))["acceptMentorship"] == ["FORBIDDEN"]
    assert await story.sees("mx-coordinator", row["id"], "status") == {"status": "PROPOSED"}
    assert await story.sees("uc-coordinator", row["id"], "id") is None
    row = await story.does("mentor", "acceptMentorship", id=row["id"], expectedVersion=row["version"])
    assert (await story.mail_to(ITZEL)).mail["Subject"].startswith(f"Mentoría aceptada: {NAME} con ")
    for one in (ITZEL, "mentor"):
        assert await story.sees(one, row["id"], CONTACTS) == {"mentor": theirs, "participant": hers}
    session = await story.does(
        "mentor",
        "logMentorshipSession",
        mentorship=row["id"],
        heldOn=str(await story.value("select current_date")),
        minutes=50,
        summary="Le falta confianza.",
        sharedNote="Leer sobre sensores.",
    )
    for viewer, seen in (
        (ITZEL, {"summary": None, "sharedNote": "Leer sobre sensores."}),
        ("admin", {"summary": None, "sharedNote": None}),
        ("mx-coordinator", None),
    ):
        assert await story.sees(viewer, session["id"], "summary sharedNote") == seen
    acts = ["requestMentorship", "acceptMentorship", "logMentorshipSession"]
    assert await story.audited(row["id"]) == await story.audited(row["id"], ITZEL) == acts


async def announces_a_lecture(story: Story) -> str:
    """An event with two places, which nobody else sees before it is published."""
    event = await story.does(
        "uc-coordinator",
        "createEvent",
        titles={"en": "Air over the border", "es": "El aire de la frontera"},
        localStart="2035-03-11T18:00",
        localEnd="2035-03-11T20:00",
        timeZone="America/Tijuana",
        mode="IN_PERSON",
        capacity=2,
        organizers=[{"institution": MERCED, "role": "HOST"}],
    )
    assert await story.sees("public", event["id"], "id") is None, "a draft"
    event = await story.does(
        "uc-coordinator", "publishEvent", id=event["id"], expectedVersion=event["version"]
    )
    await story.hears(event["id"], "ADDED")
    assert await story.sees("public", event["id"], "placesLeft") == {"placesLeft": 2}
    return str(event["id"])


async def attends_a_lecture(story: Story, event: str) -> None:
    """Two places, four at once: two places and a queue; who leaves makes room for the first who waits."""
    people = [ITZEL, *(Person(f"guest-{number}", f"guest-{number}@up.example") for number in range(3))]
    for one in people[1:]:
        await story.does(
            one, "createMyProfile", givenName=one.subject, familyNames="Guest", email=one.address
        )
    tries = [story.does(one, "registerForEvent", STANDING, event=event) for one in people]
    rows = await asyncio.gather(*tries)
    order = sorted(range(4), key=lambda one: rows[one]["position"] or 0)
    assert [rows[one]["status"] for one in order] == ["CONFIRMED", "CONFIRMED", "WAITLISTED", "WAITLISTED"]
    assert await story.sees("public", event, "placesLeft") == {"placesLeft": 0}
    leaves, stays, first, last = order
    await story.does(people[leaves], "cancelRegistration", id=rows[leaves]["id"], expectedVersion=1)
    assert await story.sees(people[first], rows[first]["id"], STANDING) == {
        "status": "CONFIRMED",
        "position": None,
    }
    assert await story.sees(people[last], rows[last]["id"], STANDING) == {
        "status": "WAITLISTED",
        "position": 1,
    }
    mail = await story.mail_to(people[first])
    assert mail.mail["Subject"] in (
        "Tiene un lugar: El aire de la frontera",
        "You have a place: Air over the border",
    )
    calendar: Any = Calendar.from_ical(mail.part("text/calendar"))
    (entry,) = calendar.walk("VEVENT")
    assert entry["DTSTART"].dt.isoformat() == "2035-03-11T18:00:00-07:00"
    await story.sql(BEGINS.format(id=event))
    for device, again in (("one phone", False), ("another phone", True)):
        items = [{"registration": rows[one]["id"], "device": device} for one in (stays, first)]
        results = (await story.asks("uc-coordinator", CHECK_IN, items=items))["checkInMany"]["results"]
        assert [(one["userErrors"], one["replayed"]) for one in results] == [([], again)] * 2
    assert await story.sees(people[first], rows[first]["id"], "status") == {"status": "ATTENDED"}
    assert await story.value(ATTENDED.format(id=event)) == 2


async def goes_abroad(story: Story, participant: str) -> None:
    """Her university plans a stay, the other one sees what waits for it, and confirms both ends of it."""
    today = str(await story.value("select current_date"))
    stay = await story.does(
        "mx-coordinator",
        "createMobility",
        participant=participant,
        sendingInstitution=PANAMERICANA,
        receivingInstitution=MERCED,
        activity="RESEARCH",
        startsOn=today,
        endsOn=today,
    )
    ends = "de Universidad Panamericana a Universidad de California en Merced"
    assert (await story.mail_to(ITZEL)).mail["Subject"] == f"Estancia planeada: {NAME}, {ends}"
    await story.hears(stay["id"], "ADDED")
    assert await story.sees("uc-coordinator", participant, "name") == {"name": NAME}
    tasks = (await story.asks("uc-coordinator", TASKS))["tasks"]
    assert {"kind": "CONFIRM_ARRIVAL", "entity": {"id": stay["id"]}} in tasks
    for name, subject in (
        ("confirmArrival", "Llegada confirmada"),
        ("confirmDeparture", "Fin de estancia confirmado"),
    ):
        foreign = await story.tries("mx-coordinator", name, id=stay["id"], expectedVersion=stay["version"])
        assert [one["code"] for one in foreign["userErrors"]] == ["FORBIDDEN"]
        stay = await story.does("uc-coordinator", name, id=stay["id"], expectedVersion=stay["version"])
        assert (await story.mail_to(ITZEL)).mail["Subject"].startswith(subject)
    assert await story.audited(stay["id"]) == ["createMobility", "confirmArrival", "confirmDeparture"]


async def withdraws(story: Story, participant: str, participation: str) -> None:
    """What she takes back is gone at once, for people and for systems; her place in the cohort stays."""
    for purpose in ("PARTNER_ACCESS", "SYSTEM_TRANSFER"):
        await story.does(ITZEL, "setConsent", purpose=purpose, given=False)
    await story.hears(participant, "REMOVED")
    for other in ("mentor", "uc-coordinator", "public"):
        assert await story.sees(other, participant, "id") is None
    assert await story.sees(ITZEL, participation, "status") == {"status": "ACCEPTED"}
