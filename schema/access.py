"""The access policy: who may see and write what. docs/access.md is generated from it.

`rows`: role → which rows of the type it sees. `open`: the fields that whoever sees the row sees. `masks`:
fields → who sees them, and the reason given to others. `writes`: role → which rows it may write; `acts` and
`field_writes` replace it for the mutations and fields that they name. `writes` of a link: which links a role
may remove or change of a row that it writes, if not all. Roles add up: everyone is PUBLIC, and every known
person SELF. Whatever the policy doesn't state, only ADMIN sees and writes.
That of people's records is in `schema.people_access`.
Links between entities are reached only from a visible row, so all their rows are visible.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

import models
from models.agreement import PartyRole
from models.consent import ConsentPurpose
from planner.declaration.access import Mask, Policy, Rule, Rules
from planner.declaration.fields import table_of
from planner.sql import Column
from schema.audit_rules import acted, concerning, done_by, of_own_records
from schema.entity_policies import EVERYONE, WITHOUT_STAFF, entity, link
from schema.event_rules import EVENT_PUBLISHERS, EVENT_WRITERS, organized
from schema.grants import OWN_ATTRIBUTES, OWN_CLIENT
from schema.people_access import PEOPLE
from schema.project_rules import (
    LED_BY_THEM,
    LED_OR_PARTNERED,
    PROJECT_PUBLISHERS,
    PROJECT_WRITERS,
    in_project,
)
from schema.roles import ADMIN, COORDINATOR, GUEST, INTEGRATION, MENTOR, PARTICIPANT, PUBLIC, SELF, Scope
from schema.rules import (
    ANNOUNCED,
    OF_THEIR_PARTICIPANTS,
    OWN_PARTICIPATION,
    SIGNED_IN,
    Link,
    at_home,
    awarded,
    consenting,
    contributed,
    linked,
    linked_through,
    of_client,
    of_institution,
    of_person,
    of_program,
    through,
    visible_through,
)


def named(key: str = "person_id") -> Mask:
    """The mask of a person's name on public data: visible with consent, to their institution and to them."""
    return Mask(
        {
            PUBLIC: consenting(ConsentPurpose.ATTRIBUTION, key),
            COORDINATOR: at_home(key),
            SELF: of_person(SELF, key),
        },
        "CONSENT",
    )


def epoch() -> Column:
    """The grants epoch, which increases in each transaction that changes a grant."""
    return select(table_of(models.AccessEpoch).c.version).scalar_subquery()


OF_THEIR_SYSTEM = through(
    "actor_id", models.ApiClient, "institution_id", COORDINATOR, "of their institution's systems"
)
ACTOR_NAME = Mask(
    {
        **named("actor_id").roles,
        COORDINATOR: at_home("actor_id") | OF_THEIR_SYSTEM,
        INTEGRATION: done_by(OWN_CLIENT),
    },
    "CONSENT",
)
"""The actor's name: a person's as in other public data, a system's for itself and its institution."""

DRAFT = Rule(lambda row: row["status"] == "DRAFT", "while it is a draft")
DECIDED = Rule(lambda row: row["decided_on"].is_not(None), "once decided")
OF_SEEN_PROJECT = visible_through("Project", "project_id", optional=True)
GIVEN_BY_THEM = of_institution(column="funder_id", words="given by their institution")
OWN_AWARD = of_person(PARTICIPANT, "recipient_id")


def for_organized(attribute: str) -> Rule:
    """Of registrations."""
    return linked(
        Link(models.EventOrganizer, "event_id", to="event_id"),
        attribute,
        words="for events that their institution organizes",
    )


def at_organized(attribute: str) -> Rule:
    """Of attendance."""
    return linked_through(
        "registration_id",
        models.Registration,
        Link(models.EventOrganizer, "event_id", to="event_id"),
        attribute,
        words="at events that their institution organizes",
    )


ORGANIZERS = for_organized(COORDINATOR)
AT_THE_DOOR: Rules = {COORDINATOR: ORGANIZERS, INTEGRATION: for_organized(Scope.ATTENDANCE_WRITE)}
"""Who checks people in."""
OF_GUEST = Rule(lambda row: row["person_id"].is_(None), "of guests")


