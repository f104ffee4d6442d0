"""The demo's personas and their grants; only a server in development signs tokens for them."""

from dataclasses import dataclass

from models import AccessGrant, AccessScope, GrantedRole
from models.loading.demo.people import synthetic
from models.loading.natural_keys import id_of

ISSUER = "puente-development"


@dataclass(frozen=True)
class Persona:
    """An identity to try things out with: a role at an institution, or as one of the demo's people."""

    role: GrantedRole
    en: str
    es: str
    institution: str | None = None
    person: str | None = None


PERSONAS = {
    "uc-coordinator": Persona(
        GrantedRole.COORDINATOR, "UC coordinator", "Coordinación UC", institution="uc-merced"
    ),
    "mx-coordinator": Persona(
        GrantedRole.COORDINATOR,
        "Mexican coordinator",
        "Coordinación mexicana",
        institution="universidad-panamericana",
    ),
    "mentor": Persona(GrantedRole.MENTOR, "Mentor", "Mentora", person="mentor-02"),
    "participant": Persona(GrantedRole.PARTICIPANT, "Participant", "Participante", person="student-22"),
    "integration": Persona(GrantedRole.INTEGRATION, "Integration", "Integración", institution="uc-merced"),
    "admin": Persona(GrantedRole.ADMIN, "Alliance staff", "Personal de la alianza"),
}
"""Argument of `puente token`, also the token's `sub` → persona."""


def grants() -> list[AccessGrant]:
    return [
        synthetic(
            AccessGrant,
            name,
            issuer=ISSUER,
            subject=name,
            role=persona.role,
            institution_id=id_of("institution", persona.institution) if persona.institution else None,
            person_id=id_of("person", persona.person) if persona.person else None,
            scopes=list(AccessScope) if persona.role is GrantedRole.INTEGRATION else [],
        )
        for name, persona in PERSONAS.items()
    ]
