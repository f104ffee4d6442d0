"""Fields and constraints that tables share."""

from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, Computed, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field

from models.base import Described, code_point_text, declare_functions, quoted

NAME_LENGTH = 300
SCHEME_LENGTH = 50
TEXT_LENGTH = 20_000

declare_functions("puente_fold", "puente_sort_es", "puente_vector", "puente_words", discloses=False)


def ring(target: str) -> Any:
    """An optional foreign key that closes a ring of tables, so a transaction may defer its check."""
    key = ForeignKey(target, use_alter=True, deferrable=True, initially="IMMEDIATE")
    return Field(default=None, sa_column_args=[key])


def many_of(column: str, members: type[Described]) -> Any:
    """A list of a vocabulary's members, stored as text[]."""
    known = quoted([member.value for member in members])
    check = CheckConstraint(f"{column} <@ array[{known}]::text[]", name=f"{column}_known")
    return listed(code_point_text(), check)


def listed(item: Any, *checks: CheckConstraint) -> Any:
    """A list that is never null."""
    return Field(
        default_factory=list,
        sa_type=ARRAY(item),
        sa_column_args=checks,
        sa_column_kwargs={"server_default": text("'{}'"), "nullable": False},
    )


def list_of_numbers(column: str, lowest: int, highest: int) -> Any:
    known = f"{column} <@ array[{', '.join(str(n) for n in range(lowest, highest + 1))}]"
    return listed(Integer(), CheckConstraint(known, name=f"{column}_known"))


def either(name: str, language: str) -> str:
    other = "es" if language == "en" else "en"
    return f"coalesce({name}_{language}, {name}_{other})"


def generated(expression: str, sa_type: Any = None) -> Any:
    """A stored column that PostgreSQL computes; text compares by code point (collation C)."""
    return Field(
        default=None,
        sa_type=sa_type or code_point_text(),
        sa_column_args=[Computed(expression, persisted=True)],
    )


def copied(original: str, sa_type: Any = None) -> Any:
    """A column that triggers keep equal to `original`, a `table.column`; only they write it."""
    options = {"info": {"kept": True, "original": original}, "nullable": True}
    return Field(default=None, sa_type=sa_type or code_point_text(), sa_column_kwargs=options)


def folded(name: str, language: str) -> Any:
    """The localized text as filters see it: without case and accents, falling back to the other language."""
    return generated(f"puente_fold({either(name, language)})")


def sorted_es(name: str) -> Any:
    """The Spanish sort key of a localized text: ñ after n."""
    return generated(f"puente_sort_es({either(name, 'es')})")


def searchable(*expressions: str) -> Any:
    """The full-text vector of several nullable texts."""
    parts = " || ' ' || ".join(f"coalesce({expression}, '')" for expression in expressions)
    return generated(f"puente_vector({parts})", TSVECTOR())


def localized(name: str) -> tuple[CheckConstraint | Index, ...]:
    """The constraints and indexes of a name or title: at least one language, none blank; order and prefix."""
    filled = " and ".join(
        f"({name}_{language} is null or btrim({name}_{language}) <> ''"
        f" and char_length({name}_{language}) <= {NAME_LENGTH})"
        for language in ("en", "es")
    )
    return (
        CheckConstraint(f"num_nonnulls({name}_en, {name}_es) > 0 and {filled}", name=f"{name}_present"),
        Index(None, f"{name}_fold_en", "id"),
        Index(None, f"{name}_sort_es", "id"),
    )


def bounded(*columns: str) -> CheckConstraint:
    """Limits long texts, whose search vector would not fit otherwise."""
    lengths = " and ".join(f"char_length({column}) <= {TEXT_LENGTH}" for column in columns)
    return CheckConstraint(lengths, name=f"{columns[0]}_bounded")


def ordered_by_day(table: str, column: str) -> Index:
    """Serves orders by a day that may be unknown, which comes after all others."""
    return Index(f"ix_{table}_{column}_order", text(f"coalesce({column}, 'infinity'::date)"), "id")


def in_order(start: str, end: str) -> CheckConstraint:
    return CheckConstraint(f"{end} >= {start}", name=f"{end}_after_{start}")


def shaped(column: str, pattern: str) -> CheckConstraint:
    return CheckConstraint(f"{column} ~ '{pattern}'", name=f"{column}_shape")


def slug_shape() -> CheckConstraint:
    return CheckConstraint(
        "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 100", name="slug_shape"
    )


def external_id() -> tuple[CheckConstraint | UniqueConstraint, ...]:
    """The constraints of an institution's own id of a row, by its scheme and value."""
    return (
        UniqueConstraint("institution_id", "scheme", "value"),
        shaped("scheme", "^[a-z0-9]+([._-][a-z0-9]+)*$"),
        CheckConstraint(f"char_length(scheme) <= {SCHEME_LENGTH}", name="scheme_bounded"),
        CheckConstraint(f"btrim(value) <> '' and char_length(value) <= {NAME_LENGTH}", name="value_present"),
    )


def money() -> tuple[CheckConstraint, CheckConstraint]:
    return shaped("currency", "^[A-Z]{3}$"), CheckConstraint("amount >= 0", name="amount_positive")


def known_zone() -> CheckConstraint:
    return CheckConstraint("puente_is_time_zone(time_zone)", name="time_zone_known")


def coordinates() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint("latitude between -90 and 90", name="latitude_range"),
        CheckConstraint("longitude between -180 and 180", name="longitude_range"),
        CheckConstraint("(latitude is null) = (longitude is null)", name="coordinates_both"),
        shaped("country", "^[A-Z]{2}$"),
        shaped("region", "^[A-Z]{2}-[A-Z0-9]{1,3}$"),
    )
