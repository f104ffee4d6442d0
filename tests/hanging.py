"""Where a test hangs: the stacks of the tasks that its event loop has, when its time is over."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Generator

import pytest

LIMIT = "Timeout (>"
"""How pytest-timeout's failures begin."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the stacks to the report; a traceback of the main thread shows only that the loop waits."""
    report = yield
    if call.excinfo is not None and LIMIT in str(call.excinfo.value):
        report.sections.append(("tasks of the event loop", stacks()))
    return report


def stacks() -> str:
    written = io.StringIO()
    for task in asyncio.all_tasks(asyncio.get_event_loop_policy().get_event_loop()):
        task.print_stack(file=written)
    return written.getvalue()
