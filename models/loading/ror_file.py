"""Reads the records of a ROR file: JSON lines, or an array as ROR publishes it, zipped or not."""

import codecs
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from models.loading.problems import FileProblem, ImportRefused

BOM = b"\xef\xbb\xbf"
PIECE = 65_536  # bytes decoded at a time
LONGEST = 4_000_000  # maximum characters of a record
BETWEEN = re.compile(r"[\s,]*")
ZIPPED = b"PK\x03\x04"
NEWEST = "schema_v2"
"""In the name of a dump's file with the newer schema, if it has two files."""


def records_text(path: Path) -> bytes:
    """The content of the file, or of the file with the records in a zipped dump; raises ImportRefused."""
    data = path.read_bytes()
    return (unzipped(data) if data.startswith(ZIPPED) else data).removeprefix(BOM)


def unzipped(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if name.endswith((".json", ".jsonl"))]
            names = [name for name in names if not name.startswith("__MACOSX/")]
            newest = [name for name in names if NEWEST in name] or names
            if len(newest) != 1:
                found = ", ".join(names) or "none"
                raise refusal(f"the zip must contain one file of records (.json or .jsonl), but has {found}")
            return archive.read(newest[0])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError) as error:
        raise refusal(f"the zip can't be read: {error}") from None


def numbered_records(text: bytes) -> Iterator[tuple[int, bytes]]:
    """Each record with the number of its first line; raises ImportRefused for an incomplete array."""
    if text.lstrip()[:1] == b"[":
        yield from of_array(text)
    else:
        yield from ((number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip())


def of_array(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of an array, decoded piece by piece, since a whole dump would take gigabytes of memory."""
    decoder, line = json.JSONDecoder(), 1
    text, pieces = "", pieces_of(raw)
    more = True
    while True:
        start = BETWEEN.match(text).end()  # type: ignore[union-attr]
        line += text.count("\n", 0, start)
        text = text[start:]
        if text.startswith("]"):
            return
        try:
            _, end = decoder.raw_decode(text)
        except (ValueError, RecursionError) as error:
            if not more or len(text) > LONGEST:
                raise refusal(f"is not JSON: {error}", line) from None
            more = (piece := next(pieces, None)) is not None
            text += piece or ""
            continue
        yield line, text[:end].encode()
        line += text.count("\n", 0, end)
        text = text[end:]


def pieces_of(raw: bytes) -> Iterator[str]:
    """The text after an array's bracket, in pieces; raises ImportRefused if it isn't UTF-8."""
    decoder, begin = codecs.getincrementaldecoder("utf-8")(), raw.index(b"[") + 1
    yield "\n" * raw.count(b"\n", 0, begin)
    for at in range(begin, len(raw), PIECE):
        try:
            yield decoder.decode(raw[at : at + PIECE], final=at + PIECE >= len(raw))
        except UnicodeDecodeError as error:
            raise refusal("is not UTF-8", raw.count(b"\n", 0, at + error.start) + 1) from None


def refusal(message: str, line: int = 0) -> ImportRefused:
    return ImportRefused([FileProblem(line, message)])
