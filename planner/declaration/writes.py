"""Declarations of writes: the fields that updates and creations set, links, and the steps of workflows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
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
    """A rule that must hold for a step, and the code and message if it doesn't.

    `path`: the part of the input that it refers to. `if_given` and `unless_given` name a field of the input:
    the guard applies only with that field, or without it. `if_set`: with that field, even if it is null.
    """

    rule: Rule
    code: str
    message: LocalizedMessage
    path: tuple[str, ...] = ("id",)
    if_given: str = ""
    unless_given: str = ""
    if_set: str = ""

    @property
    def is_of_input(self) -> bool:
        """Whether it depends on a field that the input may omit."""
        return bool(self.if_given or self.if_set)


@dataclass(frozen=True, slots=True)
class PythonPart:
    """What Python adds to a mutation before its statements, by a registered function.

    `arguments` are the fields of the input that it reads, `sets` the columns that it may set. `answers` are
    fields of the payload that only the first response has, not a repetition's.
    """

    arguments: FieldTexts = field(default_factory=dict)
    sets: tuple[str, ...] = ()
    answers: FieldTexts = field(default_factory=dict)


NO_PYTHON = PythonPart()
ITEMS, RESULTS = "items", "results"
"""The list of a bulk mutation, and that of its outcomes."""


@dataclass(frozen=True, slots=True)
class Tell:
    """A notification of `kind` that a step or a creation sends.

    `people` makes a query of the recipients' person ids from the row's id; `words` describe them, such as
    `its contributors`.
    """

    kind: str
    people: Callable[[Column], Select[Any]]
    words: str


@dataclass(frozen=True, slots=True)
class StepTask:
    """The task that a step is for viewers who may take it: its kind, its description and its due date."""

    kind: str
    description: str
    due: Callable[[Row], Column]


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """A change of status: `mutation` leads from one of the `sources` to `target`.

    - `sources`: the statuses from which it is possible; any status if empty.
    - `target`: the new status; the status stays if empty. `removes`: the row is deleted instead.
    - `needs_reason`: the client must pass a reason.
    - `fields`: input fields that it sets, by their GraphQL names; those in `needs` must be given. `sets`:
      columns with an expression of the row, the status too if it depends on the row.
    - `gate`: the reference whose row is locked first, so that counts of its rows are stable. For `a.b`, the
      row to which `b` of `a` refers is locked, then `a`. Several are locked in their order.
    - `locks`: statements before all others, which lock rows that guards count and no reference leads to.
    - `effects`: SQL statements that run after the step, and read the row's id as `$1 ->> 'id'`.
      `by_effects`: they write the columns of `sets` too, once they have made room for the values.
    - `refers`: other rows that the input names.
    - `changes`: further fields of the type that it changes, with their columns.
    - `links`: lists of links that it replaces.
    - `link`: the role of whoever has a mailed link, if the input has one instead of the row's id and version.
    - `tells`: the notifications that it sends. `task`: the task that it stands for.
    - `bulk`: the mutation that takes the step for each item of a list.
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
    task: StepTask | None = None
    links: tuple[str, ...] = ()
    bulk: str = ""
    locks: tuple[str, ...] = ()
    refers: tuple[Reference, ...] = ()
    by_effects: bool = False
    needs: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Consequence:
    """A change of status without a mutation of the row: an effect of another row's step, or of time.

    `due`: an SQL condition on the row under which a server makes the change. `tells`: its notifications.
    """

    source: str
    target: str
    description: str
    due: str = ""
    tells: tuple[Tell, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """The steps of a type's column of statuses, and its other changes.

    The database refuses every other change of it. `initial`: the statuses of a new row; empty if imports add
    rows in any status.
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
        """The statuses of all steps and of new rows."""
        return sorted({status for pair in self.pairs for status in pair} | {str(one) for one in self.initial})


@dataclass(frozen=True, slots=True)
class Replacement:
    """How a creation replaces the same row that isn't over.

    `sets` ends the old row, and `changes` names the fields that this changes. `wanted` is a Boolean field of
    the input: if it is false, no new row is made. An old row that equals the input stays.
    """

    sets: Mapping[str, Callable[[Row], Column]]
    changes: tuple[str, ...]
    wanted: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A row of `target`, which the viewer sees and which no field shows: a new row refers to it by `column`.

    A step's is stored in no column. With `version` it has to be the version of the row that this field of the
    input names.
    """

    name: str
    target: str
    column: str
    description: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Lookup:
    """Another way to name the row that the field `reference` refers to: by `key`, a unique field of its type,
    which is the input's field `name`.

    An input has one of the two. A row is found if the viewer sees it and its `key`; one that they may not
    refer to is as one that there isn't (NOT_FOUND). `convert` makes the stored value of the key.
    """

    reference: str
    name: str
    key: str
    description: str
    convert: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Creation:
    """A mutation that creates a row from `fields` and the columns' `initial` values.

    By default it is named `create…` after the type, and also has the fields and links of the update. `sets`,
    `gate`, `effects`, `tells` and `bulk` are as in a step; `sets` are expressions of the new row. `guards`
    must hold for the row once it is created. `same`: columns that identify a row until it is `over`; creating
    it again returns that row, as a repetition, unless `replaces` says otherwise; `caseless` are those that
    are compared without case. `maker`: the attribute that a viewer needs, unless the input has a value for
    `maker_unless`. `locks`: statements before all others, which lock what guards count. `optional`: fields
    that the row needs but the input may omit, since Python checks them. `known`: the rule that finds the row
    that its maker has already. `refers`: references that no field of the type shows. `needs` are guards of
    the row before it is created, unless it is there already. `refused`: by the name of a constraint, the
    statements that run once it has refused the row. `lookups`: other ways to name the rows that fields refer
    to. `seen`: references that the maker must see in the new row, where the policy masks them. `repeated`:
    effects in place of the others if the row was there already. `own`: the column of `sets` with the maker's
    own record, without which they make no such row.
    """

    fields: tuple[str, ...] = ()
    initial: Mapping[str, str] = field(default_factory=dict)
    mutation: str | None = None
    description: str = ""
    sets: Mapping[str, Callable[[Row], Column]] = field(default_factory=dict)
    gate: str | None = None
    guards: tuple[Guard, ...] = ()
    same: tuple[str, ...] = ()
    caseless: tuple[str, ...] = ()
    over: Rule | None = None
    effects: tuple[str, ...] = ()
    tells: tuple[Tell, ...] = ()
    maker: str = ""
    maker_unless: str = ""
    own: str = ""
    locks: tuple[str, ...] = ()
    python: PythonPart = NO_PYTHON
    optional: tuple[str, ...] = ()
    replaces: Replacement | None = None
    known: Rule | None = None
    refers: tuple[Reference, ...] = ()
    bulk: str = ""
    needs: tuple[Guard, ...] = ()
    refused: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lookups: tuple[Lookup, ...] = ()
    seen: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UpsertLinks:
    """A mutation that creates or updates a row by an id of the sender's own.

    `links` is the list of such ids, whose key is the institution that has given the id, and the fields that
    the input has. `attribute`: the sender's institutions, of which there must be one.
    """

    links: str
    attribute: str


@dataclass(frozen=True, slots=True)
class Writes:
    """How a type's rows are written; fields are GraphQL names.

    `updates` are the fields that the update sets, `links` the lists of links that it replaces. `acts` are
    steps of a column that processes change too, so it isn't a workflow. `holds`: guards of a row after any
    mutation. `guards`: guards of the update, on the row before it; `effects`: SQL statements that run after
    it. `upsert`: the creation without a name and the update are one mutation, too. `archiving`: guards of
    archiving a row; what they count is only made under a lock of the row (`gate` or `locks`). The policy says
    who may write a row (`EntityPolicy.writes`).
    """

    updates: tuple[str, ...] = ()
    workflow: Workflow | None = None
    links: tuple[str, ...] = ()
    creations: tuple[Creation, ...] = ()
    holds: tuple[Guard, ...] = ()
    acts: Workflow | None = None
    guards: tuple[Guard, ...] = ()
    effects: tuple[str, ...] = ()
    upsert: UpsertLinks | None = None
    archiving: tuple[Guard, ...] = ()


NO_WRITES = Writes()


def writes(
    updates: str = "",
    workflow: Workflow | None = None,
    *,
    links: str = "",
    creations: tuple[Creation, ...] = (),
    holds: tuple[Guard, ...] = (),
) -> Writes:
    """`Writes`, with names in one text, separated by spaces."""
    return Writes(tuple(updates.split()), workflow, tuple(links.split()), creations, holds)


def with_upsert(stated: Writes, links: str, attribute: str) -> Writes:
    """`Writes`, with an upsert by the ids in a list of links."""
    return replace(stated, upsert=UpsertLinks(links, attribute))


def creation(fields: str = "", **initial: str) -> Creation:
    """`Creation`, with more fields in one text, and the columns' initial values."""
    return Creation(tuple(fields.split()), initial)
