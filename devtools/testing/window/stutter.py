# SPDX-License-Identifier: GPL-3.0-or-later
"""Inside Blender: how far it stands still, and whether that is our doing."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from pathlib import Path

import bpy

from . import driver


def _work() -> tuple[float, float, float]:
    """Processor seconds since the start: of this Blender, idle, and all there were, over all cores."""
    ticks = [
        int(word) for word in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]
    ]
    rate = os.sysconf("SC_CLK_TCK")
    times = os.times()
    return times.user + times.system, (ticks[3] + ticks[4]) / rate, sum(ticks) / rate


class Stutter:
    """The gaps between the ticks of a 20 ms timer: what an animator feels as stutter."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self._last = 0.0
        self._on = False
        self._work = (0.0, 0.0, 0.0)

    def start(self) -> None:
        """Begin to tick."""
        self.gaps, self._last, self._on = [], time.perf_counter(), True
        self._work = _work()
        bpy.app.timers.register(self._tick, first_interval=0.02, persistent=True)

    def stop(self) -> dict[str, float]:
        """End, and give the number of ticks and the longest, 99th percentile and median gap in milliseconds.

        ``others`` is the share of the machine's processors that was busy with anything but this Blender.
        """
        self._on = False
        own, idle, whole = (now - then for now, then in zip(_work(), self._work, strict=True))
        longest = max(range(len(self.gaps)), key=self.gaps.__getitem__, default=0)
        gaps = sorted(1000 * gap for gap in self.gaps) or [0.0]
        return {
            "others": round(max(0.0, 1.0 - (own + idle) / whole), 2) if whole else 0.0,
            "ticks": len(gaps),
            "max_after_s": round(sum(self.gaps[:longest]), 2),
            "max_ms": round(gaps[-1], 1),
            "p99_ms": round(gaps[min(len(gaps) - 1, int(0.99 * len(gaps)))], 1),
            "median_ms": round(gaps[len(gaps) // 2], 1),
        }

    def _tick(self) -> float | None:
        if not self._on:
            return None
        now = time.perf_counter()
        self.gaps.append(now - self._last)
        self._last = now
        return 0.02


def stutter_without_work(seconds: float = 2.0) -> Generator[float, None, dict[str, float]]:
    """The stutter of this machine by itself: the sidebar is drawn as often as while a motion is generated."""
    watch = Stutter()
    watch.start()
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        driver.view()[1]["UI"].tag_redraw()
        yield 0.05
    return watch.stop()
