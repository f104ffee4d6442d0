"""Databases of many locales: of this machine, and of libc ones that are compiled here, on one cluster.

Text must be found, folded and ordered alike on all of them. The Turkish one lowers I to ı, the Spanish and
the English one order by letters before case and accents and pass over punctuation: whatever is left to the
database's locale differs there from the embedded one.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

from sqlalchemy.exc import DBAPIError

from models.database import embedded_server
from models.database.embedded import EmbeddedPostgres
from models.database.embedded_layout import Layout
from tests import summary
from tests.conftest import run_alone, sibling_url
from tests.made_once import is_shared, made_once

COMPILED = ("en_US", "es_MX", "tr_TR")
LOCALES: Mapping[str, str] = {
    "libc_c": "locale_provider libc locale 'C'",
    "libc_c_utf8": "locale_provider libc locale 'C.utf8'",
    **{f"libc_{name[:2]}": f"locale_provider libc locale '{name}.utf8'" for name in COMPILED},
    "icu_es": "locale_provider icu icu_locale 'es-MX' locale 'C'",
    "icu_tr": "locale_provider icu icu_locale 'tr-TR' locale 'C'",
    "builtin_c": "locale_provider builtin builtin_locale 'C' locale 'C'",
    "builtin_utf8": "locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'",
    "builtin_fast": "locale_provider builtin builtin_locale 'PG_UNICODE_FAST' locale 'C.utf8'",
}
ABSENT = (
    "ICU is not supported in this build",
    "invalid locale name",
    'option "builtin_locale" not recognized',
)
"""Why a server has no database of a locale: it was built without, is too old, or the machine lacks it."""


@cache
def compiled_locales() -> Path:
    """A folder of libc locales, made of the sources that come with the system's `locales`; empty without."""
    if is_shared():
        return made_once("locales", compile_locales)
    folder = Path(tempfile.mkdtemp(prefix="puente-locales-"))
    folder.chmod(0o755)  # as root, the server runs as another user
    compile_locales(folder)
    return folder


def compile_locales(folder: Path) -> None:
    if shutil.which("localedef") and Path("/usr/share/i18n/locales").exists():
        making = [_compile(name, folder) for name in COMPILED]
        assert [one.wait() for one in making] == [0] * len(making)


def _compile(name: str, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["localedef", "-i", name, "-f", "UTF-8", folder / f"{name}.utf8"])


@contextmanager
def cluster_with_locales(version: int) -> Iterator[str]:
    """An empty database on a cluster that finds the compiled locales next to the machine's C and C.utf8."""
    usual, folder = embedded_server._process_options, str(compiled_locales())

    def finding(layout: Layout) -> embedded_server.ProcessOptions:
        options = usual(layout)
        return {**options, "env": {**options["env"], "LOCPATH": folder}}

    state = Path(tempfile.mkdtemp(prefix="puente-tests-"))
    state.chmod(0o755)
    with (
        patch.object(embedded_server, "_process_options", finding),
        EmbeddedPostgres(state, version=version, durable=False) as url,
    ):
        yield url
    shutil.rmtree(state)


async def make_databases(
    cluster: str, names: Mapping[str, str] = LOCALES
) -> tuple[dict[str, str], list[str]]:
    """Databases without tables: the address of each by the name of its locale, and which can't be made."""
    superuser, made, absent = sibling_url("postgres", cluster, "postgres"), {}, []
    for name, locale in names.items():
        try:
            await run_alone(superuser, f"create database {name} owner puente template template0 {locale}")
        except DBAPIError as error:
            if not any(reason in str(error) for reason in ABSENT):
                raise
            absent.append(name)
        else:
            made[name] = sibling_url(name, cluster)
    return made, absent


def tell_absent(subject: str, made: Iterable[str], absent: Iterable[str]) -> None:
    """Say at the end of the run which locales something was the same with, and which there were none of."""
    summary.tell(f"{subject}: the same with {', '.join(made)}; not here: {', '.join(absent) or 'none'}")
