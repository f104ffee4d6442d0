"""The viewer: roles, attributes, and what distinguishes its plans and cursors."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

FINGERPRINT_DIGITS = 12  # hexadecimal digits


@dataclass(frozen=True, slots=True)
class Viewer:
    """A viewer: its roles shape the plan, its attributes are parameters.

    `attributes` are ids by name, which the policy compares rows with; `single_attributes` names those with
    one id. `grants_epoch` is the epoch at which they were read (None for the public), `granted_since` that of
    the viewer's latest new grant. `key` identifies the viewer. Viewers with the same roles for the same ids
    have the same `fingerprint`, which cursors of the change feed contain; `own_attributes` don't count.
    """

    roles: frozenset[str]
    kind: str = "ANONYMOUS"
    attributes: Mapping[str, Sequence[UUID]] = field(default_factory=dict)
    single_attributes: frozenset[str] = frozenset()
    own_attributes: frozenset[str] = frozenset()
    grants_epoch: int | None = None
    key: str = ""
    granted_since: int = 0
    fingerprint: str = field(default="", init=False)

    def __post_init__(self) -> None:
        shared = sorted(self.attributes.keys() - self.own_attributes)
        held = [(name, sorted(map(str, self.attributes[name]))) for name in shared if self.attributes[name]]
        digest = sha256(repr((sorted(self.roles), held)).encode()).hexdigest()
        object.__setattr__(self, "fingerprint", digest[:FINGERPRINT_DIGITS])

    @property
    def reader(self) -> str:
        """The viewer in the cursor of a position: the fingerprint, and the grants epoch if there is one."""
        return self.fingerprint if self.grants_epoch is None else f"{self.fingerprint}_{self.grants_epoch}"

    @property
    def plan_key(self) -> Hashable:
        """The part of a plan's key that is the viewer's; viewers with the same key share plans."""
        return self.roles, self.single_attributes, self.grants_epoch is None
