"""The models' enums as GraphQL enums."""

from __future__ import annotations

import strawberry

import models

VOCABULARIES = (
    models.AwardKind,
    models.Comparator,
    models.ContributorRole,
    models.EventMode,
    models.InstitutionKind,
    models.MentorSector,
    models.MentorshipStatus,
    models.OrganizerRole,
    models.ParticipantLevel,
    models.ProjectRole,
    models.ProjectStatus,
    models.ResearchField,
    models.Side,
)

for vocabulary in VOCABULARIES:
    if not hasattr(vocabulary, "__strawberry_definition__"):  # Puente's schema makes them of the same classes
        strawberry.enum(vocabulary)
