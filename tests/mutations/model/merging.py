"""Two records of one person become one, as the model knows it: docs/changing.md, "Merge two records"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from tests.mutations.model.entity import Entity
from tests.mutations.model.fields import NEEDED, Count, Field, Problem, Reference
from tests.mutations.model.people import BEGUN, gives_to
from tests.mutations.model.world import World
from tests.mutations.model.wrong import ROOT
from tests.personas import CAST, RECIPIENTS, granted
from tests.reference.archive import is_archived
from tests.reference.grants import in_force
from tests.reference.ids import global_id
from tests.reference.policy import Sight
from tests.reference.rows import Row

if TYPE_CHECKING:
    from tests.mutations.model.carry_out import Carrying

Values = Mapping[str, Any]
OPEN = ("PROPOSED", "ACCEPTED", "ACTIVE")
FURTHER = ("COMPLETED", "ACTIVE", "ACCEPTED", "NOMINATED", "WITHDRAWN")
REGISTERED = ("ATTENDED", "CONFIRMED", "WAITLISTED")


def _equal(row: Row) -> int:
    return 0


@dataclass(frozen=True)
class Held:
    """Rows that refer to a record, and what two of them can't have in common: then the `first` one stays.

    `among`: whether a row is one of those; `owner`: the entity that such rows are a part of.
    """

    table: str
    column: str
    keys: tuple[tuple[str, ...], ...] = ()
    first: Callable[[Row], int] = _equal
    among: Callable[[Row], bool] = lambda row: True
    owner: tuple[str, str] | None = None


def _wanted(row: Row) -> int:
    """Nobody meets whom either did not want to."""
    return int(not row["avoid"])


def _mailed(row: Row) -> int:
    return int(row["mailed"])


def _is_registered(row: Row) -> bool:
    return row["status"] in REGISTERED


HELD: Mapping[str, tuple[Held, ...]] = {
    "person": (
        Held("access_grant", "person_id"),
        Held("access_identity", "person_id"),
        Held("award", "recipient_id"),
        Held("person_merge", "person_id"),
        Held("secret_link", "person_id"),
        Held("calendar_link", "person_id", ((),)),
        Held("consent", "person_id"),
        Held("champion", "person_id", (("institution_id", "counterpart_id"),)),
        Held("notification_preference", "person_id", (("kind",),), _mailed),
        Held("person_language", "person_id", (("language",),)),
        Held(
            "project_contributor",
            "person_id",
            (("project_id", "role"),),
            owner=("project", "project_id"),
        ),
        Held(
            "registration",
            "person_id",
            (("event_id",),),
            lambda row: REGISTERED.index(row["status"]),
            _is_registered,
        ),
        Held("mentor", "person_id", ((),)),
        Held("participant", "person_id", ((),)),
    ),
    "registration": (Held("attendance", "registration_id", (("day",),)),),
    "mentor": (
        Held("mentorship", "mentor_id"),
        Held("mentorship_session", "mentor_id"),
        Held("mentor_preference", "mentor_id", (("participation_id",),), _wanted),
    ),
    "participant": (
        Held("mentorship", "participant_id"),
        Held("mentorship_session", "participant_id"),
        Held("mobility", "participant_id"),
        Held("activity_participation", "participant_id", (("activity_id",),)),
        Held("participation", "participant_id", (("cohort_id",),), lambda row: FURTHER.index(row["status"])),
        Held("mentor_preference", "participant_id"),
    ),
    "participation": (Held("mentor_preference", "participation_id", (("mentor_id",), ("rank",)), _wanted),),
}
"""What refers to a record, and to what is merged with it."""
TAKEN: Mapping[str, Mapping[str, str]] = {
    "person": {
        "preferred_name": "preferredName",
        "orcid": "orcid",
        "email": "email",
        "phone": "phone",
        "institution_id": "institution",
        "language_preference": "languagePreference",
        "time_zone": "timeZone",
    },
    "mentor": dict.fromkeys(("institution_id", "biography_en", "biography_es", "expertise"), ""),
    "participant": dict.fromkeys(("field_of_study", "preferred_sector"), ""),
}
"""The values that the row which stays takes over where only the other one has any, and their fields."""
ARCHIVED = ("mentor", "participant", "champion")
"""What is archived only if both rows are."""


class Merging:
    """One merge of two records."""

    def __init__(self, world: World, stays: UUID, goes: UUID) -> None:
        self.world, self.stays, self.goes = world, stays, goes

    def done(self) -> list[str]:
        """The fields of the record that stays whose value is another now."""
        self._end_consents()
        taken = self._merge("person", self.stays, self.goes)
        merged = {"id": uuid4(), "person_id": self.stays, "duplicate_id": self.goes, "source": None}
        self.world.insert("person_merge", {**BEGUN, **merged})
        self._give_roles()
        for one in list(self.world.owned("access_identity", "person_id", self.stays)):
            self.world.update("access_identity", one["id"], {}, touch=True)
        self._keep_keys()
        return [name for column, name in TAKEN["person"].items() if column in taken]

    def _end_consents(self) -> None:
        """What either withdrew is withdrawn; of two in force the newer one stays."""
        both = {
            person: list(self.world.owned("consent", "person_id", person))
            for person in (self.stays, self.goes)
        }
        for purpose in {one["purpose"] for rows in both.values() for one in rows}:
            answers = [[one for one in rows if one["purpose"] == purpose] for rows in both.values() if rows]
            answers = [rows for rows in answers if rows]
            agreed = [one for rows in answers for one in rows if one["withdrawn_at"] is None]
            agreed.sort(key=lambda one: (one["granted_at"], one["person_id"] == self.stays))
            lasting = agreed[-1:] if len(agreed) == len(answers) else []
            for one in agreed:
                if one not in lasting:
                    self.world.update("consent", one["id"], {"withdrawn_at": datetime.now(UTC)})

    def _merge(self, table: str, stays: UUID, goes: UUID) -> list[str]:
        """One row of two; what refers to the other refers to this one."""
        for held in HELD.get(table, ()):
            if held.owner is not None:
                owner, column = held.owner
                for id in {one[column] for one in self._rows_of(held, goes)}:
                    self.world.update(owner, id, {}, touch=True)
            for key in held.keys:
                for one, other in self._pairs(held, key, stays, goes):
                    self._merge(held.table, one, other)
            for row in self._rows_of(held, goes):
                self.world.update(held.table, row["id"], {held.column: stays})
        lost = self.world.tables[table][goes]
        self.world.delete(table, goes)
        return self._take_over(table, stays, lost)

    def _rows_of(self, held: Held, key: UUID) -> list[Row]:
        return list(self.world.owned(held.table, held.column, key))

    def _pairs(
        self, held: Held, key: tuple[str, ...], stays: UUID, goes: UUID
    ) -> Iterator[tuple[UUID, UUID]]:
        """Of each two that can't both be, the one that stays and the one that goes."""
        for kept, lost in product(self._rows_of(held, stays), self._rows_of(held, goes)):
            same = all(kept[name] is not None and kept[name] == lost[name] for name in key)
            if same and held.among(kept) and held.among(lost):
                one, other = sorted((kept, lost), key=held.first)  # of equal ones the first
                yield one["id"], other["id"]

    def _take_over(self, table: str, stays: UUID, lost: Row) -> list[str]:
        if table not in TAKEN and table not in ARCHIVED:
            return []
        row = self.world.tables[table][stays]
        names = [n for n in TAKEN.get(table, ()) if row[n] in (None, []) and lost[n] not in (None, [])]
        taken = {n: lost[n] for n in names}
        home = {"home_confirmed": lost["home_confirmed"]} if "home_confirmed" in row else {}
        offered = {"archived_at": None} if table in ARCHIVED and not is_archived(lost) else {}
        values = {**taken, **offered, **(home if row["institution_id"] is None else {})}
        self.world.update(table, stays, values, touch=True)  # it is merged, whatever it takes over
        return list(taken)

    def _give_roles(self) -> None:
        """Each login has what any other has, unless it was revoked for it."""
        logins = list(self.world.owned("access_identity", "person_id", self.stays))
        grants = list(self.world.owned("access_grant", "person_id", self.stays))
        known = [_account(one) for one in logins]
        lasting = [one for one in grants if in_force(one) and one["expires_at"] is None]
        for role in sorted({one["role"] for one in lasting if _account(one) in known}):
            for login in logins:
                if (role, _account(login)) not in [(one["role"], _account(one)) for one in grants]:
                    gives_to(self.world, login, role)

    def _keep_keys(self) -> None:
        """What the other record sent before is not done again."""
        mine, theirs = f"person {self.stays}", f"person {self.goes}"
        for (actor, mutation, key), kept in list(self.world.keys.items()):
            if actor == theirs and (mine, mutation, key) not in self.world.keys:
                self.world.keys[mine, mutation, key] = kept


