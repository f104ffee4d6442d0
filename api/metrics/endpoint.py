"""The endpoint /metrics, in Prometheus' text format.

Samples of a process have the label `worker` with its number, those of the database don't. No label is about a
person or was sent by a client.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import TypeAlias

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.http.proxies import BELIEVED, is_forwarded
from api.limits.rate_limiter import address_of
from api.metrics.registry import Kind, Sample
from api.metrics.workers import WorkerMetrics
from api.settings.parsers import ANY
from models.database.client import Database
from models.feed_metrics import FeedStats

logger = logging.getLogger("puente")

Family: TypeAlias = GaugeMetricFamily | CounterMetricFamily | HistogramMetricFamily
FAMILIES: Mapping[Kind, Callable[..., Family]] = {
    "gauge": GaugeMetricFamily,
    "counter": CounterMetricFamily,
    "histogram": HistogramMetricFamily,
}
HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

OLDEST_WRITER = "puente_oldest_write_transaction_seconds"
OLDEST_WRITER_ABOUT = (
    "Age of the oldest open transaction that has written; its changes are still to come. Absent if unknown."
)

OfDatabase = Callable[[Database], Awaitable[Iterable[Sample]]]
"""Reads samples that are the same in every process."""


@dataclass(frozen=True)
class Metrics:
    """The endpoint. `readers` are the networks that may read it; other modules append to `of_database`."""

    workers: WorkerMetrics
    database: Callable[[], Database]
    readers: Sequence[str]
    of_database: list[OfDatabase] = field(default_factory=lambda: [feed_samples])

    async def answer(self, request: Request) -> Response:
        """The metrics; 404 for anyone who may not read them."""
        if not may_read(request, self.readers):
            raise HTTPException(404)
        gathered = await self.workers.collect()
        figures = [
            *_of_workers(gathered),
            *(of_worker(number, one) for number, samples in gathered.items() for one in samples or ()),
            *await self._of_database(),
        ]
        return Response(exposed(figures), media_type=CONTENT_TYPE_PLAIN_0_0_4, headers=HEADERS)

    async def _of_database(self) -> list[Sample]:
        """The database's samples that can be read, and a sample that says whether all could."""
        figures, reached = list[Sample](), 1
        for read in self.of_database:
            try:
                figures += await read(self.database())
            except Exception as error:  # the other samples matter most when something is wrong
                logger.warning("metrics of the database could not be read: %s", error)
                reached = 0
        return [
            _gauge("puente_database_up", "Whether the database answered all queries for metrics.", reached),
            *figures,
        ]


def may_read(request: Request, readers: Sequence[str]) -> bool:
    """Whether the client's address may read metrics; requests through an unknown proxy may not."""
    if ANY in readers:
        return True
    if is_forwarded(request.headers) and not request.scope.get(BELIEVED):
        return False
    address = address_of(request.client.host if request.client else "")
    return address is not None and any(address in ip_network(one, strict=False) for one in readers)


def exposed(figures: Iterable[Sample]) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_SampleCollector(list(figures)))
    return generate_latest(registry)


@dataclass(frozen=True, eq=False)
class _SampleCollector(Collector):
    figures: Sequence[Sample]

    def collect(self) -> Iterator[Family]:
        """All samples grouped by name, as the format requires."""
        families: dict[str, Family] = {}
        for one in self.figures:
            labels = sorted(one.labels)
            family = families.get(one.name) or FAMILIES[one.kind](one.name, one.about, labels=labels)
            families[one.name] = family
            values = [one.labels[label] for label in labels]
            if isinstance(family, HistogramMetricFamily):
                assert not isinstance(one.value, float | int)
                family.add_metric(values, [(le, count) for le, count in one.value[0]], one.value[1])
            else:
                assert isinstance(one.value, float | int)
                family.add_metric(values, one.value)
        yield from families.values()


def of_worker(number: str, sample: Sample) -> Sample:
    labels = {**sample.labels, "worker": number}
    return Sample(sample.name, sample.kind, sample.about, labels, sample.value)


def _of_workers(gathered: Mapping[str, object]) -> Iterator[Sample]:
    silent = sum(samples is None for samples in gathered.values())
    yield _gauge("puente_workers", "Server processes that answered.", len(gathered) - silent)
    yield _gauge("puente_workers_silent", "Server processes that didn't answer in time.", silent)


async def feed_samples(database: Database) -> Iterable[Sample]:
    stats = await FeedStats.read(database)
    return [
        _gauge("puente_feed_last", "Number of the newest change.", stats.last),
        _gauge("puente_feed_floor", "Number below which changes are no longer kept.", stats.floor),
        _gauge("puente_feed_unnumbered", "Committed changes that have no number yet.", stats.unnumbered),
        _gauge(
            "puente_feed_unnumbered_age_seconds",
            "Seconds since the transaction of the oldest change without a number began.",
            stats.oldest_note,
        ),
        _gauge("puente_feed_kept_age_seconds", "Age of the oldest change that is kept.", stats.oldest_change),
        _gauge("puente_feed_bytes", "Size of the changes that are kept, with their index.", stats.bytes),
        *_known(OLDEST_WRITER, OLDEST_WRITER_ABOUT, stats.oldest_writer),
    ]


def _known(name: str, about: str, value: float | None) -> Iterator[Sample]:
    """No sample for an unknown value; 0 would be wrong."""
    if value is not None:
        yield _gauge(name, about, value)


def _gauge(name: str, about: str, value: float) -> Sample:
    return Sample(name, "gauge", about, {}, value)
