"""What the workers of a run have in common: the first that needs it makes it, the others get a copy."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

SHARED = "TEST_SHARED_FOLDER"
"""The environment variable with the folder of the run that the workers belong to."""


def is_shared() -> bool:
    return SHARED in os.environ


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` fills, unless another worker did; who comes meanwhile waits.

    Who is killed while making it leaves what nobody looks at, and the kernel lets the next begin.
    """
    shared = Path(os.environ[SHARED])
    made = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            making = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=shared))
            making.chmod(0o755)  # as root, PostgreSQL runs as another user
            make(making)
            making.rename(made)
    return made


def copy_data(made: Path, state: Path, version: int) -> None:
    """The same data of an embedded database that has ended, with its owner, in another state folder."""
    if not (made / "elsewhere").exists():
        state.mkdir(mode=0o755, parents=True, exist_ok=True)
        name = f"postgres-{version}"
        subprocess.run(["cp", "-a", str(made / name), str(state / name)], check=True)
