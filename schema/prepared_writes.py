"""The Python parts of mutations of a person's own data."""

from __future__ import annotations

from collections.abc import Mapping

from models.calendar_link import new_calendar_secret
from models.secret_link import hash_of
from planner.mutation.prepared_write import PreparedWrite, PrepareWrite
from planner.mutation.write_input import InputError, WriteInput
from schema.grants import Principal, person_of
from schema.messages import message


async def set_consent(wanted: WriteInput, viewer: Principal, language: str) -> PreparedWrite:
    """Sets the consent of the viewer's person; consenting requires the notice's version."""
    if (person := person_of(viewer)) is None:  # the statement rejects it
        return PreparedWrite({"given": False})
    given = wanted.given["given"]
    missing = given and wanted.given.get("noticeVersion") is None
    path = ("input", "noticeVersion")
    errors = (InputError("REQUIRED", path, message("consent.no_notice")),) if missing else ()
    return PreparedWrite({"person_id": str(person), "given": given}, errors)


async def create_my_profile(wanted: WriteInput, viewer: Principal, language: str) -> PreparedWrite:
    """For the identity of the token; an issuer that is an institution's vouches for it as the home."""
    identity = viewer.identity
    if identity is None:  # who is refused by the statement
        return PreparedWrite()
    home = wanted.values.get("institution_id")
    confirmed = home is not None and home == str(identity.institution)
    claimed = identity.claimed_person
    return PreparedWrite(
        {
            "issuer": identity.issuer,
            "subject": identity.subject,
            "home_confirmed": confirmed,
            "claimed_person": str(claimed) if claimed is not None else None,
        }
    )


async def claim_invitation(wanted: WriteInput, viewer: Principal, language: str) -> PreparedWrite:
    """For the identity of the token; of the link's secret only the hash goes on from here."""
    identity, person = viewer.identity, person_of(viewer)
    if identity is None:  # the statement rejects it
        return PreparedWrite()
    return PreparedWrite(
        {
            "issuer": identity.issuer,
            "subject": identity.subject,
            "self": str(person) if person is not None else None,
            "secret_hash": hash_of(wanted.given["link"].strip()).hex(),
        }
    )


async def create_calendar_link(wanted: WriteInput, viewer: Principal, language: str) -> PreparedWrite:
    """For the viewer's person."""
    made, person = await renew_calendar_link(wanted, viewer, language), person_of(viewer)
    return PreparedWrite(
        {**made.values, "person_id": str(person) if person is not None else None}, answers=made.answers
    )


async def renew_calendar_link(wanted: WriteInput, viewer: Principal, language: str) -> PreparedWrite:
    """A new secret of the token's identity; only the first response has it, and only its hash is stored."""
    identity = viewer.identity
    if identity is None:  # the statement rejects it
        return PreparedWrite()
    secret = new_calendar_secret()
    values = {
        "issuer": identity.issuer,
        "subject": identity.subject,
        "secret_hash": f"\\x{hash_of(secret).hex()}",
    }
    language = (wanted.given.get("language") or language).lower()
    return PreparedWrite(values, answers={"path": f"/calendar/mine/{secret}.ics?language={language}"})


PREPARED: Mapping[str, PrepareWrite] = {
    "claimInvitation": claim_invitation,
    "createCalendarLink": create_calendar_link,
    "createMyProfile": create_my_profile,
    "renewCalendarLink": renew_calendar_link,
    "setConsent": set_consent,
}
"""Mutation → its function."""
