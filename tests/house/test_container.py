"""The container's health check asks what this process alone decides, never for the database."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_container_is_healthy_while_its_process_lives() -> None:
    """By `/ready`, a database that is away would have all containers of a service started again at once."""
    check = re.search(r"HEALTHCHECK.*\n\s+CMD .*", (ROOT / "Dockerfile").read_text("utf-8"))
    assert check is not None
    assert re.findall(r"http://127\.0\.0\.1:\d+(/\w+)", check[0]) == ["/live"]
