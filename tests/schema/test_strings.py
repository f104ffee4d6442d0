"""Every text of the schema: in the reader's language, the same for all and why, or a code and its labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import GraphQLObjectType, build_schema, get_named_type

import schema

LOCALIZED: Mapping[str, str] = {
    "displayName": "The title or name, in the reader's language.",
    "text": "One of the translations, with its language beside it.",
    "label": "An institution's name in the reader's language; else the value itself.",
    "UserError.message": "In the language of the request.",
}
"""Besides the fields with an argument `language`."""
NEUTRAL: Mapping[str, str] = {
    "name": "A person's name, as they go by it; a facet's, for the filter.",
    **dict.fromkeys(("givenName", "familyNames", "preferredName"), "A person's name, as they write it."),
    "recipient": "A person's name.",
    "client": "A system's name, as its institution registered it.",
    "Guest.institution": "Where a guest comes from, in their words.",
    "acronym": "Part of the institution's identity.",
    "address": "Street and number, as the post takes it.",
    "title": "Of a publication: as it was published, which is how one finds and cites it.",
    "topics": "Tags, in the words of those who organize it; searched in both languages.",
    "source": "Where a fact comes from: a citation.",
    "goals": "What two people wrote for each other, in their language.",
    "MentorshipSession.summary": "What a mentor wrote, in their language.",
    "sharedNote": "What two people wrote for each other, in their language.",
    "declineReason": "Why somebody declined, in their language.",
    "notes": "What a mentor wrote, in their language.",
    "description": "What a client calls its webhook.",
    "device": "What an app calls the device that it runs on.",
    "document": "A GraphQL document.",
    "error": "For whoever runs the receiving system, from its logs.",
    "mailError": "For whoever runs the mail server, in its words.",
    "noticeVersion": "What the notice calls itself.",
    "email": "An address.",
    "phone": "A number.",
    "localStart": "RFC 3339.",
    "localEnd": "RFC 3339.",
    "localOpening": "RFC 3339.",
    "localClosing": "RFC 3339.",
    "message": "The id of a message.",
    "secret": "A key.",
    "reason": "Why something was done, in the words of who did it.",
    "before": "A value as it is stored, with its language beside it.",
    "after": "A value as it is stored, with its language beside it.",
    "RuleResult.rule": "In the words of docs/access.md.",
}
"""The same for readers of both languages."""
CODES: Mapping[str, str] = {
    "slug": "Of addresses; `title` or `name` is beside it.",
    "code": "Of a program: `name` is beside it. Of an error: docs/errors.md, and `message`.",
    "ticketCode": "Random letters and digits.",
    "key": "Of a figure: `label` is beside it.",
    "value": "Of a facet: `label` is beside it. Of an external id: as another system writes it.",
    "scheme": "Of an external id: a name in letters and digits.",
    "region": "ISO 3166-2, whose labels CLDR has.",
    "language": "ISO 639-1, whose labels CLDR has.",
    "fieldOfStudy": "ISCED-F 2013, which has labels in English and Spanish.",
    "orcid": "An ORCID iD.",
    "doi": "A DOI.",
    "type": "A type of the schema, with what happened to it.",
    "field": "A field of the schema.",
    "hidden": "Fields of the schema.",
    "changedFields": "Fields of the schema.",
    "path": "Fields of the input.",
    "changed": "Fields of the schema.",
    "AvailableAction.name": "A mutation of the schema.",
    "creates": "Mutations of the schema.",
    "mutation": "A mutation of the schema.",
    "requestId": "Opaque.",
    "part": "A field of the schema.",
    "fields": "Fields of the schema.",
    "statusFrom": "A value of the record's own enum.",
    "statusTo": "A value of the record's own enum.",
    "issuer": "As in the tokens of an issuer.",
    "subject": "As in the tokens of an issuer.",
    "cursor": "Opaque.",
    "changeCursor": "Opaque.",
    "startCursor": "Opaque.",
    "endCursor": "Opaque.",
}


def strings(core: object) -> Iterator[tuple[str, str, bool]]:
    """Type and field of every text that is answered, and whether it can be had in a language."""
    for type_ in core.type_map.values():  # type: ignore[attr-defined]
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            for name, field in type_.fields.items():
                if get_named_type(field.type).name == "String":
                    yield type_.name, name, "language" in field.args


def unstated(core: object) -> list[str]:
    known = LOCALIZED.keys() | NEUTRAL.keys() | CODES.keys()
    return [
        f"{type_}.{name}"
        for type_, name, localized in strings(core)
        if not localized and name not in known and f"{type_}.{name}" not in known
    ]


def test_every_text_is_localized_neutral_or_a_code() -> None:
    assert unstated(schema.graphql_schema) == []


def test_nothing_is_stated_of_texts_that_there_are_not() -> None:
    names = {name for type_, name, localized in strings(schema.graphql_schema) if not localized}
    names |= {f"{type_}.{name}" for type_, name, _ in strings(schema.graphql_schema)}
    assert (LOCALIZED.keys() | NEUTRAL.keys() | CODES.keys()) - names == set()


def test_a_proper_name_that_is_not_stated_is_found() -> None:
    """A city was taken for one, and was found by its English name alone."""
    core = build_schema("type Query { slug: String, title(language: String): String, city: String }")
    assert unstated(core) == ["Query.city"]
