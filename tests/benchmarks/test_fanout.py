"""What is made of the messages that many subscribers got, and whether it is what was promised."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.fanout.run import (
    ADDRESSED,
    BROADCAST,
    MUTATED,
    Fanout,
    FanoutResult,
    StatementCounts,
    SubscriberMemory,
)
from benchmarks.fanout.writers import Committed, deliveries
from benchmarks.figures import figures_of
from benchmarks.results import newest

ENTITY = "01a2105e-185e-7b1e-a616-e45b99ddc99b"
OTHER = "01a2105e-185e-7b1e-a616-e45b99ddc000"


def message(entity: str, version: int) -> bytes:
    changed = (
        f'{{"changes" : {{"entityId" : "project_{entity}", "version" : {version}, "kind" : "UPDATED"}}}}'
    )
    return f'{{"id":"1","type":"next","payload":{{"data":{changed}}}}}'.encode()


def test_a_delivery_is_timed_from_its_own_commit() -> None:
    committed = {(ENTITY, 2): Committed(10.0, 0.0, 2), (OTHER, 7): Committed(11.0, 0.0, 1)}
    received = [
        (10.010, message(ENTITY, 2)),
        (10.030, message(ENTITY, 2)),
        (11.500, message(OTHER, 7)),
        (11.600, message(OTHER, 6)),  # of a change before: it came late
    ]
    found = deliveries(received, committed, {}, began=10.0, offered=3)
    assert found.each == pytest.approx([10, 30, 500])
    assert found.first == pytest.approx([10, 500])
    assert found.last == pytest.approx([30, 500])
    assert found.rate == pytest.approx(2)


def test_a_change_that_not_all_received_has_no_last_delivery() -> None:
    found = deliveries(
        [(10.5, message(ENTITY, 2))], {(ENTITY, 2): Committed(10.0, 0.0, 2)}, {}, began=10.0, offered=2
    )
    assert (found.offered, len(found.each), found.last) == (2, 1, [])


@pytest.mark.parametrize(
    "received", [[message(ENTITY, 2)] * 3, [b'{"payload":{"errors":[{"message":"no"}]}}']]
)
def test_too_many_deliveries_and_errors_are_no_measurement(received: list[bytes]) -> None:
    committed = {(ENTITY, 2): Committed(10.0, 0.0, 2)}
    with pytest.raises(SystemExit, match="received"):
        deliveries([(10.5, one) for one in received], committed, {}, began=10.0, offered=2)


def delivered(scenario: str, **times: float) -> FanoutResult:
    taken = {"numbered": 1.0, "first": 2.0, "p50": 3.0, "p95": 4.0, "last50": 5.0, "last95": 6.0, **times}
    return FanoutResult("puente", 5_000, scenario, 10, 500, 500, 9_000.0, **taken)


def test_figures_of_many_subscribers() -> None:
    fanout = Fanout(
        [delivered(ADDRESSED, p95=251.0), delivered(BROADCAST, last95=699.0), delivered(MUTATED, p95=250.0)],
        [
            SubscriberMemory("puente", 5_000, 20_000.0, 30_000.0),
            SubscriberMemory("postgraphile", 5_000, 1.0, 90_000.0),
        ],
        [StatementCounts(10, 2), StatementCounts(5_000, 2)],
    )
    found = [(figure.found, figure.reached) for figure in figures_of(replace(newest(), fanout=fanout))[-6:]]
    assert found == [(251, False), (699, True), (250, True), (None, None), (30, True), (1, True)]
