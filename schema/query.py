"""The root of queries."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from planner.builder.implied_fields import add_root_fields
from planner.builder.schema_builder import Connection
from planner.declaration.bindings import Argument
from planner.declaration.fields import (
    all_of,
    by_global_id,
    by_link,
    changes_of,
    connection,
    cursor_of,
    derived,
    derived_object,
    explanation_of,
    log_of,
    search_of,
)
from schema.audit import LOG, AuditEntry
from schema.calendar_link import CalendarLink
from schema.change import FEED, ChangeConnection
from schema.collaboration import Collaboration, all_collaborations, first_of
from schema.common import Node, PageInfo
from schema.declarations import declarations
from schema.entities import constant_of, entities, name_of, vocabulary
from schema.enum_labels import EnumLabels, enum_labels
from schema.explanation import AccessExplanation, explained_viewer
from schema.impact import ImpactMetric
from schema.inbox import NotificationPreference, notification_preferences
from schema.mentor_suggestion import MentorSuggestion, suggested_mentors
from schema.registration import Registration, guest_by_link
from schema.roles import GUEST
from schema.staff_access import AccessGrant, AccessIdentity
from schema.task import Task, tasks_of
from schema.viewer import ViewerType, viewer
from schema.webhook import Webhook, WebhookDeliveryConnection, webhook_deliveries

CHANGES_OF = (
    Argument("types", "list[EntityType] | None", "Only changes of these types; of all types if omitted."),
    Argument(
        "institution",
        "ID | None",
        "Only entities that concern this institution; one that no longer does is REMOVED.",
    ),
)


SEARCHABLE = [
    entity
    for entity in entities("Institution Program Cohort Project Event Agreement Mentor Participant")
    if entity.search
]
SEARCHED = {constant_of(entity): name_of(entity) for entity in SEARCHABLE}

if TYPE_CHECKING:
    from planner.builder.schema_builder import Connection

    SearchResult: TypeAlias = Node
else:
    SearchType = vocabulary(
        "SearchType",
        "The types that `search` searches.",
        {constant_of(entity): entity.searched for entity in SEARCHABLE},
    )
    declarations.enums(SearchType)
    SearchResult = Annotated[
        reduce(or_, (entity.cls for entity in SEARCHABLE)),
        strawberry.union("SearchResult", description="An object that the search finds."),
    ]


@strawberry.type(description="A search result and its position.")
class SearchEdge:
    cursor: str = strawberry.field(description="The edge's position: pass it as `after` or `before`.")
    node: SearchResult = strawberry.field(description="The object found.")


@strawberry.type(description="A page of search results, the best matches first.")
class SearchConnection:
    edges: list[SearchEdge] = strawberry.field(description="The results of the page with their cursors.")
    nodes: list[SearchResult] = strawberry.field(description="The results of the page.")
    page_info: PageInfo = strawberry.field(description="Whether there is more, and the cursors to continue.")
    total_count: int = strawberry.field(description="The number of results; counted only if selected.")


declarations.add_names(SearchConnection=SearchConnection)


def _paging(*more: Argument) -> tuple[Argument, ...]:
    return (
        *more,
        Argument("first", "int | None", "At most this many, the first after `after`."),
        Argument("after", "str | None", "Only results after this cursor."),
        Argument("last", "int | None", "At most this many, the last before `before`; not with `first`."),
        Argument("before", "str | None", "Only results before this cursor."),
    )


class Query:
    """Read operations. Rows that you may not see are left out, as if they didn't exist."""

    viewer: ViewerType = derived_object("Who you are to this server, and what you may do.", viewer)
    node: Node | None = by_global_id(
        "Any object by its global id; null if there is none that you may see.",
        Argument("id", "ID", "The global id."),
        many=False,
    )
    nodes: list[Node | None] = by_global_id(
        "Objects by their global ids, in that order; null for an unknown, hidden or malformed id.",
        Argument("ids", "list[ID]", "The global ids."),
        many=True,
    )
    guest_registration: Registration | None = by_link(
        "A guest's registration, as the guest sees it, by the link in a mail about it; null once the event"
        " is over, and for any other link.",
        GUEST,
        guest_by_link,
        Argument("link", "str", "The link, which begins with `puente_link_`."),
    )
    search: SearchConnection = search_of(
        "Objects with these words, in English or Spanish, the best matches first.",
        SEARCHED,
        _paging(
            Argument(
                "text",
                "str",
                'The words; "quotes" for a phrase, `or` between alternatives, `-` before a word to exclude.',
            ),
            Argument("types", "list[SearchType] | None", "Only these types; all types if omitted."),
        ),
    )
    impact: list[ImpactMetric] = all_of(
        "The alliance's figures, reported and computed.",
        order=("key",),
        equal={"program": "program_id"},
        arguments=(Argument("program", "ID | None", "Only those of this program."),),
    )
    collaborations: list[Collaboration] = derived(
        "Pairs of institutions that share projects, most shared projects first.",
        all_collaborations,
        order=("-weight", "institution_id", "counterpart_id"),
        limit=first_of,
        arguments=(
            Argument("side", "Side | None", "Only pairs with an institution of this side."),
            Argument("minWeight", "int | None", "Only pairs with at least this many projects in common."),
            Argument("first", "int | None", "At most this many."),
        ),
    )
    tasks: list[Task] = derived(
        "Your tasks, the earliest due date first, computed from the rows that you see.",
        tasks_of,
        order=("due_on", "kind", "entity_id"),
        limit=first_of,
        arguments=(
            Argument("first", "int | None", "At most this many."),
            Argument("dueBefore", "date | None", "Only those that are due before this day."),
        ),
    )
    suggested_mentors: list[MentorSuggestion] = derived(
        "Suggested mentors for a participation, the best match first: mentors that you see and"
        " who have a place. For the participant, and for those who run the program of its cohort.",
        suggested_mentors,
        order=("-score", "mentor_id"),
        limit=first_of,
        arguments=(
            Argument("participation", "ID", "The participation: a participant in a cohort."),
            Argument("first", "int | None", "At most this many."),
        ),
    )
    enum_labels: list[EnumLabels] = derived(
        "The labels of enums' values, for menus and filters: “Active” for `ACTIVE` of `ProjectStatus`.",
        enum_labels,
        order=("name",),
        arguments=(Argument("enums", "list[str]", "The names of the enums, as in the schema."),),
    )
    changes: ChangeConnection = changes_of(
        "Changes of what you may see, after a cursor; without one, from the oldest change that is kept.",
        FEED,
        (
            Argument("after", "str | None", "Only changes after this cursor."),
            Argument("first", "int | None", "At most this many."),
            *CHANGES_OF,
        ),
    )
    change_cursor: str = cursor_of(
        "The feed's current cursor: read it before or with a snapshot, then follow changes from it.", FEED
    )
    audit_log: Connection[AuditEntry] = log_of(
        "Who changed what, the latest first, on records that you see and may follow.", LOG
    )
    explain_access: AccessExplanation = explanation_of(
        "Why you see an object or a field of it, or don't: the rules of the policy, and which of them hold.",
        explained_viewer,
        (
            Argument("id", "ID", "The global id of the object."),
            Argument("field", "str | None", "The field; the object itself if omitted."),
            Argument(
                "as",
                "ExplanationViewerInput | None",
                "Explain what another viewer sees; for the alliance's staff only.",
            ),
        ),
    )
    notification_preferences: list[NotificationPreference] = strawberry.field(
        resolver=notification_preferences,
        description="Which notifications you get by mail, for each kind.",
    )
    webhooks: Connection[Webhook] = connection(
        "Your webhooks, the oldest first; for the alliance's staff, everyone's."
    )
    access_grants: Connection[AccessGrant] = connection(
        "The roles that were granted by hand; for the alliance's staff."
    )
    access_identities: Connection[AccessIdentity] = connection(
        "Your own accounts, with which you sign in; for the alliance's staff, everyone's."
    )
    calendar_links: Connection[CalendarLink] = connection(
        "Your private link to your own calendar, if you have made one."
    )
    webhook_deliveries: WebhookDeliveryConnection | None = strawberry.field(
        resolver=webhook_deliveries,
        description="The log of a webhook, the newest attempts first; null if there is no such webhook.",
    )


add_root_fields(
    Query,
    entities(
        "Institution Program Cohort Project Participant Mentor Mentorship Mobility Consent Event Agreement"
        " Award"
    ),
    after="nodes",
)
