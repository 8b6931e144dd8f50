# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request may ask of a checkpoint beyond MMCP's own words, in ``model_options``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...motion.errors import FormatError, RequestError
from ...motion.formats import humanml3d
from ...motion.motion import Motion
from ...motion.resample import resample
from .checkpoint import SAMPLERS
from .schedule import LOG_SNR, Respacing
from .settings import Settings

EDITS = ("in_between", "upper_body")

_USUAL_STEPS = 50
_NAMES = {
    "steps", "sampler", "eta", "respacing", "edit", "motion", "prefix", "prefix_end", "suffix_start",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Wishes:
    """``respacing``, ``sampler`` and ``eta`` as ``Checkpoint.sample`` takes them. ``keep`` (T, 263) features in real
    units and ``keep_mask`` of their shape, True where they stay; ``prefix`` (T, 263) what came before; or None."""

    respacing: Respacing
    sampler: str
    eta: float
    keep: NDArray[np.float64] | None = None
    keep_mask: NDArray[np.bool_] | None = None
    prefix: NDArray[np.float64] | None = None


def read_wishes(options: Mapping[str, Any], steps: int | None, settings: Settings, frames: int) -> Wishes:
    """The wishes in ``model_options`` for ``frames`` frames; ``steps`` are MMCP's ``diffusion_steps``.

    ``steps`` (here up to all of the model's, beyond MMCP's 500), ``sampler``, ``eta`` and ``respacing`` say how to
    sample. ``edit`` is ``"in_between"`` (what lies between ``prefix_end`` and ``suffix_start``, shares of the length,
    is made anew) or ``"upper_body"`` (root and legs stay) of ``motion``: a :class:`Motion`, or joints (T, 22, 3) in
    metres at 20 frames a second. ``prefix`` is such a motion too, which a prefix completion model continues.
    Raises :class:`RequestError` in one sentence.
    """
    for name in options:
        if name not in _NAMES:
            raise RequestError(f"{name!r} is no option of this model: it knows {', '.join(sorted(_NAMES))}")
    sampler = options.get("sampler", "ddpm")
    if sampler not in SAMPLERS:
        raise RequestError(f"The sampler {sampler!r} is not known: choose {', '.join(SAMPLERS)}")
    eta = share(options, "eta", 0.0)
    wished = options.get("steps", steps)
    respacing: Respacing = options.get("respacing")
    if respacing is None:
        usual = min(settings.diffusion_steps, _USUAL_STEPS if sampler != "dpm++" else 10)
        count = usual if wished is None else wished
        if (
            isinstance(count, bool)
            or not isinstance(count, int)
            or not 1 <= count <= settings.diffusion_steps
        ):
            raise RequestError(f"This model takes 1 to {settings.diffusion_steps} steps, not {count!r}")
        few = sampler == "dpm++" and count > 1
        respacing = None if count == settings.diffusion_steps else f"{LOG_SNR}{count}" if few else [count]
    elif wished is not None:
        raise RequestError("Steps and respacing say the same: give one of them")
    edit = options.get("edit")
    if edit is not None and edit not in EDITS:
        raise RequestError(f"The edit {edit!r} is not known: choose {' or '.join(EDITS)}")
    if (edit is None) != (options.get("motion") is None):
        raise RequestError(
            "An edit needs both: the word for it in edit, and the motion that is edited in motion"
        )
    keep = mask = prefix = None
    if edit is not None:
        keep = features_of(options["motion"])
        if len(keep) < frames:
            raise RequestError(
                f"The motion to edit has {len(keep)} frames of 20 a second, not the {frames} that are asked for"
            )
        keep = keep[:frames]
        mask = np.zeros(keep.shape, bool)
        if edit == "upper_body":
            mask[:, humanml3d.LOWER_BODY] = True
        else:
            mask[:] = True
            first, last = (share(options, n, d) for n, d in (("prefix_end", 0.25), ("suffix_start", 0.75)))
            mask[int(first * frames) : int(last * frames)] = False
    if options.get("prefix") is not None:
        prefix = features_of(options["prefix"])
    return Wishes(respacing, sampler, eta, keep, mask, prefix)


def features_of(motion: Any) -> NDArray[np.float64]:
    """Features (T, 263) in real units of a :class:`Motion`, or of joints (T, 22, 3) at 20 frames a second; the motion
    is put on the floor and turned to face +Z. Raises :class:`RequestError`."""
    try:
        if isinstance(motion, Motion):
            joints = resample(motion, humanml3d.FPS).positions
        else:
            joints = np.asarray(motion, dtype=float)
        if joints.ndim != 3 or len(joints) < 2:
            raise RequestError(
                "A motion is two or more frames of 22 joints: give joints (T, 22, 3) in metres"
            )
        # the last frame goes on as the one before: features say how a frame leads to the next
        going = np.concatenate([joints, 2 * joints[-1:] - joints[-2:-1]])
        return np.asarray(humanml3d.features_of(humanml3d.placed(going)), dtype=float)
    except (FormatError, TypeError, ValueError) as error:
        raise RequestError(f"The motion can't be used ({error}): give joints (T, 22, 3) in metres") from error


def share(options: Mapping[str, Any], name: str, default: float) -> float:
    """An option that is a number of 0 to 1. Raises :class:`RequestError`."""
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise RequestError(f"{name} is a number of 0 to 1, not {value!r}")
    return float(value)
