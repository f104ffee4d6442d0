"""Random queries, answered by the planner and by a second implementation that knows nothing of it."""

import pytest

from tests.random_queries.running import Court, run

COUNT = 3_000


def test_three_thousand_random_queries(sound: Court, capsys: pytest.CaptureFixture[str]) -> None:
    tally = run(sound, COUNT, start=2_026)
    with capsys.disabled():
        print(f"\n{tally}")  # noqa: T201
    assert tally.compared == COUNT
    assert tally.with_data > COUNT * 0.6
    assert tally.refused > 0
