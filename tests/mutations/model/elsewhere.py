"""The mutations that the model leaves out."""

from __future__ import annotations

from collections.abc import Mapping

ELSEWHERE: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "registerWebhook",
            "rotateWebhookSecret",
            "pauseWebhook",
            "resumeWebhook",
            "redeliver",
            "removeWebhook",
        ),
        "has parts in Python and processes that write beside it: tests/webhooks",
    ),
    **dict.fromkeys(
        ("createCalendarLink", "renewCalendarLink", "revokeCalendarLink"),
        "have parts in Python that make secrets: tests/calendars/test_own_calendar.py",
    ),
    "cancelGuestRegistration": "is for whoever has a link: tests/mail/test_guest_links.py, guest_races.py",
}
"""Mutations that are proved elsewhere, and why not here."""
