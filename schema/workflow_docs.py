"""Workflows as tables and diagrams: the generated part of docs/workflows.md."""

from __future__ import annotations

from collections.abc import Iterable

from planner.declaration.bindings import TypeBinding
from planner.declaration.writes import Tell, Workflow
from schema import catalog


def workflows() -> str:
    """A section per type with a workflow."""
    found = [(type_, type_.writes.workflow) for type_ in catalog.types.values()]
    return "\n\n".join(_section(type_, workflow) for type_, workflow in found if workflow is not None)


def _section(type_: TypeBinding, workflow: Workflow) -> str:
    parts = [f"## {type_.name}", _diagram(workflow), "\n".join(_table(workflow))]
    if workflow.initial:
        parts.append(f"A new row begins as {' or '.join(workflow.initial)}.")
    return "\n\n".join(parts)


def _diagram(workflow: Workflow) -> str:
    arrows = [
        f"    {source} --> {step.target}: {step.mutation}"
        for step in workflow.steps
        for source in step.sources
        if step.target
    ]
    arrows += [f"    {one.source} --> {one.target}" for one in workflow.consequences]
    return "\n".join(["```mermaid", "stateDiagram-v2", *arrows, "```"])


def _table(workflow: Workflow) -> Iterable[str]:
    yield "| mutation | from | to | what it does | what must hold | who is notified |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for step in workflow.steps:
        needs = [f"`{guard.code}`: {guard.rule.words}" for guard in step.guards]
        needs += ["`reason` is required"] if step.needs_reason else []
        cells = (
            f"`{step.mutation}`",
            ", ".join(step.sources),
            step.target or "(it stays)",
            step.description,
            "; ".join(needs) or "–",
            _recipients(step.tells),
        )
        yield f"| {' | '.join(cells)} |"
    for one in workflow.consequences:
        yield f"| – | {one.source} | {one.target} | {one.description} | – | {_recipients(one.tells)} |"


def _recipients(tells: Iterable[Tell]) -> str:
    return "; ".join(f"{tell.words} (`{tell.kind}`)" for tell in tells) or "–"
