"""Two answers say the same when their leaves do, however they are nested, named and spelled."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from benchmarks.peers.leaves import difference, leaves, text

KEY = "01a20c3d-40b4-7b19-8c63-5f955c8dbd9d"


def same(one: Any, other: Any) -> bool:
    return not any(difference(one, other))


def encoded(plain: str) -> str:
    return base64.b64encode(plain.encode()).decode()


def test_names_and_nesting_say_nothing() -> None:
    one = {"projects": {"nodes": [{"title": "Water", "awards": [{"kind": "SEED"}]}]}}
    other = {"allProjects": [{"title": "Water", "awards": {"nodes": [{"kind": "SEED"}]}}]}
    assert same(one, other)


def test_the_order_is_kept_but_not_compared() -> None:
    assert list(leaves({"a": [2, 1], "b": "x"})) == ["2", "1", "x"]
    assert same([1, 2], [2, 1])


def test_how_often_counts() -> None:
    assert difference(["x", "x", "y"], ["x", "y", "y"]) == ({"x": 1}, {"y": 1})
    assert not same(["x", "x"], ["x"])


def test_null_is_a_leaf_and_nothing_is_none() -> None:
    assert not same({"venue": None}, {})
    assert same({"venues": []}, {})


@pytest.mark.parametrize("name", ["__typename", "endCursor"])
def test_what_each_server_has_in_its_own_way_is_left_out(name: str) -> None:
    assert same({"slug": "a", name: "one"}, {"slug": "a", name: "other"})


@pytest.mark.parametrize(
    "spelled",
    [
        KEY,
        KEY.upper(),
        f"project_{KEY}",
        f"Project|{KEY}",
        f"Project:{KEY}",
        encoded(f'["Project","{KEY}"]'),
        encoded(f"Project:{KEY}"),
        encoded(f"Project:{KEY}").rstrip("="),
    ],
)
def test_a_global_id_is_its_uuid(spelled: str) -> None:
    assert text(spelled) == KEY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12.50", 12.5),
        ("1000", 1000.0),
        (1e21, "1000000000000000000000"),
        (-0.0, 0),
        ("2023-01-01T16:00:00.000000+00:00", "2023-01-01T16:00:00Z"),
        ("2023-01-01T16:00:00.5+00", "2023-01-01 16:00:00.500+0000"),
    ],
)
def test_spellings_of_one_value(one: Any, other: Any) -> None:
    assert text(one) == text(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2023-01-01T16:00:00-08:00", "2023-01-02T00:00:00Z"),  # another wall clock at the same instant
        ("2023-01-01", "2023-01-01T00:00:00Z"),
        ("0521", "521"),  # a code, no number
        ("true", None),
        ("", None),
        (1, True),
        (f"project_{KEY}", f"project_{KEY[:-1]}0"),
        ("project", "PROJECT"),
    ],
)
def test_different_values_stay_different(one: Any, other: Any) -> None:
    assert text(one) != text(other)


def test_a_long_word_is_no_id() -> None:
    word = "Institutodeinvestigacionesenmatematicasaplicadas"
    assert text(word) == word


def test_fields_that_a_peer_cannot_answer_are_left_out() -> None:
    one, other = {"a": 1, "hasNextPage": True}, {"a": 1}
    assert not same(one, other)
    assert not any(difference(one, other, frozenset({"hasNextPage"})))
