"""Suggested mentors for a participation, with a score and reasons.

The score is the sum of the points of all reasons that apply: the cohort's weights, and those of a preference,
which exceed all others together. It is computed only from data that readers of suggestions can see: fields,
sides, languages, sectors, the time zones of institutions, places, and preferences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from sqlalchemy import FromClause, Integer, Uuid, and_, case, func, literal, literal_column, not_, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.types import Text

import models
from models.mentorship import LOWEST_RANK, OPEN, MentorFit, MentorshipStatus
from models.person import LanguageLevel
from models.program import GOING_ON
from planner.declaration.access import Rules
from planner.declaration.fields import column, derived, one, table_of
from planner.declaration.row import Row
from planner.declaration.scalar_types import global_id_type
from planner.declaration.write_rights import holds
from planner.document.arguments import Arguments
from planner.sql import Column, Condition, exists, literal_text, scalar_subquery
from planner.statement.filters import offered_conditions
from schema.declarations import declarations, value
from schema.isced import RESEARCH_FIELDS
from schema.mentorship_writes import places_taken
from schema.messages import message
from schema.roles import COORDINATOR, SELF
from schema.rules import OWN_PARTICIPATION, of_program

if TYPE_CHECKING:
    from schema.person import Mentor

declarations.enums(MentorFit)

READERS: Rules = {SELF: OWN_PARTICIPATION, COORDINATOR: of_program()}
"""The viewers who get suggestions for a participation, besides the alliance's staff."""
FLUENT = (LanguageLevel.B2, LanguageLevel.C1, LanguageLevel.C2, LanguageLevel.NATIVE)
HOURS_APART = 3
WORDS = {
    MentorFit.FIELD: message("suggestion.field"),
    MentorFit.OTHER_SIDE: message("suggestion.other_side"),
    MentorFit.LANGUAGE: message("suggestion.language"),
    MentorFit.SECTOR: message("suggestion.sector"),
    MentorFit.PLACES: message("suggestion.places"),
    MentorFit.TIME_ZONE: message("suggestion.time_zone"),
    MentorFit.PREFERENCE: message("suggestion.preference"),
}
POINTS_OF_CHOICE = 1000
"""How much each choice counts more than the next one; all weights of a cohort together are less."""


def reasons_of(row: Row | None, arguments: Arguments, context: Any) -> FromClause:
    """The reasons that hold of a suggestion."""
    assert row is not None
    each = [
        select(
            literal_text(fit).label("kind"),
            row[fit.value].label("points"),
            literal(WORDS[fit].read(row.language), Text()).label("text"),
        )
        .where(row[fit.value] > 0)
        .correlate_except()
        for fit in WORDS
    ]
    first, *others = each
    found: FromClause = first.union_all(*others).subquery()
    return found


@value()
class MentorSuggestionReason:
    """Why a mentor is suggested."""

    kind: MentorFit = column("Which reason it is.")
    points: int = column("How much it counts.")
    text: str = column("The same in words, in your language.")


@value()
class MentorSuggestion:
    """A mentor with a place, and how well the two fit."""

    mentor: Mentor | None = one("The mentor.")
    score: int = column("The sum of the points of its reasons.")
    reasons: list[MentorSuggestionReason] = derived(
        "Why the mentor is suggested, what counts most first.", reasons_of, order=("-points", "kind")
    )


def suggested_mentors(row: Row | None, arguments: Arguments, context: Any) -> FromClause:
    """The mentors for the participation that an argument names, with their points for each reason."""
    names = ("Participation", "Participant", "Cohort", "Mentor")
    part, participant, cohort, mentor = rows = [context.row(name) for name in names]
    wanted = [
        part["id"] == _participation(arguments, context),
        part["participant_id"] == participant["id"],
        part["cohort_id"] == cohort["id"],
        part["status"].in_([status.value for status in GOING_ON]),
        holds(context.policy.granted(READERS, context.roles), part),
        *(seen for one in rows for seen in one.visibility_conditions()),
        *offered_conditions(mentor),
        *_may_be_requested(part, participant, mentor),
    ]
    weighed = {
        fit: _points(fits, cohort[f"{fit.lower()}_weight"]) for fit, fits in _fits(participant, mentor)
    }
    points = {**weighed, MentorFit.PREFERENCE: _preference(part, mentor)}
    own = [clause for one in rows for clause in one.from_clauses]
    columns = [mentor["id"].label("mentor_id"), *(each.label(fit.value) for fit, each in points.items())]
    found = select(*columns).where(*wanted).correlate_except(*own).subquery()
    score: Any = reduce(add, (found.c[fit.value] for fit in points))
    suggested: FromClause = select(*found.c, score.label("score")).correlate_except(found).subquery()
    return suggested


