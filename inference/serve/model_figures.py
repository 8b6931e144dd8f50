# SPDX-License-Identifier: GPL-3.0-or-later
"""What a served model has done so far, for ``GET /metrics``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .metrics import Histogram, format_family, format_sample

if TYPE_CHECKING:
    from .backbone import ServedBackbone


@dataclass
class ModelFigures:
    """Totals of one model.

    Attributes
    ----------
    motions, motion_seconds
        Samples that were made, and their length together.
    steps
        Diffusion steps of all samples, as far as the model reports them.
    wait_seconds
        Time that requests waited before they were computed.
    compute_seconds
        Time from the begin of a computation to its end, others that went first included.
    """

    motions: int = 0
    motion_seconds: float = 0.0
    steps: int = 0
    wait_seconds: Histogram = field(default_factory=Histogram)
    compute_seconds: Histogram = field(default_factory=Histogram)


_COUNTS = (
    ("queued", "kinescribe_queue_length", "gauge", "Requests that wait."),
    ("running", "kinescribe_running", "gauge", "Requests that are computed."),
    ("done", "kinescribe_finished_total", "counter", "Requests that have ended, failed or not."),
    ("failed", "kinescribe_failed_total", "counter", "Requests that ended with an error; not cancelled ones."),
)  # fmt: skip
_TOTALS = (
    ("motions", "kinescribe_motions_total", "Motions that were made."),
    ("motion_seconds", "kinescribe_motion_seconds_total", "Seconds of motion that were made."),
    ("steps", "kinescribe_diffusion_steps_total", "Diffusion steps; rate() of it are the steps per second."),
)
_TIMES = (
    ("wait_seconds", "kinescribe_wait_seconds", "Seconds that requests waited before they were computed."),
    ("compute_seconds", "kinescribe_compute_seconds", "Seconds from the begin of a computation to its end."),
)


def format_model_figures(models: Sequence[ServedBackbone]) -> str:
    """Return the lines of all models in the text format of Prometheus."""
    families = []
    for key, name, kind, what in _COUNTS:
        counts = [(model.model_id, model.request_counts) for model in models]
        samples = [format_sample(name, {"model": i}, count[key]) for i, count in counts if key in count]
        families.append(format_family(name, kind, what, samples))
    for key, name, what in _TOTALS:
        samples = [
            format_sample(name, {"model": model.model_id}, round(getattr(model.figures, key), 3))
            for model in models
        ]
        families.append(format_family(name, "counter", what, samples))
    for key, name, what in _TIMES:
        samples = [
            line
            for model in models
            for line in getattr(model.figures, key).list_samples(name, {"model": model.model_id})
        ]
        families.append(format_family(name, "histogram", what, samples))
    return "".join(families)
