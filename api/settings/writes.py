"""Settings of mutations, a part of `api.settings.settings.Settings`."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings

from api.settings.units import Seconds


class WorkflowSettings(BaseSettings):
    """Bounds that workflows state: whole numbers, which their declarations read by name."""

    mentorship_requests: int = Field(
        3, ge=1, le=1_000, description="Most requests of a participant that wait for a mentor's answer."
    )
    mentorship_answer_days: int = Field(
        10, ge=1, le=3_650, description="Days within which a request or an invitation is answered."
    )
    unsolicited_per_person: int = Field(
        20,
        ge=1,
        le=100_000,
        description="Most mails to people who did not request them that one person has sent within a day:"
        " invitations, profiles with an address that is known, and registrations of guests.",
    )
    unsolicited_per_system: int = Field(
        1_000, ge=1, le=1_000_000, description="The same for an institution's system."
    )
    unsolicited_per_address: int = Field(
        3, ge=1, le=1_000, description="Most such mails that are sent to one address within a day."
    )
    link_days: int = Field(14, ge=1, le=365, description="Days after which a mailed link expires.")


class WriteSettings(WorkflowSettings):
    step_interval: Seconds = Field(
        60.0, ge=1, le=86_400, description="Time between two looks for steps that are due by the clock."
    )
    write_pool_size: int = Field(
        4, ge=1, le=500, description="Database connections of each worker for mutations."
    )
    write_statement_cache_entries: int = Field(
        20,
        ge=0,
        le=1_000,
        description="Statements of mutations whose plans each of these connections keeps: a mutation has two "
        "or three, with up to 1.5 MB of PostgreSQL's memory.",
    )
    max_key_length: int = Field(
        200, ge=36, le=1_000, description="Maximum characters of an idempotency key; a UUID has 36."
    )
    max_reason_length: int = Field(
        2_000, ge=100, le=100_000, description="Maximum characters of a step's reason."
    )
    max_text_length: int = Field(
        20_000,
        ge=1_000,
        le=1_000_000,
        description="Maximum characters of any text in an input; most columns have a lower limit.",
    )
    max_links: int = Field(
        1_000, ge=10, le=100_000, description="Maximum links or ids in a list of an input."
    )
    max_bulk_items: int = Field(
        500, ge=1, le=10_000, description="Maximum items of a bulk mutation, such as `checkInMany`."
    )
    idempotency_retention: Seconds = Field(
        604_800.0,
        ge=60,
        le=315_360_000,
        description="How long an idempotency key is kept. Until then, a mutation sent again with the key "
        "is carried out once.",
    )
