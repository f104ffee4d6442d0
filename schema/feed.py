"""The change feed as it is declared: of it and the policy, the triggers are made that note changes."""

from __future__ import annotations

from planner.changes.feed_reads import FeedDeclaration
from planner.changes.feed_sql import feed_sql
from schema.access import POLICY
from schema.build import catalog, graphql_schema
from schema.change import FEED

REFINED = {"Mentor.placesLeft": "puente_shows_places_left"}
"""A mentor with more mentorships than places has none left, nor has one who is not available."""

LOCKED = frozenset({"mentor.person_id", "participant.person_id"})
"""The trigger that copies a person's name into these tables locks the person, in share mode."""

FIGURES = ("impact_metric",)
"""Figures that no entity shows: only who looks at them lives on this."""

DECLARATION = FeedDeclaration(graphql_schema, catalog, POLICY, FEED, REFINED, LOCKED, FIGURES)


def generated_feed_sql() -> str:
    """The text that models/migrations/sql/repeatable/feed.sql must have."""
    return feed_sql(DECLARATION)
