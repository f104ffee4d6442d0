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
    "createMyProfile": "depends on who signed in: tests/mutations/test_profiles.py",
    **dict.fromkeys(
        ("invitePerson", "claimInvitation"),
        "counts mails, and changes who the viewers are: tests/mutations/test_invitations.py, races.py",
    ),
    "cancelGuestRegistration": "is for whoever has a link: tests/mail/test_guest_links.py, guest_races.py",
    **dict.fromkeys(
        ("archiveImpactMetric", "unarchiveImpactMetric"),
        "is not in the feed: tests/mutations/test_archive.py",
    ),
}
"""Mutations that are proved elsewhere, and why not here."""
