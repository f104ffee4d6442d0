from collections.abc import Iterator

import pytest

from tests.api.connections.impatient_server import impatient
from tests.api.server_processes import Running


@pytest.fixture(scope="session")
def server(seeded_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A real server that waits for nobody for long, and may have few files open."""
    with impatient(seeded_url, tmp_path_factory.mktemp("server") / "state") as running:
        yield running
