"""What of the audit log somebody reads: written from the matrix and the words about it, over plain rows.

A row of it is read by those who see the record that it is of, and may follow it: coordinators of an
institution that the record concerns, the people whom it is about, and whoever did it. Of the values each
reads what they may read of the record's fields now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import Any
from uuid import UUID

from graphql import GraphQLObjectType, get_named_type

from tests.reference.audit_rows import AuditLog
from tests.reference.field_sources import NODES, ORIGINS, PERSON, TABLE, TYPE_OF_TABLE, camel, snake
from tests.reference.ids import global_id, of_type, read_id
from tests.reference.localized_texts import printed
from tests.reference.ordering import decode, encode
from tests.reference.pages import cut, paged, window_of
from tests.reference.policy import MASKS, WITHHELD, Sight
from tests.reference.rows import Row
from tests.reference.tables import ReferenceContext, VisibleRow, used_name

FINGERPRINT = blake2s(b"AuditEntry number-", digest_size=4).hexdigest()
PROFILES = ("Mentor", "Participant", "Person")
KINDS = ("PERSON", "CLIENT", "GUEST", "SUBJECT", "PUBLIC")
NAMES = {"family_names": "name", "preferred_name": "name"}
BY_THEMSELVES = {("person", "given_name"), ("person", "institution_id")}
TO_PEOPLE = ("person_id", "recipient_id")
"""Columns with a person's own id, which is in no field."""


def _institutions(sight: Sight, type_: str, row: Row) -> set[UUID | None]:
    """The institutions that a record concerns; when a consent was given is known to the person alone."""

    def links(table: str, column: str) -> set[UUID | None]:
        return {link["institution_id"] for link in sight.rows.owned(table, column, row["id"])}

    def institution_of(table: str, key: str) -> set[UUID | None]:
        other = sight.get(table, row[key])
        return {other["institution_id"]} if other else set()

    found: Mapping[str, Callable[[], set[UUID | None]]] = {
        "Institution": lambda: {row["id"]},
        "Project": lambda: links("project_institution", "project_id"),
        "Event": lambda: links("event_organizer", "event_id"),
        "Agreement": lambda: links("agreement_party", "agreement_id"),
        "Award": lambda: {row["funder_id"]},
        "Call": lambda: {row["institution_id"]},
        "Champion": lambda: {row["institution_id"], row["counterpart_id"]},
        "Venue": lambda: {row["institution_id"]},
        "Mentor": lambda: {row["institution_id"]},
        "Participant": lambda: {row["institution_id"]},
        "Person": lambda: {row["institution_id"]},
        **dict.fromkeys(
            ("Participation", "MentorPreference"), lambda: institution_of("participant", "participant_id")
        ),
        "Mentorship": lambda: institution_of("mentor", "mentor_id"),
        "MentorshipSession": lambda: institution_of("mentor", "mentor_id"),
        "Registration": lambda: _organizers(sight, row),
        "Attendance": lambda: _organizers(sight, sight.get("registration", row["registration_id"])),
        "Mobility": lambda: {row["sending_institution_id"], row["receiving_institution_id"]},
        "Consent": lambda: (
            institution_of("person", "person_id") if row["person_id"] == sight.viewer.self_ else set()
        ),
    }
    return found[type_]() if type_ in found else set()


def _organizers(sight: Sight, registration: Row | None) -> set[UUID | None]:
    if registration is None:
        return set()
    links = sight.rows.owned("event_organizer", "event_id", registration["event_id"])
    return {link["institution_id"] for link in links}


def _people(sight: Sight, type_: str, row: Row) -> set[UUID | None]:
    """Whom a record is about."""

    def person_of(table: str) -> UUID | None:
        other = sight.get(table, row[f"{table}_id"])
        return other["person_id"] if other else None

    if type_ in ("Mentor", "Participant", "Consent", "Registration", "Person", "Champion"):
        return {row["id" if type_ == "Person" else "person_id"]}
    if type_ == "Attendance":
        registration = sight.get("registration", row["registration_id"])
        return {registration["person_id"]} if registration else set()
    if type_ == "Award":
        return {row["recipient_id"]}
    if type_ in ("Participation", "Mobility", "MentorPreference"):
        return {person_of("participant")}
    of_two = type_ in ("Mentorship", "MentorshipSession")
    return {person_of("participant"), person_of("mentor")} if of_two else set()