def _account(row: Row) -> tuple[str, str]:
    return row["issuer"], row["subject"]


class Both:
    """Two records that are to be one, and why they can't."""

    def __init__(self, world: World, kept: Row, lost: Row) -> None:
        self.world, self.people = world, (kept, lost)

    def codes(self) -> Iterator[str]:
        if self.people[0] is self.people[1]:
            yield "INVALID"
            return
        if None not in [one["orcid"] for one in self.people]:
            yield "ALREADY_EXISTS"
        if any(_is_registered(one) and _is_registered(other) for one, other in self._at_an_event()):
            yield "ALREADY_EXISTS"
        if self._were_mentor_and_mentee():
            yield "INVALID"
        for own, other in (("mentor", "participant"), ("participant", "mentor")):
            if any(self._in_common(own, other)):
                yield "ALREADY_EXISTS"
        if self._are_too_many():
            yield "CAPACITY_REACHED"
        if any(_overlap(*stays) for stays in product(*self._records_of("participant", "mobility"))):
            yield "ALREADY_EXISTS"

    def _profile(self, person: Row, table: str) -> UUID | None:
        found = self.world.owned(table, "person_id", person["id"])
        return found[0]["id"] if found else None

    def _records_of(self, profile: str, table: str) -> list[list[Row]]:
        """The rows of each as a mentor or participant."""
        ids = [self._profile(one, profile) for one in self.people]
        return [list(self.world.owned(table, f"{profile}_id", id)) if id else [] for id in ids]

    def _at_an_event(self) -> Iterator[tuple[Row, Row]]:
        """Registrations of both for an event that is not over."""
        rows = [self.world.owned("registration", "person_id", one["id"]) for one in self.people]
        for one, other in product(*rows):
            if one["event_id"] == other["event_id"]:
                event = self.world.tables["event"][one["event_id"]]
                if event["ends_at"] > datetime.now(UTC):
                    yield one, other

    def _were_mentor_and_mentee(self) -> bool:
        mentors = [self._profile(one, "mentor") for one in self.people]
        mentees = [self._profile(one, "participant") for one in self.people]
        pairs = [(mentors[0], mentees[1]), (mentors[1], mentees[0])]
        return any((one["mentor_id"], one["participant_id"]) in pairs for one in self.world.all("mentorship"))

    def _in_common(self, own: str, other: str) -> Iterator[bool]:
        """Open mentorships of both with the same person in a cohort."""
        for pair in product(*self._records_of(own, "mentorship")):
            one, two = ((row[f"{other}_id"], row["cohort_id"]) for row in pair)
            yield one == two and all(row["status"] in OPEN for row in pair)

    def _are_too_many(self) -> bool:
        mentor, other = (self._profile(one, "mentor") for one in self.people)
        if mentor is None or other is None:
            return False
        both = [row for rows in self._records_of("mentor", "mentorship") for row in rows]
        taken = [row for row in both if row["status"] in ("ACCEPTED", "ACTIVE")]
        return len(taken) > int(self.world.tables["mentor"][mentor]["capacity"])


