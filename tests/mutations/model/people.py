"""People and their profiles, as the model knows them: who says what of whom, and the role that follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID, uuid4

from tests.mutations.model.entity import Entity, Links
from tests.mutations.model.fields import (
    NEEDED,
    Choice,
    Choices,
    Count,
    Field,
    Phone,
    Reference,
    Spelled,
    Texts,
)
from tests.mutations.model.making import Effect, Making
from tests.mutations.model.vocabulary import ZONES, choice, institution, needed, options
from tests.mutations.model.world import World
from tests.reference.archive import is_archived
from tests.reference.ids import global_id
from tests.reference.policy import Sight
from tests.reference.rows import Row

Values = Mapping[str, Any]
SOMETHING = re.compile("(?s).*[^ ].*")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
HOME = Reference(name="institution", column="institution_id", types={"Institution": "id"})


def _given_name(draw: Random) -> str:
    return f"{draw.choice(('Itzel', 'Dan', 'Zoé', 'Ñusta'))} {draw.randrange(20)}"


def _address(draw: Random) -> str:
    """One of few, so that two have the same now and then, in another case."""
    local = f"somebody-{draw.randrange(25)}"
    return f"{local if draw.random() < 0.7 else local.upper()}@example.org"


def _orcid(draw: Random) -> str:
    return f"0000-0002-1825-00{draw.randrange(25):02}"


def name_field(name: str, column: str, **given: Any) -> Spelled:
    wrongs = (" ", "", "a\0b", "n" * 101, "n" * 20_001)
    return Spelled(
        name=name,
        column=column,
        shape=SOMETHING,
        code="REQUIRED",
        most=100,
        right=_given_name,
        wrongs=wrongs,
        **given,
    )


NAMES = (
    name_field("givenName", "given_name", nullable=False, default=NEEDED),
    name_field("familyNames", "family_names", nullable=False, default=NEEDED),
    name_field("preferredName", "preferred_name"),
)
OWN: tuple[Field, ...] = (
    *NAMES,
    Spelled(name="email", shape=ADDRESS, right=_address, wrongs=("nowhere", "a b@c", "a@b@c", "a\0@b")),
    Phone(name="phone"),
    Choice(name="languagePreference", column="language_preference", options=options("Language")),
    Choice(name="timeZone", column="time_zone", options=ZONES),
)
"""What people set of themselves."""
LANGUAGES = Links(
    "languages",
    "SpokenLanguage",
    "person_language",
    "person_id",
    ("language",),
    (
        Spelled(
            name="language",
            nullable=False,
            default=NEEDED,
            shape=re.compile("[a-z]{2}"),
            right=lambda draw: draw.choice(("es", "en", "fr", "pt")),
            wrongs=("spa", "ES", "", "a\0"),
        ),
        choice("level", "LanguageLevel"),
    ),
)
LEVEL = choice("level", "ParticipantLevel")
FIELD_OF_STUDY = Spelled(
    name="fieldOfStudy",
    column="field_of_study",
    shape=re.compile("[0-9]{4}"),
    right=lambda draw: draw.choice(("0521", "0313", "0731")),
    wrongs=("521", "05211", "water", "", "0\0"),
)
MENTOR = (
    Texts(name="biographies", stem="biography"),
    Choices(name="expertise", options=options("ResearchField")),
    Count(name="capacity", nullable=False, default=1, least=0),
    Choice(name="available", nullable=False, default=True, options=(True, False)),
)
SECTOR = Choice(name="preferredSector", column="preferred_sector", options=options("MentorSector"))
ENTITIES = (
    Entity(
        "Person",
        (
            *OWN,
            Spelled(
                name="orcid",
                shape=re.compile("[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]"),
                right=_orcid,
                wrongs=("0000-0002-1825", "https://orcid.org/0000-0002-1825-0097", "", "a\0b"),
            ),
        ),
        creates=(HOME,),
        links=(LANGUAGES,),
        begins={"home_confirmed": True},
        duplicates=("orcid", "email"),
    ),
    Entity("Participant", (LEVEL, FIELD_OF_STUDY, SECTOR), made=False, unique=("person",)),
    Entity("Mentor", MENTOR, made=False, unique=("person",)),
)


def holds(*roles: str) -> Callable[[Sight, Values], bool]:
    """Whether the sender has any of these roles."""
    return lambda sight, given: any(one.role in roles for one in sight.viewer.held)


def gives(role: str) -> Effect:
    """The person holds the role from now on, as whoever issuers know to be them."""

    def follows(world: World, id: UUID, table: str) -> None:
        person = world.tables[table][id]["person_id"]
        for identity in list(world.owned("access_identity", "person_id", person)):
            gives_to(world, identity, role)

    return lambda world, id: follows(world, id, role.lower())


BEGUN = {"is_synthetic": False, "version": 1}


def gives_to(world: World, identity: Row, role: str) -> None:
    """Whoever signs in so holds the role as the person that they are."""
    wanted = {"role": role, "revoked_at": None, "expires_at": None}
    wanted |= {name: identity[name] for name in ("issuer", "subject", "person_id")}
    if world.find("access_grant", **wanted) is None:
        _grant(world, wanted)


def _grant(world: World, wanted: Values) -> None:
    empty = dict.fromkeys(next(iter(world.tables["access_grant"].values())))
    world.insert(
        "access_grant",
        {**empty, **wanted, "id": uuid4(), "scopes": [], "created_at": datetime.now(UTC), **BEGUN},
    )


def _at_institution(sight: Sight, row: Row) -> bool:
    return sight.coordinates(row["institution_id"])


def _by_institution_or_staff(sight: Sight, row: Row) -> bool:
    return sight.viewer.is_admin or _at_institution(sight, row)


def _begun(values: Values) -> Callable[[Sight, Row], Values]:
    return lambda sight, row: values


def _likely(table: str) -> Callable[[Random, Sight], Values]:
    """Somebody without such a record, rather whom an issuer knows, at an institution of the sender's."""

    def drawn(draw: Random, sight: Sight) -> Values:
        known, again = sight.rows.owned, draw.random() < 0.1
        records = {one["id"]: known(table, "person_id", one["id"]) for one in sight.rows.all("person")}
        people = [one for one in sight.rows.all("person") if _is_wanted(records[one["id"]], again=again)]
        seen = [one for one in people if sight.sees("Person", one)]
        found = [one for one in seen if known("access_identity", "person_id", one["id"])]
        some = found if found and draw.random() < 0.3 else seen
        given = {"person": global_id("Person", draw.choice(some)["id"])} if some else {}
        own = sorted(sight.viewer.institutions(), key=str)
        return {**given, **({"institution": global_id("Institution", own[0])} if own else {})}

    return drawn


