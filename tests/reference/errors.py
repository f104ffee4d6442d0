"""The errors of values that can't be used."""

from __future__ import annotations

from graphql import GraphQLError


class Refused(GraphQLError):
    """The request is refused; `code` as in `errors[].extensions.code`."""

    code = "BAD_USER_INPUT"
