"""Who is asking."""

from __future__ import annotations

import strawberry
from strawberry.types import Info

from models.base import Described
from models.vocabulary import Language
from schema.declarations import declarations


class ViewerKind(Described):
    """What sort of viewer it is."""

    ANONYMOUS = "ANONYMOUS", "Anyone, without a token."
    PERSON = "PERSON", "A person with a token."


class GrantedRole(Described):
    """A role that a viewer holds."""

    PUBLIC = "PUBLIC", "Anyone."
    ADMIN = "ADMIN", "The alliance's staff: sees everything."


declarations.enums(ViewerKind, GrantedRole)


@strawberry.type(description="Who is asking, in which language, with which roles.")
class Viewer:
    kind: ViewerKind = strawberry.field(description="What sort of viewer it is.")
    roles: list[GrantedRole] = strawberry.field(description="The roles held; several add up.")
    language: Language = strawberry.field(description="The language that answers are in.")


def viewer(info: Info) -> Viewer:
    asking, language = info.context["viewer"], info.context["language"]
    return Viewer(
        kind=ViewerKind[asking.kind],
        roles=[GrantedRole[role] for role in sorted(asking.roles)],
        language=Language[language],
    )
