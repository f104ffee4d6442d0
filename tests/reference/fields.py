"""What each field of a row shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from graphql import (
    GraphQLList,
    GraphQLObjectType,
    GraphQLResolveInfo,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
)

from tests.reference.actions import available_actions
from tests.reference.archive import offered
from tests.reference.collaborations import collaborations
from tests.reference.counts import COUNTS
from tests.reference.field_sources import snake
from tests.reference.ids import global_id
from tests.reference.impact import computed
from tests.reference.localized_texts import printed, wall_clock
from tests.reference.ordering import fixed_terms, ordered
from tests.reference.pages import bounded, connection
from tests.reference.tables import MASKED, ReferenceContext, VisibleRow


def field_of_row(
    context: ReferenceContext,
    source: VisibleRow,
    info: GraphQLResolveInfo[ReferenceContext],
    given: Mapping[str, Any],
) -> Any:
    """A field of an object that is a row."""
    name, returns = info.field_name, get_nullable_type(info.return_type)
    if name in context.hidden(source):
        context.met.add(MASKED)
    if name in context.hidden(source) and not get_named_type(returns).name.endswith("Connection"):
        return [] if isinstance(returns, GraphQLList) and not is_leaf_type(get_named_type(returns)) else None
    if (source.type, name) in SPECIAL:
        return SPECIAL[source.type, name](context, source, given)
    if name in SHARED:
        return SHARED[name](context, source, given)
    target = get_named_type(info.return_type)
    if target.name == "Translation":
        return translations(source, translated(source, name))
    if is_leaf_type(target):
        value = context.scalar(source, name, given.get("language"))
        return [printed(one) for one in value] if isinstance(value, list) else printed(value)
    if isinstance(returns, GraphQLList):
        return plain_list(context, source, name, given)
    if target.name.endswith("Connection"):
        return connection(
            context, target.name.removesuffix("Connection"), context.linked(source, name), given
        )
    assert isinstance(target, GraphQLObjectType)
    return context.related(source, name, target.name)


def plain_list(
    context: ReferenceContext, source: VisibleRow, name: str, given: Mapping[str, Any]
) -> list[VisibleRow]:
    """The related rows in the order that is declared, then by id, those that fit the arguments."""
    rows, equal = context.linked(source, name), {key: v for key, v in given.items() if key != "archived"}
    rows = rows if given.get("archived") else offered(rows)
    fitting = [r for r in rows if all(v is None or r.row[key] == v for key, v in equal.items())]
    return [*ordered(context, fitting, fixed_terms((*context.join_of(source.type, name).order, "id")))]


def translated(source: VisibleRow, name: str) -> str:
    """The text that has translations: `titles` are of the title, `summaries` of the summary."""
    plural = snake(name)
    singulars = (plural.removesuffix("ies") + "y", plural.removesuffix("s"))
    return next(one for one in singulars if f"{one}_en" in source.row)


def translations(source: VisibleRow, column: str) -> list[dict[str, str]]:
    texts = (("EN", source.row[f"{column}_en"]), ("ES", source.row[f"{column}_es"]))
    return [{"language": language, "text": text} for language, text in texts if text is not None]


def _location(
    context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]
) -> dict[str, float] | None:
    if source.row["latitude"] is None:
        return None
    return {key: source.row[key] for key in ("latitude", "longitude")}


def _hidden(context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]) -> list[dict[str, str]]:
    hidden = context.hidden(source)
    return [{"field": field, "reason": hidden[field]} for field in sorted(hidden)]


def _display_name(context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]) -> str | None:
    object_type = context.world.schema.type_map[source.type]
    assert isinstance(object_type, GraphQLObjectType)
    for name in ("title", "name", "label"):
        if name in object_type.fields and name not in context.hidden(source):
            text: str | None = printed(context.scalar(source, name))
            return text
    return None


def _local(column: str) -> Any:
    def resolve(context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]) -> str | None:
        instant = source.row[column]
        zone = given.get("timeZone") or source.row["time_zone"]
        return None if instant is None else wall_clock(instant, zone)

    return resolve


def _my_registration(
    context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]
) -> VisibleRow | None:
    for one in context.rows.owned("registration", "event_id", source.row["id"]):
        mine = context.viewer.self_ is not None and one["person_id"] == context.viewer.self_
        if mine and one["status"] in ("CONFIRMED", "WAITLISTED", "ATTENDED"):
            return VisibleRow("Registration", one)
    return None


def _guest(
    context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]
) -> dict[str, str | None] | None:
    if source.row["person_id"] is not None:
        return None
    return {name: source.row[f"guest_{name}"] for name in ("name", "email", "institution", "language")}


def _queue_position(context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]) -> int | None:
    if source.row["status"] != "WAITLISTED":
        return None
    others = context.rows.owned("registration", "event_id", source.row["event_id"])
    return len([one for one in others if one["status"] == "WAITLISTED" and one["seq"] <= source.row["seq"]])


def _days(context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]) -> list[str]:
    attendances = context.rows.owned("attendance", "registration_id", source.row["id"])
    return sorted(one["day"].isoformat() for one in attendances)


def _total_awarded(
    context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]
) -> list[dict[str, str]]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for award in context.rows.owned("award", "project_id", source.row["id"]):
        if award["decided_on"] is not None:
            totals[award["currency"]] += award["amount"]
    return [{"amount": str(totals[currency]), "currency": currency} for currency in sorted(totals)]


def _collaborations(
    context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]
) -> list[dict[str, Any]]:
    first = given.get("first")
    return collaborations(context, source.row["id"])[: bounded(20 if first is None else first)]


def _reported(
    context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]
) -> dict[str, Any] | None:
    row = source.row
    if row["reported_value"] is None:
        return None
    return {
        "value": row["reported_value"],
        "comparator": row["comparator"],
        "asOf": printed(row["as_of"]),
        "source": row["reported_source"],
    }


def _feed(context: ReferenceContext) -> Mapping[str, Any]:
    (state,) = context.rows.all("feed")
    return state


def _position(context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]) -> str:
    feed, row = _feed(context), source.row
    return f"{row['epoch']}.{row['number']}.{row['fingerprint']}-{feed['last']}-{feed['tag']}"


def _behind(context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]) -> int | None:
    feed, row = _feed(context), source.row
    return int(feed["last"] - row["number"]) if feed["epoch"] == row["epoch"] else None


def _next_attempt(context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]) -> str | None:
    failing = source.row["attempts"] > 0 and source.row["state"] == "ACTIVE"
    return printed(source.row["next_attempt_at"]) if failing else None


def _old_secret(context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]) -> str | None:
    until = source.row["old_secret_until"]
    return printed(until) if until is not None and until > datetime.now(UTC) else None


def _institution_id(context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]) -> str | None:
    key = source.row["institution_id"]
    return None if key is None else global_id("Institution", key)


def _actions(context: ReferenceContext, source: VisibleRow, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    return available_actions(context.sight, source.type, source.row, context.language())


SHARED: Mapping[str, Any] = {
    "availableActions": _actions,
    "id": lambda context, source, given: global_id(source.type, source.row["id"]),
    "location": _location,
    "hiddenFields": _hidden,
    "displayName": _display_name,
}
SPECIAL: Mapping[tuple[str, str], Any] = {
    **COUNTS,
    ("Agreement", "originatedFrom"): lambda context, source, given: context.origin(source),
    ("Project", "originatedFrom"): lambda context, source, given: context.origin(source),
    ("Project", "totalAwarded"): _total_awarded,
    ("Award", "recipientProfile"): lambda context, source, given: context.profile(source, "recipient_id"),
    ("Champion", "person"): lambda context, source, given: context.profile(source),
    ("Contributor", "person"): lambda context, source, given: context.profile(source),
    ("Event", "localStart"): _local("starts_at"),
    ("Event", "localEnd"): _local("ends_at"),
    ("Call", "localOpening"): _local("opens_at"),
    ("Call", "localClosing"): _local("deadline"),
    ("Event", "myRegistration"): _my_registration,
    ("Registration", "position"): _queue_position,
    ("Registration", "guest"): _guest,
    ("Registration", "attendedOn"): _days,
    ("Consent", "person"): lambda context, source, given: context.profile(source),
    ("Notification", "entity"): lambda context, source, given: context.origin(source),
    ("Notification", "person"): lambda context, source, given: context.profile(source),
    ("Institution", "collaborations"): _collaborations,
    ("Webhook", "cursor"): _position,
    ("Webhook", "behind"): _behind,
    ("Webhook", "nextAttemptAt"): _next_attempt,
    ("Webhook", "oldSecretUntil"): _old_secret,
    ("Webhook", "institutionId"): _institution_id,
    ("ImpactMetric", "reported"): _reported,
    ("ImpactMetric", "computed"): lambda context, source, given: computed(context, source.row),
}
