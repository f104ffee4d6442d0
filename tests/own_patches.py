"""Replaces functions of libraries for one test alone.

All tests of a process share its libraries, and most share an event loop, on which servers of other tests keep
working. A server that finds a library's function broken ends, and fails whichever test comes last.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import pytest


def patch_for_this_test(patch: pytest.MonkeyPatch, owner: object, name: str, replacement: Any) -> None:
    """Replace a function for the calling test and its tasks; other tasks keep theirs."""
    usual: Callable[..., Any] = getattr(owner, name)
    here = ContextVar(name, default=False)
    here.set(True)

    def chosen(*given: Any, **named: Any) -> Any:
        return (replacement if here.get() else usual)(*given, **named)

    patch.setattr(owner, name, chosen)
