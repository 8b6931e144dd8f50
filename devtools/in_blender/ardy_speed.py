# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure ARDY in this Python: loading, clips, Cancel and memory. ``kinescribe`` has to be importable."""

from __future__ import annotations

import os
import statistics
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kinescribe.inference.ardy.backend import ArdyBackend
    from kinescribe.motion import MotionRequest

PROMPT = "a person walks forward"
FPS = 24.0
CLIPS = {"four_4": (4.0, 4), "four_10": (4.0, 10), "ten_4": (10.0, 4)}
"""Seconds of motion and steps of each clip that is timed."""

_CANCELLATIONS = 8


def measure_ardy(model: Path, text: Path, scratch: Path, repeats: int = 3) -> dict[str, Any]:
    """Return seconds of loading and of each clip (medians), of the slowest Cancel, and megabytes of memory.

    Parameters
    ----------
    model, text : Path
        Folders of the checkpoint and of its text encoder.
    scratch : Path
        Folder for vectors of prompts.
    repeats : int
        Calls of each clip.
    """
    from kinescribe.inference import matrix_products
    from kinescribe.inference.ardy import load_ardy
    from kinescribe.inference.ardy.text import load_text_encoder
    from kinescribe.inference.models.installed import open_ardy, release_models
    from kinescribe.inference.models.text_sources import make_folder_source
    from kinescribe.motion import make_text_request

    _use_openblas()
    figures: dict[str, Any] = {"choice": matrix_products.choose_method()}
    matrix_products.select_product()  # the library is not loaded with the model
    memory_before = read_memory()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        load_ardy(model, is_sparing=True), load_text_encoder(text)
        seconds.append(time.perf_counter() - start)
    # the first time reads the files, which were written just before, and the modules
    figures["load_first"], figures["load"] = seconds[0], statistics.median(seconds)

    backend = open_ardy(model, make_folder_source(text), scratch)
    backend.generate(make_text_request(PROMPT, 1.0, FPS))
    for name, (length, steps) in CLIPS.items():
        seconds = []
        for seed in range(repeats):
            # another prompt each time: its vector is not known yet
            request = make_text_request(
                f"{PROMPT} {seed + 2} times", length, FPS, seed, diffusion_steps=steps
            )
            start = time.perf_counter()
            backend.generate(request)
            seconds.append(time.perf_counter() - start)
        figures[name] = statistics.median(seconds)
    long = make_text_request(PROMPT, 10.0, FPS, diffusion_steps=10)
    whole = figures["ten_4"] * 2.5
    figures["cancel"] = max(
        time_cancel(backend, long, whole * n / _CANCELLATIONS) for n in range(_CANCELLATIONS)
    )
    backend.release()
    figures["cancel_loading"] = time_cancel(backend, long, 0.1)
    release_models()
    figures["released_mb"] = read_memory() - memory_before
    return figures


def measure_length(model: Path, text: Path, scratch: Path, length: float) -> dict[str, Any]:
    """Return the seconds of processor time that a motion of some seconds takes at 4 steps, loading included.

    Parameters
    ----------
    model, text, scratch : Path
        As those of :func:`measure_ardy`.
    length : float
        Seconds of the motion.
    """
    from kinescribe.inference import matrix_products
    from kinescribe.inference.models.installed import open_ardy
    from kinescribe.inference.models.text_sources import make_folder_source
    from kinescribe.motion import make_text_request

    _use_openblas()
    backend = open_ardy(model, make_folder_source(text), scratch)
    start = time.process_time()
    (motion,) = backend.generate(make_text_request(PROMPT, length, FPS, diffusion_steps=4))
    took = time.process_time() - start
    assert len(motion.local_rotations) == round(length * FPS)
    return {"choice": matrix_products.choose_method(), "took": took}


def _use_openblas() -> None:
    """Compute with OpenBLAS if it is installed, as where Blender is downloaded: its NumPy is slower than this one."""
    from kinescribe.inference import matrix_products
    from kinescribe.inference.openblas import load_openblas
    from kinescribe.motion import BackendError

    try:
        load_openblas()
    except BackendError:
        return
    os.environ[matrix_products.VARIABLE] = "openblas"


def time_cancel(backend: ArdyBackend, request: MotionRequest, delay: float) -> float:
    """Return the seconds from Cancel, so many seconds after the start, to the end of a generation."""
    from kinescribe.motion import Cancelled

    asked = threading.Event()
    ends: list[float] = []

    def generate() -> None:
        try:
            backend.generate(request, cancelled=asked.is_set)
        except Cancelled:
            ends.append(time.perf_counter())

    thread = threading.Thread(target=generate)
    thread.start()
    time.sleep(delay)
    start = time.perf_counter()
    asked.set()
    thread.join()
    return max(0.0, ends[0] - start) if ends else 0.0


def read_memory() -> float:
    """Return the megabytes of memory that this process uses now; not known outside of Linux: 0."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) / 1e3 for line in lines if line.startswith("VmRSS")), 0.0)
