"""The viewer: roles, ids under names, and what tells their plans and cursors apart."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

FINGERPRINT_DIGITS = 12  # hexadecimal digits


@dataclass(frozen=True, slots=True)
class Viewer:
    """A viewer: the roles shape the plan, the attributes are parameters.

    `attributes` are the ids that the policy compares rows with, by name; `single_attributes` names those that
    have one id. `grants_epoch` is the policy's epoch for which these hold, None for the public, and
    `granted_since` the one in which they were last given something.
    `key` distinguishes viewers. `fingerprint` is the same for all who hold the same roles for the same ids,
    but for those of `own_attributes`, which are the viewer's alone; cursors of the change feed have it.
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
        """Who reads now, as the cursor of a place has it: the fingerprint, and the epoch of grants."""
        return self.fingerprint if self.grants_epoch is None else f"{self.fingerprint}_{self.grants_epoch}"

    @property
    def plan_key(self) -> Hashable:
        """What shapes plans: viewers of one shape share them."""
        return self.roles, self.single_attributes, self.grants_epoch is None
