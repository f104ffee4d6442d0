"""Addresses of databases are read as libpq reads them; where that can't be, they are refused in words.

The witness is libpq itself, as the embedded PostgreSQL has it: what its own parser makes of an address.
"""

from __future__ import annotations

import ctypes
import getpass
import ssl
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from asyncpg.connect_utils import _parse_connect_dsn_and_args

from models.database.address import (
    ANY,
    LEFT_OUT,
    REFUSED,
    DatabaseAddress,
    parse_address,
    redacted,
)
from models.database.address_parser import UnreadableAddress
from models.database.client import connect_to
from models.database.embedded_layout import find_programs
from tests.own_patches import patch_for_this_test

SERVER_SETTINGS = {"options", "application_name"}
"""What libpq and the driver send to the server as it is."""


class Option(ctypes.Structure):
    """`PQconninfoOption` of libpq."""

    _fields_ = (
        *((name, ctypes.c_char_p) for name in ("keyword", "envvar", "compiled", "val", "label", "dispchar")),
        ("dispsize", ctypes.c_int),
    )


@cache
def libpq() -> ctypes.CDLL:
    libraries = find_programs(18).parent / "lib"
    path = next(path for name in ("libpq.so.5", "libpq.5.dylib") for path in libraries.glob(name))
    library = ctypes.CDLL(str(path))
    library.PQconndefaults.restype = ctypes.POINTER(Option)
    library.PQconninfoParse.restype = ctypes.POINTER(Option)
    library.PQconninfoParse.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_char_p)]
    return library


def options(array: Any) -> Iterator[tuple[str, str | None]]:
    index = 0
    while array[index].keyword:
        value = array[index].val
        yield array[index].keyword.decode(), value and value.decode()
        index += 1


def read_by_libpq(url: str) -> dict[str, str] | None:
    """The parameters that it finds, without defaults; None for no address."""
    error = ctypes.c_char_p()
    array = libpq().PQconninfoParse(url.encode(), ctypes.byref(error))
    return {name: value for name, value in options(array) if value} if array else None


def read_by_driver(url: str) -> tuple[Any, Any]:
    """Where it connects to, and how."""
    names = "host port user password passfile database ssl service servicefile direct_tls server_settings"
    more = "target_session_attrs krbsrvname gsslib"
    nothing = dict.fromkeys(f"{names} {more}".split())
    return _parse_connect_dsn_and_args(dsn=url, **nothing)  # type: ignore[no-any-return]


def ends_of(address: DatabaseAddress) -> list[tuple[str, int]]:
    """A host, or a socket's folder, or nothing for the driver's own guesses, with the port."""
    ends = []
    for url in address.urls:
        found, _ = read_by_driver(url)
        host, port = ("", found[-1][1]) if len(found) > 1 else _end(found[0])
        ends.append((host, port))
    return ends


def _end(found: Any) -> tuple[str, int]:
    if isinstance(found, tuple):
        return found[0], found[1]
    folder, _, port = found.rpartition("/.s.PGSQL.")
    return folder, int(port)


