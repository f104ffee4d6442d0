"""Who may see what: the whole policy, read like the matrix in `docs/access.md`.

`rows`: role → which rows of the type it sees. `open`: the fields that whoever sees the row sees. `masks`:
field → who else sees it, and the reason the others are told. What is not stated, only ADMIN sees.
Ties between entities are reached from a row that is visible itself, so every row of theirs is.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, or_

from models.event import EventStatus
from models.project import ProjectStatus
from planner.access import EntityPolicy, Mask, Policy, Predicate, every_row
from planner.rows import Row
from planner.sql import Condition, exists
from schema.roles import ADMIN, PUBLIC

ENTITY = "id version createdAt updatedAt isSynthetic source hiddenFields"


def _not_draft(row: Row) -> Condition:
    return row["status"] != ProjectStatus.DRAFT.value


def _announced(row: Row) -> Condition:
    return row["status"] != EventStatus.DRAFT.value


def _decided(row: Row) -> Condition:
    """Decided, and not for a project that is hidden itself."""
    project = row.scope.row("Project")
    seen = exists(project.own, project.clause, [project["id"] == row["project_id"], *project.visible()])
    return and_(row["decided_on"].is_not(None), or_(row["project_id"].is_(None), seen))


def _signed(row: Row) -> Condition:
    return row["status"] != "DRAFT"


def _node(rows: Mapping[str, Predicate], open: str, **hidden: str) -> EntityPolicy:
    return _link(rows, f"{ENTITY} {open}", **hidden)


def _link(rows: Mapping[str, Predicate], open: str, **hidden: str) -> EntityPolicy:
    """`hidden`: a reason, and the fields that only ADMIN sees for that reason."""
    masks = {field: Mask({}, reason) for reason, fields in hidden.items() for field in fields.split()}
    return EntityPolicy(rows, frozenset(open.split()), masks)


EVERYONE: Mapping[str, Predicate] = {PUBLIC: every_row}
STAFF: Mapping[str, Predicate] = {}

POLICY = Policy(
    unbounded=frozenset({ADMIN}),
    entities={
        "Institution": _node(
            EVERYONE,
            "rorId slug name names acronym kind side legalRegime city region country location"
            " coordinatePrecision timeZone website parent predecessor children projects participants"
            " mentors events agreements champions collaborations",
        ),
        "Program": _node(
            EVERYONE,
            "code slug name names description descriptions pillar kind calls cohorts activities projects",
        ),
        "Call": _link(
            EVERYONE,
            "slug title opensOn deadline timeZone maxAmount currency maxMonths eligibility program",
        ),
        "Cohort": _node(
            EVERYONE,
            "slug name names startsOn endsOn program participantCount participations participants mentorships"
            " activities",
        ),
        "Participation": _node(STAFF, "status joinedOn leftOn participant cohort"),
        "Activity": _node(EVERYONE, "kind title titles startsOn endsOn program cohort participations"),
        "ActivityParticipation": _link(STAFF, "role since until participant activity"),
        "Project": _node(
            {PUBLIC: _not_draft},
            "slug title titles summary summaries status startsOn endsOn datePrecision fields sdgs program"
            " institutions contributors awards totalAwarded outputs agreement originatedFrom",
        ),
        "ProjectInstitution": _link(EVERYONE, "role since until institution project"),
        "Contributor": _link(EVERYONE, "role since until person project hiddenFields", CONSENT="name"),
        "ProjectOutput": _link(EVERYONE, "doi title kind publishedOn project"),
        "Award": _node(
            {PUBLIC: _decided},
            "kind currency funder funderSide decidedOn startsOn endsOn project program",
            ROLE="amount",
            CONSENT="recipient",
        ),
        "Agreement": _node(
            {PUBLIC: _signed},
            "slug title titles type status signedOn validFrom validTo datePrecision parties previous"
            " originatedFrom projects",
            ROLE="documentUrl",
        ),
        "AgreementParty": _link(EVERYONE, "role since institution agreement"),
        "Event": _node(
            {PUBLIC: _announced},
            "slug title titles description descriptions startsAt endsAt timeZone localStart localEnd"
            " datePrecision mode status venue languages capacity placesLeft topics organizers program",
        ),
        "EventOrganizer": _link(EVERYONE, "role since institution event"),
        "Venue": _node(
            EVERYONE, "slug name names address city region country location timeZone capacity institution"
        ),
        "Mentor": _node(
            STAFF,
            "name orcid languages institution sector expertise capacity available placesLeft biography"
            " biographies mentorships",
            ROLE="email phone",
        ),
        "Participant": _node(
            STAFF,
            "name orcid languages level fieldOfStudy institution participations cohorts mentorships"
            " mobilities activities",
            ROLE="email phone",
        ),
        "SpokenLanguage": _link(STAFF, "language level"),
        "Mentorship": _node(
            STAFF, "status startsOn endsOn goals sessions mentor participant cohort", ROLE="notes"
        ),
        "Mobility": _node(
            STAFF,
            "activity components status startsOn endsOn participant sendingInstitution receivingInstitution"
            " program",
        ),
        "Champion": _link(EVERYONE, "institution counterpart since until hiddenFields", CONSENT="name"),
        "ImpactMetric": _link(EVERYONE, "key label labels measure program reported computed"),
    },
)
