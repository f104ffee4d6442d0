"""Close codes: those of `graphql-transport-ws`, and those of RFC 6455 after which clients retry."""

from __future__ import annotations

from dataclasses import dataclass

from planner.errors import Internal, RequestError, Unauthenticated

REASON_BYTES = 123  # RFC 6455, 5.5


@dataclass(frozen=True, slots=True)
class CloseFrame:
    """A close code and its reason, which is shortened to fit a frame."""

    code: int
    reason: str

    @property
    def fitting(self) -> str:
        raw = self.reason.encode()
        if len(raw) <= REASON_BYTES:
            return self.reason
        return raw[: REASON_BYTES - 3].decode(errors="ignore") + "…"


UNAUTHORIZED = CloseFrame(4401, "Unauthorized")
SUBPROTOCOL = CloseFrame(4406, "Subprotocol not acceptable")
INIT_TIMEOUT = CloseFrame(4408, "Connection initialisation timeout")
TOO_MANY_INITS = CloseFrame(4429, "Too many initialisation requests")
NO_TEXT = CloseFrame(1007, "A text frame must be UTF-8")
BINARY = CloseFrame(4400, "Messages must be text frames")
RESTARTING = CloseFrame(1012, "Service restart: reconnect, and resume after your last cursor")
SLOW_READER = CloseFrame(1013, "SLOW_READER: reconnect, and resume after your last cursor")
FULL = CloseFrame(1013, "Too many connections: try again later")
SILENT = CloseFrame(1013, "No pong received: reconnect, and resume after your last cursor")


def malformed(why: str) -> CloseFrame:
    return CloseFrame(4400, f"Invalid message: {why}")


def already_exists(id: str) -> CloseFrame:
    """The protocol's reason, with the id shortened if it is too long."""
    whole = CloseFrame(4409, f"Subscriber for {id} already exists")
    if whole.fitting == whole.reason:
        return whole
    room = REASON_BYTES - len("Subscriber for … already exists".encode())
    return CloseFrame(4409, f"Subscriber for {id.encode()[:room].decode(errors='ignore')}… already exists")


def refused(error: RequestError, language: str) -> CloseFrame:
    """The close frame for a refused `connection_init`; the code tells clients whether to retry."""
    if isinstance(error, Unauthenticated):
        return CloseFrame(4403, f"Forbidden: {closing_error(error, language)}")
    return CloseFrame(1011 if isinstance(error, Internal) else 1013, closing_error(error, language))


def ended(error: RequestError, language: str) -> CloseFrame:
    """The close frame for a credential that is no longer valid."""
    return CloseFrame(4401, f"Unauthorized: {closing_error(error, language)}")


def closing_error(error: RequestError, language: str) -> str:
    """The code, reason (if any) and message of an error in one line."""
    problem = error.problems[0]
    codes = [error.code, *([problem.details["reason"]] if "reason" in problem.details else [])]
    return f"{' '.join(codes)}: {problem.message.read(language)}"
