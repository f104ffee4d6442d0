"""The synthetic people, with the places where they study or work."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from models import (
    LanguageLevel,
    Mentor,
    MentorSector,
    Participant,
    ParticipantLevel,
    Person,
    PersonLanguage,
    ResearchField,
)
from models.base import Entity, snake_case
from models.loading.demo.names import full_name
from models.loading.natural_keys import id_of

EntityType = TypeVar("EntityType", bound=Entity)

SOURCE = "synthetic demo data"

UC_CAMPUSES = {
    "uc-merced": "209",
    "uc-davis": "530",
    "uc-san-diego": "858",
    "uc-riverside": "951",
    "uc-santa-cruz": "831",
}
"""Slug of a campus → its telephone area code."""

MEXICAN_INSTITUTIONS = ("universidad-panamericana", "unam", "uabc", "udeg", "itesm", "cicese")

ACADEMIC_HOMES = (*UC_CAMPUSES, *MEXICAN_INSTITUTIONS, "uc-los-angeles", "colef", "inecc", "uady")
INDUSTRY_HOMES = ("conservation-international", "merm", "gcf-task-force", "ci-mexico", None)

FIELDS_OF_STUDY = ("0521", "0522", "0532", "0713", "0811", "0311", "0312", "0421", "0511", "0731")
EXPERTISE = (
    (ResearchField.CLIMATE, ResearchField.NATURAL_RESOURCES),
    (ResearchField.ENERGY, ResearchField.ENGINEERING),
    (ResearchField.AGRICULTURE, ResearchField.CLIMATE),
    (ResearchField.TRANSPORT, ResearchField.TECHNOLOGY),
    (ResearchField.HEALTH, ResearchField.CLIMATE),
    (ResearchField.ECONOMICS, ResearchField.ENERGY),
    (ResearchField.SOCIAL_SCIENCES, ResearchField.MIGRATION),
    (ResearchField.LIFE_SCIENCES, ResearchField.NATURAL_RESOURCES),
    (ResearchField.EDUCATION,),
    (ResearchField.TECHNOLOGY, ResearchField.ENERGY),
)
BIOGRAPHIES = (
    (
        "Works on water and climate adaptation in dry lands.",
        "Trabaja en agua y adaptación al clima en zonas áridas.",
    ),
    ("Designs grids for renewable energy.", "Diseña redes para la energía renovable."),
    ("Studies crops that stand heat and drought.", "Estudia cultivos que resisten el calor y la sequía."),
    ("Plans clean transport for border cities.", "Planea el transporte limpio de ciudades fronterizas."),
    ("Studies heat and public health.", None),
    (None, "Estudia la economía de la transición energética."),
    ("Works with communities that climate displaces.", "Trabaja con comunidades desplazadas por el clima."),
    ("Restores wetlands and mangroves.", "Restaura humedales y manglares."),
    ("Teaches teachers about climate.", "Forma a docentes en temas del clima."),
    (None, None),
)


@dataclass(frozen=True)
class DemoCast:
    """All synthetic people, in a fixed order."""

    people: list[Person]
    languages: list[PersonLanguage]
    participants: list[Participant]
    mentors: list[Mentor]


def synthetic(model: type[EntityType], *key: str, **values: Any) -> EntityType:
    """A row marked as synthetic, with an id made from its key."""
    identity = id_of(snake_case(model.__name__), *key)
    return model(id=identity, is_synthetic=True, source=SOURCE, **values)


def institution_id(slug: str | None) -> UUID | None:
    return id_of("institution", slug) if slug else None


def is_mexican(slug: str | None) -> bool:
    return slug in MEXICAN_INSTITUTIONS or slug in {"merm", "ci-mexico", "colef", "inecc", "uady"}


def person(random: Random, key: str, slug: str | None, number: int) -> Person:
    """A person with an email address and a phone number that nobody can have (RFC 2606, 555-01xx)."""
    given, family = full_name(random, is_mexican(slug))
    area = UC_CAMPUSES.get(slug or "", "619")
    return synthetic(
        Person,
        key,
        given_name=given,
        family_names=family,
        preferred_name="Pepe" if given == "José Ángel" else None,
        email=f"{key}@example.{'org' if slug in INDUSTRY_HOMES else 'edu'}",
        phone=f"+1{area}555{100 + number:04d}" if number % 3 else None,
        orcid=orcid(number) if key.startswith("mentor") and number % 2 else None,
        institution_id=institution_id(slug),
    )


def orcid(number: int) -> str:
    """A well-formed ORCID iD (with its ISO 7064 check digit) from a block that ORCID hasn't assigned."""
    digits = f"00009999{number:07d}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    whole = digits + ("X" if check == 10 else str(check))
    return "-".join(whole[start : start + 4] for start in range(0, 16, 4))


def languages(key: str, slug: str | None, number: int) -> list[PersonLanguage]:
    own, other = ("es", "en") if is_mexican(slug) else ("en", "es")
    levels = (LanguageLevel.B1, LanguageLevel.B2, LanguageLevel.C1, LanguageLevel.C2, LanguageLevel.A2)
    return [
        synthetic(
            PersonLanguage,
            key,
            code,
            person_id=id_of("person", key),
            language=code,
            level=level,
        )
        for code, level in ((own, LanguageLevel.NATIVE), (other, levels[number % 5]))
    ]


def participant(key: str, slug: str, number: int) -> Participant:
    levels = (
        ParticipantLevel.UNDERGRADUATE,
        ParticipantLevel.UNDERGRADUATE,
        ParticipantLevel.MASTERS,
        ParticipantLevel.DOCTORAL,
        ParticipantLevel.POSTDOC if number == 44 else ParticipantLevel.UNDERGRADUATE,
    )
    return synthetic(
        Participant,
        key,
        person_id=id_of("person", key),
        institution_id=id_of("institution", slug),
        level=levels[number % 5],
        field_of_study=FIELDS_OF_STUDY[number % 10],
        preferred_sector=(None, MentorSector.INDUSTRY, MentorSector.ACADEMIC)[number % 3],
    )


def mentor(key: str, slug: str | None, number: int) -> Mentor:
    english, spanish = BIOGRAPHIES[number % 10]
    return synthetic(
        Mentor,
        key,
        person_id=id_of("person", key),
        institution_id=institution_id(slug),
        sector=MentorSector.INDUSTRY if slug in INDUSTRY_HOMES else MentorSector.ACADEMIC,
        expertise=list(EXPERTISE[number % 10]),
        capacity=1 + number % 3,
        available=number % 7 != 0,
        biography_en=english,
        biography_es=spanish,
    )


def cast(
    random: Random, students: Sequence[tuple[str, str]], teachers: Sequence[tuple[str, str | None]]
) -> DemoCast:
    """The people with these keys, each at an institution or at none."""
    keys = [*enumerate(students), *enumerate(teachers)]
    return DemoCast(
        people=[person(random, key, slug, number) for number, (key, slug) in keys],
        languages=[row for number, (key, slug) in keys for row in languages(key, slug, number)],
        participants=[participant(key, slug, number) for number, (key, slug) in enumerate(students)],
        mentors=[mentor(key, slug, number) for number, (key, slug) in enumerate(teachers)],
    )
