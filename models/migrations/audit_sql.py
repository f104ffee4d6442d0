"""The SQL of the audit log that follows from what tables declare: the triggers that make its entries."""

from __future__ import annotations

from models.audited_tables import AuditedTable, audited_tables, sealed_tables

HEAD = """\
-- Written by `puente migrations make`, of what tables declare (models/audited_tables.py); don't edit it.
-- The functions are in writes.sql. A trigger is given the columns that are left out, the column that leads to
-- the person whose data it is with the table between, and of a link the entity that it is a part of with the
-- column that refers to it.
"""
GONE = """
do $$
declare
    gone record;
begin
    for gone in select tgrelid::regclass as of_table, tgname
        from pg_trigger t join pg_proc p on p.oid = t.tgfoid
        where not tgisinternal and p.proname in ('puente_audit', 'puente_audit_truncate', 'puente_audit_kept')
    loop
        execute format('drop trigger %I on %s', gone.tgname, gone.of_table);
    end loop;
end
$$;
"""
KEPT = """
create trigger {table}_keep before update or delete or truncate on {table}
    for each statement execute function puente_audit_kept();
"""
TRIGGERS = """
create trigger {table}_audit_insert after insert on {table} referencing new table as new_rows
    for each statement execute function puente_audit({arguments});
create trigger {table}_audit_update after update on {table}
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit({arguments});
create trigger {table}_audit_delete after delete on {table} referencing old table as old_rows
    for each statement execute function puente_audit({arguments});
create trigger {table}_truncate_audit before truncate on {table}
    for each statement execute function puente_audit_truncate({arguments});
"""
SEALED = TRIGGERS[: TRIGGERS.index("create trigger {table}_truncate")]


def generated_audit_sql() -> str:
    """The text that models/migrations/sql/repeatable/writes_audited.sql must have."""
    kept = [KEPT.format(table=table) for table in ("audit_entry", "audit_value")]
    made = [TRIGGERS.format(table=one.name, arguments=_arguments(one)) for one in audited_tables().values()]
    sealed = [SEALED.format(table=name, arguments=_sealing(*one)) for name, one in sealed_tables().items()]
    return "".join([HEAD, GONE, *kept, *made, *sealed])


def _sealing(*columns: list[str]) -> str:
    left_out, *sealed = (f"'{{{','.join(names)}}}'" for names in columns)
    return ", ".join([left_out, *["''"] * 4, *sealed])


def _arguments(one: AuditedTable) -> str:
    person = one.about[0] if one.about else ""
    given = (f"{{{','.join(one.left_out)}}}", person, one.via, one.owner, one.owner_key)
    return ", ".join(f"'{argument}'" for argument in given)
