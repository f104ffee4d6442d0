"""The root of every subscription: the changes, and whatever can be read, pushed again whenever it changes."""

from __future__ import annotations

from dataclasses import replace

from planner.declaration.bindings import Argument
from planner.declaration.fields import FieldDeclaration, changes_of
from schema.change import FEED, Change
from schema.query import CHANGES_OF, Query


class Subscription:
    """What can be followed. It ends with a code when your token expires, or what you may see changes."""

    changes: Change = changes_of(
        "Each change of what you may see, from a cursor on, or from now.",
        FEED,
        (Argument("after", "str | None", "From the changes after this cursor on."), *CHANGES_OF),
    )


NOT_LIVE = ("changes", "change_cursor", "audit_log", "explain_access", "webhooks")
"""The feed itself, and what no change of the feed tells of."""

LIVE = [
    name
    for name in Query.__annotations__
    if isinstance(vars(Query)[name], FieldDeclaration) and name not in NOT_LIVE
]
"""The fields of the query that are live here: their result comes at once, and anew when it has changed."""

for _name in LIVE:
    _declared = vars(Query)[_name]
    _description = f"{_declared.description.rstrip('.')}: now, and again whenever that changes."
    setattr(Subscription, _name, replace(_declared, description=_description))
    Subscription.__annotations__[_name] = Query.__annotations__[_name]
