"""Costs of selections as small trees, which are evaluated for the variables of each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planner.document.arguments import ArgumentTree, ArgumentValue, Variables
from planner.document.document_limits import LARGEST_INT
from planner.errors import CostLimit, Problem
from planner.limits import Limits
from planner.messages import message


@dataclass(frozen=True, slots=True)
class VariableCost:
    """`times` × the size that the variables give × the most expensive of `each` (1 if empty)."""

    times: int
    size: Callable[[Variables], int]
    each: tuple[Cost, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """A constant part, and parts that depend on variables."""

    known: int = 0
    parts: tuple[VariableCost, ...] = ()

    def evaluate(self, variables: Variables) -> int:
        total = self.known
        for part in self.parts:
            each = max([cost.evaluate(variables) for cost in part.each]) if part.each else 1
            total += part.times * part.size(variables) * each
        return total

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.known + other.known, self.parts + other.parts)

    def __mul__(self, times: int) -> Cost:
        parts = tuple(VariableCost(part.times * times, part.size, part.each) for part in self.parts)
        return Cost(self.known * times, parts if times else ())


NO_COST = Cost()


@dataclass(frozen=True, slots=True)
class OperationCost:
    """The costs of an operation's root fields by response key, and their sum."""

    total: Cost = NO_COST
    roots: Mapping[str, Cost] = field(default_factory=dict)

    def check(self, variables: Variables, most: int) -> None:
        """Raise CostLimit, naming the most expensive root field, if the operation costs more than `most`."""
        cost = self.total.evaluate(variables)
        if cost > most:
            raise too_costly(cost, most, max(self.roots, key=lambda key: self.roots[key].evaluate(variables)))


NO_OPERATION_COST = OperationCost()


def too_costly(cost: int, most: int, key: str) -> CostLimit:
    """The error; a cost above `LARGEST_INT` is reported as that."""
    cost = min(cost, LARGEST_INT)
    return CostLimit(
        Problem(
            message("cost.too_high", asked=cost, key=key, limit=most),
            path=[key],
            details={"limit": most, "asked": cost},
        )
    )


def times(size: ArgumentTree, each: Sequence[Cost], limits: Limits, read: Callable[[Any], int] = int) -> Cost:
    """The cost of `size` objects, each as expensive as the most expensive of `each`.

    A constant above the maximum page size counts as that: the page rejects it, not the cost.
    """
    if not each or not isinstance(size, ArgumentValue):
        return NO_COST
    if not any(cost.parts for cost in each):
        each = [max(each, key=lambda cost: cost.known)]
    if size.read is None:
        number = min(max(read(size.value), 0), limits.max_page_size)
        return each[0] * number if len(each) == 1 else Cost(0, (VariableCost(number, _once, tuple(each)),))
    value = size.read
    number_of = value if read is int else lambda variables: read(value(variables))
    if len(each) == 1 and not each[0].parts:
        return Cost(0, (VariableCost(each[0].known, number_of),))
    return Cost(0, (VariableCost(1, number_of, tuple(each)),))


def _once(_: Variables) -> int:
    return 1
