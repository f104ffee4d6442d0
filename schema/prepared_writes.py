"""The Python parts of mutations of a person's own data."""

from __future__ import annotations

from collections.abc import Mapping

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


PREPARED: Mapping[str, PrepareWrite] = {
    "claimInvitation": claim_invitation,
    "createMyProfile": create_my_profile,
    "setConsent": set_consent,
}
"""Mutation → its function."""
