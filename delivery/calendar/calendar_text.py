"""Texts in calendar files (RFC 5545, 3.3.11)."""

from __future__ import annotations

from icalendar.prop import vText

from delivery.calendar.line_text import one_line

ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


class CalendarText(vText):
    """A text that stays as it is: the library's own would take a backslash before an N for a line's end."""

    def to_ical(self) -> bytes:
        return self.translate(ESCAPED).encode()


def line(text: str) -> CalendarText:
    """A text in one line, without characters that aren't printed."""
    return CalendarText(one_line(text))


def paragraphs(*texts: str) -> CalendarText:
    """Texts with their line breaks, and an empty line between two of them."""
    return CalendarText("\n\n".join("\n".join(map(one_line, text.splitlines())) for text in texts if text))
