"""Generates the parts of documents that are made from the code: `make docs`; a test finds stale ones.

Two comments mark such a part; the text between them is replaced:

    <!-- made of the code: errors -->
    <!-- end -->
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from api.docs import one_query
from api.docs.settings_tables import first_settings_table, settings_tables
from api.docs.tables import table
from planner.errors import RequestError, branches
from schema.access_docs import access_tables
from schema.invariants import INVARIANTS
from schema.workflow_docs import workflows

ROOT = Path(__file__).resolve().parents[2]
PART = re.compile(r"(<!-- made of the code: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def error_table() -> str:
    """Every error: code, statuses, when it happens, members of its entries, whether to retry."""
    heads = ("code", "status", "for `application/json`", "when", "also in `extensions`", "try again?")
    return table(heads, map(_error_row, branches()))


def _error_row(error: type[RequestError]) -> tuple[str, ...]:
    members = "; ".join(f"`{name}`: {meaning}" for name, meaning in members_of(error).items())
    legacy = error.legacy_status or error.status
    when = (error.__doc__ or "").strip().rstrip(".")
    return (f"`{error.code}`", str(error.status), str(legacy), when, members or "–", error.retry.value)


def members_of(error: type[RequestError]) -> Mapping[str, str]:
    """The members that the class itself states, without inherited ones."""
    found: Mapping[str, str] = vars(error).get("members", {})
    return found


def invariant_table() -> str:
    """Every invariant with its sentence."""
    return table(("name", "what must hold"), [(f"`{one.name}`", str(one.sentence)) for one in INVARIANTS])


def error_tree() -> str:
    """The tree of errors, as at the top of its module."""
    return f"```text\n{drawn()}\n```\n"


def drawn() -> str:
    rows = [("RequestError", "the request gets `errors` and no data"), *_drawn(RequestError, "")]
    return "\n".join(f"{name:<33} {summary}" for name, summary in rows)


def _drawn(error: type[RequestError], before: str) -> Iterable[tuple[str, str]]:
    below = error.__subclasses__()
    for branch in below:
        last = branch is below[-1]
        statuses = f"{branch.status}" + (f", {branch.legacy_status}" if branch.legacy_status else "")
        yield f"{before}{'└' if last else '├'}── {branch.__name__}", f"{branch.code:<26} {statuses}"
        yield from _drawn(branch, before + ("    " if last else "│   "))


PARTS: Mapping[str, Callable[[], str]] = {
    "errors": error_table,
    "error-tree": error_tree,
    "settings": settings_tables,
    "first-settings": first_settings_table,
    "access": access_tables,
    "workflows": workflows,
    "invariants": invariant_table,
    "query-statement": one_query.statement,
    "query-plan-key": one_query.plan_key,
    "query-parameters": one_query.parameters,
    "query-by-slug": one_query.by_slug,
    "query-before-and-now": one_query.before_and_now,
}


def pages(root: Path = ROOT) -> dict[Path, str]:
    """Each page with generated parts, and the text that it should have."""
    texts = {path: path.read_text(encoding="utf-8") for path in [*root.glob("*.md"), *root.glob("docs/*.md")]}
    return {path: made(text) for path, text in sorted(texts.items()) if PART.search(text)}


def made(text: str) -> str:
    return PART.sub(lambda part: f"{part[1]}\n{PARTS[part[2]]()}\n{part[3]}", text)


def main() -> None:
    """Write the pages, and print those that changed."""
    for path, text in pages().items():
        if path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
