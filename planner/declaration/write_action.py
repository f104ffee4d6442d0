"""What declarations of writes become: mutations, with the fields and lists of links that they set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planner.declaration.stored_form import StoredForm
from planner.declaration.writes import NO_PYTHON, Creation, FieldTexts, Guard, PythonPart, WorkflowStep


@dataclass(frozen=True, slots=True)
class WritableField:
    """A field of an input: the columns that it sets, each under the key of its part of the value.

    A scalar or a reference has one column under the key None; a localized text has one per language, and a
    value object one for each of its fields, which are its `parts`.
    `references`: prefix of the global ids that it accepts → the column of that type's table that is stored.
    `default` is the value of a new row if the field is omitted, unless it is `required`. `zone`: the value is
    a wall clock, stored as an instant in the zone of this column. `convert` makes the stored value.
    `form`: the form in which a text is stored that can be written in several ways.
    `digits`: how many a decimal number has at most before and after the point. `stored`: whether the row has
    the column; `of`: the reference to the row whose version it is. `finds`: the reference that it stands for,
    by the field `key` of that row's type.
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
    form: StoredForm | None = None
    digits: tuple[int, int] | None = None
    stored: bool = True
    of: str = ""
    finds: str = ""
    key: str = ""
    parts: FieldTexts = field(default_factory=dict)

    @property
    def column(self) -> str:
        """The only column."""
        (found,) = self.columns.values()
        return found


@dataclass(frozen=True, slots=True)
class WritableLinks:
    """A list of links that an input replaces as a whole: `keys` are the columns that identify a link.

    `owner` is the column that refers to the row. `copied` are columns that repeat those of the row.
    Of the columns in `alternatives`, an input that gives one resets the others.
    """

    name: str
    type_name: str
    table: str
    owner: str
    keys: tuple[str, ...]
    fields: tuple[WritableField, ...]
    description: str
    copied: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()

    @property
    def resets(self) -> Mapping[str, Any]:
        """The alternatives with their defaults."""
        fields = {column: one for one in self.fields for column in one.columns.values()}
        return {name: fields[name].default for name in self.alternatives}

    @property
    def columns(self) -> list[str]:
        """The columns that an input sets."""
        return [column for one in self.fields for column in one.columns.values()]

    @property
    def others(self) -> list[str]:
        """The columns that aren't keys."""
        return [column for column in self.columns if column not in self.keys]

    @property
    def input_type(self) -> str:
        return f"{self.type_name}Input"


@dataclass(frozen=True, slots=True)
class Upsert:
    """What makes a creation an upsert: `update` is the mutation of the row, if there is one.

    It is found by `links`, one of which has the `keys` of the input and the id that is the viewer's only one
    under `attribute`, in the column `holder`. `unique`: the constraint that another one breaks.
    """

    links: WritableLinks
    holder: str
    keys: tuple[WritableField, ...]
    attribute: str
    unique: str
    update: WriteAction


@dataclass(frozen=True, slots=True)
class WriteAction:
    """A mutation of a type's row: an update, a step with the column that it sets, or a creation.

    `upsert`: a creation that becomes an update if there is the row. `is_blind`: an update that needs no
    version of the row.
    """

    mutation: str
    type_name: str
    description: str
    fields: tuple[WritableField, ...] = ()
    step: WorkflowStep | None = None
    column: str = ""
    links: tuple[WritableLinks, ...] = ()
    creation: Creation | None = None
    holds: tuple[Guard, ...] = ()
    update_guards: tuple[Guard, ...] = ()
    update_effects: tuple[str, ...] = ()
    upsert: Upsert | None = None
    is_blind: bool = False

    @property
    def variants(self) -> Sequence[WriteAction]:
        """Itself, and the update that it may become."""
        return [self] if self.upsert is None else [self, self.upsert.update]

    @property
    def is_update(self) -> bool:
        """Whether it only sets fields of the input."""
        return self.step is None and self.creation is None

    @property
    def names(self) -> list[str]:
        """The names of the fields and lists of links that it sets."""
        return [*(one.name for one in self.fields), *(one.name for one in self.links)]

    @property
    def guards(self) -> tuple[Guard, ...]:
        return self.step.guards if self.step is not None else self.update_guards

    @property
    def effects(self) -> tuple[str, ...]:
        return self.act.effects if self.act is not None else self.update_effects

    @property
    def needs(self) -> tuple[str, ...]:
        """The fields of its row that a step's input must have."""
        return self.step.needs if self.step is not None else ()

    @property
    def link(self) -> str:
        """The role of whoever has the mailed link that a step's input has; empty if it has the row's id."""
        return self.step.link if self.step is not None else ""

    @property
    def names_row(self) -> str:
        """The field of a step's input that says which row it is."""
        return "link" if self.link else "id"

    @property
    def act(self) -> WorkflowStep | Creation | None:
        """The step or creation; None for an update."""
        return self.step or self.creation

    @property
    def lookups(self) -> Sequence[tuple[WritableField, WritableField]]:
        """The references that may be given in another way, each with the field that finds it."""
        named = {one.name: one for one in self.fields}
        return [(named[one.finds], one) for one in self.fields if one.finds]

    @property
    def bulk(self) -> str:
        """The mutation that does it for each item of a list; empty if there is none."""
        return self.act.bulk if self.act is not None else ""

    @property
    def python(self) -> PythonPart:
        return self.act.python if self.act is not None else NO_PYTHON

    @property
    def removes(self) -> bool:
        return self.step is not None and self.step.removes
