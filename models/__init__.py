"""The tables: one module per aggregate, each table a class.

Every module is imported, so that `metadata` has every table. What is in a module that is not named here
is imported from there: `from models.publication import Publication`.
"""

from importlib import import_module as _import_module
from pkgutil import iter_modules as _iter_modules

from models.access import (
    AccessEpoch,
    AccessGrant,
    AccessIdentity,
    AccessScope,
    ApiClient,
    ApiKey,
    GrantedRole,
    LastGrant,
)
from models.agreement import Agreement, AgreementParty, AgreementStatus, AgreementType, PartyRole
from models.audit import WRITE_TABLES, audit_entry, audit_value, idempotency_key
from models.award import Award, AwardKind
from models.base import Described, Entity, metadata, uuid7
from models.call import Call, CallStatus
from models.champion import Champion
from models.consent import Consent, ConsentPurpose, ConsentStatus
from models.event import (
    Event,
    EventExternalId,
    EventMode,
    EventOrganizer,
    EventStatus,
    OrganizerRole,
    Venue,
)
from models.feed import FEED_TABLES, change, change_note, feed
from models.impact import Comparator, ImpactMetric, Measure
from models.institution import CoordinatePrecision, Institution, InstitutionKind, LegalRegime
from models.mentorship import (
    MentorFit,
    MentorPreference,
    Mentorship,
    MentorshipRequester,
    MentorshipSession,
    MentorshipStatus,
    SessionMode,
)
from models.mobility import Mobility, MobilityActivity, MobilityComponent, MobilityStatus
from models.notification import (
    MAIL_TABLES,
    Notification,
    NotificationKind,
    NotificationPreference,
    NotificationState,
    notification_mail,
)
from models.person import (
    LanguageLevel,
    Mentor,
    MentorSector,
    Participant,
    ParticipantLevel,
    Person,
    PersonLanguage,
)
from models.program import (
    Activity,
    ActivityKind,
    ActivityParticipation,
    ActivityRole,
    Cohort,
    Participation,
    ParticipationStatus,
    Pillar,
    Program,
    ProgramKind,
)
from models.project import (
    ContributorRole,
    OutputKind,
    Project,
    ProjectContributor,
    ProjectExternalId,
    ProjectInstitution,
    ProjectOutput,
    ProjectRole,
    ProjectStatus,
)
from models.registration import Attendance, AttendanceMode, Registration, RegistrationStatus
from models.secret_link import LINK_TABLES, LinkPurpose, SecretLink, link_secret
from models.unsolicited_mail import UNSOLICITED_TABLES, unsolicited_mail
from models.vocabulary import DatePrecision, Language, ResearchField, Side
from models.webhook import DeliveryStatus, ParkReason, Webhook, WebhookDelivery, WebhookState

PLAIN_TABLES = (*FEED_TABLES, *WRITE_TABLES, *MAIL_TABLES, *LINK_TABLES, *UNSOLICITED_TABLES)
"""The tables that hold no entity."""

__all__ = [
    "FEED_TABLES",
    "LINK_TABLES",
    "MAIL_TABLES",
    "PLAIN_TABLES",
    "UNSOLICITED_TABLES",
    "WRITE_TABLES",
    "AccessEpoch",
    "AccessGrant",
    "AccessIdentity",
    "AccessScope",
    "Activity",
    "ActivityKind",
    "ActivityParticipation",
    "ActivityRole",
    "Agreement",
    "AgreementParty",
    "AgreementStatus",
    "AgreementType",
    "ApiClient",
    "ApiKey",
    "Attendance",
    "AttendanceMode",
    "Award",
    "AwardKind",
    "Call",
    "CallStatus",
    "Champion",
    "Cohort",
    "Comparator",
    "Consent",
    "ConsentPurpose",
    "ConsentStatus",
    "ContributorRole",
    "CoordinatePrecision",
    "DatePrecision",
    "DeliveryStatus",
    "Described",
    "Entity",
    "Event",
    "EventExternalId",
    "EventMode",
    "EventOrganizer",
    "EventStatus",
    "GrantedRole",
    "ImpactMetric",
    "Institution",
    "InstitutionKind",
    "Language",
    "LanguageLevel",
    "LastGrant",
    "LegalRegime",
    "LinkPurpose",
    "Measure",
    "Mentor",
    "MentorFit",
    "MentorPreference",
    "MentorSector",
    "Mentorship",
    "MentorshipRequester",
    "MentorshipSession",
    "MentorshipStatus",
    "Mobility",
    "MobilityActivity",
    "MobilityComponent",
    "MobilityStatus",
    "Notification",
    "NotificationKind",
    "NotificationPreference",
    "NotificationState",
    "OrganizerRole",
    "OutputKind",
    "ParkReason",
    "Participant",
    "ParticipantLevel",
    "Participation",
    "ParticipationStatus",
    "PartyRole",
    "Person",
    "PersonLanguage",
    "Pillar",
    "Program",
    "ProgramKind",
    "Project",
    "ProjectContributor",
    "ProjectExternalId",
    "ProjectInstitution",
    "ProjectOutput",
    "ProjectRole",
    "ProjectStatus",
    "Registration",
    "RegistrationStatus",
    "ResearchField",
    "SecretLink",
    "SessionMode",
    "Side",
    "Venue",
    "Webhook",
    "WebhookDelivery",
    "WebhookState",
    "audit_entry",
    "audit_value",
    "change",
    "change_note",
    "feed",
    "idempotency_key",
    "link_secret",
    "metadata",
    "notification_mail",
    "unsolicited_mail",
    "uuid7",
]

for _found in _iter_modules(__path__):
    if not _found.ispkg:
        _import_module(f"{__name__}.{_found.name}")
