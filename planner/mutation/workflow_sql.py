"""SQL of the triggers that refuse changes of a status along no step.

Any other change needs a reason in the setting `puente.correction`, which the audit log keeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.base import ARCHIVED_AT, metadata
from planner.declaration.catalog import Catalog
from planner.declaration.writes import Workflow
from planner.mutation.notify_statement import notifying
from planner.sql import identifier

HEAD = """\
-- Written by `puente migrations make`, from the workflows; do not edit it by hand.
-- How: planner/mutation/workflow_sql.py.

-- Whether a step leads from one status to another; null for a table without a workflow.
create or replace function puente_has_step(of_table text, source text, target text) returns boolean
language sql immutable as $$
    select case of_table{steps}
    end
$$;

-- Refuses a status that no step leads to, unless `puente.correction` says why it is put right.
create or replace function puente_refuse_status() returns trigger language plpgsql as $$
begin
    if btrim(coalesce(current_setting('puente.correction', true), '')) <> '' then
        return new;
    end if;
    raise exception '% %: no step leads % to %', tg_table_name, new.id,
        case tg_op when 'UPDATE' then 'from ' || (to_jsonb(old) ->> tg_argv[0]) else 'a new row' end,
        to_jsonb(new) ->> tg_argv[0]
        using errcode = 'check_violation', constraint = tg_name, column = tg_argv[0],
            table = tg_table_name, schema = tg_table_schema,
            hint = 'To put it right: set local puente.correction = ''why'' in the same transaction.';
end
$$;

do $$
declare
    gone record;
begin
    for gone in select tgrelid::regclass as of_table, tgname from pg_trigger
        where tgfoid = 'puente_refuse_status'::regproc and not tgisinternal loop
        execute format('drop trigger %I on %s', gone.tgname, gone.of_table);
    end loop;
end
$$;
"""
CASE = """
        when '{table}' then (source, target) in (
            {pairs})"""
STEPS = """
create trigger {table}_status_step before update on {table}
    for each row when (old.{column} is distinct from new.{column}
        and puente_has_step('{table}', old.{column}, new.{column}) is not true)
    execute function puente_refuse_status('{column}');
"""
FIRST = """
create trigger {table}_status_step_first after insert on {table}
    for each row when (new.{column} <> all ('{{{initial}}}'))
    execute function puente_refuse_status('{column}');
"""


def workflow_sql(catalog: Catalog) -> str:
    """The text of models/migrations/sql/repeatable/workflows.sql."""
    found = workflows(catalog)
    steps = "".join(CASE.format(table=table, pairs=_pairs(one)) for table, one in found.items())
    head = HEAD.format(steps=steps or " when null then null")
    return head + "".join(trigger for table, one in found.items() for trigger in _triggers(table, one))


def timed_steps(catalog: Catalog) -> list[str]:
    """Statements that take what is due by the clock; archived rows stay as they are."""
    return [
        notifying(
            f"update {identifier(table)} set {identifier(workflow.column)} = '{one.target}'"  # noqa: S608
            f" where {identifier(workflow.column)} = '{one.source}' and {one.due}{_offered(table)}",
            table,
            one.tells,
        )
        for table, workflow in workflows(catalog).items()
        for one in workflow.consequences
        if one.due
    ]


def _offered(table: str) -> str:
    return f" and {ARCHIVED_AT} is null" if ARCHIVED_AT in metadata.tables[table].c else ""


def workflows(catalog: Catalog) -> Mapping[str, Workflow]:
    """Table → workflow, sorted by table."""
    found = {
        str(type_.table.name): type_.writes.workflow  # type: ignore[union-attr]
        for type_ in catalog.types.values()
        if type_.writes.workflow is not None
    }
    return dict(sorted(found.items()))


def _pairs(workflow: Workflow) -> str:
    return ",\n            ".join(f"('{source}', '{target}')" for source, target in workflow.pairs)


def _triggers(table: str, workflow: Workflow) -> Iterator[str]:
    names = {"table": identifier(table), "column": identifier(workflow.column)}
    yield STEPS.format(**names)
    if workflow.initial:
        yield FIRST.format(**names, initial=",".join(workflow.initial))
