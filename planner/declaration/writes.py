"""What may be written: the fields that updates and creates set, links, and the steps of a workflow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Select

from planner.declaration.access import Rule
from planner.declaration.row import Row
from planner.message_catalog import LocalizedMessage
from planner.sql import Column

FieldTexts: TypeAlias = "Mapping[str, tuple[str, str]]"
"""Fields by GraphQL name: the annotation and the description of each."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What must hold for a step: a rule, and the code and message of the reason where it does not.

    `path`: the part of the row that it is about, as the fields of an input. `if_given` and `unless_given`
    name a field of the input: it needs to hold only with that, or without.
    """

    rule: Rule
    code: str
    message: LocalizedMessage
    path: tuple[str, ...] = ("id",)
    if_given: str = ""
    unless_given: str = ""


@dataclass(frozen=True, slots=True)
class PythonPart:
    """What Python adds to a mutation before its statements, by the function that is registered for it.

    `arguments` are fields of the input that it reads, `sets` the columns that it may give values. `answers`
    are fields of the payload: only the answer that carried the mutation out has them, no repetition.
    """

    arguments: FieldTexts = field(default_factory=dict)
    sets: tuple[str, ...] = ()
    answers: FieldTexts = field(default_factory=dict)


NO_PYTHON = PythonPart()


@dataclass(frozen=True, slots=True)
class Tell:
    """Whom a step notifies, and of which `kind` the notification is.

    `people`: of the row's id a query of the ids of persons; the same in `words`, such as `its contributors`.
    """

    kind: str
    people: Callable[[Column], Select[Any]]
    words: str


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """A change of status: `mutation` leads from one of the `sources` to `target`.

    Without `sources` it starts anywhere, without `target` it leaves the status; `removes`: the row goes.
    `needs_reason`: whoever takes the step says why. `fields` are set with it, by their GraphQL names, and
    `sets` are columns with what they become, an expression of the row. `gate`: the reference whose row is
    locked first, so that what is counted of it stays; of `a.b` that of the row which `a` refers to, then `a`.
    `effects`: statements that are run after the step, SQL that reads the row's id as `$1 ->> 'id'`.
    `changes`: what changes beside the status, as fields of the type with their columns. `tells`: who is
    notified once it was taken.
    """

    mutation: str
    description: str
    sources: tuple[str, ...] = ()
    target: str = ""
    guards: tuple[Guard, ...] = ()
    needs_reason: bool = False
    fields: tuple[str, ...] = ()
    sets: Mapping[str, Callable[[Row], Column]] = field(default_factory=dict)
    gate: str | None = None
    effects: tuple[str, ...] = ()
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    removes: bool = False
    python: PythonPart = NO_PYTHON
    tells: tuple[Tell, ...] = ()


@dataclass(frozen=True, slots=True)
class Consequence:
    """A change of status that no mutation of the row makes: what another row's step does, or time."""

    source: str
    target: str
    description: str


