"""Portals show labels in both languages, not names of values: what has none yet is found."""

from schema import graphql_schema
from schema.enum_labels import label_faults


def test_every_value_has_a_label_and_every_label_a_value() -> None:
    assert list(label_faults(graphql_schema)) == []
