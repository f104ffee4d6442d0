"""A least-recently-used cache, limited by entries and by bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Cached = TypeVar("Cached")


class BoundedCache(Generic[Key, Cached]):
    """Entries with an estimate of their bytes; thread-safe."""

    def __init__(self, entries: int, size: int) -> None:
        self._entries = entries
        self._size = size
        self._held = 0
        self._changing = Lock()
        self._kept: OrderedDict[Key, tuple[Cached, int]] = OrderedDict()

    def get(self, key: Key) -> Cached | None:
        found = self._kept.get(key)
        if found is None:
            return None
        try:
            self._kept.move_to_end(key)
        except KeyError:  # another thread has evicted it meanwhile
            return found[0]
        return found[0]

    def store(self, key: Key, kept: Cached, size: int) -> None:
        """Store it, unless it alone is larger than the cache."""
        if size > self._size:
            return
        with self._changing:
            previous = self._kept.pop(key, None)
            self._held += size - (previous[1] if previous else 0)
            self._kept[key] = (kept, size)
            while self._held > self._size or len(self._kept) > self._entries:
                _, (_, freed) = self._kept.popitem(last=False)
                self._held -= freed

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bytes_used(self) -> int:
        """The sum of the estimates, in bytes."""
        return self._held
