"""First sign-ins, as the model knows them: whoever is nobody creates a record, and is that person then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from models.secret_link import PREFIX
from tests.mutations.model.accounts import ACCOUNTS, NEWCOMERS
from tests.mutations.model.entity import Entity
from tests.mutations.model.fields import Problem
from tests.mutations.model.links_by_mail import is_open, link_of, secret_of, send_link, signs_in
from tests.mutations.model.making import Effect, Makes, Making
from tests.mutations.model.people import BEGUN, HOME, NAMES, OWN, gives_to
from tests.mutations.model.world import World
from tests.mutations.model.wrong import ROOT, Wrong, refused
from tests.reference.ids import global_id
from tests.reference.policy import Sight
from tests.reference.rows import Row
from tests.reference.viewers import Viewer

if TYPE_CHECKING:
    from tests.mutations.model.carry_out import Carrying

Values = Mapping[str, Any]


def has_account(viewer: Viewer) -> bool:
    """Whether an issuer knows the sender, who is no system."""
    roles = {one.role for one in viewer.held}
    return viewer.account is not None and (not roles or roles != {"INTEGRATION"})


class SignsUp(Makes):
    """Whoever has a record gets that; else one is made, and they are that person."""

    def done(self) -> tuple[UUID | None, tuple[str, ...], bool]:
        try:
            id, names, known = super().done()
        except Wrong as wrong:
            codes = {one.code for one in wrong.problems}
            raise replace(wrong, leaves=self._invite if codes == {"POSSIBLE_DUPLICATE"} else None) from wrong
        if not known:
            self._identify(id)
        return id, names, known

    def _identify(self, id: UUID | None) -> None:
        account = self.sight.viewer.account
        assert account is not None
        issuer, subject = account
        identity = {"id": uuid4(), "issuer": issuer, "subject": subject, "person_id": id, "source": None}
        self.carrying.world.insert("access_identity", {**BEGUN, **identity})

    def _invite(self, world: World) -> None:
        """Whoever reads the mail to a known address gets the record, if nobody has it; it isn't said."""
        address = self.given["email"].lower()
        known = next(one for one in world.all("person") if (one["email"] or "").lower() == address)
        if not signs_in(world, known["id"]):
            send_link(world, "KNOWN_ADDRESS", known)


@dataclass(frozen=True)
class SigningUp(Making):
    """A mutation by which somebody becomes a person."""

    def begin(self, carrying: Carrying, new_id: UUID) -> Makes:
        return SignsUp(carrying, self, new_id)


class Claims(Makes):
    """The record that a link leads to is the sender's from then on, with its roles."""

    def done(self) -> tuple[UUID | None, tuple[str, ...], bool]:
        viewer, world = self.sight.viewer, self.carrying.world
        if not has_account(viewer):
            raise refused("FORBIDDEN")
        assert viewer.account is not None
        link = link_of(world, self.given["link"].strip())
        issuer, subject = viewer.account
        own = world.find("access_identity", issuer=issuer, subject=subject)
        if link is not None and own is not None and own["person_id"] == link["person_id"]:
            return own["id"], (), True
        if link is None or not is_open(world, link):
            self.carrying.problems.append(Problem("LINK_EXPIRED", (*ROOT, "link")))
        if viewer.self_ is not None:
            self.carrying.problems.append(Problem("ALREADY_EXISTS", ROOT))
        self.carrying.stop()
        assert link is not None
        self._open(link)
        return self.new_id, (), False

    def _open(self, link: Row) -> None:
        world, person = self.carrying.world, link["person_id"]
        used = {"used_at": datetime.now(UTC), "uses": link["uses"] + 1}
        world.update("secret_link", link["id"], used)
        issuer, subject = self.sight.viewer.account or ("", "")
        identity = {"issuer": issuer, "subject": subject, "person_id": person}
        world.insert("access_identity", {**BEGUN, **identity, "id": self.new_id, "source": None})
        for role in ("MENTOR", "PARTICIPANT"):
            grants = world.owned("access_grant", "person_id", person)
            had = any(one["role"] == role for one in grants)  # and not any more, or they would sign in
            if world.owned(role.lower(), "person_id", person) and not had:
                gives_to(world, identity, role)


@dataclass(frozen=True)
class Claiming(Making):
    """A mutation by which an account gets a record."""

    def begin(self, carrying: Carrying, new_id: UUID) -> Makes:
        return Claims(carrying, self, new_id)


def _a_link(draw: Random, sight: Sight) -> Values:
    """Mostly the last that were mailed, used or not, or one to a record as which nobody signs in."""
    links = [one for one in sight.rows.all("secret_link") if one["person_id"] is not None]
    if not links or draw.random() < 0.1:
        return {"link": draw.choice((f"{PREFIX}unknown", "", "\0", "a link"))}
    last = sorted(links, key=lambda one: one["id"])[-draw.choice((2, 4, 100)) :]
    free = [one for one in links if not signs_in(sight.rows, one["person_id"])]
    secret = secret_of(draw.choice(free if free and draw.random() < 0.5 else last)["id"])
    return {"link": secret if draw.random() < 0.8 else f" {secret}\n"}


def _likely(draw: Random, sight: Sight) -> Values:
    """At an institution that there is; now and then with the address of a record."""
    home = draw.choice(sight.rows.all("institution"))
    given = {"institution": global_id("Institution", home["id"])} if draw.random() < 0.7 else {}
    known = [one["email"] for one in sight.rows.all("person") if one["email"] is not None]
    return {**given, "email": draw.choice(known).upper()} if draw.random() < 0.15 else given


def _mail_link(world: World, id: UUID) -> None:
    send_link(world, "INVITATION", world.tables["person"][id])


EFFECTS: Mapping[str, tuple[Effect, ...]] = {"invitePerson": (_mail_link,)}
ENTITIES: tuple[Entity, ...] = ()
MAKINGS = (
    SigningUp(
        "createMyProfile",
        "Person",
        (*NAMES, HOME, *[one for one in OWN if one.name != "phone" and one not in NAMES]),
        may=lambda sight, given: has_account(sight.viewer),
        sets=lambda sight, row: {"home_confirmed": False},
        owns=lambda sight, row: True,
        same=lambda sight, row: sight.get("person", sight.viewer.self_),
        likely=_likely,
    ),
    Claiming(
        "claimInvitation",
        "AccessIdentity",
        (),
        may=lambda sight, given: has_account(sight.viewer),
        sets=lambda sight, row: {},
        owns=lambda sight, row: True,
        asks=("link",),
        draws=_a_link,
    ),
)
BY_LINK = {"claimInvitation"}
BECOMING = {"createMyProfile", "claimInvitation"}
"""By these the sender becomes somebody, and sees what they did as that person."""
PERFORMERS: Mapping[str, tuple[str, ...]] = {
    "createMyProfile": (*NEWCOMERS, *NEWCOMERS, *ACCOUNTS, "participant", "public"),
    "claimInvitation": (*NEWCOMERS, *NEWCOMERS, *ACCOUNTS, "participant", "public"),
    "invitePerson": ("admin", "admin", "uc-coordinator", "mx-coordinator", "two-campuses"),
}
