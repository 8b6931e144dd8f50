# SPDX-License-Identifier: GPL-3.0-or-later
"""Seconds that the embedded model takes for a clip, in this very Python, with each way to multiply matrices."""

from __future__ import annotations

import os
import statistics
import time
from importlib import import_module
from typing import Any

PACKAGE = "bl_ext.user_default.kinescribe"
PROMPT = "a person walks forward and waves"
SECONDS, FPS = 4.0, 24.0
CHAIN = ("walks forward", "turns left", "jumps", "waves", "runs forward", "kicks with the right leg", "stands still",
         "walks backward", "bows", "punches with the left hand", "dances", "sits down")  # fmt: skip
VARIABLE = "KINESCRIBE_MATMUL"


def measure(warm: int = 7) -> dict[str, Any]:
    """First call (weights read) and median of ``warm`` further calls by the chosen path; three by each path in turn.

    Times are wall clock seconds for a clip of 4 seconds, one of ten, and a minute of twelve prompts in a row; speeds
    are GFLOP/s of the network's usual product. ``places``: see :func:`places`.
    """
    matmul = import_module(f"{PACKAGE}.inference.embedded.matmul")
    os.environ.pop(VARIABLE, None)
    # the first call of the session comes first: it includes imports and the choice of the path
    found: dict[str, Any] = {"paths": {"chosen": _clips(warm)}, "places": {}}
    found |= {
        "ten_seconds": _timed([PROMPT], 10.0, 3),
        "minute": _timed([f"a person {c}" for c in CHAIN], 5.0, 1),
    }
    found["choice"] = matmul.choose_method()
    found["gflops"] = matmul.measure_methods()
    try:
        for name in matmul.METHODS:
            os.environ[VARIABLE] = name
            found["paths"][name] = _clips(3)
            found["places"][name] = places()
    finally:
        os.environ.pop(VARIABLE, None)
    return found


def places() -> list[float]:
    """Joint positions in metres, every eighth frame of one and the same request, in a row: they must agree anywhere."""
    motion = import_module(f"{PACKAGE}.motion")
    backend = import_module(f"{PACKAGE}.inference.embedded").EmbeddedBackend()
    (made,) = backend.generate(motion.text_request(PROMPT, SECONDS, FPS, 3))
    return [round(float(x), 5) for x in made.positions[::8].ravel()]


def _timed(prompts: list[str], seconds: float, times: int) -> float:
    """Median seconds for prompts of some seconds each, in one request; the weights are read before."""
    motion = import_module(f"{PACKAGE}.motion")
    segments = import_module(f"{PACKAGE}.motion.request")
    backend = import_module(f"{PACKAGE}.inference.embedded").EmbeddedBackend()
    backend.rate_prompt(PROMPT)
    request = motion.MotionRequest(tuple(segments.TextSegment(p, round(seconds * FPS)) for p in prompts), FPS)
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        backend.generate(request)
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def _clips(warm: int) -> dict[str, float]:
    start = time.perf_counter()
    motion = import_module(f"{PACKAGE}.motion")
    backend = import_module(f"{PACKAGE}.inference.embedded").EmbeddedBackend()
    backend.generate(motion.text_request(PROMPT, SECONDS, FPS, 0))
    first = time.perf_counter() - start
    times = []
    for seed in range(1, warm + 1):
        start = time.perf_counter()
        backend.generate(motion.text_request(PROMPT, SECONDS, FPS, seed))
        times.append(time.perf_counter() - start)
    return {"first": first, "warm": statistics.median(times)}