def _is_wanted(records: Sequence[Row], *, again: bool) -> bool:
    """Somebody without a record, or now and then with one that is archived."""
    return any(map(is_archived, records)) if again else not records


def _has_none_archived(table: str, type_: str) -> Callable[[Sight, Row], bool]:
    """The person has no archived record that the sender sees, and knows whose it is."""

    def may_be_made(sight: Sight, row: Row) -> bool:
        person = sight.get("person", row["person_id"])
        if person is None or not sight.sees("Person", person):
            return True
        records = sight.rows.owned(table, "person_id", person["id"])
        return not any(is_archived(one) and sight.sees(type_, one) for one in records)

    return may_be_made


PERSON = needed("person", "Person")
MAKINGS = (
    Making(
        "createParticipant",
        "Participant",
        (PERSON, institution("institution", "institution_id"), LEVEL, FIELD_OF_STUDY, SECTOR),
        may=holds("COORDINATOR"),
        sets=_begun({}),
        owns=_at_institution,
        effect=gives("PARTICIPANT"),
        likely=_likely("participant"),
        may_be_made=_has_none_archived("participant", "Participant"),
    ),
    Making(
        "createMentor",
        "Mentor",
        (PERSON, HOME, choice("sector", "MentorSector"), *MENTOR),
        may=holds("ADMIN", "COORDINATOR"),
        sets=_begun({}),
        owns=_by_institution_or_staff,
        effect=gives("MENTOR"),
        likely=_likely("mentor"),
        may_be_made=_has_none_archived("mentor", "Mentor"),
    ),
)
SET_BY_STEPS: Mapping[str, tuple[Field, ...]] = {"updateMyProfile": OWN, "changeHome": (HOME,)}
STEPS_SET: Mapping[str, Callable[[Sight, Row], Values]] = dict.fromkeys(
    ("confirmHome", "changeHome"), _begun({"home_confirmed": True})
)
LINKED_BY_STEPS = {"updateMyProfile": (LANGUAGES,)}
UNLOGGED = {table: {"issuer", "subject"} for table in ("access_grant", "access_identity")}
"""What an entry doesn't say of a grant or an identity: whom an issuer knows by it."""
PERFORMERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("updateMyProfile", "updateMentor"), ("participant", "mentor", "participant-and-mentor")),
    **dict.fromkeys(
        (
            "createPerson",
            "updatePerson",
            "createMentor",
            "createParticipant",
            "updateParticipant",
            "confirmHome",
        ),
        ("admin", "uc-coordinator", "mx-coordinator", "two-campuses"),
    ),
    "changeHome": ("admin",),
}
