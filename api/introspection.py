"""What those are told who may not ask the schema about itself."""

from __future__ import annotations

from planner.errors import Forbidden


def not_told() -> Forbidden:
    return Forbidden(
        "You may not introspect the schema here; its documentation says what there is.",
        "Aquí no puede consultar el esquema; su documentación dice qué contiene.",
    )
