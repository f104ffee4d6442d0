"""The policy as tables for registrars: the generated part of docs/access.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from planner.declaration.access import EntityPolicy, Mask, Rules, every_row, no_row
from planner.declaration.write_action import WriteAction
from schema import catalog, graphql_schema
from schema.abilities import Extent, extent
from schema.access import POLICY
from schema.entity_policies import ENTITY, Stated
from schema.roles import ADMIN, COORDINATOR, GUEST, INTEGRATION, MENTOR, PARTICIPANT, PUBLIC, SELF, Scope

KNOWN = (SELF, *(role.value for role in (COORDINATOR, MENTOR, PARTICIPANT, INTEGRATION, ADMIN)))
COLUMNS = (PUBLIC.value, *KNOWN)
NAMED = (PUBLIC.value, GUEST, *KNOWN)
EXTENT_WORDS = {Extent.ALL: "all", Extent.SOME: "some", Extent.NONE: "–"}
ALL_FIELDS = ENTITY.split()
TIED, WITH_ITS_ROW = "with its row", "together with the row that it is reached from"


def access_tables() -> str:
    """The matrix of all types, then a section per type."""
    return "\n\n".join(
        [
            "## The matrix",
            "*all*, *some*: the rows that the role sees; *+w*: it may write some of them. Everyone has PUBLIC"
            " too, every known person SELF, and roles add up. [Type by type](#type-by-type) says which rows"
            " they are.",
            _table(["type", *COLUMNS], (_row(name, stated) for name, stated in _entities())),
            "## Who may change what",
            "The rows in which each role may use a mutation, by groups of fields if their writers differ. An"
            " update that sets a field which you may not write changes nothing, and names the field.",
            _table(["mutation", "fields", *KNOWN], (row for name, _ in _entities() for row in _acts(name))),
            "## Scopes of integrations",
            _table(["scope", "what it allows"], ([f"`{s}`", s.description] for s in Scope)),
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
    """Whether it has no global id, so that it is only reached from a visible row."""
    return catalog.types[name].prefix is None and f"{name}Connection" not in catalog.types


def _cell(stated: EntityPolicy, role: str, is_link: bool) -> str:
    roles = {role, PUBLIC.value}
    sees = Extent.ALL if POLICY.sees_all(stated.rows, roles) else extent(stated.rows, roles)
    writes = [_writes(rules, role) for rules in (stated.writes, *_instead(stated))]
    extent_words = TIED if is_link and sees is Extent.ALL else EXTENT_WORDS[sees]
    return extent_words + (" +w" if set(writes) != {Extent.NONE} else "")


def _writes(rules: Rules, role: str) -> Extent:
    """How many rows a role writes by these rules."""
    return Extent.ALL if role == ADMIN and ADMIN not in rules else extent(rules, {role})


def _instead(stated: EntityPolicy) -> Iterable[Rules]:
    """The rules of single mutations and fields."""
    return (*stated.acts.values(), *stated.field_writes.values())


def _acts(type_name: str) -> Iterable[Sequence[str]]:
    """A row per mutation of a type, or per group of its fields."""
    stated = POLICY.entity(type_name)
    for action in sorted(catalog.actions_of(type_name), key=lambda action: action.mutation):
        for fields, rules in _groups(stated, action):
            cells = (EXTENT_WORDS[_writes(rules, role)] for role in KNOWN)
            yield [f"`{action.mutation}`", _code(fields) or "–", *cells]


def _groups(stated: EntityPolicy, action: WriteAction) -> Iterable[tuple[Sequence[str], Rules]]:
    """The rules of a mutation; if its fields differ, each set of rules with its fields."""
    if not action.is_update:
        return [((), stated.write_rules(action.mutation))]
    found = list(_alike({name: stated.write_rules(action.mutation, name) for name in action.names}))
    return found if len(found) > 1 else [((), rules) for _, rules in found]


def _section(name: str, stated: EntityPolicy) -> str:
    """A type's section: the rows that each role sees and writes, and the fields."""
    bullets = [*_rows(stated, _is_link(name)), *_fields(stated)]
    return "\n\n".join([f"### {name}", _described(name), _bullets(bullets)])


def _described(name: str) -> str:
    return graphql_schema.type_map[name].description or ""


def _rows(stated: EntityPolicy, is_link: bool) -> Iterable[str]:
    seen = _ruled(stated.rows, all_of_them=WITH_ITS_ROW if is_link else every_row.words)
    yield f"Read: {seen or 'ADMIN only'}"
    if written := _ruled(stated.writes):
        yield f"Write: {written}"
    for names, rules in (*_alike(stated.acts), *_alike(stated.field_writes)):
        yield f"Write {_code(names)}: {_ruled(rules) or 'ADMIN only'}"
    if stated.writes.get(ADMIN.value) is no_row:
        yield "ADMIN can read it, but not write it"


def _ruled(rules: Rules, all_of_them: str = every_row.words) -> str:
    named = [(role, rules[role]) for role in NAMED if role in rules and rules[role] is not no_row]
    short_forms = {every_row.words: all_of_them}
    return "; ".join(f"**{role}** {short_forms.get(rule.words, rule.words)}" for role, rule in named)


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _fields(stated: EntityPolicy) -> Iterable[str]:
    yield from (_masked(fields, mask) for fields, mask in _alike(stated.masks))
    yield f"Open: {_open(stated.open)}"


def _alike(stated: Mapping[str, Stated]) -> Iterable[tuple[list[str], Stated]]:
    """Names that share a statement, grouped."""
    together: dict[int, tuple[list[str], Stated]] = {}
    for name, one in stated.items():
        together.setdefault(id(one), ([], one))[0].append(name)
    return together.values()


def _masked(fields: Sequence[str], mask: Mask) -> str:
    ruled = _ruled(mask.roles) or "ADMIN only"
    others = "others, ADMIN too," if mask.roles.get(ADMIN.value) is no_row else "others"
    return f"{_code(fields)}: {ruled}. For {others} null, with the reason {mask.reason}"


def _open(fields: frozenset[str]) -> str:
    """The open fields, without those of `Entity`."""
    own = fields - set(ALL_FIELDS) if fields >= set(ALL_FIELDS) else fields
    return _code(sorted(own)) or "–"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}." for line in lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
