"""The generated SQL of the change feed: images, and triggers that note changes."""

from __future__ import annotations

from models.base import metadata
from planner.changes.feed_entity_triggers import entity_sql
from planner.changes.feed_read_triggers import read_sql
from planner.changes.feed_reads import FeedDeclaration
from planner.changes.feed_recording import NotDerivable

HEAD = """\
-- Written by `puente migrations make`, from the policy and the schema's types; do not edit it by hand.
-- How: planner/changes/feed_reads.py says what is read, planner/changes/feed_sql.py what follows of it.
"""
ANY_IMAGE = """
-- The image of an entity of any type.
create function puente_image(of_type text, entity uuid) returns jsonb language plpgsql stable as $$
begin
    case of_type
{branches}
    end case;
end
$$;
"""
BRANCH = "    when '{value}' then return (select puente_image_{table}(e) from {table} e where e.id = entity);"


def feed_sql(declared: FeedDeclaration) -> str:
    """The text of the repeatable file; raises NotDerivable."""
    refuse_cascades(declared)
    tables = {value: declared.table(name) for value, name in declared.feed.types.items()}
    branches = "\n".join(BRANCH.format(value=value, table=table) for value, table in tables.items())
    entities = [entity_sql(declared, value) for value in tables]
    return "".join([HEAD, *entities, ANY_IMAGE.format(branches=branches), *read_sql(declared)])


def refuse_cascades(declared: FeedDeclaration) -> None:
    """Raises NotDerivable for cascading foreign keys, which write a row twice in one statement."""
    for type_name in declared.feed.types.values():
        for key in metadata.tables[declared.table(type_name)].foreign_key_constraints:
            if (key.ondelete or key.onupdate) not in (None, "NO ACTION", "RESTRICT"):
                raise NotDerivable(
                    f"{key.table.name} has a foreign key that changes rows by itself: {key.name}"
                )