def ends_in(given: Mapping[str, str]) -> list[tuple[str, int]]:
    hosts, ports = given.get("host", "").split(","), given.get("port", "").split(",")
    ports = ports * len(hosts) if len(ports) == 1 else ports
    return [(host, int(port or 5432)) for host, port in zip(hosts, ports, strict=True)]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Without anything that libpq and the driver read besides the address."""
    for name in (
        "HOST",
        "PORT",
        "USER",
        "PASSWORD",
        "DATABASE",
        "SERVICE",
        "SERVICEFILE",
        "SSLMODE",
        "PASSFILE",
    ):
        monkeypatch.delenv(f"PG{name}", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    parse_address.cache_clear()
    return tmp_path


ALIKE = [
    "postgresql://",
    "postgresql://localhost",
    "postgresql://localhost:5433",
    "postgresql://localhost/mydb",
    "postgresql://user@localhost",
    "postgresql://user:secret@localhost",
    "postgresql://other@localhost/otherdb?connect_timeout=10&application_name=myapp&ssl=true",
    "postgresql://host1:123,host2:456/somedb?target_session_attrs=any&application_name=myapp",
    "postgresql:///mydb?host=localhost&port=5433",
    "postgresql://user@localhost:5433/mydb?options=-c%20synchronous_commit%3Doff",
    "postgresql://[2001:db8::1234]/database",
    "postgresql://[::1]:5433,[::1],other:5434/database",
    "postgresql://[fe80::1%25eth0]:5433/database",
    "postgresql:///db?host=::1&port=5433",
    "postgresql:///dbname?host=/var/lib/postgresql",
    "postgresql://%2Fvar%2Flib%2Fpostgresql/dbname",
    "postgresql://%2Fvar%2Flib%2Fpostgresql:5433/dbname",
    "postgresql://%2Fa,%2Fb:5433,host/dbname",
    "postgres://us%40er:p%2Fw%3A%23%3F%25%26%3D@host/d%2Fb",
    "postgresql://us+er:p+w@host/d+b?application_name=a+b%20c;d",
    "postgresql://:secret@host/db",
    "postgresql://user:@host/db",
    "postgresql://@host/db",
    "postgresql://user:se:cret#1?2@host/db#3",
    "postgresql://m%C3%A9xico@ni%C3%B1o/%E2%82%AC",
    "postgresql://host:/db",
    "postgresql://host1,host2/db?port=5433",
    "postgresql://host1,host2/db?port=5433,5434",
    "postgresql://host1,host2:5435/db?port=5433,5434",
    "postgresql://host1:5433,host2/db",
    "postgresql://host:5433/db?port=5999",
    "postgresql://host/db?host=other",
    "postgresql://host/db?host=one,two&port=1,2",
    "postgresql://user:pw@/db",
    "postgresql://user@:5433/db",
    "postgresql://,host/db",
    "postgresql://host,/db",
    "postgresql:///db?host=&port=5433",
    "postgresql:///db?host=one,,two",
    "postgresql://host?dbname=mine",
    "postgresql://host/db?dbname=other",
    "postgresql://u1:p1@host/db?user=u2&password=p2",
    "postgresql://host/db?user=&password=&port=",
    "postgresql://host/?user=a",
    "postgresql://host/db/more",
    "postgresql://host/db?sslmode=disable",
    "postgresql://host/db?requiressl=1",
    "postgresql://host/db?sslmode=require&sslnegotiation=direct",
    "postgresql://host/db?application_name=a&application_name=b&",
    "postgresql://host/db?target_session_attrs=read-write&connect_timeout=+3&client_encoding=UTF8",
    "postgresql://user@host/db?application_name=me@tenant",
]


@pytest.mark.parametrize("url", ALIKE)
def test_an_address_is_read_as_by_libpq(url: str) -> None:
    given = read_by_libpq(url)
    assert given is not None
    address = parse_address(url)
    assert ends_of(address) == ends_in(given)
    for one in address.urls:
        _, how = read_by_driver(one)
        user = given.get("user", getpass.getuser())
        assert (how.user, how.password) == (user, given.get("password"))
        assert how.database == given.get("dbname", user)
        assert how.sslmode.name == given.get("sslmode", "disable" if "host=%2F" in one else "prefer")
        assert how.target_session_attrs.value == given.get("target_session_attrs", "any")
        assert (how.server_settings or {}) == {name: given[name] for name in SERVER_SETTINGS & given.keys()}


UNREADABLE = [
    "host=localhost dbname=mydb",
    "postgresql+asyncpg://host/db",
    "postgresql:/host/db",
    "postgresql://user:p%zz@host/db",
    "postgresql://user:p%00w@host/db",
    "postgresql://user:p%@host/db",
    "postgresql://us er@host/db",
    "postgresql://host/my db",
    "postgresql://[::1/db",
    "postgresql://[]/db",
    "postgresql://[::1]x/db",
    "postgresql://host:port/db",
    "postgresql://host:0/db",
    "postgresql://host:65536/db",
    "postgresql://host/db?port=5433x",
    "postgresql://one,two,three/db?port=1,2",
    "postgresql://user:se@cret@host/db",
    "postgresql://user:se/cret@host/db",
    "postgresql://host/db?application_name",
    "postgresql://host/db?application_name=a=b",
    "postgresql://host/db?&application_name=a",
    "postgresql://host/db?=a",
    "postgresql://host/db?ssl=false",
    "postgresql://host/db?target_session_attrs=secondary",
    "postgresql://host/db?connect_timeout=soon",
    "postgresql://host/db?host=%40abstract",
    "postgresql://host/db?client_encoding=LATIN1",
    "postgresql://host/db?sslmode=verify-full&sslrootcert=/no/such/file",
    "postgresql://host/db?sslmode=prefer&sslrootcert=system",
    "postgresql://host/db?service=nobody",
    "postgresql://host/db?user=%ff",
]


@pytest.mark.parametrize("url", UNREADABLE)
def test_what_libpq_refuses_or_we_cannot_do_is_refused(url: str) -> None:
    with pytest.raises(UnreadableAddress) as refused:
        parse_address(url)
    for secret in ("secret", "se@", "cret", "p%"):
        assert secret not in str(refused.value)
        assert secret not in redacted(url)


def test_no_parameter_of_libpq_is_taken_for_a_setting_of_the_server() -> None:
    """Each is read here, left out, refused, or known to the driver; a new version's too."""
    unknown = []
    for name, _ in options(libpq().PQconndefaults()):
        if (
            LEFT_OUT.fullmatch(name)
            or REFUSED.get(name, ("",))[0] == ANY
            or name in {*SERVER_SETTINGS, "service"}
        ):
            continue
        value = {"sslmode": "disable", "sslnegotiation": "postgres", "gsslib": "gssapi"}.get(name, "any")
        _, how = read_by_driver(f"postgresql://host/db?sslmode=disable&{name}={value}")
        unknown += [name] if how.server_settings else []
    assert unknown == []


