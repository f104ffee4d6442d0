"""What a mutation answers is the same whether there is a row that its sender does not see, or none."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    get_named_type,
    is_list_type,
    is_required_input_field,
)
from sqlalchemy import Index, Table, UniqueConstraint
from sqlalchemy.ext.asyncio import AsyncEngine

import schema
from models.base import metadata, uuid7
from planner.declaration.access import every_row
from planner.declaration.write_action import WritableField, WritableLinks, WriteAction
from schema.roles import PUBLIC
from tests.models.statements import run, scalar
from tests.mutations.harness import ACTIONS, CREATIONS, MutationHarness, mutating
from tests.mutations.test_creations import INPUTS, MERCED, input_of
from tests.personas import CAST, CLIENTS
from tests.random_queries.viewers import viewers_of
from tests.reference.actions import may_act
from tests.reference.executor import reference_schema
from tests.reference.field_sources import TABLE
from tests.reference.policy import Sight
from tests.reference.rows import Row, Rows, load_rows
from tests.summary import tell

VALUES: Mapping[str, Any] = {
    "Boolean": True,
    "CountryCode": "MX",
    "CurrencyCode": "USD",
    "Date": "2026-01-01",
    "DateTime": "2026-01-01T10:00:00Z",
    "Decimal": "1.00",
    "Int": 1,
    "LocalDateTime": "2027-01-01T10:00",
    "RORID": "https://ror.org/01an7q238",
    "String": "10.5555/text",
    "TimeZone": "America/Tijuana",
    "URL": "https://example.org/hook",
}
"""A value of each scalar that is right for most fields."""


@pytest.fixture(scope="module")
async def reading(hard_url: str) -> AsyncIterator[MutationHarness]:
    async with mutating(hard_url) as made:
        yield made


@pytest.fixture(scope="module")
async def rows(hard_url: str) -> Rows:
    return await load_rows(hard_url)


def table_of(action: WriteAction) -> Table:
    return metadata.tables[str(schema.catalog.types[action.type_name].table.name)]  # type: ignore[union-attr]


def is_open(type_: str) -> bool:
    """Whether everyone sees all rows of a type."""
    return schema.POLICY.entity(type_).rows.get(PUBLIC) is every_row


SLUGGED = [name for name, one in CREATIONS.items() if "slug" in table_of(one).c]


async def test_a_slug_does_not_tell_of_hidden_rows(engine: AsyncEngine, harness: MutationHarness) -> None:
    """With the title of a row that its maker doesn't see, it is as with a title that nobody gave."""
    compared = set()
    for name in SLUGGED:
        action, given = CREATIONS[name], await input_of(engine, name)
        if is_open(action.type_name):
            continue
        others = {**given, "titles": {"en": "Taken"}} | {links.name: [] for links in action.links}
        assert (await harness.send("admin", action, others))["userErrors"] == []
        for title in ("Taken", "Given by nobody"):
            made = await harness.send(
                "uc-coordinator", action, {**given, "titles": {"en": title}}, fields="slug"
            )
            if row := made[action.type_name.lower()]:
                assert row["slug"] == f"{title.lower().replace(' ', '-')}-{row['id'][-6:]}"
                compared.add(name)
    assert compared == {"createEvent", "createProject"}


def masked_keys() -> Iterator[tuple[str, str]]:
    """The lists of links some of which can't be differing apart by everyone."""
    for name, action in ACTIONS.items():
        for links in action.links:
            masks = schema.POLICY.entity(links.type_name).masks
            if any(one.name in masks for one in links.fields if one.column in links.keys):
                yield name, links.name


def test_the_links_that_hide_whom_they_name() -> None:
    assert sorted(masked_keys()) == [
        (name, "contributors") for name in ("createProject", "updateProject", "upsertProjectByExternalId")
    ]


UNNAMED = """select array[m.id::text, m.person_id::text] from mentor m where m.institution_id <> '{home}'
    and not exists (select from consent c where c.person_id = m.person_id and c.purpose = 'ATTRIBUTION'
        and c.withdrawn_at is null) order by 1 limit 1"""


