"""Validation, with limits on the cost of an invalid document and on the size of its errors.

For each error, graphql-core prints the whole value and compares the name with all names of the schema. Here
repeated errors are reported once, a value has at most `MAX_VALUE_ERRORS`, and only the first `MAX_SUGGESTED`
errors have suggestions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any

from graphql import (
    SKIP,
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    Node,
    ParallelVisitor,
    TypeInfo,
    TypeInfoVisitor,
    ValidationContext,
    ValueNode,
    ValuesOfCorrectTypeRule,
    VariableDefinitionNode,
    VisitorAction,
    get_variable_values,
    specified_rules,
    visit,
)
from graphql.language.visitor import EnterLeaveVisitor

from planner.errors import BadUserInput, Problem
from planner.errors.translation.matcher import MAX_LOCATIONS, problem_of, without_hint

MAX_ERRORS = 10
"""Maximum errors in a response; each may print a large part of the document."""

MAX_REPEATED = 200
"""How many errors may repeat others before validation is aborted."""

MAX_SUGGESTED = 3
MAX_VALUE_ERRORS = 3

TOO_MANY = "Too many validation errors, error limit reached. Validation aborted."
ABORTED = "Validation aborted."


Handler = Callable[..., VisitorAction | None]


class _ErrorLimit(Exception):
    """Validation has found as many errors as are reported."""


class DocumentErrors:
    """The errors of a document by message; equal ones are merged with all their locations."""

    def __init__(self, *, first_only: bool) -> None:
        self._first_only = first_only
        self.problems: dict[str, Problem] = {}
        self._repeated = 0

    def add(self, error: GraphQLError, *, suggestions: bool) -> None:
        """Add an error; raises `_ErrorLimit` if no more are needed."""
        text = error.message if suggestions else without_hint(error.message)
        known = self.problems.get(text)
        if known is None:
            if len(self.problems) == MAX_ERRORS:
                self.abort(TOO_MANY)
            error.message = text
            self.problems[text] = problem_of(error)
            if self._first_only:
                raise _ErrorLimit
            return
        self._repeated += 1
        if self._repeated > MAX_REPEATED:
            self.abort(TOO_MANY)
        locations = dict.fromkeys((*known.locations, *((at.line, at.column) for at in error.locations or ())))
        self.problems[text] = replace(known, locations=tuple(locations)[:MAX_LOCATIONS])

    def abort(self, text: str) -> None:
        self.problems[text] = problem_of(GraphQLError(text))
        raise _ErrorLimit


class BoundedContext(ValidationContext):
    """The context that rules report to; after `MAX_SUGGESTED` errors it hides suggestions."""

    def __init__(
        self,
        schema: GraphQLSchema,
        node: DocumentNode,
        types: TypeInfo,
        errors: DocumentErrors,
        *,
        suggestions: bool,
    ) -> None:
        self.errors = errors
        super().__init__(schema, node, types, self._report, hide_suggestions=not suggestions)

    def _report(self, error: GraphQLError) -> None:
        self.errors.add(error, suggestions=not self._hide_suggestions)

    @property
    def hide_suggestions(self) -> bool:
        return self._hide_suggestions or len(self.errors.problems) >= MAX_SUGGESTED


class BoundedValueErrors(ValuesOfCorrectTypeRule):
    """Reports only the first errors of each value, since every error prints the value."""

    _left = 0

    def is_valid_value_node(self, node: ValueNode, input_type: GraphQLInputType | None) -> VisitorAction:
        self._left = MAX_VALUE_ERRORS
        with suppress(_ValueErrorLimit):
            super().is_valid_value_node(node, input_type)
        return SKIP

    def report_error(self, error: GraphQLError) -> None:
        super().report_error(error)
        self._left -= 1
        if not self._left:
            raise _ValueErrorLimit


class _ValueErrorLimit(Exception):
    """The value has `MAX_VALUE_ERRORS` errors."""


class RulesVisitor(ParallelVisitor):
    """Visits each kind of node with the rules that look at it: a few of the thirty.

    A rule skips what is below a node, or nothing; no rule changes the document.
    """

    def get_enter_leave_for_kind(self, kind: str) -> EnterLeaveVisitor:
        if kind not in self.enter_leave_map:
            self.enter_leave_map[kind] = EnterLeaveVisitor(self._entering(kind), self._leaving(kind))
        return self.enter_leave_map[kind]

    def _entering(self, kind: str) -> Handler | None:
        handlers = [(i, enter) for i, enter, _ in self._handlers(kind) if enter]
        skipping = self.skipping

        def enter(node: Node, *path: Any) -> None:
            for i, handle in handlers:
                if skipping[i] is None and handle(node, *path) is SKIP:
                    skipping[i] = node

        return enter if handlers else None

    def _leaving(self, kind: str) -> Handler | None:
        handlers = [(i, leave) for i, _, leave in self._handlers(kind)]
        skipping = self.skipping

        def leave(node: Node, *path: Any) -> None:
            for i, handle in handlers:
                if skipping[i] is node:
                    skipping[i] = None
                elif skipping[i] is None and handle:
                    handle(node, *path)

        return leave if handlers else None

    def _handlers(self, kind: str) -> Iterator[tuple[int, Handler | None, Handler | None]]:
        """Each rule that looks at such nodes, with what it does as it enters and leaves one."""
        for i, rule in enumerate(self.visitors):
            of: type = type(rule)
            enter, leave = _handler_names(of, kind)
            if enter or leave:
                yield i, getattr(rule, enter, None), getattr(rule, leave, None)


@cache
def _handler_names(rule: type, kind: str) -> tuple[str, str]:
    """The methods that graphql-core would look up for each document; empty if there is none."""

    def found(moment: str) -> str:
        return next((name for name in (f"{moment}_{kind}", moment) if hasattr(rule, name)), "")

    return found("enter"), found("leave")


RULES = tuple(BoundedValueErrors if rule is ValuesOfCorrectTypeRule else rule for rule in specified_rules)


def document_problems(
    schema: GraphQLSchema,
    node: DocumentNode,
    rules: Collection[type[ASTValidationRule]] = RULES,
    *,
    suggestions: bool,
    first_only: bool = False,
) -> Collection[Problem]:
    """The errors of a document with limited nesting, or only the first one."""
    types = TypeInfo(schema)
    context = BoundedContext(
        schema, node, types, DocumentErrors(first_only=first_only), suggestions=suggestions
    )
    visitors = [rule(context) for rule in rules]
    with suppress(_ErrorLimit):
        try:
            visit(node, TypeInfoVisitor(types, RulesVisitor(visitors)))
        except RecursionError:
            context.errors.abort(ABORTED)
    return context.errors.problems.values()


def coerced_variables(
    schema: GraphQLSchema,
    definitions: Sequence[VariableDefinitionNode],
    given: Mapping[str, Any],
    *,
    suggestions: bool,
) -> dict[str, Any]:
    """The variables' coerced values; raises BadUserInput, with suggestions only if there are few errors."""
    inputs = dict(given)
    found = get_variable_values(schema, definitions, inputs, MAX_ERRORS, hide_suggestions=True)
    if isinstance(found, list) and suggestions and len(found) <= MAX_SUGGESTED:
        found = get_variable_values(schema, definitions, inputs, MAX_ERRORS)
    if isinstance(found, list):
        by_message = {error.message: problem_of(error) for error in reversed(found)}
        raise BadUserInput(*reversed(by_message.values()))
    coerced: dict[str, Any] = found.coerced
    return coerced