@dataclass
class LogReader:
    """What one viewer reads of the log."""

    context: ReferenceContext
    log: AuditLog
    _known: dict[int, bool] = field(default_factory=dict)

    @property
    def sight(self) -> Sight:
        return self.context.sight

    def records(self, entry: Row) -> list[VisibleRow]:
        """The record that an entry is of, as the viewer sees it: of a person's own data their profiles."""
        if entry["entity"] == "person":
            rows = [(t, row) for t in PROFILES for row in self.owned(t, entry["entity_id"])]
            return [VisibleRow(t, row) for t, row in rows if self.sight.sees(t, row)]
        type_ = TYPE_OF_TABLE.get(entry["entity"])
        found = self.context.one(type_, entry["entity_id"]) if type_ in NODES else None
        return [found] if found else []

    def owned(self, type_: str, person: UUID) -> Iterable[Row]:
        return self.context.rows.owned(TABLE[type_], "id" if type_ == "Person" else "person_id", person)

    def me(self) -> set[UUID]:
        return {*self.sight.viewer.persons("MENTOR"), *self.sight.viewer.persons("PARTICIPANT")}

    def did(self, entry: Row) -> bool:
        mine = {f"person {one}" for one in self.me()} | {
            f"client {one}" for one in self.sight.viewer.clients()
        }
        return entry["actor"] in mine

    def concerns_mine(self, entry: Row) -> bool:
        mine = set(self.sight.viewer.institutions())
        return any(mine & _institutions(self.sight, one.type, one.row) for one in self.records(entry))

    def reads(self, entry: Row) -> bool:
        if self.sight.viewer.is_admin:
            return True
        if entry["number"] not in self._known:
            about = [_people(self.sight, one.type, one.row) for one in self.records(entry)]
            self._known[entry["number"]] = bool(about) and (
                self.did(entry) or self.concerns_mine(entry) or any(self.me() & people for people in about)
            )
        return self._known[entry["number"]]

    def sources(self, entry: Row) -> list[tuple[str, Row | None]]:
        """The types by which the changed row's columns are read, each with the row as it is now."""
        if entry["part"] is not None and entry["part"] != "person_language":
            return [(TYPE_OF_TABLE[entry["part"]], self.context.rows.get(entry["part"], entry["part_id"]))]
        if entry["part"] == "person_language":
            return [("SpokenLanguage", self.context.rows.get(entry["part"], entry["part_id"]))]
        return [(one.type, one.row) for one in self.records(entry)]

    def visible_field(self, entry: Row, column: str) -> str | None:
        """The field that a column is, where the viewer reads it of this row."""
        for type_, row in self.sources(entry):
            field = self.field_of(type_, entry["part"] or entry["entity"], column)
            if field is None:
                continue
            hidden = self.sight.hidden(type_, row) if row is not None else _never_masked(type_)
            seen = row is not None and self.sight.sees(type_, row)
            if field not in hidden and (seen or (row is None and type_ in EVERYBODYS)):
                return field
        return None

    def field_of(self, type_: str, table: str, column: str) -> str | None:
        """The field that returns a column as it is."""
        object_type = self.context.world.schema.type_map[type_]
        assert isinstance(object_type, GraphQLObjectType)
        if column in TO_PEOPLE or (type_ != "Person" and (table, column) in BY_THEMSELVES):
            return None
        if table == "person" and type_ != "Person":
            name = NAMES.get(column, camel(column))
            return name if (type_, name) in PERSON else None
        if column in ("latitude", "longitude"):
            return "location"
        if column in ORIGINS.get(type_, {}).values():
            return "originatedFrom"
        for name, definition in object_type.fields.items():
            target = get_named_type(definition.type).name
            if target == "Translation" and column[:-3] in (snake(name)[:-3] + "y", snake(name)[:-1]):
                return str(name)
        column = column if column == "ror_id" else column.removesuffix("_id")
        name = camel(column.removesuffix("_en").removesuffix("_es"))
        return (
            name
            if name in object_type.fields and (type_ == "Person" or (type_, name) not in PERSON)
            else None
        )

    def path(self, entry: Row, column: str, field: str | None) -> str:
        table = entry["part"] or entry["entity"]
        if field is None:
            return camel(column)
        if table == "person":
            return camel(column.removesuffix("_id"))
        if field in ("location", "originatedFrom"):
            several = not (field == "originatedFrom" and len(ORIGINS[TYPE_OF_TABLE[table]]) == 1)
            return f"{field}.{camel(column)}" if several else field
        return field

    def target(self, entry: Row, column: str) -> str | None:
        """The type that a column refers to."""
        if not column.endswith("_id") or column == "ror_id":
            return None
        word = column.removesuffix("_id").removeprefix("origin_")
        known = {
            "sending_institution": "Institution",
            "receiving_institution": "Institution",
            "funder": "Institution",
            "counterpart": "Institution",
            "parent": "Institution",
            "recipient": "Person",
            "person": "Person",
            "predecessor": "Institution",
            "previous": "Agreement",
            "client": None,
        }
        if (entry["part"] or entry["entity"]).startswith(("access_", "api_")):
            return None
        return known[word] if word in known else TYPE_OF_TABLE.get(word)

    def value(self, entry: Row, column: str, value: str | None) -> str | None:
        type_ = self.target(entry, column)
        if type_ is None or value is None:
            return value
        if self.sight.viewer.is_admin or type_ in EVERYBODYS:
            return global_id(type_, UUID(value))
        return global_id(type_, UUID(value)) if self.sight.sees_by_key(type_, UUID(value)) else None

    def columns(self, entry: Row) -> dict[str, str]:
        """The columns that the viewer reads of an entry, each with the path that it is told by."""
        found = {}
        for column in entry["columns"]:
            if self.sight.viewer.is_admin and not self.is_withheld(entry, column):
                sources = self.sources(entry) or [(t, None) for t in self.all_types(entry)]
                fields = [self.field_of(t, entry["part"] or entry["entity"], column) for t, _ in sources]
                found[column] = self.path(entry, column, next((f for f in fields if f), None))
            elif (field := self.visible_field(entry, column)) is not None:
                found[column] = self.path(entry, column, field)
        return found

    def is_withheld(self, entry: Row, column: str) -> bool:
        """Whether a column is one that not even staff read by being staff."""
        table = entry["part"] or entry["entity"]
        return any(self.field_of(t, table, column) in WITHHELD.get(t, ()) for t in self.all_types(entry))

    def all_types(self, entry: Row) -> list[str]:
        table = entry["part"] or entry["entity"]
        if table == "person":
            return list(PROFILES)
        return [TYPE_OF_TABLE[table]] if table in TYPE_OF_TABLE else []

    def changes(self, entry: Row, columns: Mapping[str, str]) -> list[dict[str, Any]]:
        found = []
        for one in self.log.values.get(entry["number"], []):
            column = one["column_name"]
            if column not in columns:
                continue
            path = columns[column]
            texts = [
                self.field_of(t, entry["part"] or entry["entity"], column) for t in self.all_types(entry)
            ]
            language = column[-2:].upper() if column[-3:] in ("_en", "_es") and any(texts) else None
            before, after = (self.value(entry, column, one[side]) for side in ("before", "after"))
            found.append({"field": path, "language": language, "before": before, "after": after})
        return sorted(found, key=lambda one: (one["field"], one["language"] or "~"))

    def actor(self, entry: Row) -> dict[str, Any]:
        kind, _, id = entry["actor"].partition(" ")
        key = hashlib.sha256(entry["actor"].encode()).hexdigest()[:24]
        name, visible = self.actor_name(kind, id)
        return {
            "kind": kind.upper() if kind.upper() in KINDS else "SESSION",
            "id": f"actor_{key}",
            "name": name if visible else None,
            "hiddenFields": [] if visible else [{"field": "name", "reason": "CONSENT"}],
        }

    def actor_name(self, kind: str, id: str) -> tuple[str | None, bool]:
        person = self.context.rows.get("person", UUID(id)) if kind == "person" else None
        client = self.context.rows.get("api_client", UUID(id)) if kind == "client" else None
        if person is not None:
            _, named = MASKS["Champion", "name"]
            visible = self.sight.viewer.is_admin or named(self.sight, {"person_id": person["id"]})
            return f"{used_name(person)} {person['family_names']}", visible
        if client is not None:
            own = client["id"] in self.sight.viewer.clients() or self.sight.coordinates(
                client["institution_id"]
            )
            return client["name"], self.sight.viewer.is_admin or own
        return None, self.sight.viewer.is_admin

    def entry(self, entry: Row) -> dict[str, Any]:
        """An entry as it is answered."""
        columns, records = self.columns(entry), self.records(entry)
        reasoned = self.sight.viewer.is_admin or self.did(entry) or self.concerns_mine(entry)
        status = self.sight.viewer.is_admin or self.visible_field(entry, "status") is not None
        type_ = TYPE_OF_TABLE.get(entry["entity"])
        known = type_ if type_ in set(NODES) - {"Person"} else None
        return {
            "number": entry["number"],
            "at": printed(entry["at"]),
            "actor": self.actor(entry),
            "roles": entry["role"].split(",") if entry["role"] else [],
            "mutation": entry["mutation"],
            "requestId": entry["request_id"],
            "reason": entry["reason"] if reasoned else None,
            "operation": entry["operation"],
            "entity": _named(records[0]) if records else None,
            "entityId": global_id(known, entry["entity_id"]) if known else None,
            "part": PARTS.get(entry["part"]),
            "statusFrom": entry["status_from"] if status else None,
            "statusTo": entry["status_to"] if status else None,
            "fields": sorted({path.partition(".")[0] for path in columns.values()}),
            "changes": self.changes(entry, columns),
            "hiddenFields": [] if reasoned else [{"field": "reason", "reason": "ROLE"}],
        }

    def fits(self, entry: Row, given: Mapping[str, Any]) -> bool:
        if given.get("entity") is not None and not self.is_of(entry, given["entity"]):
            return False
        if given.get("actor") is not None and self.actor(entry)["id"] != given["actor"]:
            return False
        if given.get("mutation") is not None and entry["mutation"] != given["mutation"]:
            return False
        since, until = given.get("since"), given.get("until")
        return (since is None or entry["at"] >= since) and (until is None or entry["at"] < until)

    def is_of(self, entry: Row, id: str) -> bool:
        type_, key = read_id(id)
        if entry["entity"] == "person":
            profile = self.context.one(type_, key) if type_ in PROFILES else None
            return profile is not None and entry["entity_id"] == profile.row.get("person_id", key)
        return bool(entry["entity"] == TABLE[type_] and entry["entity_id"] == of_type(id, type_))

    def page(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """`auditLog` for these arguments."""
        found = [entry for entry in self.log.entries if self.reads(entry) and self.fits(entry, given)]
        page = cut(found, window_of(given), _beyond(given.get("after"), 1), _beyond(given.get("before"), -1))
        parts = paged(page, cursor, self.entry)
        nodes, info = parts["nodes"](), parts["pageInfo"]()
        return {"totalCount": len(found), "pageInfo": info, "nodes": nodes}


def cursor(entry: Row) -> str:
    return encode([FINGERPRINT, entry["number"]])


def _beyond(given: str | None, sign: int) -> Callable[[Row], bool] | None:
    if given is None:
        return None
    _, number = decode(given)
    return lambda entry: bool(sign * (number - entry["number"]) > 0)


def _named(one: VisibleRow) -> dict[str, Any]:
    return {"__typename": one.type, "id": global_id(one.type, one.row["id"])}


def _never_masked(type_: str) -> set[str]:
    return {name for of, name in MASKS if of == type_}


PUBLIC_TYPES = (
    "Institution Program Cohort Activity ProjectInstitution Contributor ProjectOutput AgreementParty"
    " ProjectExternalId EventExternalId EventOrganizer Venue SpokenLanguage Champion"
)
EVERYBODYS = frozenset(PUBLIC_TYPES.split())
"""The types of which everybody sees every row."""
PARTS = {
    "project_institution": "institutions",
    "project_contributor": "contributors",
    "project_output": "outputs",
    "project_external_id": "externalIds",
    "event_external_id": "externalIds",
    "agreement_party": "parties",
    "event_organizer": "organizers",
    "person_language": "languages",
    "activity_participation": "activities",
}
