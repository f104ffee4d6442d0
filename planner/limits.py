"""The limits of one operation and of a mutation's input; the settings have the values."""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one operation, and of the texts (in characters), links and items of an input."""

    max_page_size: int
    default_page_size: int
    max_search_length: int
    max_tokens: int
    max_nesting: int
    max_depth: int
    max_fields: int
    max_root_fields: int
    max_aliases: int
    max_directives: int
    max_overlaps: int
    max_subqueries: int
    max_conditions: int
    max_condition_depth: int
    max_cost: int
    max_scanned_changes: int
    max_key_length: int
    max_reason_length: int
    max_text_length: int
    max_links: int
    max_bulk_items: int


UNBOUNDED = Limits(**dict.fromkeys((limit.name for limit in fields(Limits)), sys.maxsize))
"""No limits, for checking declarations, which no operation limits."""
