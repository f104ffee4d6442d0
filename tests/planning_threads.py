"""Where documents are read and plans are made: which thread does it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import current_thread
from typing import Any

import pytest

import delivery.webhooks.payload_document
import planner.engine

WORK = (
    (planner.engine, "read_document"),
    (planner.engine, "make_plan"),
    (planner.engine, "make_subscription_plan"),
    (delivery.webhooks.payload_document, "document_text"),
)


def noting_threads(patch: pytest.MonkeyPatch) -> list[str]:
    """The thread of each piece of such work from now on."""
    threads: list[str] = []

    def noted(original: Callable[..., Any], *given: Any, **named: Any) -> Any:
        threads.append(current_thread().name)
        return original(*given, **named)

    for module, name in WORK:
        patch.setattr(module, name, partial(noted, getattr(module, name)))
    return threads


def off_the_loop(threads: list[str]) -> bool:
    return bool(threads) and all(thread.startswith("planning") for thread in threads)
