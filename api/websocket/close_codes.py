"""Why a socket is closed: codes of `graphql-transport-ws`, and codes of RFC 6455 that clients retry on."""

from __future__ import annotations

from dataclasses import dataclass

from planner.errors import Internal, RequestError, Unauthenticated

REASON_BYTES = 123  # RFC 6455, 5.5


@dataclass(frozen=True, slots=True)
class Closing:
    """A close code and its reason, which is cut to what a frame holds."""

    code: int
    reason: str

    @property
    def fitting(self) -> str:
        raw = self.reason.encode()
        if len(raw) <= REASON_BYTES:
            return self.reason
        return raw[: REASON_BYTES - 3].decode(errors="ignore") + "…"


UNAUTHORIZED = Closing(4401, "Unauthorized")
SUBPROTOCOL = Closing(4406, "Subprotocol not acceptable")
INIT_TIMEOUT = Closing(4408, "Connection initialisation timeout")
TOO_MANY_INITS = Closing(4429, "Too many initialisation requests")
NO_TEXT = Closing(1007, "A text frame must be UTF-8")
BINARY = Closing(4400, "Messages must be text frames")
RESTARTING = Closing(1012, "Service restart: reconnect, and resume after your last cursor")
SLOW_READER = Closing(1013, "SLOW_READER: reconnect, and resume after your last cursor")
SILENT = Closing(1013, "No pong came: reconnect, and resume after your last cursor")


def malformed(why: str) -> Closing:
    return Closing(4400, f"Invalid message: {why}")


def already_exists(id: str) -> Closing:
    """The reason is the protocol's; an id that is too long for it is cut."""
    whole = Closing(4409, f"Subscriber for {id} already exists")
    if whole.fitting == whole.reason:
        return whole
    room = REASON_BYTES - len("Subscriber for … already exists".encode())
    return Closing(4409, f"Subscriber for {id.encode()[:room].decode(errors='ignore')}… already exists")


def refused(error: RequestError, language: str) -> Closing:
    """Why `connection_init` is not acknowledged: whoever may be let in later is told to try again."""
    if isinstance(error, Unauthenticated):
        return Closing(4403, f"Forbidden: {told(error, language)}")
    return Closing(1011 if isinstance(error, Internal) else 1013, told(error, language))


def ended(error: RequestError, language: str) -> Closing:
    """That a credential holds no longer."""
    return Closing(4401, f"Unauthorized: {told(error, language)}")


def told(error: RequestError, language: str) -> str:
    """The code, the reason if there is one, and the message of an error in a line."""
    problem = error.problems[0]
    codes = [error.code, *([problem.details["reason"]] if "reason" in problem.details else [])]
    return f"{' '.join(codes)}: {problem.message.read(language)}"