def _points(fits: Condition, weight: Column) -> Column:
    return case((fits, weight), else_=literal_column("0", Integer()))


def _preference(part: Row, mentor: Row) -> Column:
    """More for a mentor of a better rank; 0 without a preference."""
    preference = part.context.row("MentorPreference")
    points = (LOWEST_RANK + 1 - preference["rank"]) * literal_column(str(POINTS_OF_CHOICE), Integer())
    found = select(points).select_from(preference.from_clause).where(*_of_both(preference, part, mentor))
    return func.coalesce(scalar_subquery(found, *preference.from_clauses), literal_column("0", Integer()))


def _of_both(preference: Row, part: Row, mentor: Row) -> list[Condition]:
    mine = [preference["participation_id"] == part["id"], preference["mentor_id"] == mentor["id"]]
    return [*mine, *preference.as_correlated().visibility_conditions()]


def _avoids(part: Row, mentor: Row) -> Condition:
    avoided = part.context.row("MentorPreference")
    wanted = [*_of_both(avoided, part, mentor), avoided["avoid"]]
    return exists(avoided.from_clauses, avoided.from_clause, wanted, correlated=True)


def _participation(arguments: Arguments, context: Any) -> Column:
    convert = global_id_type("participation", frozenset(context.catalog.prefixes)).convert
    key: Column = context.bind(arguments["participation"], Uuid(), convert)
    return key


def _may_be_requested(part: Row, participant: Row, mentor: Row) -> list[Condition]:
    """A mentor with a free place, not the participant, nor avoided by them.

    The two have no open mentorship in the cohort, and none that ended early.
    """
    before = part.context.row("Mentorship")
    open_here = and_(
        before["status"].in_([status.value for status in OPEN]), before["cohort_id"] == part["cohort_id"]
    )
    of_the_two = [
        before["participant_id"] == participant["id"],
        before["mentor_id"] == mentor["id"],
        or_(before["status"] == literal_text(MentorshipStatus.ENDED), open_here),
        *before.as_correlated().visibility_conditions(),
    ]
    return [
        mentor["available"],
        mentor["capacity"] > places_taken(mentor["id"]),
        mentor["person_id"] != participant["person_id"],
        not_(_avoids(part, mentor)),
        not_(exists(before.from_clauses, before.from_clause, of_the_two, correlated=True)),
    ]


def _fits(participant: Row, mentor: Row) -> Iterable[tuple[MentorFit, Condition]]:
    zones = [func.timezone(_of_home(one, "time_zone"), func.now()) for one in (participant, mentor)]
    apart = func.abs(func.extract("epoch", zones[0] - zones[1]))
    fits: Mapping[MentorFit, Condition] = {
        MentorFit.FIELD: _same_field(participant, mentor),
        MentorFit.OTHER_SIDE: _of_home(participant, "side") != _of_home(mentor, "side"),
        MentorFit.LANGUAGE: _common_language(participant, mentor),
        MentorFit.SECTOR: participant["preferred_sector"] == mentor["sector"],
        MentorFit.PLACES: (mentor["capacity"] - places_taken(mentor["id"])) * 2 >= mentor["capacity"],
        MentorFit.TIME_ZONE: apart <= HOURS_APART * 3600,
    }
    return fits.items()


def _same_field(participant: Row, mentor: Row) -> Condition:
    studied, expertise = participant["field_of_study"], mentor["expertise"]
    each = [
        and_(
            func.left(studied, len(prefix)) == literal_text(prefix),
            expertise.op("&&")(array([literal_text(field) for field in fields])),
        )
        for prefix, fields in RESEARCH_FIELDS.items()
    ]
    return or_(*each)


def _common_language(participant: Row, mentor: Row) -> Condition:
    mine, theirs = (participant.context.table(table_of(models.PersonLanguage)) for _ in range(2))
    levels = [level.value for level in FLUENT]
    wanted = [
        mine.c.person_id == participant["person_id"],
        theirs.c.person_id == mentor["person_id"],
        mine.c.language == theirs.c.language,
        mine.c.level.in_(levels),
        theirs.c.level.in_(levels),
    ]
    return exists([mine, theirs], mine.join(theirs, literal_column("true")), wanted, correlated=True)


def _of_home(row: Row, name: str) -> Column:
    """A column of the institution of a participant or mentor."""
    home = row.context.table(table_of(models.Institution))
    return scalar_subquery(select(home.c[name]).where(home.c.id == row["institution_id"]), home)
