"""Secrets: shown once, kept encrypted, renewed with both signing for a while."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from standardwebhooks.webhooks import WebhookVerificationError

from api.settings.settings import SettingsError, read_settings
from api.settings.webhook_key import KEY_FILE, key_in
from delivery.webhooks.signing import SecretBox, SecretUnreadable, new_secret
from tests.webhooks.harness import KEY, campus
from tests.webhooks.receiver import receiving


async def test_a_rotated_secret_signs_with_the_old_one_for_a_while(database_url: str) -> None:
    async with campus(database_url) as merced, receiving() as receiver:
        made = await merced.register(receiver.url, types=["PROJECT"])
        renewed = await merced.do("rotateWebhookSecret", made.id)
        assert renewed["secret"] != made.secret
        await merced.rename("Both sign")
        await receiver.until(lambda one: len(one.got) == 1)
        assert len(receiver.got[0].headers["webhook-signature"].split(" ")) == 2
        assert receiver.got[0].verified(made.secret) == receiver.got[0].verified(renewed["secret"])
        await merced.sql("update webhook set old_secret_until = now()")
        await merced.rename("The new one alone")
        await receiver.until(lambda one: len(one.got) == 2)
    last = receiver.got[-1]
    assert last.verified(renewed["secret"])["type"] == "PROJECT.UPDATED"
    with pytest.raises(WebhookVerificationError):
        last.verified(made.secret)


async def test_of_a_secret_whose_answer_was_lost_the_one_before_still_signs(database_url: str) -> None:
    """Renewed twice: the system that has the first one gets everything, and verifies it."""
    async with campus(database_url) as merced, receiving() as receiver:
        made = await merced.register(receiver.url, types=["PROJECT"])
        await merced.do("rotateWebhookSecret", made.id)
        renewed = await merced.do("rotateWebhookSecret", made.id)
        await merced.rename("All three sign")
        await receiver.until(lambda one: len(one.got) == 1)
        assert len(receiver.got[0].headers["webhook-signature"].split(" ")) == 3
        assert receiver.got[0].verified(made.secret) == receiver.got[0].verified(renewed["secret"])
        await merced.do("rotateWebhookSecret", made.id)
        await merced.rename("No more than three do")
        await receiver.until(lambda one: len(one.got) == 2)
    assert len(receiver.got[1].headers["webhook-signature"].split(" ")) == 3
    with pytest.raises(WebhookVerificationError):
        receiver.got[1].verified(made.secret)


async def test_the_database_has_no_secret_that_signs(database_url: str) -> None:
    async with campus(database_url) as merced:
        made = await merced.register("http://127.0.0.1:9/hook")
        kept = await merced.value("select webhook::text || encode(secret, 'escape') from webhook")
    assert made.secret.removeprefix("whsec_") not in kept
    assert len(base64.b64decode(made.secret.removeprefix("whsec_"))) == 32


def test_an_older_key_still_opens_what_it_sealed() -> None:
    secret, older, newer = new_secret(), Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed = SecretBox([older]).seal(secret)
    assert SecretBox([newer, older]).open(sealed) == secret
    with pytest.raises(SecretUnreadable):
        SecretBox([newer]).open(sealed)


async def test_with_another_key_nothing_is_sent_unsigned(database_url: str) -> None:
    async with campus(database_url) as merced, receiving() as receiver:
        made = await merced.register(receiver.url, types=["PROJECT"])
        await merced.do("pauseWebhook", made.id)
    async with campus(database_url, "Other", webhook_key=Fernet.generate_key().decode()) as other:
        await other.sql("update webhook set state = 'ACTIVE'")
        await other.rename("Unreadable")

        async def failed() -> bool:
            return bool(await other.value("select count(*) from webhook_delivery"))

        await other.until(failed)
        assert "PUENTE_WEBHOOK_KEY" in await other.value("select error from webhook_delivery limit 1")
    assert receiver.got == []


async def test_without_a_key_there_are_no_webhooks(database_url: str) -> None:
    async with campus(database_url, webhook_key="") as merced:
        document = """mutation { registerWebhook(input: { url: "https://a.example.org/" }) {
            secret userErrors { code message } } }"""
        (refused,) = (await merced.ask(document))["registerWebhook"]["userErrors"]
    assert refused["code"] == "FORBIDDEN"
    assert "PUENTE_WEBHOOK_KEY" in refused["message"]


def test_the_embedded_database_has_a_key_of_its_own(tmp_path: Path) -> None:
    key = key_in(tmp_path)
    assert key_in(tmp_path) == key
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0
    decided = read_settings(state=tmp_path).with_database("postgresql://puente@/puente?host=/sockets")
    assert [one.get_secret_value() for one in decided.webhook_key] == [key]
    assert key not in repr(decided)


def test_an_invalid_key_is_reported_without_repeating_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUENTE_WEBHOOK_KEY", f"{KEY},not-a-key")
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert str(refused.value).startswith("PUENTE_WEBHOOK_KEY: must be keys of 32 bytes")
    assert "not-a-key" not in str(refused.value)
