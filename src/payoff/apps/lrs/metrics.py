"""Figures for Prometheus: requests, their times, statements, group sizes.

Question  How much is asked of this store, how fast does it answer, how large do its groups get?
Workers   One process counts in memory. Several count in files of a folder that PROMETHEUS_MULTIPROC_DIR
          names; it must be set before prometheus_client is first imported, which `serve` sees to.
"""

import os
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from payoff.statements.work import Outcome, PutStatements, Work

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_GROUP = (1, 2, 4, 8, 16, 32, 64, 128, 256, 1024)


class Metrics:
    """One application's figures, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        own = self._registry
        self._requests = Counter(
            "payoff_lrs_requests", "Finished requests", ["resource", "method", "status"], registry=own
        )
        self._seconds = Histogram(
            "payoff_lrs_request_seconds",
            "From the request to its answer",
            ["resource", "method"],
            registry=own,
            buckets=_SECONDS,
        )
        self._in_flight = Gauge(
            "payoff_lrs_requests_in_flight",
            "Requests not yet answered",
            registry=own,
            multiprocess_mode="livesum",
        )
        self._statements = Counter("payoff_lrs_statements", "Statements acknowledged", registry=own)
        self._group = Histogram(
            "payoff_lrs_group_works", "Changes written in one transaction", registry=own, buckets=_GROUP
        )
        self._logins = Counter(
            "payoff_lrs_failed_logins",
            "Credentials that fit nothing, of keys there are and of none",
            ["key", "status"],
            registry=own,
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def begin(self) -> None:
        """A request has come."""
        self._in_flight.inc()

    def end(self, resource: str, method: str, status: int, seconds: float) -> None:
        """A request is answered. Names come from the routes, so their number is bounded."""
        self._in_flight.dec()
        found = self._known.get((resource, method, status))
        if found is None:
            counter = self._requests.labels(resource, method, str(status))
            found = counter, self._seconds.labels(resource, method)
            self._known[resource, method, status] = found
        found[0].inc()
        found[1].observe(seconds)

    def failed_login(self, is_known: bool, status: int) -> None:
        """Credentials were refused; these figures are open, so the key's name stays out of them."""
        self._logins.labels("known" if is_known else "unknown", str(status)).inc()

    def group(self, works: Sequence[Work]) -> None:
        """A group of changes is on disk."""
        self._group.observe(len(works))
        stored = 0
        for work in works:
            if work.outcome is Outcome.STORED and isinstance(work.change, PutStatements):
                stored += len(work.change.statements)
        if stored:
            self._statements.inc(stored)

    def render(self) -> bytes:
        """The text Prometheus reads: this process's figures, or all workers' together."""
        if os.environ.get(FOLDER):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            return generate_latest(registry)
        return generate_latest(self._registry)
