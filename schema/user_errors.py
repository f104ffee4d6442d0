"""User errors: problems with a mutation's input, returned as data of its payload."""

from __future__ import annotations

import strawberry

from schema.declarations import declarations


@strawberry.type(description="Why a mutation did nothing.")
class UserError:
    code: str = strawberry.field(description="A stable code, as in docs/changing.md.")
    path: list[str] = strawberry.field(description="The part of the input that it refers to.")
    message: str = strawberry.field(description="What is wrong, in the reader's language.")


declarations.add_names(UserError=UserError)
