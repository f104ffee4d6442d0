"""Texts of users where a line's end, or a notation, would mean something else."""

ENCODED = "=?"
"""What an encoded word begins with (RFC 2047): the library would decode it, line breaks included."""


def one_line(text: str) -> str:
    """The text without line breaks and unprinted characters, such as those that turn its direction."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def header_text(text: str) -> str:
    """The text for a header, in which it can begin neither another header nor an encoded word."""
    return one_line(text).replace(ENCODED, "= ?")
