# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the embedded model in this Python, with each method of matrix multiplication.

``kinescribe`` has to be importable. Imports are inside functions because the first call is measured with them.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kinescribe.inference.matrix_products import MatrixProduct

PROMPT = "a person walks forward and waves"
SECONDS, FPS = 4.0, 24.0
CHAIN = ("walks forward", "turns left", "jumps", "waves", "runs forward", "kicks with the right leg", "stands still",
         "walks backward", "bows", "punches with the left hand", "dances", "sits down")  # fmt: skip


def measure_model(repeats: int = 7) -> dict[str, Any]:
    """Return seconds of the first call, the median of ``repeats`` further calls, and times of each method.

    Has to be the first in its process that generates, as :func:`measure_first_call` too.

    Times are wall-clock seconds for a clip of 4 seconds, one of ten seconds, and a minute of twelve prompts. Speeds are
    GFLOP/s of the network's usual matrix product. ``positions``: see :func:`joint_positions`.
    """
    os.environ.pop("KINESCRIBE_MATMUL", None)
    compile_seconds = _compile_modules()
    # has to be the first call of the process: it includes imports and loading the library of matrix products
    figures: dict[str, Any] = {"paths": {"chosen": _time_clips(repeats)}, "positions": {}}
    from kinescribe.inference import matrix_products

    figures |= {
        "ten_seconds": _median_seconds([PROMPT], 10.0, 3),
        "minute": _median_seconds([f"a person {c}" for c in CHAIN], 5.0, 3),
    }
    figures["compile"] = compile_seconds
    figures["choice"] = matrix_products.choose_method()
    figures["gflops"] = {}
    try:
        for name, product in matrix_products.METHODS.items():
            if name == "openblas" and figures["choice"] != name:
                continue  # not installed
            os.environ[matrix_products.VARIABLE] = name
            figures["gflops"][name] = _measure_product(product)
            figures["paths"][name] = _time_clips(3)
            figures["positions"][name] = joint_positions()
    finally:
        os.environ.pop(matrix_products.VARIABLE, None)
    return figures


def measure_first_call() -> float:
    """Return the seconds of the first clip of a process: with weights and, unless they were imported, all modules."""
    _compile_modules()
    return _time_clips(0)["first"]


def _compile_modules() -> float:
    """Compile the modules to bytecode, as an earlier session has done, and return how long that takes."""
    import compileall

    import kinescribe

    folder = Path(str(kinescribe.__file__)).parent
    start = time.perf_counter()
    for room in ("motion", "inference"):
        compileall.compile_dir(folder / room, quiet=2)
    return time.perf_counter() - start


def _measure_product(multiply: MatrixProduct, rows: int = 40, inner: int = 256, columns: int = 768) -> float:
    """Return the GFLOP/s of products (rows, inner) by (inner, columns), the best of many.

    The default size is the one that the network uses most.
    """
    import numpy as np

    rng = np.random.RandomState(0)
    a, b = (rng.standard_normal(shape).astype(np.float32) for shape in ((rows, inner), (inner, columns)))
    best = float("inf")
    for _ in range(50):
        start = time.perf_counter()
        multiply(a, b)
        best = min(best, time.perf_counter() - start)
    return 2e-9 * rows * inner * columns / best


def joint_positions() -> list[float]:
    """Return joint positions of one request at every eighth frame, in metres, as a flat list: equal on all systems."""
    from kinescribe.inference.embedded import EmbeddedBackend
    from kinescribe.motion import make_text_request

    backend = EmbeddedBackend()
    (generated,) = backend.generate(make_text_request(PROMPT, SECONDS, FPS, 3))
    return [round(float(x), 5) for x in generated.positions[::8].ravel()]


def _median_seconds(prompts: list[str], seconds: float, repeats: int) -> float:
    """Return the median seconds of one request with some prompts, the weights being loaded.

    Parameters
    ----------
    prompts : list of str
        One segment each.
    seconds : float
        Length of each segment.
    repeats : int
        Number of calls.
    """
    from kinescribe.inference.embedded import EmbeddedBackend
    from kinescribe.motion import MotionRequest
    from kinescribe.motion.request import TextSegment

    backend = EmbeddedBackend()
    backend.rate_prompt(PROMPT)
    request = MotionRequest(tuple(TextSegment(p, round(seconds * FPS)) for p in prompts), FPS)
    seconds_of_calls = []
    for _ in range(repeats):
        start = time.perf_counter()
        backend.generate(request)
        seconds_of_calls.append(time.perf_counter() - start)
    return statistics.median(seconds_of_calls)


def _time_clips(repeats: int) -> dict[str, float]:
    start = time.perf_counter()
    from kinescribe.inference.embedded import EmbeddedBackend
    from kinescribe.motion import make_text_request

    backend = EmbeddedBackend()
    backend.generate(make_text_request(PROMPT, SECONDS, FPS, 0))
    first = time.perf_counter() - start
    seconds_of_calls = []
    for seed in range(1, repeats + 1):
        start = time.perf_counter()
        backend.generate(make_text_request(PROMPT, SECONDS, FPS, seed))
        seconds_of_calls.append(time.perf_counter() - start)
    return {"first": first, "warm": statistics.median(seconds_of_calls or [first])}
