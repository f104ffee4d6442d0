"""The policy as tables that a registrar can read: the generated part of docs/access.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from planner.declaration.access import EntityPolicy, Mask, Rule, every_row, no_row
from schema import catalog, graphql_schema
from schema.abilities import Extent, extent
from schema.access import ENTITY, POLICY
from schema.roles import ADMIN, COORDINATOR, INTEGRATION, MENTOR, PARTICIPANT, PUBLIC, Role, Scope

BOUNDED = (COORDINATOR, MENTOR, PARTICIPANT, INTEGRATION)
COLUMNS = (PUBLIC, *BOUNDED, ADMIN)
EXTENT_WORDS = {Extent.ALL: "all", Extent.SOME: "some", Extent.NONE: "–"}
ALL_FIELDS = ENTITY.split()
TIED, WITH_ITS_ROW = "with its row", "together with the row that it is reached from"


def access_tables() -> str:
    """The matrix of all types, and then each type by itself."""
    return "\n\n".join(
        [
            "## The matrix",
            "*all* and *some*: the rows that the role sees; *+w*: it may write some of them. Everyone is"
            " PUBLIC too, and roles add up. [Type by type](#type-by-type) says which rows they are.",
            _table(["type", *COLUMNS], (_row(name, stated) for name, stated in _entities())),
            "## Scopes of integrations",
            _table(["scope", "what it lets a system do"], ([f"`{s}`", s.description] for s in Scope)),
            "## Type by type",
            *(_section(name, stated) for name, stated in _entities()),
        ]
    )


def _entities() -> Sequence[tuple[str, EntityPolicy]]:
    return sorted(POLICY.entities.items())


def _row(name: str, stated: EntityPolicy) -> list[str]:
    link = f"[{name}](#{name.lower()}){' (link)' if _is_link(name) else ''}"
    return [link, *(_cell(stated, role, _is_link(name)) for role in COLUMNS)]


def _is_link(name: str) -> bool:
    """Whether it has no id of its own, so that it is reached from a row that is visible itself."""
    return catalog.types[name].prefix is None


def _cell(stated: EntityPolicy, role: Role, is_link: bool) -> str:
    together = {role.value, PUBLIC.value}
    sees = Extent.ALL if role is ADMIN else extent(stated.rows, together)
    writes = stated.writes.get(role.value, every_row if role is ADMIN else no_row)
    extent_words = TIED if is_link and sees is Extent.ALL else EXTENT_WORDS[sees]
    return extent_words + ("" if writes is no_row else " +w")


def _section(name: str, stated: EntityPolicy) -> str:
    """What each role sees and writes of a type, and its fields."""
    bullets = [*_rows(stated, _is_link(name)), *_fields(stated)]
    return "\n\n".join([f"### {name}", _described(name), _bullets(bullets)])


def _described(name: str) -> str:
    return graphql_schema.type_map[name].description or ""


def _rows(stated: EntityPolicy, is_link: bool) -> Iterable[str]:
    seen = _ruled(stated.rows, all_of_them=WITH_ITS_ROW if is_link else every_row.words)
    yield f"Read: {seen or 'ADMIN only'}"
    if written := _ruled({role: rule for role, rule in stated.writes.items() if rule is not no_row}):
        yield f"Write: {written}"
    if stated.writes.get(ADMIN.value) is no_row:
        yield "ADMIN can read it, not write it"


def _ruled(rules: Mapping[str, Rule], all_of_them: str = every_row.words) -> str:
    named = [(role, rules[role.value]) for role in COLUMNS if role.value in rules]
    said = {every_row.words: all_of_them}
    return "; ".join(f"**{role}** {said.get(rule.words, rule.words)}" for role, rule in named)


def _fields(stated: EntityPolicy) -> Iterable[str]:
    yield from (_masked(fields, mask) for fields, mask in _alike(stated.masks))
    yield f"Open: {_open(stated.open)}"


def _alike(masks: Mapping[str, Mask]) -> Iterable[tuple[list[str], Mask]]:
    """Fields that share a mask together."""
    together: dict[int, tuple[list[str], Mask]] = {}
    for field, mask in masks.items():
        together.setdefault(id(mask), ([], mask))[0].append(field)
    return together.values()


def _masked(fields: Sequence[str], mask: Mask) -> str:
    names = ", ".join(f"`{field}`" for field in fields)
    return f"{names}: {_ruled(mask.roles) or 'ADMIN only'}. For others null, with the reason {mask.reason}"


def _open(fields: frozenset[str]) -> str:
    """The fields that whoever sees the row sees, without those that every entity has."""
    own = fields - set(ALL_FIELDS) if fields >= set(ALL_FIELDS) else fields
    return ", ".join(f"`{field}`" for field in sorted(own)) or "–"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}." for line in lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
