"""Why a credential is refused: few reasons, each stable, none of which tells more than its holder knows."""

from __future__ import annotations

from enum import StrEnum

from planner.errors import Problem, Text, Unauthenticated, Unavailable

MOST_LOOKS = 5  # times that grants which change meanwhile are read again for one statement


class Reason(StrEnum):
    """`extensions.reason` of a 401; docs/tokens.md says what to do about each."""

    MALFORMED = "MALFORMED"
    ISSUER_UNKNOWN = "ISSUER_UNKNOWN"
    ALGORITHM = "ALGORITHM"
    SIGNATURE = "SIGNATURE"
    AUDIENCE = "AUDIENCE"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    CLAIMS = "CLAIMS"
    KEY = "KEY"


WORDS = {
    Reason.MALFORMED: Text(
        "The Authorization header does not hold one well-formed token.",
        "El encabezado Authorization no contiene un token bien formado.",
    ),
    Reason.ISSUER_UNKNOWN: Text(
        "Tokens of this issuer are not accepted here.", "Aquí no se aceptan tokens de este emisor."
    ),
    Reason.ALGORITHM: Text(
        "The token is not signed by an algorithm that its issuer uses.",
        "El token no está firmado con un algoritmo que use su emisor.",
    ),
    Reason.SIGNATURE: Text(
        "The token is not signed by a key of its issuer.",
        "El token no está firmado con una clave de su emisor.",
    ),
    Reason.AUDIENCE: Text("The token is not meant for this server.", "El token no es para este servidor."),
    Reason.EXPIRED: Text("The token has expired.", "El token ya expiró."),
    Reason.NOT_YET_VALID: Text("The token is not valid yet.", "El token aún no es válido."),
    Reason.CLAIMS: Text(
        "A claim of the token is missing, or is not what it should be.",
        "Falta un atributo del token, o no es lo que debe ser.",
    ),
    Reason.KEY: Text("This API key is not valid.", "Esta clave de API no es válida."),
}


def unauthenticated(reason: Reason) -> Unauthenticated:
    return Unauthenticated(Problem(WORDS[reason], details={"reason": reason.value}))


def keys_unavailable() -> Unavailable:
    """The token may be good, but nobody can tell now: its issuer's keys can't be had."""
    return Unavailable(
        Problem(
            Text(
                "The keys of the token's issuer cannot be reached now; try again soon.",
                "Las claves del emisor del token no se pueden obtener ahora; intente de nuevo en breve.",
            )
        )
    )


def grants_unsettled() -> Unavailable:
    """Grants were not what a statement was made for, `MOST_LOOKS` times in turn."""
    return Unavailable(
        Problem(
            Text(
                "What was granted changes faster than it can be read; try again soon.",
                "Los permisos cambian más rápido de lo que se pueden leer; intente de nuevo en breve.",
            )
        )
    )