def _overlap(one: Row, other: Row) -> bool:
    """Stays at one time, of which one is not over; an end that is not known is none."""
    if "CANCELLED" in (one["status"], other["status"]) or one["status"] == other["status"] == "COMPLETED":
        return False
    return _begins_by(one, other) and _begins_by(other, one)


def _begins_by(one: Row, other: Row) -> bool:
    return None in (one["starts_on"], other["ends_on"]) or bool(one["starts_on"] <= other["ends_on"])


DUPLICATE = Reference(
    name="duplicate", column="duplicate", types={"Person": "id"}, nullable=False, default=NEEDED
)
NO_VERSION = 10**6
"""No record has been changed so often: a random number is the wrong one."""
VERSION = Count(name="duplicateVersion", nullable=False, default=NEEDED, least=NO_VERSION)


def merge(carrying: Carrying, kept: Row) -> tuple[str, ...]:
    """What the staff's mutation does to both."""
    given = carrying.act.input
    lost = carrying.read_values((DUPLICATE,), given, ROOT).get("duplicate")
    other = carrying.world.get("person", lost)
    if other is not None:
        for code in Both(carrying.world, kept, other).codes():
            carrying.note(code, "duplicate")
        if given["duplicateVersion"] != other["version"]:
            carrying.problems.append(Problem("CONFLICT", (*ROOT, "duplicateVersion")))
    carrying.stop()
    assert other is not None
    return tuple(Merging(carrying.world, kept["id"], other["id"]).done())


