"""How mentorships are written: requests, answers, start and end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import FromClause, Integer, case, func, literal_column, not_, or_, select, true
from sqlmodel import SQLModel

import models
from models.consent import ConsentPurpose
from models.mentorship import OPEN, UNDER_WAY, MentorshipRequester, MentorshipStatus
from models.notification import NotificationKind
from models.program import ParticipationStatus
from planner.declaration.access import Rule
from planner.declaration.fields import table_of
from planner.declaration.row import Row
from planner.declaration.writes import Consequence, Creation, Guard, StepTask, Workflow, WorkflowStep, writes
from planner.mutation.given import setting
from planner.mutation.notify_statement import notifying
from planner.sql import Column, Condition, exists, literal_text, scalar_subquery
from schema.dates import LAST_TODAY, last_today, today
from schema.messages import message
from schema.recipients import program_staff, the_two
from schema.roles import SELF
from schema.rules import consenting_participant, referred

PROPOSED = MentorshipStatus.PROPOSED.value


def places_taken(mentor: Column) -> Column:
    """How many mentorships of a mentor are accepted or active."""
    mentorship = table_of(models.Mentorship).alias()
    taken = select(func.count()).where(
        mentorship.c.mentor_id == mentor, mentorship.c.status.in_([one.value for one in UNDER_WAY])
    )
    return scalar_subquery(taken, mentorship)


def _own_profile(model: type[SQLModel]) -> Any:
    """The viewer's record as a mentor or a participant."""

    def found(row: Row) -> Column:
        profile = table_of(model).alias()
        mine = profile.c.person_id == row.context.single_attribute(SELF)
        return scalar_subquery(select(profile.c.id).where(mine), profile)

    return found


def _respond_by(row: Row) -> Column:
    return today() + literal_column(setting("mentorship_answer_days"), Integer())


def _is_first(row: Row) -> Condition:
    """The two have no other open one in the cohort."""
    other = row.context.table(table_of(models.Mentorship))
    wanted = [
        other.c.id != row["id"],
        other.c.mentor_id == row["mentor_id"],
        other.c.participant_id == row["participant_id"],
        other.c.cohort_id.is_not_distinct_from(row["cohort_id"]),
        other.c.status.in_([one.value for one in OPEN]),
    ]
    return not_(exists([other], other, wanted, correlated=row.correlated))


def _are_few(row: Row) -> Condition:
    """The participant has no more requests that wait than there may be, this one among them."""
    waiting = table_of(models.Mentorship).alias()
    count = select(func.count()).where(
        waiting.c.participant_id == row["participant_id"],
        waiting.c.status == literal_text(PROPOSED),
        waiting.c.requested_by == literal_text(MentorshipRequester.PARTICIPANT),
    )
    return scalar_subquery(count, waiting) <= literal_column(setting("mentorship_requests"))


def _takes_part(row: Row) -> Condition:
    """The participant is or will be in the cohort, if one is named."""
    part = row.context.table(table_of(models.Participation))
    present = [
        part.c.participant_id == row["participant_id"],
        part.c.cohort_id == row["cohort_id"],
        part.c.status != literal_text(ParticipationStatus.WITHDRAWN),
    ]
    return or_(row["cohort_id"].is_(None), exists([part], part, present, correlated=row.correlated))


def _are_two(row: Row) -> Condition:
    """The mentor and the participant are not the same person."""
    mentor = row.context.table(table_of(models.Mentor))
    participant = row.context.table(table_of(models.Participant))
    both = [
        mentor.c.id == row["mentor_id"],
        participant.c.id == row["participant_id"],
        mentor.c.person_id != participant.c.person_id,
    ]
    joined = mentor.join(participant, true())
    tables: Sequence[FromClause] = [mentor, participant]
    return exists(tables, joined, both, correlated=row.correlated)


CONSENTS = Guard(
    consenting_participant(ConsentPurpose.PARTNER_ACCESS), "CONSENT_MISSING", message("mentorship.no_consent")
)
HAS_CAPACITY = Guard(
    referred(
        "mentor_id",
        models.Mentor,
        lambda _, mentor: mentor.capacity > places_taken(mentor.id),
        "with a place left",
    ),
    "CAPACITY_REACHED",
    message("mentorship.no_place"),
)
IN_TIME = Guard(
    Rule(
        lambda row: or_(row["respond_by"].is_(None), row["respond_by"] >= last_today()), "until its last day"
    ),
    "DEADLINE_PASSED",
    message("mentorship.too_late"),
)


def _of_two(named: str) -> tuple[Guard, ...]:
    """Guards of a new one for either requester; `named` is the other, as in the input."""
    return (
        Guard(Rule(_is_first, "the only open one of the two in the cohort"), "ALREADY_EXISTS",
              message("mentorship.exists"), (named,)),
        Guard(Rule(_are_two, "of two people"), "INVALID", message("mentorship.with_oneself"), (named,)),
        Guard(Rule(_takes_part, "in a cohort of the participant's"), "NOT_ELIGIBLE",
              message("mentorship.other_cohort"), ("cohort",)),
    )  # fmt: skip