async def test_who_is_hidden_in_a_list_is_not_found_by_naming_them(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Of a person whom they would not see named, a coordinator is told the same, in the project or not."""
    mentor, person = await scalar(engine, UNNAMED.format(home=MERCED.partition("_")[2]))
    answers = []
    for contributes in (True, False):
        project = (await harness.send("admin", ACTIONS["createProject"], INPUTS["createProject"]))["project"]
        if contributes:
            await run(
                engine,
                "insert into project_contributor (project_id, person_id, role)"
                f" values ('{project['id'].partition('_')[2]}', '{person}', 'PI')",
            )
        for more in ({}, {"since": "2026-01-01"}):
            named = [{"person": f"mentor_{mentor}", "role": "PI", **more}]
            given = {"id": project["id"], "expectedVersion": 1, "contributors": named}
            got = await harness.send("uc-coordinator", ACTIONS["updateProject"], given)
            answers.append((got["changed"], got["userErrors"], got["project"]["version"]))
    assert answers == [answers[0]] * 4
    assert [(one["code"], one["path"]) for one in answers[0][1]] == [
        ("CONSENT_MISSING", ["input", "contributors", "0", "person"])
    ]
    await run(
        engine,
        "insert into consent (person_id, purpose, notice_version, granted_at)"
        f" values ('{person}', 'ATTRIBUTION', '1', now())",
    )
    assert (await harness.send("uc-coordinator", ACTIONS["updateProject"], given))["userErrors"] == []


def unique_keys() -> Iterator[tuple[str, frozenset[str], WriteAction, str]]:
    """What must be unique where a mutation writes: its name, columns, the mutation, and a link's owner."""
    for action in ACTIONS.values():
        written = [(table_of(action), "")]
        written += [(metadata.tables[one.table], one.owner) for one in action.links]
        for table, owner in written:
            for one in [*table.constraints, *table.indexes]:
                if isinstance(one, UniqueConstraint) or (isinstance(one, Index) and one.unique):
                    columns = frozenset(column.name for column in one.columns)
                    yield str(one.name), columns, action, owner


KNOWN_BY_DESIGN = {
    "uq_person_orcid": "POSSIBLE_DUPLICATE says that somebody has the ORCID iD, not who",
    "ix_mentor_person_id": "that somebody whom they see is a mentor",
    "ix_participant_person_id": "that somebody whom they see is a participant",
}
"""What is told all the same: two records of one person would be worse."""


def test_what_is_unique_tells_of_no_hidden_row() -> None:
    """A key is within one owner or the sender's institution, of rows that all see, never given, or finds
    the row itself."""
    revealing = set()
    for name, columns, action, owner in unique_keys():
        given = {column for field in action.fields for column in field.columns.values()}
        found = action.creation is not None and columns <= set(action.creation.same)
        made = not owner and not columns & given
        own = action.upsert is not None and {action.upsert.holder} < columns
        if not (owner in columns or is_open(action.type_name) or found or made or own):
            revealing.add(name)
    assert revealing == KNOWN_BY_DESIGN.keys()


async def test_one_publication_is_of_two_projects(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Nobody is told that a draft that they don't see has it."""
    doi = await scalar(engine, "select min(doi) from project_output")
    given = {**INPUTS["createProject"], "outputs": [{"doi": doi, "title": "T", "kind": "BOOK"}]}
    made = await harness.send("uc-coordinator", ACTIONS["createProject"], given, fields="outputs { doi }")
    assert (made["userErrors"], made["project"]["outputs"]) == ([], [{"doi": doi}])


def references(action: WriteAction) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Where its input has an id: the path, and the types that it may be of; of links with an index."""
    if action.creation is None and not action.link:
        yield ("id",), (action.type_name,)
    for path, fields in [((), action.fields), *(((one.name, "0"), one.fields) for one in action.links)]:
        for one in fields:
            if one.references:
                yield (*path, one.name), tuple(schema.catalog.prefixes[prefix] for prefix in one.references)


OFTEN = ("public", "uc-coordinator", "participant-and-mentor", "integration")
OTHERS = [
    pytest.param(one, marks=pytest.mark.proof) for one in (*CAST, *CLIENTS) if one not in (*OFTEN, "admin")
]


@pytest.mark.parametrize("name", [*OFTEN, *OTHERS])
async def test_hidden_is_as_missing(reading: MutationHarness, rows: Rows, name: str) -> None:
    """For each id in the input of each mutation, alone and beside what else is wrong; nothing is written."""
    sight = Sight(reference_schema(schema.sdl()), rows, viewers_of(name)[0])
    met, differing = Counter[str](), list[str]()
    for action in ACTIONS.values():
        for path, types in references(action):
            for type_ in types:
                for row in of_each_status(rows, sight, type_):
                    async for one, other in answers(reading, sight, action, path, (type_, row)):
                        met[one["userErrors"][0]["code"]] += 1
                        if one != other:
                            differing.append(f"{action.mutation} {path} of {type_}: {one}, {other}")
    tell(f"ids of hidden rows as {name}: {', '.join(f'{n} {kind}' for kind, n in sorted(met.items()))}")
    assert differing == []
    assert met["NOT_FOUND"] > 0


def of_each_status(rows: Rows, sight: Sight, type_: str) -> list[Row]:
    """Of each status a row that they do not see."""
    hidden = [row for row in rows.all(TABLE[type_]) if not sight.sees(type_, row)]
    return list({row.get("status", row.get("state")): row for row in hidden}.values())


Payload = dict[str, Any]


async def answers(
    harness: MutationHarness,
    sight: Sight,
    action: WriteAction,
    path: tuple[str, ...],
    hidden: tuple[str, Row],
) -> AsyncIterator[tuple[Payload, Payload]]:
    """Of the hidden row and of a missing one, with and without something else that is wrong."""
    base, (type_, row) = right_input(sight, action), hidden
    for wrong in ({}, {"expectedVersion": 99}) if action.creation is None else ({},):
        version = {"expectedVersion": row["version"]} if path == ("id",) else {}
        given = {**base, **version, **wrong}
        ids = (f"{schema.catalog.types[type_].prefix}_{id}" for id in (row["id"], uuid7()))
        one, other = [
            await harness.send(sight.viewer.name, action, with_id(given, path, id), dry=True) for id in ids
        ]
        yield one, other


def with_id(given: dict[str, Any], path: tuple[str, ...], id: str) -> dict[str, Any]:
    """The input with this id at the path."""
    if len(path) == 1:
        return {**given, path[0]: id}
    links = json.loads(json.dumps(given[path[0]]))
    return {**given, path[0]: [{**links[0], path[2]: id}]}


def right_input(sight: Sight, action: WriteAction) -> dict[str, Any]:
    """An input with a value for everything that is needed, and an item in each list of links."""
    type_ = schema.graphql_schema.type_map[f"{action.mutation[0].upper()}{action.mutation[1:]}Input"]
    assert isinstance(type_, GraphQLInputObjectType)
    given = object_of(sight, type_, {one.name: one for one in action.fields})
    for links in sent_links(action):
        item = get_named_type(type_.fields[links.name].type)
        assert isinstance(item, GraphQLInputObjectType)
        given[links.name] = [object_of(sight, item, {one.name: one for one in links.fields})]
    if action.creation is None:
        row = own_row(sight, action)
        given |= {
            "id": f"{schema.catalog.types[action.type_name].prefix}_{row['id']}",
            "expectedVersion": row["version"],
        }
    return given


def sent_links(action: WriteAction) -> list[WritableLinks]:
    """The lists of links that an input has; an upsert makes one of them of what names the row."""
    return [one for one in action.links if action.upsert is None or one != action.upsert.links]


def own_row(sight: Sight, action: WriteAction) -> Mapping[str, Any]:
    """A row that they may act on, or else see."""
    seen = [row for row in sight.rows.all(TABLE[action.type_name]) if sight.sees(action.type_name, row)]
    own = [row for row in seen if may_act(sight, action.mutation, action.type_name, row)]
    return next(iter([*own, *seen]), {"id": UUID(int=0), "version": 1})


def object_of(
    sight: Sight, type_: GraphQLInputObjectType, fields: Mapping[str, WritableField]
) -> dict[str, Any]:
    """What an input object needs."""
    given: dict[str, Any] = {}
    for name, field in type_.fields.items():
        if is_required_input_field(field):
            named = get_named_type(field.type)
            if name in fields and fields[name].references:
                given[name] = seen_id(sight, fields[name])
            elif isinstance(named, GraphQLEnumType):
                given[name] = next(iter(named.values))
            elif isinstance(named, GraphQLInputObjectType):
                given[name] = {"en": "A text"}
            elif named.name != "ID":
                given[name] = [VALUES[named.name]] if is_list_type(field.type) else VALUES[named.name]
    return given


def seen_id(sight: Sight, field: WritableField) -> str:
    """Of a row that they see, if there is any."""
    prefix = next(iter(field.references))
    type_ = schema.catalog.prefixes[prefix]
    seen = (row["id"] for row in sight.rows.all(TABLE[type_]) if sight.sees(type_, row))
    return f"{prefix}_{next(seen, UUID(int=0))}"
