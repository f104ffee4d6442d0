"""What may be written: the fields that an update sets, and the steps of a workflow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from planner.declaration.access import Rule
from planner.message_catalog import LocalizedMessage


@dataclass(frozen=True, slots=True)
class Guard:
    """What must hold for a step: a rule, and the code and message of the reason where it does not.

    `path`: the part of the row that it is about, as the fields of an input.
    """

    rule: Rule
    code: str
    message: LocalizedMessage
    path: tuple[str, ...] = ("id",)


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """A change of status: `mutation` leads from one of the `sources` to `target`.

    `needs_reason`: whoever takes the step says why.
    """

    mutation: str
    description: str
    sources: tuple[str, ...]
    target: str
    guards: tuple[Guard, ...] = ()
    needs_reason: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """The steps of a type's column of statuses."""

    column: str
    steps: tuple[WorkflowStep, ...]


@dataclass(frozen=True, slots=True)
class Writes:
    """How a type's rows are written: `updates` are the fields (by GraphQL name) that its update sets.

    Who may write a row is in the policy (`EntityPolicy.writes`).
    """

    updates: tuple[str, ...] = ()
    workflow: Workflow | None = None


NO_WRITES = Writes()


def writes(updates: str = "", workflow: Workflow | None = None) -> Writes:
    """The declaration, with the fields in one text, parted by spaces."""
    return Writes(tuple(updates.split()), workflow)


@dataclass(frozen=True, slots=True)
class WritableField:
    """A field of an input: the columns that it sets, each with the key of its value within the field's.

    A scalar or a reference has one column under the key None; a localized text one for each language.
    `prefix` is that of the global id that a reference is given as. `convert` makes of a value what is stored.
    """

    name: str
    columns: Mapping[str | None, str]
    annotation: str
    description: str
    nullable: bool
    prefix: str | None = None
    convert: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True, slots=True)
class WriteAction:
    """A mutation of a row that exists: an update, or a step with the columns that it sets."""

    mutation: str
    type_name: str
    description: str
    fields: tuple[WritableField, ...] = ()
    step: WorkflowStep | None = None
    column: str = ""

    @property
    def is_update(self) -> bool:
        """Whether it sets what it is given, and does nothing else."""
        return self.step is None

    @property
    def names(self) -> list[str]:
        """The names of what it sets."""
        return [one.name for one in self.fields]

    @property
    def guards(self) -> tuple[Guard, ...]:
        return self.step.guards if self.step is not None else ()
