"""docs/tokens.md: its example starts, and its lists are those of the code."""

from __future__ import annotations

import re
from typing import get_args

from api.auth.auth_errors import WORDS, RefusalReason
from api.settings.issuers import Algorithm, Issuer, PortalSignIn
from api.settings.settings import read_settings
from tests.api.attacks import ATTACKS
from tests.house.test_docs import blocks, rows, words

PAGE = "docs/tokens.md"


def test_the_example_can_be_set() -> None:
    (example,) = blocks(PAGE, "json")
    (issuer,) = read_settings(issuers=example).issuers
    assert issuer.institution == "uc-merced"


def test_the_attacks_are_those_that_are_tried() -> None:
    listed = [
        (cells[0], cells[1].strip("`"))
        for cells in rows(PAGE, ".+")
        if cells[1].strip("`") in list(RefusalReason)
    ]
    assert listed == [(name, reason) for name, (_, reason) in ATTACKS.items()]


def test_every_reason_is_there_and_is_tried() -> None:
    assert [cells[0].strip("`") for cells in rows(PAGE, "`[A-Z_]+`")] == list(RefusalReason)
    assert {reason for _, reason in ATTACKS.values()} == set(RefusalReason) == set(WORDS)


def test_every_member_and_algorithm_of_an_issuer_is_there() -> None:
    members = [*Issuer.model_fields, *PortalSignIn.model_fields]
    assert [cells[0].strip("`") for cells in rows(PAGE, "`[a-z_]+`")] == members
    assert set(re.findall(r"\b(?:RS|PS|ES)\d{3}\b|\bEd\w+\b", words(PAGE))) == set(get_args(Algorithm))
