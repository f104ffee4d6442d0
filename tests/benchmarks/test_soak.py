"""When the memory of a soak counts as flat."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from benchmarks.soak import Sample, Soak


def soaked(memory: Sequence[int]) -> Soak:
    return Soak(2_000, [Sample(5.0 * at, size, 10, 0) for at, size in enumerate(memory)])


def test_what_caches_take_at_first_is_no_growth() -> None:
    found = soaked([100, 150, 190, 200, 201, 199, 200, 202, 201])
    assert found.growth == pytest.approx(201 / 200)
    assert found.flat


def test_a_leak_is_found() -> None:
    assert not soaked([100 + 5 * at for at in range(30)]).flat
