"""The labels of enums' values, and which of them are missing or left over."""

from __future__ import annotations

import pytest
from graphql import GraphQLEnumType, build_schema

from planner.errors import BadUserInput
from schema.enum_labels import SHARED, label_faults, labels_of
from schema.labels import catalog
from tests.engines import shared_engine
from tests.personas import PUBLIC, viewer_of

SMALL = """
enum Stage { DRAFT OPEN }
enum StageOrderField { NAME }
enum StageFacet { STATUS }
enum EntityType { STAGE }
enum SearchType { STAGE }
type Query { stage(order: StageOrderField, search: SearchType, type: EntityType): Stage facet: StageFacet }
"""
LABELS = ("Stage.DRAFT", "Stage.OPEN", "Facet.STATUS", "OrderField.NAME", "EntityType.STAGE")


def test_a_value_without_a_label_is_labelled_by_its_words() -> None:
    enum = GraphQLEnumType("Absence", {"ON_LEAVE": 1})
    assert labels_of(enum) == [{"value": "ON_LEAVE", "label_en": "On leave", "label_es": "On leave"}]


@pytest.mark.parametrize(
    ("labels", "fault"),
    [
        (LABELS, []),
        (LABELS[1:], ["Stage.DRAFT has no label of its own: add Stage.DRAFT to schema/labels"]),
        (LABELS[:-2], ["StageOrderField.NAME", "EntityType.STAGE", "SearchType.STAGE"]),
        ((*LABELS, "Stage.GONE"), ["schema/labels has Stage.GONE, which is not a value"]),
        ((*LABELS, "SearchType.STAGE"), ["schema/labels has SearchType.STAGE, which is not a value"]),
    ],
)
def test_a_label_too_few_or_too_many_is_found(labels: tuple[str, ...], fault: list[str]) -> None:
    found = list(label_faults(build_schema(SMALL), labels))
    assert len(found) == len(fault)
    assert all(text.startswith(start) for text, start in zip(found, fault, strict=True)), found


def test_labels_of_an_enum_differ_and_are_short() -> None:
    """Two values of a menu that read the same can't be told apart; a label that is long is a description."""
    for language in ("EN", "ES"):
        by_section: dict[str, list[str]] = {}
        for id, templates in catalog.entries.items():
            by_section.setdefault(id.partition(".")[0], []).append(templates[language].other)
        for section, labels in by_section.items():
            assert section in SHARED or len(set(labels)) == len(labels), (language, section)
            assert all(len(label) <= 45 and not label.endswith(".") for label in labels), section


@pytest.mark.parametrize(
    ("language", "says"), [("EN", 'There is no enum "Projekt".'), ("ES", 'No existe el enum "Projekt".')]
)
def test_an_unknown_enum_is_refused(language: str, says: str) -> None:
    engine, viewer = shared_engine(), viewer_of(PUBLIC)
    operation = engine.operation("query ($n: [String!]!) { enumLabels(enums: $n) { name } }", None)
    plan, _ = engine.plan(operation, {"n": ["ProjectStatus", "Projekt"]}, viewer, language)
    assert plan is not None
    with pytest.raises(BadUserInput) as refused:
        plan.parameters({"n": ["ProjectStatus", "Projekt"]}, viewer)
    assert refused.value.problems[0].message.read(language) == says
