"""Who writes projects: their institutions, and the people who lead them."""

from __future__ import annotations

import models
from models.project import ContributorRole, ProjectRole
from planner.declaration.access import Rule, Rules
from schema.roles import COORDINATOR, INTEGRATION, SELF, Scope
from schema.rules import ANNOUNCED, Link, contributed, linked


def in_project(attribute: str) -> Rule:
    return linked(Link(models.ProjectInstitution, "project_id"), attribute)


LED_OR_PARTNERED = linked(
    Link(models.ProjectInstitution, "project_id", roles=(ProjectRole.LEAD, ProjectRole.PARTNER)),
    words="that their institution leads or is a partner of",
)
LED_BY_THEM = contributed(
    SELF, roles=(ContributorRole.PI, ContributorRole.CO_PI), words="whose PI or co-PI they are"
)
KNOWN_PROJECT = linked(
    Link(models.ProjectExternalId, "project_id"),
    Scope.PROJECTS_READ,
    words="with an external id of their institution",
)
PROJECT_WRITERS: Rules = {
    COORDINATOR: LED_OR_PARTNERED,
    INTEGRATION: in_project(Scope.PROJECTS_WRITE) & (ANNOUNCED | KNOWN_PROJECT),
}
PROJECT_PUBLISHERS: Rules = {
    COORDINATOR: LED_OR_PARTNERED,
    INTEGRATION: in_project(Scope.PROJECTS_WRITE) & ANNOUNCED,
}
