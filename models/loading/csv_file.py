"""Reading a CSV file: its encoding, its header, its rows with their line numbers."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.loading.problems import FileProblem, Findings, ImportRefused, unstorable


@dataclass(frozen=True)
class Line:
    """A row of the file: the line that it starts on, its cells by column."""

    number: int
    cells: dict[str, str]


def read_csv(path: Path, columns: Sequence[str], required: Sequence[str], findings: Findings) -> list[Line]:
    """The rows of a file whose header is right; raises ImportRefused if the file or its header is wrong."""
    rows = numbered_rows(decoded(path), findings)
    number, header = next(rows, (1, []))
    names = [name.strip() for name in header]
    refuse_header(number, names, columns, required)
    lines = []
    for number, row in rows:
        if len(row) != len(names):
            findings.add(number, f"has {len(row)} cells where the header has {len(names)}")
        else:
            lines.append(Line(number, {name: cell.strip() for name, cell in zip(names, row, strict=True)}))
    if not lines and not findings.problems:
        findings.add(0, "the file has a header but no rows")
    return lines


def decoded(path: Path) -> str:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refusal("the file is not UTF-8; save it as 'CSV UTF-8'", line) from None
    if reason := unstorable(text):
        raise refusal(f"the file {reason}; it may be in another encoding, or no CSV at all")
    return text


def numbered_rows(text: str, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line that it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        findings.add(start, f"is no CSV: {error}")


def refuse_header(number: int, names: list[str], columns: Sequence[str], required: Sequence[str]) -> None:
    unknown = [name for name in names if name not in columns]
    missing = [name for name in required if name not in names]
    twice = sorted({name for name in names if names.count(name) > 1})
    complaints = [
        f"{what}: {', '.join(repr(name) for name in found)}"
        for what, found in (
            ("unknown columns", unknown),
            ("missing columns", missing),
            ("columns twice", twice),
        )
        if found
    ]
    if complaints:
        raise refusal(f"the header has {'; '.join(complaints)}. Known: {', '.join(columns)}", number)


def refusal(message: str, line: int = 0) -> ImportRefused:
    return ImportRefused([FileProblem(line, message)])