def of_guests(attribute: str) -> Rule:
    organized = for_organized(attribute)
    return replace(OF_GUEST & organized, words=f"{OF_GUEST.words} {organized.words}")


BY_LINK = of_person(GUEST, "id")
"""What a guest sees and does by the link that was mailed to them."""
BY_SYSTEM = of_guests(Scope.REGISTRATIONS_WRITE)
"""What an institution's system registers."""
REGISTRANT: Rules = {GUEST: BY_LINK, SELF: of_person(SELF)}
GUESTS_OF: Rules = {COORDINATOR: ORGANIZERS, INTEGRATION: BY_SYSTEM}
CHECKED_IN: Rules = {
    COORDINATOR: at_organized(COORDINATOR),
    INTEGRATION: at_organized(Scope.ATTENDANCE_WRITE),
}


def party(attribute: str) -> Rule:
    return linked(
        Link(models.AgreementParty, "agreement_id"),
        attribute,
        words="that their institution is a party to",
    )


RUN_BY_THEM = through(
    "program_id", models.Program, "institution_id", COORDINATOR, "of programs that their institution runs"
)
CALL_MANAGED = of_institution(words="managed by their institution") | RUN_BY_THEM
PARTIES: Rules = {COORDINATOR: party(COORDINATOR), INTEGRATION: party(Scope.AGREEMENTS_READ)}
SIGNED_BY_THEM = linked(
    Link(models.AgreementParty, "agreement_id", roles=(PartyRole.SIGNATORY,)),
    words="that their institution signs",
)
OWN_WEBHOOK = of_client()
POLICY = Policy(
    unbounded=frozenset({ADMIN}),
    everyone=frozenset({PUBLIC}),
    epoch=epoch,
    own_attributes=OWN_ATTRIBUTES,
    entities={
        **PEOPLE,
        "Institution": entity(
            EVERYONE,
            "rorId slug name names acronym kind side legalRegime city region country location archivedAt"
            " coordinatePrecision timeZone website parent predecessor children projects participants"
            " participantCount mobilityCount mentors events agreements champions collaborations",
            writes={COORDINATOR: of_institution(column="id")},
            acts={"createInstitution archiveInstitution unarchiveInstitution": {}},
            field_writes={"rorId kind side legalRegime": {}},
        ),
        "Program": entity(
            EVERYONE,
            "code slug name names description descriptions pillar kind institution calls cohorts activities"
            " projects archivedAt",
            writes={COORDINATOR: of_institution()},
        ),
        "Call": entity(
            {PUBLIC: ANNOUNCED, COORDINATOR: CALL_MANAGED},
            "slug title titles status opensAt closesAt localOpening localClosing opensOn deadline timeZone"
            " maxAmount currency maxMonths eligibility eligibilities program institution"
            " archivedAt",
            writes={COORDINATOR: CALL_MANAGED},
            acts={"createCall": {COORDINATOR: RUN_BY_THEM}, "shortenCall": {}},
        ),
        "Cohort": entity(
            EVERYONE,
            "slug name names startsOn endsOn fieldWeight otherSideWeight languageWeight sectorWeight"
            " placesWeight timeZoneWeight program participantCount participations participants mentorships"
            " activities archivedAt",
            writes={COORDINATOR: RUN_BY_THEM},
        ),
        "Participation": entity(
            {PUBLIC: visible_through("Participant", "participant_id")},
            "status joinedOn leftOn participant cohort mentorPreferences",
            writes={COORDINATOR: of_program()},
            acts={
                "nominateParticipant": {COORDINATOR: OF_THEIR_PARTICIPANTS},
                "withdrawParticipation": {SELF: OWN_PARTICIPATION},
                "setMentorPreferences": {SELF: OWN_PARTICIPATION, **WITHOUT_STAFF},
            },
        ),
        "Activity": entity(
            EVERYONE,
            "kind title titles startsOn endsOn program cohort participations archivedAt",
            writes={COORDINATOR: RUN_BY_THEM},
        ),
        "ActivityParticipation": link(
            {PUBLIC: visible_through("Participant", "participant_id")},
            "role since until participant activity",
        ),
        "Project": entity(
            {
                PUBLIC: ANNOUNCED,
                MENTOR: contributed(MENTOR),
                PARTICIPANT: contributed(PARTICIPANT),
                COORDINATOR: in_project(COORDINATOR),
                INTEGRATION: in_project(Scope.PROJECTS_READ),
            },
            "slug title titles summary summaries status startsOn endsOn datePrecision fields sdgs program"
            " institutions contributors awards totalAwarded outputs externalIds agreement originatedFrom"
            " archivedAt",
            writes=PROJECT_WRITERS,
            acts={
                "createProject": {COORDINATOR: LED_OR_PARTNERED},
                "publishProject": PROJECT_PUBLISHERS,
                "upsertProjectByExternalId": {
                    INTEGRATION: PROJECT_WRITERS[INTEGRATION],
                    **WITHOUT_STAFF,
                },
            },
            field_writes={"titles summaries outputs": {**PROJECT_WRITERS, SELF: LED_BY_THEM}},
        ),
        "ProjectInstitution": link(EVERYONE, "role since until institution project"),
        "Contributor": link(EVERYONE, "role since until project hiddenFields", {"name person": named()}),
        "ProjectOutput": link(EVERYONE, "doi title kind publishedOn project"),
        "ProjectExternalId": link(EVERYONE, "institution scheme value project"),
        "Award": entity(
            {
                PUBLIC: DECIDED & OF_SEEN_PROJECT,
                COORDINATOR: awarded(COORDINATOR) & OF_SEEN_PROJECT,
                PARTICIPANT: OWN_AWARD & OF_SEEN_PROJECT,
                INTEGRATION: awarded(Scope.AWARDS_READ) & OF_SEEN_PROJECT,
            },
            "kind currency funder funderSide decidedOn startsOn endsOn project program archivedAt",
            {
                "amount": Mask(
                    {
                        COORDINATOR: awarded(COORDINATOR),
                        PARTICIPANT: OWN_AWARD,
                        INTEGRATION: awarded(Scope.AWARDS_READ),
                    }
                ),
                "recipient recipientProfile": named("recipient_id"),
            },
            writes={COORDINATOR: GIVEN_BY_THEM},
        ),
        "Agreement": entity(
            {PUBLIC: ANNOUNCED, **PARTIES},
            "slug title titles type status signedOn validFrom validTo datePrecision parties previous"
            " originatedFrom projects archivedAt",
            {"documentUrl": Mask(PARTIES)},
            writes={COORDINATOR: SIGNED_BY_THEM & DRAFT},
        ),
        "AgreementParty": link(
            EVERYONE, "role since institution agreement", writes={COORDINATOR: of_institution()}
        ),
        "Event": entity(
            {
                PUBLIC: ANNOUNCED,
                COORDINATOR: organized(COORDINATOR),
                INTEGRATION: organized(Scope.EVENTS_READ),
            },
            "slug title titles description descriptions startsAt endsAt timeZone localStart localEnd"
            " datePrecision mode status venue languages capacity placesLeft topics organizers program"
            " externalIds registrations myRegistration archivedAt",
            writes=EVENT_WRITERS,
            acts={
                "createEvent": {COORDINATOR: organized(COORDINATOR)},
                "publishEvent": EVENT_PUBLISHERS,
                "upsertEventByExternalId": {INTEGRATION: EVENT_WRITERS[INTEGRATION], **WITHOUT_STAFF},
            },
        ),
        "Registration": entity(
            {
                GUEST: BY_LINK,
                SELF: of_person(SELF),
                COORDINATOR: ORGANIZERS | at_home(),
                INTEGRATION: AT_THE_DOOR[INTEGRATION] | BY_SYSTEM,
            },
            "event status mode queuedAt",
            {
                "name": Mask({**REGISTRANT, **GUESTS_OF, COORDINATOR: ORGANIZERS | at_home()}),
                "position guest": Mask({**REGISTRANT, **GUESTS_OF}),
                "attendedOn ticketCode": Mask(
                    {**REGISTRANT, **AT_THE_DOOR, INTEGRATION: AT_THE_DOOR[INTEGRATION] | BY_SYSTEM}
                ),
            },
            writes={SELF: of_person(SELF), **GUESTS_OF},
            acts={
                "registerForEvent": {
                    SELF: of_person(SELF),
                    COORDINATOR: of_guests(COORDINATOR),
                    INTEGRATION: BY_SYSTEM,
                    ADMIN: OF_GUEST,
                },
                "cancelGuestRegistration": {GUEST: BY_LINK, **WITHOUT_STAFF},
                "undoCheckIn": AT_THE_DOOR,
            },
        ),
        "Attendance": entity(
            {
                SELF: through("registration_id", models.Registration, "person_id", SELF, "their own"),
                **CHECKED_IN,
            },
            "registration day device clientAt",
            writes=CHECKED_IN,
        ),
        "EventOrganizer": link(EVERYONE, "role since institution event"),
        "EventExternalId": link(EVERYONE, "institution scheme value event"),
        "Venue": entity(
            EVERYONE,
            "slug name names address city region country location timeZone capacity institution archivedAt",
            writes={COORDINATOR: of_institution()},
        ),
        "Champion": entity(
            EVERYONE,
            "institution counterpart since until archivedAt",
            {"name person": named()},
            writes={COORDINATOR: of_institution()},
        ),
        "AccessGrant": link(
            {},
            "id displayName version issuer subject role institution person scopes expiresAt revokedAt"
            " createdAt availableActions",
        ),
        "CalendarLink": link(
            {SELF: of_person(SELF)},
            "id displayName version renewedAt createdAt availableActions",
            writes={SELF: of_person(SELF), **WITHOUT_STAFF},
        ),
        "AccessIdentity": link(
            {SELF: of_person(SELF)},
            "id displayName version issuer subject person createdAt availableActions",
            acts={"claimInvitation": {PUBLIC: SIGNED_IN}},
        ),
        "Webhook": link(
            {INTEGRATION: OWN_WEBHOOK},
            "id displayName version client url description types institutionId institution document language"
            " scopes state parkedFor cursor behind attempts failingSince nextAttemptAt oldSecretUntil"
            " createdAt availableActions",
            writes={INTEGRATION: OWN_WEBHOOK},
        ),
        "WebhookDelivery": link(
            {
                INTEGRATION: through(
                    "webhook_id", models.Webhook, "client_id", OWN_CLIENT, "of their webhooks"
                )
            },
            "id displayName message type status attempts responseStatus durationMs nextAttemptAt error at",
            writes=WITHOUT_STAFF,
        ),
        "AuditEntry": link(
            {
                COORDINATOR: concerning(),
                MENTOR: of_own_records(MENTOR) | acted(MENTOR),
                PARTICIPANT: of_own_records(PARTICIPANT) | acted(PARTICIPANT),
                INTEGRATION: acted(OWN_CLIENT),
            },
            "number at actor roles mutation requestId operation entity entityId part statusFrom statusTo"
            " fields changes hiddenFields",
            {
                "reason": Mask(
                    {
                        COORDINATOR: concerning(),
                        MENTOR: done_by(MENTOR),
                        PARTICIPANT: done_by(PARTICIPANT),
                        INTEGRATION: done_by(OWN_CLIENT),
                    }
                )
            },
            writes=WITHOUT_STAFF,
        ),
        "AuditActor": link(EVERYONE, "kind id hiddenFields", {"name": ACTOR_NAME}, writes=WITHOUT_STAFF),
        "ImpactMetric": link(
            EVERYONE,
            "id displayName version key label labels measure sinceYear program reported computed"
            " createdAt archivedAt availableActions",
            writes={COORDINATOR: RUN_BY_THEM},
        ),
    },
)
