"""PostGraphile's mutations: how they are prepared, started and sent (README.md beside this folder's)."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from benchmarks.peers.peer import Peer, PeerRequest, graphql, python
from benchmarks.peers.postgraphile import FOLDER, missing, versions

UPDATED = "project { rowId version titleEn }"
UPDATE = f"""
    mutation Update($id: UUID!, $patch: ProjectPatch!) {{
        updateProject(input: {{ rowId: $id, patch: $patch }}) {{ {UPDATED} }}
    }}
"""
LINK = f"""
    mutation Update($id: UUID!, $patch: ProjectPatch!, $institution: UUID!) {{
        createProjectInstitution(input: {{
            projectInstitution: {{ projectId: $id, institutionId: $institution, role: "FUNDER" }}
        }}) {{ clientMutationId }}
        updateProject(input: {{ rowId: $id, patch: $patch }}) {{ {UPDATED} }}
    }}
"""
UNLINK = f"""
    mutation Update($id: UUID!, $patch: ProjectPatch!, $institution: UUID!) {{
        deleteProjectInstitutionByProjectIdAndInstitutionIdAndRole(input: {{
            projectId: $id, institutionId: $institution, role: "FUNDER"
        }}) {{ clientMutationId }}
        updateProject(input: {{ rowId: $id, patch: $patch }}) {{ {UPDATED} }}
    }}
"""


def updated(project: UUID, title: str, ends_on: str) -> PeerRequest:
    """A project with another title and end."""
    return graphql(UPDATE, {"id": str(project), "patch": {"titleEn": title, "endsOn": ends_on}})


def linked(project: UUID, title: str, ends_on: str, institution: UUID, *, there: bool) -> PeerRequest:
    """The same, and an added or removed institution: a separate mutation, since there are no lists."""
    patch = {"titleEn": title, "endsOn": ends_on}
    variables = {"id": str(project), "patch": patch, "institution": str(institution)}
    return graphql(LINK if there else UNLINK, variables)


async def prepare(url: str) -> None:
    connection = await asyncpg.connect(url, server_settings={"client_min_messages": "warning"})
    try:
        await connection.execute((FOLDER / "writing" / "schema.sql").read_text())
    finally:
        await connection.close()


WRITING = Peer("postgraphile", python(__name__), lambda _: None, missing, versions)
