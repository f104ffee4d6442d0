"""What those are told who may not ask the schema about itself."""

from __future__ import annotations

from api.messages import message
from planner.errors import Forbidden


def introspection_disabled() -> Forbidden:
    return Forbidden(message("introspection.forbidden"))
