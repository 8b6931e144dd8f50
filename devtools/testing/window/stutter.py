# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside Blender: measure how long its interface does not respond, and whether other programs cause it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator
from pathlib import Path

import bpy

from . import driver


def _processor_seconds() -> tuple[float, float, float]:
    """Return processor seconds since the start, over all cores: of this Blender, idle, and the total."""
    ticks = [
        int(word) for word in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]
    ]
    rate = os.sysconf("SC_CLK_TCK")
    times = os.times()
    return times.user + times.system, (ticks[3] + ticks[4]) / rate, sum(ticks) / rate


class StutterMeter:
    """The gaps between ticks of a timer, which an animator feels as stutter.

    ``phase`` is called at each tick and names what happens then. ``interval``: seconds between two ticks; a gap is up
    to that much longer than what causes it.
    """

    def __init__(self, phase: Callable[[], str] = lambda: "", interval: float = 0.02) -> None:
        self.gaps: list[float] = []
        self.phases: list[str] = []
        self._phase, self._interval = phase, interval
        self._last_tick = 0.0
        self._is_running = False
        self._processor_seconds_at_start = (0.0, 0.0, 0.0)

    def start(self) -> None:
        """Begin to measure."""
        self.gaps, self.phases, self._last_tick, self._is_running = [], [], time.perf_counter(), True
        self._processor_seconds_at_start = _processor_seconds()
        bpy.app.timers.register(self._tick, first_interval=self._interval, persistent=True)

    def stop(self) -> dict[str, float]:
        """Stop, and return the number of ticks and the longest, 99th percentile and median gap in milliseconds.

        ``others`` is the fraction of the machine's processors that other programs used.
        """
        self._is_running = False
        own, idle, whole = (
            now - then
            for now, then in zip(_processor_seconds(), self._processor_seconds_at_start, strict=True)
        )
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

    def longest_by_phase(self) -> dict[str, float]:
        """Return the longest gap in milliseconds that ended in each phase."""
        longest: dict[str, float] = {}
        for phase, gap in zip(self.phases, self.gaps, strict=True):
            longest[phase] = max(longest.get(phase, 0.0), round(1000 * gap, 1))
        return longest

    def _tick(self) -> float | None:
        if not self._is_running:
            return None
        now = time.perf_counter()
        self.gaps.append(now - self._last_tick)
        self.phases.append(self._phase())
        self._last_tick = now
        return self._interval


def measure_idle_stutter(
    seconds: float = 2.0, interval: float = 0.02
) -> Generator[float, None, dict[str, float]]:
    """Return the stutter of an idle Blender whose sidebar is redrawn as often as during generation.

    ``interval``: seconds between two ticks of the timer whose gaps are measured.
    """
    meter = StutterMeter(interval=interval)
    meter.start()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        driver.get_view()[1]["UI"].tag_redraw()
        yield 0.05
    return meter.stop()