SPARED = {
    *RECIPIENTS.values(),
    *(one.person for name in CAST for one in granted(name) if one.person is not None),
}
"""Those whose grants stay as they are: as somebody else they would be nobody."""


def _likely(draw: Random, sight: Sight, row: Row) -> Values:
    """Mostly somebody with whom the person has much in common."""
    people = [one for one in sight.rows.all("person") if one["id"] not in SPARED | {row["id"]}]
    some = draw.sample(people, min(len(people), draw.choice((1, 30))))
    other = max(some, key=lambda one: len(_things(sight, one) & _things(sight, row)))
    other = row if draw.random() < 0.03 else other
    version = other["version"] + (draw.random() < 0.08)
    return {"duplicate": global_id("Person", other["id"]), "duplicateVersion": version}


def _things(sight: Sight, person: Row) -> set[tuple[str, Any]]:
    """What a person is in, by table and key."""
    owned, found = sight.rows.owned, set()
    found |= {
        ("project", one["project_id"]) for one in owned("project_contributor", "person_id", person["id"])
    }
    found |= {("event", one["event_id"]) for one in owned("registration", "person_id", person["id"])}
    found |= {("consent", one["purpose"]) for one in owned("consent", "person_id", person["id"])}
    for table, column in (("participation", "cohort_id"), ("mentor_preference", "mentor_id")):
        for one in owned("participant", "person_id", person["id"]):
            found |= {(table, part[column]) for part in owned(table, "participant_id", one["id"])}
    found |= {("mentor", None) for one in owned("mentor", "person_id", person["id"])}
    return found


ENTITIES: tuple[Entity, ...] = ()
SET_BY_STEPS: Mapping[str, tuple[Field, ...]] = {"mergePeople": (DUPLICATE, VERSION)}
LIKELY: Mapping[str, Callable[[Random, Sight, Row], Values]] = {"mergePeople": _likely}
OF_THEIR_OWN: Mapping[str, Callable[[Carrying, Row], tuple[str, ...]]] = {"mergePeople": merge}
PERFORMERS: Mapping[str, tuple[str, ...]] = {"mergePeople": ("admin",)}
