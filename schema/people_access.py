"""The access policy of people's records: profiles, participations, notifications.

`schema.access` joins it with the rest of the policy, and says how one is stated.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.consent import ConsentPurpose
from models.mentorship import UNDER_WAY
from planner.declaration.access import EntityPolicy, Mask, every_row
from schema import mentorship_rules, mobility_rules
from schema.entity_policies import EVERYONE, WITHOUT_STAFF, entity, link
from schema.roles import COORDINATOR, INTEGRATION, MENTOR, PARTICIPANT, PUBLIC, SELF, Scope
from schema.rules import (
    NOT_BROKEN_OFF,
    OWN_PARTICIPATION,
    SIGNED_IN,
    at_home,
    consenting,
    consenting_participant,
    mentored,
    mentoring,
    of_institution,
    of_person,
    of_program,
    received,
    taking_part,
    visible_through,
)

PUBLIC_PROFILE = consenting(ConsentPurpose.PUBLIC_PROFILE)
PARTNER_ACCESS = consenting(ConsentPurpose.PARTNER_ACCESS)
SYSTEM_TRANSFER = consenting(ConsentPurpose.SYSTEM_TRANSFER)

PEOPLE: Mapping[str, EntityPolicy] = {
    "Mentor": entity(
        {
            PUBLIC: PUBLIC_PROFILE,
            SELF: of_person(SELF),
            COORDINATOR: every_row,
            MENTOR: of_person(MENTOR),
            PARTICIPANT: every_row,
        },
        "name orcid languages institution sector expertise capacity available placesLeft biography"
        " biographies mentorships archivedAt",
        {
            "email phone": Mask(
                {
                    SELF: of_person(SELF),
                    COORDINATOR: of_institution(),
                    MENTOR: of_person(MENTOR),
                    PARTICIPANT: mentoring(UNDER_WAY),
                }
            )
        },
        writes={SELF: of_person(SELF)},
        acts={"createMentor archiveMentor unarchiveMentor": {COORDINATOR: of_institution()}},
    ),
    "Person": entity(
        {SELF: of_person(SELF, "id"), COORDINATOR: of_institution()},
        "givenName familyNames preferredName name orcid email phone languages languagePreference timeZone"
        " institution homeConfirmed consents",
        writes={COORDINATOR: of_institution()},
        acts={
            "createMyProfile": {PUBLIC: SIGNED_IN},
            "updateMyProfile": {SELF: of_person(SELF, "id"), **WITHOUT_STAFF},
            "changeHome mergePeople": {},
        },
        field_writes={"orcid": {}},
    ),
    "Participant": entity(
        {
            SELF: of_person(SELF),
            COORDINATOR: of_institution() | ((received() | taking_part()) & PARTNER_ACCESS),
            MENTOR: mentored(NOT_BROKEN_OFF) & PARTNER_ACCESS,
            PARTICIPANT: of_person(PARTICIPANT),
            INTEGRATION: of_institution(Scope.PARTICIPANTS_READ) & SYSTEM_TRANSFER,
        },
        "name orcid languages level fieldOfStudy preferredSector institution participations cohorts"
        " mentorships mobilities activities consents archivedAt",
        {
            "email phone": Mask(
                {
                    SELF: of_person(SELF),
                    COORDINATOR: of_institution(),
                    MENTOR: mentored(UNDER_WAY),
                    PARTICIPANT: of_person(PARTICIPANT),
                    INTEGRATION: of_institution(Scope.CONTACTS_READ) & SYSTEM_TRANSFER,
                }
            )
        },
        writes={COORDINATOR: of_institution(), **WITHOUT_STAFF},
        acts={"archiveParticipant unarchiveParticipant": {COORDINATOR: of_institution()}},
        field_writes={
            "preferredSector": {SELF: of_person(SELF), COORDINATOR: of_institution(), **WITHOUT_STAFF}
        },
    ),
    "SpokenLanguage": link(EVERYONE, "language level"),
    "Mentorship": entity(
        {**mentorship_rules.BY_THE_TWO, COORDINATOR: mentorship_rules.MANAGED},
        "status requestedBy respondBy startsOn endsOn sessions sessionLog mentor participant cohort",
        {
            "declineReason": Mask({**mentorship_rules.BY_DECLINING_MENTOR, COORDINATOR: of_program()}),
            "goals": Mask(mentorship_rules.BY_THE_TWO),
            "notes notesShared": Mask({**mentorship_rules.BY_MENTOR_OR_SHARED, **WITHOUT_STAFF}),
        },
        writes={SELF: mentorship_rules.EITHER, COORDINATOR: mentorship_rules.MANAGED},
        acts={
            "requestMentorship": {SELF: mentorship_rules.AS_MENTEE, **WITHOUT_STAFF},
            "inviteMentee": {SELF: mentorship_rules.AS_MENTOR, **WITHOUT_STAFF},
            "acceptMentorship declineMentorship": {SELF: mentorship_rules.ANSWERING, **WITHOUT_STAFF},
        },
        field_writes={
            "goals": {SELF: mentorship_rules.EITHER, **WITHOUT_STAFF},
            "notes notesShared": {SELF: mentorship_rules.AS_MENTOR, **WITHOUT_STAFF},
        },
    ),
    "MentorPreference": entity(
        {
            SELF: OWN_PARTICIPATION,
            COORDINATOR: of_program() & visible_through("Participant", "participant_id"),
        },
        "rank avoid mentor participant cohort",
        writes={SELF: OWN_PARTICIPATION, **WITHOUT_STAFF},
    ),
    "MentorshipSession": entity(
        mentorship_rules.BY_THE_TWO,
        "mentorship heldOn minutes mode",
        {
            "summary": Mask({**mentorship_rules.BY_MENTOR, **WITHOUT_STAFF}),
            "sharedNote": Mask({**mentorship_rules.BY_THE_TWO, **WITHOUT_STAFF}),
        },
        writes={SELF: mentorship_rules.EITHER, **WITHOUT_STAFF},
        field_writes={"summary": {SELF: mentorship_rules.AS_MENTOR, **WITHOUT_STAFF}},
    ),
    "Mobility": entity(
        {
            COORDINATOR: mobility_rules.SENT | mobility_rules.RECEIVED,
            MENTOR: mentored(NOT_BROKEN_OFF, "participant_id"),
            SELF: mobility_rules.staying(SELF),
            PARTICIPANT: mobility_rules.staying(PARTICIPANT),
            INTEGRATION: mobility_rules.sent(Scope.MOBILITIES_READ)
            & consenting_participant(ConsentPurpose.SYSTEM_TRANSFER),
        },
        "activity components status startsOn endsOn participant sendingInstitution receivingInstitution"
        " program",
        writes={COORDINATOR: mobility_rules.SENT},
        acts={"confirmArrival confirmDeparture": {COORDINATOR: mobility_rules.RECEIVED}},
    ),
    "Consent": link(
        {
            COORDINATOR: at_home(),
            SELF: of_person(SELF),
            INTEGRATION: at_home(attribute=Scope.CONSENTS_READ),
        },
        "id displayName version purpose status person hiddenFields",
        {"noticeVersion grantedAt withdrawnAt": Mask({SELF: of_person(SELF)})},
        writes={SELF: of_person(SELF), **WITHOUT_STAFF},
    ),
    "Notification": link(
        {SELF: of_person(SELF)},
        "id displayName version kind entity entityVersion person language mailState isRead readAt"
        " createdAt hiddenFields",
        {"mailError": Mask({})},
        writes={SELF: of_person(SELF), **WITHOUT_STAFF},
    ),
}