MENTOR_LOCKED = "select from mentor where id = ($1 -> 'set' ->> 'mentor_id')::uuid for key share"
OWN_RECORD = "select from {table} where person_id = ($1 -> 'viewer' ->> 'viewer_SELF')::uuid for {lock}"
"""Who archives the mentor waits for a new mentorship, or this one for them; mentors are locked before
participants, as in `acceptMentorship`."""
SAME = ("mentor_id", "participant_id", "cohort_id", "requested_by")
ANSWERED = Rule(lambda row: row["status"] != literal_text(PROPOSED), "answered, or lapsed")
REQUEST = Creation(
    ("mentor", "cohort", "goals"),
    {"status": PROPOSED, "requested_by": MentorshipRequester.PARTICIPANT},
    "requestMentorship",
    "Ask a mentor to accompany you, as a participant. The mentor answers.",
    sets={"participant_id": _own_profile(models.Participant), "respond_by": _respond_by},
    tells=(the_two(NotificationKind.MENTORSHIP_REQUESTED),),
    locks=(MENTOR_LOCKED, OWN_RECORD.format(table="participant", lock="no key update")),
    guards=(
        *_of_two("mentor"),
        Guard(CONSENTS.rule, CONSENTS.code, CONSENTS.message, ()),
        Guard(
            referred(
                "mentor_id",
                models.Mentor,
                lambda _, mentor: mentor.available,
                "to a mentor who takes participants",
            ),
            "CAPACITY_REACHED",
            message("mentorship.not_available"),
            ("mentor",),
        ),
        Guard(Rule(_are_few, "with few others that wait"), "TOO_MANY", message("mentorship.too_many"), ()),
    ),
    same=SAME,
    over=ANSWERED,
    maker="PARTICIPANT",
    own="participant_id",
)
INVITATION = Creation(
    ("participant", "cohort", "goals"),
    {"status": PROPOSED, "requested_by": MentorshipRequester.MENTOR},
    "inviteMentee",
    "Offer a participant to accompany them, as their mentor. The participant answers.",
    sets={"mentor_id": _own_profile(models.Mentor), "respond_by": _respond_by},
    locks=(OWN_RECORD.format(table="mentor", lock="key share"),),
    gate="participant",
    guards=_of_two("participant"),
    tells=(the_two(NotificationKind.MENTORSHIP_OFFERED),),
    same=SAME,
    over=ANSWERED,
    maker="MENTOR",
    own="mentor_id",
)
LAPSED = Consequence(
    MentorshipStatus.PROPOSED,
    MentorshipStatus.LAPSED,
    "Nobody answered in time, or another mentor accepted the participant.",
    f"respond_by < {LAST_TODAY}",
    (the_two(NotificationKind.MENTORSHIP_LAPSED),),
)
LAPSE_OTHERS = """
update mentorship set status = 'LAPSED' from mentorship accepted
where accepted.id = ($1 ->> 'id')::uuid and mentorship.id <> accepted.id
    and mentorship.participant_id = accepted.participant_id
    and mentorship.cohort_id is not distinct from accepted.cohort_id
    and mentorship.status = 'PROPOSED' and mentorship.requested_by = 'PARTICIPANT'
"""
"""The participant's other open requests in the cohort lapse."""


def _begun(row: Row) -> Column:
    return func.coalesce(row["starts_on"], today())


def _ended(row: Row) -> Column:
    """Today; never before it began."""
    return case((row["starts_on"] > today(), row["starts_on"]), else_=today())


ENDS: dict[str, Any] = {"sets": {"ends_on": _ended}, "changes": {"endsOn": ("ends_on",)}}
WORKFLOW = Workflow(
    "status",
    (
        WorkflowStep(
            "acceptMentorship",
            "Accept a mentorship that the other person requested; the participant's other open"
            " requests lapse.",
            (MentorshipStatus.PROPOSED,),
            MentorshipStatus.ACCEPTED,
            guards=(IN_TIME, HAS_CAPACITY, CONSENTS),
            gate="mentor participant",
            task=StepTask(
                "ANSWER_MENTORSHIP",
                "Accept or decline a mentorship that the other person requested.",
                lambda row: row["respond_by"],
            ),
            tells=(the_two(NotificationKind.MENTORSHIP_ACCEPTED),),
            effects=(notifying(LAPSE_OTHERS, "mentorship", LAPSED.tells),),
        ),
        WorkflowStep(
            "declineMentorship",
            "Decline a mentorship that the other person requested.",
            (MentorshipStatus.PROPOSED,),
            MentorshipStatus.DECLINED,
            fields=("declineReason",),
            tells=(
                the_two(NotificationKind.MENTORSHIP_DECLINED),
                program_staff(NotificationKind.MENTORSHIP_DECLINED),
            ),
        ),
        WorkflowStep(
            "startMentorship",
            "Start an accepted mentorship.",
            (MentorshipStatus.ACCEPTED,),
            MentorshipStatus.ACTIVE,
            sets={"starts_on": _begun},
            changes={"startsOn": ("starts_on",)},
            tells=(the_two(NotificationKind.MENTORSHIP_STARTED),),
        ),
        WorkflowStep(
            "completeMentorship",
            "Complete a mentorship; the mentor's place is free again.",
            (MentorshipStatus.ACTIVE,),
            MentorshipStatus.COMPLETED,
            tells=(the_two(NotificationKind.MENTORSHIP_COMPLETED),),
            **ENDS,
        ),
        WorkflowStep(
            "endMentorship",
            "End a mentorship early; the mentor's place is free again.",
            (MentorshipStatus.ACCEPTED, MentorshipStatus.ACTIVE),
            MentorshipStatus.ENDED,
            needs_reason=True,
            tells=(the_two(NotificationKind.MENTORSHIP_ENDED),),
            **ENDS,
        ),
    ),
    consequences=(LAPSED,),
)
WRITES = writes("goals notes notesShared", WORKFLOW, creations=(REQUEST, INVITATION))
