"""Reads a CSV file: its encoding, delimiter and header, and its rows with line numbers."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.loading.problems import FileProblem, Findings, ImportRefused, unstorable

DELIMITERS = (",", ";", "\t", "|")
"""Possible delimiters; the first one if the header doesn't tell."""
SEPARATOR_LINE = re.compile(r"(\"?sep=(.)\"?)(?=\r?\n)", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """A row of the file: the number of its first line, and its cells by column."""

    number: int
    cells: dict[str, str]


def read_csv(path: Path, columns: Sequence[str], required: Sequence[str], findings: Findings) -> list[Line]:
    """The rows of a file; raises ImportRefused if it can't be read or its header is wrong."""
    text, delimiter = separated(decoded(path), columns)
    rows = numbered_rows(text, delimiter, findings)
    number, header = next(rows, (1, []))
    names = without_blank_end([name.strip() for name in header])
    if header or not findings.problems:
        refuse_header(number, names, columns, required)
    lines = []
    for number, row in rows:
        row = row[: len(names)] + without_blank_end(row[len(names) :])
        if len(row) != len(names):
            findings.add(
                number, f"has {len(row)} cells, but the header has {len(names)}{hint(row, names, delimiter)}"
            )
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
        raise refusal(f"the file is not UTF-8{encoding_of(data)}; save it as 'CSV UTF-8'", line) from None
    if reason := unstorable(text):
        raise refusal(f"the file {reason}; it may have another encoding, or not be CSV")
    return text


def encoding_of(data: bytes) -> str:
    """A guess at the encoding, as the end of a sentence."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return " but UTF-16, as Excel's 'Unicode Text' is"
    try:
        line = next(one for one in data.decode("cp1252").splitlines() if not one.isascii())
    except (UnicodeDecodeError, StopIteration):
        return ""
    word = next(one for one in re.split(r"[\s,;\t\"]+", line) if not one.isascii())
    return f" but possibly Windows-1252, in which it has {word[:40]!r}"


def separated(text: str, columns: Sequence[str]) -> tuple[str, str]:
    """The text and its delimiter, from Excel's first line (`sep=;`) or from the header."""
    if declared := SEPARATOR_LINE.match(text):
        return text[declared.end(1) :], declared[2]
    header = next((line for line in text.splitlines() if line.strip()), "")
    known = {one: len(set(columns).intersection(cells_of(header, one))) for one in DELIMITERS}
    return text, max(DELIMITERS, key=lambda one: known[one])


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of a line; none of one that is no CSV, as `numbered_rows` reports."""
    try:
        return [cell.strip() for row in csv.reader([line], delimiter=delimiter) for cell in row]
    except csv.Error:
        return []


def without_blank_end(cells: list[str]) -> list[str]:
    """Spreadsheets may write empty columns at the end."""
    last = max((number for number, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return cells[:last]


def hint(row: list[str], names: list[str], delimiter: str) -> str:
    """A hint for files whose delimiter also separates the items of lists."""
    return f" (quote cells that contain {delimiter})" if len(row) > len(names) and delimiter == ";" else ""


def numbered_rows(text: str, delimiter: str, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """Rows that aren't blank, each with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        findings.add(start, f"is not CSV: {error}")


def refuse_header(number: int, names: list[str], columns: Sequence[str], required: Sequence[str]) -> None:
    unknown = [name for name in names if name not in columns]
    missing = [name for name in required if name not in names]
    twice = sorted({name for name in names if names.count(name) > 1})
    complaints = [
        f"{problem}: {', '.join(repr(name) for name in found)}"
        for problem, found in (
            ("unknown columns", unknown),
            ("missing columns", missing),
            ("repeated columns", twice),
        )
        if found
    ]
    if complaints:
        raise refusal(f"the header has {'; '.join(complaints)}. Known: {', '.join(columns)}", number)


def refusal(message: str, line: int = 0) -> ImportRefused:
    return ImportRefused([FileProblem(line, message)])
