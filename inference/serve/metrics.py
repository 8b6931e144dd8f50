# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of the running server in the text format of Prometheus.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/ (text format, version 0.0.4).
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

LATENCY_BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
"""Upper bounds of the buckets of a histogram of seconds."""

Labels = Mapping[str, str]


class Histogram:
    """Counts of seconds in buckets. Safe for threads."""

    def __init__(self, bounds: Sequence[float] = LATENCY_BOUNDS) -> None:
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self._sum = 0.0
        self._lock = threading.Lock()

    def observe(self, seconds: float) -> None:
        """Count one value."""
        with self._lock:
            self._counts[bisect_left(self._bounds, seconds)] += 1
            self._sum += seconds

    def list_samples(self, name: str, labels: Labels) -> list[str]:
        """Return the lines of a histogram: cumulative buckets, sum and count."""
        with self._lock:
            counts, total = list(self._counts), self._sum
        lines, below = [], 0
        for bound, count in zip([*map(str, self._bounds), "+Inf"], counts, strict=True):
            below += count
            lines.append(format_sample(f"{name}_bucket", {**labels, "le": bound}, below))
        return [
            *lines,
            format_sample(f"{name}_sum", labels, round(total, 6)),
            format_sample(f"{name}_count", labels, below),
        ]


def format_sample(name: str, labels: Labels, value: float) -> str:
    """Return one line: a name with its labels, and a value."""
    quoted = ",".join(f'{key}="{_escape(text)}"' for key, text in labels.items())
    return f"{name}{{{quoted}}} {value}" if quoted else f"{name} {value}"


def format_family(name: str, kind: str, explanation: str, samples: Iterable[str]) -> str:
    """Return the lines of all samples of one name, with their head; ``kind``: counter, gauge or histogram."""
    return "\n".join([f"# HELP {name} {explanation}", f"# TYPE {name} {kind}", *samples]) + "\n"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


class RequestFigures:
    """Counts and times of the requests that were answered, by route and status."""

    def __init__(self, routes: Iterable[str]) -> None:
        """Set the routes that are told apart; all others count as "other", so that nobody can make up new ones."""
        self._routes = tuple(routes)
        self._counts: dict[tuple[str, int], int] = {}
        self._seconds: dict[str, Histogram] = {}

    def count_request(self, path: str, status: int, seconds: float) -> None:
        """Count a request; ``status`` 0: the client closed the connection before it was answered."""
        route = next(
            (r for r in self._routes if path == r or (r.endswith("/") and path.startswith(r))), "other"
        )
        self._counts[route, status] = self._counts.get((route, status), 0) + 1
        self._seconds.setdefault(route, Histogram()).observe(seconds)

    def format(self) -> str:
        """Return the lines of these figures."""
        counts = [
            format_sample("kinescribe_requests_total", {"route": route, "status": str(status)}, count)
            for (route, status), count in sorted(self._counts.items())
        ]
        seconds = [
            line
            for route, histogram in sorted(self._seconds.items())
            for line in histogram.list_samples("kinescribe_request_seconds", {"route": route})
        ]
        return format_family(
            "kinescribe_requests_total", "counter", "Requests by route and HTTP status.", counts
        ) + format_family(
            "kinescribe_request_seconds",
            "histogram",
            "Seconds from a request to the end of its answer.",
            seconds,
        )
