"""How calls are written: whoever manages one prepares and publishes it, and time opens and closes it.

What depends on a time that has passed doesn't wait for the clock's step.
"""

from __future__ import annotations

from sqlalchemy import DateTime, and_, case, false, func, literal_column, or_

from models.call import CallStatus
from planner.declaration.access import Rule
from planner.declaration.row import Row
from planner.declaration.writes import (
    Consequence,
    Guard,
    StepTask,
    Workflow,
    WorkflowStep,
    Writes,
    creation,
)
from planner.message_catalog import LocalizedMessage
from planner.sql import Column, Condition, literal_text
from schema.messages import message

DRAFT, SCHEDULED, OPEN, CLOSED, CANCELLED = CallStatus


def _given_text(name: str, row: Row) -> Column:
    """A text as the input would leave it."""
    is_given: Column = literal_column(f"$1 -> 'set' ? '{name}'")
    given: Column = literal_column(f"$1 -> 'set' ->> '{name}'")
    return case((is_given, given), else_=row[name])


def _new_closing(row: Row) -> Column:
    """The last minute that the input gives, by the call's clock."""
    given: Column = literal_column("($1 -> 'set' ->> 'deadline')::timestamp")
    return func.timezone(row["time_zone"], given, type_=DateTime(timezone=True))


def _end_of_minute(instant: Column) -> Column:
    minute: Column = literal_column("interval '1 minute'")
    return func.date_trunc(literal_text("minute"), instant, type_=DateTime(timezone=True)) + minute


def _is_ahead(row: Row) -> Condition:
    """It opens later than now."""
    return func.coalesce(row["opens_at"] > func.now(), false())


def _is_draft(row: Row) -> Condition:
    return row["status"] == literal_text(DRAFT)


def _published_status(row: Row) -> Column:
    return case((_is_ahead(row), literal_text(SCHEDULED)), else_=literal_text(OPEN))


def _extended_status(row: Row) -> Column:
    waits = and_(row["status"] == literal_text(SCHEDULED), _is_ahead(row))
    return case((waits, literal_text(SCHEDULED)), else_=literal_text(OPEN))


def _kept(field: str, words: LocalizedMessage, rule: Rule) -> Guard:
    """A guard of an update that sets the field."""
    return Guard(rule, "WRONG_STATE", words, (field,), if_set=field)


IN_BOTH_LANGUAGES = Guard(
    Rule(
        lambda row: and_(row["title_en"].is_not(None), row["title_es"].is_not(None)),
        "titles in English and Spanish",
    ),
    "INCOMPLETE",
    message("call.no_title"),
)
HAS_CLOSING = Guard(
    Rule(lambda row: row["deadline"].is_not(None), "a closing"),
    "INCOMPLETE",
    message("call.no_closing"),
)
NOT_OVER = Guard(
    Rule(lambda row: or_(row["closes_at"].is_(None), row["closes_at"] > func.now()), "not over"),
    "DEADLINE_PASSED",
    message("call.over"),
)
AHEAD = Guard(
    Rule(lambda row: _end_of_minute(_new_closing(row)) > func.now(), "a closing that is ahead"),
    "OUT_OF_RANGE",
    message("call.closing_passed"),
    ("localClosing",),
    if_given="localClosing",
)
LATER = Guard(
    Rule(
        lambda row: or_(row["deadline"].is_(None), _new_closing(row) > row["deadline"]),
        "a closing later than the present one",
    ),
    "OUT_OF_RANGE",
    message("call.not_later"),
    ("localClosing",),
    if_given="localClosing",
)
EARLIER = Guard(
    Rule(
        lambda row: or_(
            row["closes_at"].is_(None),
            row["closes_at"] <= func.now(),
            _new_closing(row) < row["deadline"],
        ),
        "a closing earlier than the present one",
    ),
    "OUT_OF_RANGE",
    message("call.not_earlier"),
    ("localClosing",),
    if_given="localClosing",
)
UNANNOUNCED = Rule(_is_draft, "while it is a draft")
BEFORE_OPENING = Rule(
    lambda row: or_(_is_draft(row), and_(row["status"] == literal_text(SCHEDULED), _is_ahead(row))),
    "until it opens",
)
STAYS_TRANSLATED = Rule(
    lambda row: or_(
        row["status"].not_in([SCHEDULED.value, OPEN.value]),
        _given_text("title_en", row).is_(None) == _given_text("title_es", row).is_(None),
    ),  # both are missing: REQUIRED says so
    "in both languages once announced",
)
UPDATE_GUARDS = (
    _kept("localOpening", message("call.opened"), BEFORE_OPENING),
    _kept("localClosing", message("call.closing_announced"), UNANNOUNCED),
    _kept("timeZone", message("call.zone_announced"), UNANNOUNCED),
    Guard(STAYS_TRANSLATED, "INCOMPLETE", message("call.no_title"), ("titles",), if_set="titles"),
)
WORKFLOW = Workflow(
    "status",
    (
        WorkflowStep(
            "publishCall",
            "Announce a call to everyone: it is open, or will be at its opening.",
            (DRAFT,),
            OPEN,
            guards=(IN_BOTH_LANGUAGES, HAS_CLOSING, NOT_OVER),
            sets={"status": _published_status},
            task=StepTask("PUBLISH_CALL", "Publish a call that is a draft.", lambda row: row["opens_on"]),
        ),
        WorkflowStep(
            "extendCall",
            "Let a call close later than announced; one that is closed opens again.",
            (SCHEDULED, OPEN, CLOSED),
            OPEN,
            guards=(LATER, AHEAD),
            fields=("localClosing",),
            needs=("localClosing",),
            sets={"status": _extended_status},
        ),
        WorkflowStep(
            "shortenCall",
            "Let a call close earlier than announced.",
            (SCHEDULED, OPEN),
            guards=(NOT_OVER, EARLIER, AHEAD),
            needs_reason=True,
            fields=("localClosing",),
            needs=("localClosing",),
        ),
        WorkflowStep(
            "cancelCall",
            "Cancel a call that was announced.",
            (SCHEDULED, OPEN, CLOSED),
            CANCELLED,
            needs_reason=True,
        ),
    ),
    consequences=(
        Consequence(DRAFT, SCHEDULED, "`publishCall` announced a call that opens later."),
        Consequence(SCHEDULED, OPEN, "Its opening has come.", "(opens_at is null or opens_at <= now())"),
        Consequence(OPEN, CLOSED, "Its last minute is over.", "closes_at <= now()"),
    ),
)
WRITES = Writes(
    (
        *("titles", "eligibilities", "localOpening", "localClosing", "timeZone"),
        *("maxAmount", "currency", "maxMonths"),
    ),
    WORKFLOW,
    creations=(creation("program institution", status=DRAFT),),
    guards=UPDATE_GUARDS,
)