@dataclass(frozen=True, slots=True)
class Workflow:
    """The steps of a type's column of statuses, and its other changes.

    The database refuses every other change of it. `initial`: what a new row may begin with; empty where an
    import brings rows in any status.
    """

    column: str
    steps: tuple[WorkflowStep, ...]
    initial: tuple[str, ...] = ()
    consequences: tuple[Consequence, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """From which status a step or a consequence leads to which, each pair once."""
        steps = {(str(source), str(one.target)) for one in self.steps if one.target for source in one.sources}
        return sorted(steps | {(str(one.source), str(one.target)) for one in self.consequences})

    @property
    def statuses(self) -> list[str]:
        """The statuses that some step leads from or to, or that a new row may have."""
        return sorted({status for pair in self.pairs for status in pair} | {str(one) for one in self.initial})


@dataclass(frozen=True, slots=True)
class Replacement:
    """What becomes of the row that is the same as a new one, and not over: the new one takes its place.

    `sets` ends it, and `changes` names the fields that this changes. `wanted`, a Boolean of the input: if it
    is false, none takes its place. A row that is equal in all that was given stays.
    """

    sets: Mapping[str, Callable[[Row], Column]]
    changes: tuple[str, ...]
    wanted: str


@dataclass(frozen=True, slots=True)
class Creation:
    """A mutation that makes a row, of `fields` and the values that columns begin with.

    Without a name it is `create` with the type's, and has the fields and links of the update too. `sets`,
    `gate` and `effects` are as a step's, and `sets` are expressions of the row that is to be made. `guards`
    must hold of the row once it is made. `same`: columns of which a row that is not `over` exists once; who
    makes it again gets that row, as a repetition. `maker`: the viewer's attribute without which nobody makes
    one. `locks`: statements before all others, whose rows what is counted stands on. `optional`: fields that
    may be left out though the row needs them, since Python looks at them. `replaces`: what becomes of the row
    that is the same, instead.
    """

    fields: tuple[str, ...] = ()
    initial: Mapping[str, str] = field(default_factory=dict)
    mutation: str | None = None
    description: str = ""
    sets: Mapping[str, Callable[[Row], Column]] = field(default_factory=dict)
    gate: str | None = None
    guards: tuple[Guard, ...] = ()
    same: tuple[str, ...] = ()
    over: Rule | None = None
    effects: tuple[str, ...] = ()
    maker: str = ""
    locks: tuple[str, ...] = ()
    python: PythonPart = NO_PYTHON
    optional: tuple[str, ...] = ()
    replaces: Replacement | None = None


@dataclass(frozen=True, slots=True)
class Writes:
    """How a type's rows are written, all fields by their GraphQL names.

    `updates` are the fields that its update sets, `links` the lists of links that it replaces, and
    `creations` say how a row is made. `acts` are steps of a column that processes change too, so that it is
    no workflow. `holds`: what must hold of a row once it was written, whatever wrote it. Who may write a row
    is in the policy (`EntityPolicy.writes`).
    """

    updates: tuple[str, ...] = ()
    workflow: Workflow | None = None
    links: tuple[str, ...] = ()
    creations: tuple[Creation, ...] = ()
    holds: tuple[Guard, ...] = ()
    acts: Workflow | None = None


NO_WRITES = Writes()


def writes(
    updates: str = "",
    workflow: Workflow | None = None,
    *,
    links: str = "",
    creations: tuple[Creation, ...] = (),
    holds: tuple[Guard, ...] = (),
) -> Writes:
    """The declaration, with names in one text, separated by spaces."""
    return Writes(tuple(updates.split()), workflow, tuple(links.split()), creations, holds)


def creation(fields: str = "", **initial: str) -> Creation:
    """How a row is made: more fields, in one text, and the values that columns begin with."""
    return Creation(tuple(fields.split()), initial)


@dataclass(frozen=True, slots=True)
class WritableField:
    """A field of an input: the columns that it sets, each with the key of its value within the field's.

    A scalar or a reference has one column under the key None; a localized text one for each language.
    `references`: the prefixes of the global ids that a reference is given as, each with the column of that
    type's table that is stored. `default` is what a new row has where the field is left out, unless it is
    `required`. `zone`: what is given is a wall clock, stored as its instant in the zone of this column.
    `convert` makes of a value what is stored.
    """

    name: str
    columns: Mapping[str | None, str]
    annotation: str
    description: str
    nullable: bool
    references: Mapping[str, str] = field(default_factory=dict)
    default: Any = None
    required: bool = False
    zone: str | None = None
    convert: Callable[[Any], Any] = lambda value: value

    @property
    def column(self) -> str:
        """The column of a field that has one."""
        (found,) = self.columns.values()
        return found


@dataclass(frozen=True, slots=True)
class WritableLinks:
    """A list of links of a row, given whole: `keys` are the columns that tell one link from another.

    `owner` is the column that refers to the row.
    """

    name: str
    type_name: str
    table: str
    owner: str
    keys: tuple[str, ...]
    fields: tuple[WritableField, ...]
    description: str

    @property
    def columns(self) -> list[str]:
        """The columns that an input sets."""
        return [column for one in self.fields for column in one.columns.values()]

    @property
    def others(self) -> list[str]:
        """The columns beside the keys."""
        return [column for column in self.columns if column not in self.keys]

    @property
    def input_type(self) -> str:
        return f"{self.type_name}Input"


@dataclass(frozen=True, slots=True)
class WriteAction:
    """A mutation of a type's row: an update, a step with the column that it sets, or a creation."""

    mutation: str
    type_name: str
    description: str
    fields: tuple[WritableField, ...] = ()
    step: WorkflowStep | None = None
    column: str = ""
    links: tuple[WritableLinks, ...] = ()
    creation: Creation | None = None
    holds: tuple[Guard, ...] = ()

    @property
    def is_update(self) -> bool:
        """Whether it sets what it is given, and does nothing else."""
        return self.step is None and self.creation is None

    @property
    def names(self) -> list[str]:
        """The names of what it sets."""
        return [*(one.name for one in self.fields), *(one.name for one in self.links)]

    @property
    def guards(self) -> tuple[Guard, ...]:
        return self.step.guards if self.step is not None else ()

    @property
    def act(self) -> WorkflowStep | Creation | None:
        """What the mutation is beside an update."""
        return self.step or self.creation

    @property
    def python(self) -> PythonPart:
        return self.act.python if self.act is not None else NO_PYTHON

    @property
    def removes(self) -> bool:
        return self.step is not None and self.step.removes
