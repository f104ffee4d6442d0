"""The fields that whoever sees a row sees too, type by type; what is not named here is ADMIN's alone.

From the schema's descriptions and the matrix: everything that it does not bound by more than the row.
An operation of `tests/operations` may add to it where everyone sees the rows, in a comment:
`# everyone sees Publication: slug title`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from tests.reference.archive import ARCHIVABLE

OPERATIONS = Path(__file__).parents[1] / "operations"
STATEMENT = re.compile(r"^# everyone sees (\w+): (.+)$", re.MULTILINE)
ENTITY = "id displayName version createdAt updatedAt isSynthetic source availableActions hiddenFields"


def stated_in_operations(folder: Path = OPERATIONS) -> Mapping[str, str]:
    """By type: the fields that everyone sees, of rows that everyone sees."""
    found: dict[str, str] = defaultdict(str)
    for path in sorted(folder.rglob("*.graphql")):
        for type_, fields in STATEMENT.findall(path.read_text(encoding="utf-8")):
            found[type_] += f" {fields}"
    return dict(found)


IN_OPERATIONS = stated_in_operations()

STATED: Mapping[str, frozenset[str]] = {
    type_: frozenset(fields.split()) | ({"archivedAt"} if type_ in ARCHIVABLE else set())
    for type_, fields in {
        "Institution": f"{ENTITY} rorId slug name names acronym kind side legalRegime city region country"
        " location coordinatePrecision timeZone website parent predecessor children projects participants"
        " mentors events agreements champions collaborations participantCount mobilityCount",
        "Program": f"{ENTITY} code slug name names description descriptions pillar kind institution calls"
        " cohorts activities projects",
        "Call": f"{ENTITY} slug title titles status opensAt closesAt localOpening localClosing opensOn"
        " deadline timeZone maxAmount currency maxMonths eligibility eligibilities program institution",
        "Cohort": f"{ENTITY} slug name names startsOn endsOn program participantCount participations"
        " participants mentorships activities fieldWeight otherSideWeight languageWeight sectorWeight"
        " placesWeight timeZoneWeight",
        "Participation": f"{ENTITY} status joinedOn leftOn participant cohort mentorPreferences",
        "MentorPreference": f"{ENTITY} rank avoid mentor participant cohort",
        "Activity": f"{ENTITY} kind title titles startsOn endsOn program cohort participations",
        "ActivityParticipation": "role since until participant activity",
        "Project": f"{ENTITY} slug title titles summary summaries status startsOn endsOn datePrecision"
        " fields sdgs program institutions contributors awards totalAwarded outputs externalIds agreement"
        " originatedFrom",
        "ProjectInstitution": "role since until institution project",
        "Contributor": "role since until project hiddenFields",
        "ProjectOutput": "doi title kind publishedOn project",
        "ProjectExternalId": "institution scheme value project",
        "Award": f"{ENTITY} kind currency funder funderSide decidedOn startsOn endsOn project program",
        "Agreement": f"{ENTITY} slug title titles type status signedOn validFrom validTo datePrecision"
        " parties previous originatedFrom projects",
        "AgreementParty": "role since institution agreement",
        "Event": f"{ENTITY} slug title titles description descriptions startsAt endsAt timeZone localStart"
        " localEnd datePrecision mode status venue languages capacity placesLeft topics organizers program"
        " externalIds registrations myRegistration",
        "Registration": f"{ENTITY} event status mode queuedAt",
        "Attendance": f"{ENTITY} registration day device clientAt",
        "EventOrganizer": "role since institution event",
        "EventExternalId": "institution scheme value event",
        "Venue": f"{ENTITY} slug name names address city region country location timeZone capacity"
        " institution",
        "Mentor": f"{ENTITY} name orcid languages institution sector expertise capacity available placesLeft"
        " biography biographies mentorships",
        "Participant": f"{ENTITY} name orcid languages level fieldOfStudy preferredSector institution"
        " participations cohorts mentorships mobilities activities consents",
        "SpokenLanguage": "language level",
        "Person": f"{ENTITY} givenName familyNames preferredName name orcid email phone languages"
        " languagePreference timeZone institution homeConfirmed consents",
        "Mentorship": f"{ENTITY} status requestedBy respondBy startsOn endsOn sessions"
        " sessionLog mentor participant cohort",
        "MentorshipSession": f"{ENTITY} mentorship heldOn minutes mode",
        "Mobility": f"{ENTITY} activity components status startsOn endsOn participant sendingInstitution"
        " receivingInstitution program",
        "Consent": "id displayName version purpose status person hiddenFields",
        "Notification": "id displayName version kind entity entityVersion person language mailState isRead"
        " readAt createdAt hiddenFields",
        "Champion": f"{ENTITY} institution counterpart since until",
        "AccessGrant": "id displayName version issuer subject role institution person scopes expiresAt"
        " revokedAt createdAt availableActions",
        "AccessIdentity": "id displayName version issuer subject person createdAt availableActions",
        "CalendarLink": "id displayName version renewedAt createdAt availableActions",
        "Webhook": "id displayName version availableActions institution client url description types"
        " institutionId document language scopes state"
        " parkedFor cursor behind attempts failingSince nextAttemptAt oldSecretUntil createdAt",
        "WebhookDelivery": "id displayName message type status attempts responseStatus durationMs"
        " nextAttemptAt error at",
        "ImpactMetric": "id displayName version key label labels measure sinceYear program reported computed"
        " createdAt availableActions",
    }.items()
}

PUBLIC_IN_OPERATIONS = IN_OPERATIONS.keys() - STATED.keys()
"""The types whose rows everyone sees, stated in operations alone."""

OPEN: dict[str, frozenset[str]] = {
    **STATED,
    **{
        type_: STATED.get(type_, frozenset(ENTITY.split())) | frozenset(fields.split())
        for type_, fields in IN_OPERATIONS.items()
    },
}
