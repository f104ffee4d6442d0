"""Settings: defaults that work, and one line for what does not."""

from __future__ import annotations

import pytest

from api.settings.settings import Settings, SettingsError, read_settings


def test_the_defaults_are_an_embedded_database_in_development() -> None:
    settings = read_settings()
    assert settings.embedded
    assert settings.in_development


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "puente.example.org"])
def test_beyond_this_machine_development_must_be_said(host: str) -> None:
    assert not read_settings(host=host).in_development
    assert read_settings(host=host, development=True).in_development


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_command_line_is_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUENTE_PORT", "8001")
    assert read_settings(port=None).port == 8001
    assert read_settings(port=8002).port == 8002


def test_the_version_of_the_embedded_database_is_a_number_of_the_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PUENTE_EMBEDDED_POSTGRES", "16")
    assert read_settings().embedded_postgres == 16


def test_on_a_database_of_ones_own_nothing_is_in_development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUENTE_DATABASE_URL", "postgresql://me@db.example.org/mine")
    assert not read_settings().in_development


def test_once_the_database_is_decided_development_is_too() -> None:
    decided = read_settings().with_database("postgresql://puente@/puente?host=/sockets")
    assert decided.in_development
    assert decided.database_url is not None


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PUENTE_PORT", "0", "PUENTE_PORT ('0'): Input should be greater than or equal to 1"),
        ("PUENTE_PORT", "eighty", "PUENTE_PORT ('eighty'): Input should be a valid integer"),
        (
            "PUENTE_DATABASE_URL",
            "mysql://me:secret@host/db",
            "PUENTE_DATABASE_URL: must start with postgresql://",
        ),
        ("PUENTE_DEFAULT_PAGE_SIZE", "101", "PUENTE_DEFAULT_PAGE_SIZE must not be larger"),
        ("PUENTE_LOG_LEVEL", "loud", "PUENTE_LOG_LEVEL ('loud')"),
        ("PUENTE_ALLOWED_ORIGINS", "*", "PUENTE_ALLOWED_ORIGINS ('*'): * is not an origin"),
        ("PUENTE_ALLOWED_ORIGINS", "null", "PUENTE_ALLOWED_ORIGINS ('null'): null is not an origin"),
        ("PUENTE_ALLOWED_ORIGINS", "https://a.org/", "PUENTE_ALLOWED_ORIGINS ('https://a.org/')"),
        ("PUENTE_ALLOWED_HOSTS", "https://a.org", "PUENTE_ALLOWED_HOSTS ('https://a.org')"),
        ("PUENTE_ALLOWED_HEADERS", "X-Portal:", "PUENTE_ALLOWED_HEADERS ('X-Portal:')"),
        ("PUENTE_LINK_PAGE", "http://a.org/claim", "PUENTE_LINK_PAGE ('http://a.org/claim')"),
        ("PUENTE_LINK_PAGE", "https://a.org/#claim", "PUENTE_LINK_PAGE ('https://a.org/#claim')"),
        ("PUENTE_POTR", "8000", "no such setting: PUENTE_POTR"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert str(refused.value).startswith(says)
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)


def test_development_is_refused_on_a_database_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUENTE_DATABASE_URL", "postgresql://me@db.example.org/mine")
    monkeypatch.setenv("PUENTE_DEVELOPMENT", "true")
    with pytest.raises(SettingsError, match="only possible on the embedded database"):
        read_settings()


def test_origins_are_read_as_browsers_send_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUENTE_ALLOWED_ORIGINS", "https://Portal.example.org:443, http://a.org:8080")
    assert read_settings().allowed_origins == ("https://portal.example.org", "http://a.org:8080")


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ({}, ("localhost", "127.0.0.1", "[::1]", "127.0.0.1")),
        ({"host": "0.0.0.0"}, ()),
        ({"database_url": "postgresql://me@db.example.org/mine"}, ()),
        ({"allowed_hosts": "Api.example.org,*"}, ("api.example.org", "*")),
    ],
)
def test_in_development_on_loopback_no_other_name_is_ours(given: dict[str, str], hosts: object) -> None:
    settings = read_settings(**given)
    assert (
        settings.with_database(settings.database_url or "postgresql://puente@/puente").allowed_hosts == hosts
    )
