"""When a failed message is sent again, and when to give up."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime

FACTOR = 3.0
JITTER = 0.2  # so that receivers which failed together are not tried together


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Seconds until the first retry and between later ones at the most; when to give up."""

    first_delay: float
    max_delay: float
    max_attempts: int
    patience: float

    def delay(self, attempts: int, retry_after: float | None = None) -> float:
        """Seconds until the next attempt, given those so far; never before the receiver's `Retry-After`."""
        pause = nominal_delays(self, attempts) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
        return max(pause, min(retry_after or 0.0, self.patience))

    def is_exhausted(self, attempts: int, failing_since: datetime | None, now: datetime) -> bool:
        """Whether the webhook is parked after this many attempts."""
        if attempts >= self.max_attempts:
            return True
        return failing_since is not None and (now - failing_since).total_seconds() >= self.patience


def nominal_delays(retry_policy: RetryPolicy, attempts: int) -> float:
    """Without jitter: three times as long after each attempt, up to the longest."""
    return float(min(retry_policy.max_delay, retry_policy.first_delay * FACTOR ** min(attempts - 1, 50)))
