"""The error for viewers who may not introspect the schema."""

from __future__ import annotations

from api.messages import message
from planner.errors import Forbidden


def introspection_disabled() -> Forbidden:
    return Forbidden(message("introspection.forbidden"))
