"""`viewer { person profile grants { institution profile } }` are the objects that `node` finds."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLObjectType, GraphQLSchema

from tests.access.walk import Fragments
from tests.personas import ALL_VIEWERS, CLIENTS, RECIPIENT
from tests.random_queries.comparison import RandomQuery
from tests.random_queries.run import Harness
from tests.random_queries.viewers import viewers_of

OBJECTS = """{{ viewer {{
    kind roles personId language unread person {{ ...{Person} }} profile {{ ...{Mentor} ...{Participant} }}
    grants {{
        role institutionId profileId scopes expiresAt institution {{ ...{Institution} }}
        profile {{ ...{Mentor} ...{Participant} }}
    }}
}} }}"""


def document(schema: GraphQLSchema) -> str:
    """All objects of the viewer with their fields, and what those lead to."""
    fragments, names = Fragments(schema), {}
    for name in ("Person", "Mentor", "Participant", "Institution"):
        type_ = schema.type_map[name]
        assert isinstance(type_, GraphQLObjectType)
        names[name] = fragments.fragment_of(type_, 1)
    return "\n".join([OBJECTS.format(**names), *fragments.texts.values()])


@pytest.mark.parametrize("name", [*ALL_VIEWERS, *CLIENTS, RECIPIENT])
def test_the_objects_of_the_viewer(reference_harness: Harness, name: str) -> None:
    """As the reference has them, in both languages, to every field."""
    text = document(reference_harness.comparison.world.schema)
    for viewer in viewers_of(name):
        question = RandomQuery(text, {}, viewer)
        answer = reference_harness.loop.run(reference_harness.comparison.compare(question))
        assert answer.code is None, answer.message
        found: dict[str, Any] = answer.data["viewer"]
        assert (found["person"] is None) == (found["personId"] is None) == (viewer.self_ is None)
        for grant in found["grants"]:
            assert (grant["institution"] is None) == (grant["institutionId"] is None)
            assert (grant["profile"] is None) == (grant["profileId"] is None)
