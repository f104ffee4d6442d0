"""The root of subscriptions: changes, and live queries of everything that can be read."""

from __future__ import annotations

from dataclasses import replace

from planner.declaration.bindings import Argument
from planner.declaration.fields import FieldDeclaration, changes_of
from schema.change import FEED, Change
from schema.query import CHANGES_OF, Query


class Subscription:
    """Changes and live queries. They end with an error when your token expires; `changes` also when what you
    may see changes."""

    changes: Change = changes_of(
        "Each change of what you may see, after a cursor or from now on.",
        FEED,
        (Argument("after", "str | None", "Only changes after this cursor."), *CHANGES_OF),
    )


NOT_LIVE = (
    *("changes", "change_cursor", "audit_log", "explain_access", "webhooks"),
    *("access_grants", "access_identities", "calendar_links", "guest_registration", "enum_labels", "viewer"),
)
"""The feed itself, and fields whose changes aren't in the feed, or that never change."""

LIVE = [
    name
    for name in Query.__annotations__
    if isinstance(vars(Query)[name], FieldDeclaration) and name not in NOT_LIVE
]
"""The fields of Query that are live queries here: their result is sent at once, and again when it changes."""

for _name in LIVE:
    _declared = vars(Query)[_name]
    _description = f"{_declared.description.rstrip('.')}: now, and again after each change."
    setattr(Subscription, _name, replace(_declared, description=_description))
    Subscription.__annotations__[_name] = Query.__annotations__[_name]
