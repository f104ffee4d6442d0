"""The declaration of the change feed, from which its triggers are generated together with the policy."""

from __future__ import annotations

from planner.changes.feed_reads import FeedDeclaration
from planner.changes.feed_sql import feed_sql
from schema.access import POLICY
from schema.build import catalog, graphql_schema
from schema.change import FEED

REFINED = {
    "Event.placesLeft": "puente_shows_event_places",
    "Mentor.placesLeft": "puente_shows_places_left",
}
"""Field → the SQL function that says whether a change of a row it counts can have changed it.

`placesLeft` is never below 0; it is 0 while the mentor isn't available, and of an event that is full, over,
cancelled or waited for.
"""

LOCKED = frozenset({"mentor.person_id", "participant.person_id"})
"""The trigger that copies a person's name into these tables locks the person, in share mode."""

FIGURES = ("impact_metric",)
"""Tables of figures that aren't entities; their changes only refresh live queries."""

DECLARATION = FeedDeclaration(graphql_schema, catalog, POLICY, FEED, REFINED, LOCKED, FIGURES)


def generated_feed_sql() -> str:
    """The generated text of models/migrations/sql/repeatable/feed.sql."""
    return feed_sql(DECLARATION)
