"""Settings of mail: `PUENTE_MAIL_…`, a part of `api.settings.settings.Settings`."""

from __future__ import annotations

from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from api.settings.issuers import is_fetchable
from api.settings.units import Seconds


class MailSettings(BaseSettings):
    mail_host: str | None = Field(
        None,
        description="The mail server (SMTP) that notifications are sent by. Without one nothing is mailed, "
        "except in development into the folder `mail` of PUENTE_STATE.",
    )
    mail_port: int = Field(587, ge=1, le=65535, description="Its port.")
    mail_tls: Literal["starttls", "implicit", "none"] = Field(
        "starttls",
        description="How the connection to it is encrypted: by STARTTLS, from its start (usually on port "
        "465), or not at all.",
    )
    mail_certificates: Path | None = Field(
        None, description="File of the certificates (PEM) that its own is verified by; the system's if unset."
    )
    mail_user: str | None = Field(None, description="User name for it; without one Puente doesn't log in.")
    mail_password: SecretStr | None = Field(None, description="The user's password.")
    mail_password_file: Path | None = Field(
        None, description="File with the password, in place of PUENTE_MAIL_PASSWORD."
    )
    mail_from: str = Field(
        "Puente <no-reply@localhost>",
        description="Sender of mails: an address, or a name and an address such as Alianza MX "
        "<no-reply@example.org>. Its domain is that of their Message-ID.",
    )
    mail_timeout: Seconds = Field(
        30.0, ge=0.1, le=600, description="Time limit for sending a mail, connecting included."
    )
    mail_lease: Seconds = Field(
        120.0, ge=0.5, le=3_600, description="Time after which another worker sends a mail of one that died."
    )
    mail_concurrency: int = Field(4, ge=1, le=100, description="Mails that each worker sends at once.")
    mail_interval: Seconds = Field(
        1.0, ge=0.05, le=60, description="How often a worker looks for mails that are due."
    )
    mail_first_retry: Seconds = Field(
        30.0,
        ge=0.05,
        le=3_600,
        description="Pause before a mail is tried again; each further pause is three times as long.",
    )
    mail_longest_retry: Seconds = Field(
        14_400.0, ge=0.05, le=86_400, description="Longest pause between two attempts."
    )
    mail_max_attempts: int = Field(
        20, ge=1, le=10_000, description="Attempts after which a mail is given up (FAILED)."
    )
    mail_patience: Seconds = Field(
        259_200.0,
        ge=1,
        le=2_592_000,
        description="Time after which a mail that could not be sent is given up.",
    )
    notification_retention: Seconds = Field(
        7_776_000.0, ge=60, le=315_360_000, description="How long notifications are kept."
    )

    link_page: str | None = Field(
        None,
        description="Address of the portal's page that claims links, such as https://portal.example.org/claim."
        " Mails add the link to it as a fragment, which browsers send to no server. Without it, mails have"
        " only the link itself, to paste.",
    )
    guest_page: str | None = Field(
        None,
        description="Address of the portal's page where guests see and cancel their registration."
        " Mails to them add their link to it as a fragment, or contain only the link itself.",
    )
    link_retention: Seconds = Field(
        7_776_000.0,
        ge=86_400,
        le=315_360_000,
        description="How long links are kept after they expired or were used.",
    )

    @field_validator("link_page", "guest_page")
    @classmethod
    def _is_a_page(cls, text: str | None) -> str | None:
        if text is not None and ("#" in text or not is_fetchable(text)):
            raise ValueError("must be an https address without a fragment (http only on this machine)")
        return text

    @field_validator("mail_from")
    @classmethod
    def _is_an_address(cls, text: str) -> str:
        name, address = parseaddr(text)
        try:
            Address(name, addr_spec=address)
        except Exception:  # the parser has many ways to fail
            raise ValueError("must be an address such as Alianza MX <no-reply@example.org>") from None
        if "@" not in address or not text.isprintable():
            raise ValueError("must be an address such as Alianza MX <no-reply@example.org>")
        return text

    @model_validator(mode="after")
    def _mail_agrees(self) -> Self:
        if self.mail_lease < self.mail_timeout * 2:
            raise ValueError("PUENTE_MAIL_LEASE must be at least twice PUENTE_MAIL_TIMEOUT")
        if self.mail_password is not None and self.mail_password_file is not None:
            raise ValueError("give PUENTE_MAIL_PASSWORD or PUENTE_MAIL_PASSWORD_FILE, not both")
        if self.mail_user is not None and self.mail_secret is None:
            raise ValueError("PUENTE_MAIL_USER needs PUENTE_MAIL_PASSWORD or PUENTE_MAIL_PASSWORD_FILE")
        return self

    @property
    def mail_secret(self) -> str | None:
        """The password, without the end of its file's line; raises ValueError where that can't be read."""
        if self.mail_password_file is None:
            return self.mail_password.get_secret_value() if self.mail_password else None
        try:
            return self.mail_password_file.read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise ValueError(f"PUENTE_MAIL_PASSWORD_FILE can't be read: {error.strerror}") from None
