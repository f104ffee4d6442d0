"""How the tests are distributed to the workers of a run: what takes longest first, so that all end together.

A file goes to one worker as a whole, for what its tests share; the cases of a slow file go one by one.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

SLOWEST_FIRST = (
    "tests/explorer",
    "tests/house/test_names.py",  # this and the next need no database, which the first worker makes meanwhile
    "tests/planner/test_validation.py",
    "tests/feed/oracle/test_killing.py",
    "tests/mutations/model",
    "tests/random_queries/test_random_queries.py",
    "tests/access/test_walk.py",
    "tests/examples/test_examples.py",
    "tests/house/test_entity_page.py",
    "tests/api/test_lifecycle.py",
    "tests/feed/test_processes.py",
    "tests/feed/test_restored.py",
    "tests/feed/oracle",
    "tests/feed/test_generated.py",
    "tests/feed/test_differences.py",
    "tests/feed/test_deferred_images.py",
    "tests/access/test_changes.py",
    "tests/webhooks/test_mutations.py",
    "tests/access/test_planted_leaks.py",
    "tests/interop",
    "tests/feed/test_following.py",
    "tests/mutations",
    "tests/api/test_cli.py",
    "tests/models/test_repeatable.py",
    "tests/house",
    "tests/webhooks",
    "tests/api/sse",
    "tests/feed",
    "tests/models",
    "tests/schema",
    "tests/random_queries",
    "tests/benchmarks",
)
"""Files and folders; the others follow in the order of their names."""
BY_CASE = (
    "tests/feed/test_differences.py",
    "tests/interop",
    "tests/feed/test_processes.py",
    "tests/feed/oracle/test_planted_bugs.py",
    "tests/mutations/model/test_planted_bugs.py",
    "tests/api/test_lifecycle.py",
    "tests/house/test_run_folder.py",
    "tests/random_queries/test_random_queries.py",
    "tests/random_queries/test_planted_bugs.py",
    "tests/access/test_planted_leaks.py",
)
"""The files whose cases go to any worker."""
TOGETHER = ("tests/explorer",)
"""The folders that go to one worker as a whole: their files share a browser."""


def rank(nodeid: str) -> int:
    """Which of the slowest a test belongs to; the number of them all for the others."""
    of = (number for number, path in enumerate(SLOWEST_FIRST) if nodeid.startswith(path))
    return next(of, len(SLOWEST_FIRST))


def unit(nodeid: str) -> str:
    """What goes to one worker: tests with the same unit."""
    if nodeid.startswith(BY_CASE):
        return nodeid
    folder = next((one for one in TOGETHER if nodeid.startswith(one)), None)
    return folder or nodeid.partition("::")[0]


class SlowestFirst(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """A worker that has finished its unit gets the next; units keep the order of collection."""

    def __init__(self, config: pytest.Config, log: object) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)
