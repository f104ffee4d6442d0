"""A mail server that keeps what it got, and answers as a test wants it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

OK = "250 OK"
PATIENCE = 90.0  # seconds that something may take before the test fails


@dataclass(frozen=True)
class Got:
    """A mail that was accepted, and whether its connection was encrypted and logged in."""

    address: str
    content: bytes
    encrypted: bool
    user: str | None

    @property
    def mail(self) -> EmailMessage:
        mail = message_from_bytes(self.content, policy=default)
        assert isinstance(mail, EmailMessage)
        return mail

    @property
    def id(self) -> str:
        return str(self.mail["Message-ID"])

    def part(self, type_: str) -> str:
        """The text of the part of this type."""
        (found,) = (part for part in self.mail.walk() if part.get_content_type() == type_)
        content = found.get_content()
        return content.decode() if isinstance(content, bytes) else str(content)


@dataclass
class MailServer:
    """`recipient` answers RCPT and `data` DATA, each of an address; None never answers."""

    recipient: Callable[[str], str] = lambda _: OK
    data: Callable[[str], str | None] = lambda _: OK
    port: int = 0
    got: list[Got] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, _: Any) -> str:
        self.tried.append(address)
        self.changed.set()
        reply = self.recipient(address)
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        (address,) = envelope.rcpt_tos
        reply = self.data(address)
        if reply is None:
            self.changed.set()
            await asyncio.Event().wait()
        assert reply is not None
        if reply.startswith("250"):
            user = session.auth_data and session.auth_data.login.decode()
            self.got.append(Got(address, envelope.content, session.ssl is not None, user))
        self.changed.set()
        return reply

    async def until(self, holds: Callable[[MailServer], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds(self):
                self.changed.clear()
                await self.changed.wait()

    @property
    def addresses(self) -> list[str]:
        """The recipients of accepted mails, sorted."""
        return sorted(got.address for got in self.got)


@asynccontextmanager
async def receiving(
    server: MailServer | None = None,
    *,
    starttls: ssl.SSLContext | None = None,
    implicit: ssl.SSLContext | None = None,
    password: str | None = None,
) -> AsyncIterator[MailServer]:
    """A mail server on loopback, at the same port again if it has had one."""
    made = server or MailServer()

    def authenticate(
        server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=data.password.decode() == password, auth_data=data)

    def factory() -> SMTP:
        return SMTP(
            made,
            hostname="mail.test",
            enable_SMTPUTF8=True,
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=authenticate if password else None,
            auth_required=password is not None,
            auth_require_tls=True,
        )

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(factory, "127.0.0.1", made.port, ssl=implicit)
    made.port = listening.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        listening.close()
        listening.close_clients() if hasattr(listening, "close_clients") else None


@dataclass(frozen=True)
class Certificate:
    """A server's certificate, and the file with which clients verify it."""

    context: ssl.SSLContext
    file: Path


def certificate(folder: Path, name: str = "127.0.0.1") -> Certificate:
    """A self-signed certificate for loopback."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import NameOID

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    file, private = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file, private)
    return Certificate(context, file)
