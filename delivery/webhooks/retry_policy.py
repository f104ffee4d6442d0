"""When a failed message is sent again, and when its webhook is parked."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime

FACTOR = 3.0
JITTER = 0.2  # spreads retries to receivers that failed at the same moment


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Delays in seconds; a webhook is parked after `max_attempts`, or `patience` seconds of failing."""

    first_delay: float
    max_delay: float
    max_attempts: int
    patience: float

    def delay(self, attempts: int, retry_after: float | None = None) -> float:
        """Seconds until the next attempt, at least the receiver's `Retry-After` (in seconds)."""
        pause = nominal_delays(self, attempts) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
        return max(pause, min(retry_after or 0.0, self.patience))

    def is_exhausted(self, attempts: int, failing_since: datetime | None, now: datetime) -> bool:
        """Whether to park the webhook after this many attempts."""
        if attempts >= self.max_attempts:
            return True
        return failing_since is not None and (now - failing_since).total_seconds() >= self.patience


def nominal_delays(retry_policy: RetryPolicy, attempts: int) -> float:
    """The delay in seconds without jitter: three times the previous one, up to `max_delay`."""
    return float(min(retry_policy.max_delay, retry_policy.first_delay * FACTOR ** min(attempts - 1, 50)))