def test_a_service_fills_in_what_the_address_leaves_out(home: Path) -> None:
    (home / ".pg_service.conf").write_text(
        "# the campus\n[campus]\nhost=one,two\nport=5433\nuser=sam\npassword=100%;#=x\ndbname=mine\n"
        "[strict]\nhost=one\nchannel_binding=require\n"
    )
    address = parse_address("postgresql:///?service=campus&user=me")
    assert ends_of(address) == [("one", 5433), ("two", 5433)]
    _, how = read_by_driver(address.urls[0])
    assert (how.user, how.password, how.database) == ("me", "100%;#=x", "mine")
    assert redacted("postgresql://?service=campus") == "one:5433,two:5433/mine"
    with pytest.raises(UnreadableAddress, match="channel_binding=require is not supported"):
        parse_address("postgresql://?service=strict")


def test_a_password_comes_from_its_file(home: Path) -> None:
    path = home / "passwords"
    path.write_text("two:5433:*:me:from the file\n")
    path.chmod(0o600)
    address = parse_address(f"postgresql://me@one,two:5433/db?passfile={path}")
    assert [read_by_driver(url)[1].password for url in address.urls] == [None, "from the file"]


@pytest.mark.parametrize("mode", ["", "&sslmode=verify-full"])
def test_the_systems_certificates_prove_the_server(mode: str) -> None:
    """As with libpq, which takes no weaker mode with them, and this one by itself."""
    address = parse_address(f"postgresql://me@host/db?sslrootcert=system{mode}")
    assert address.tls is not None
    assert (address.tls.verify_mode, address.tls.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert parse_address("postgresql://me@host/db").tls is None


async def test_the_driver_gets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}

    async def connect(url: str, **settings: Any) -> None:
        given.update(settings, url=url)
        raise OSError("nobody there")

    patch_for_this_test(monkeypatch, asyncpg, "connect", connect)
    with pytest.raises(OSError, match="nobody there"):
        await connect_to("postgresql://me@host/db?sslrootcert=system", {})
    assert isinstance(given["ssl"], ssl.SSLContext)
    assert "ssl" not in given["url"]
