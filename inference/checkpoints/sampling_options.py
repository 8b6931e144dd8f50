# SPDX-License-Identifier: GPL-3.0-or-later
"""Parse the ``model_options`` of a request for MDM and DiP."""

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

_DEFAULT_STEPS = 50
_OPTION_NAMES = {
    "steps", "sampler", "eta", "respacing", "edit", "motion", "prefix", "prefix_end", "suffix_start",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class SamplingOptions:
    """How to sample, and what to keep.

    Attributes
    ----------
    respacing, sampler, eta
        As ``Checkpoint.sample`` takes them.
    keep : (T, 263) or None
        Features in real units of the motion that is edited.
    keep_mask : (T, 263) bool or None
        True where ``keep`` stays.
    prefix : (T, 263) or None
        Features in real units of the motion that is continued.
    """

    respacing: Respacing
    sampler: str
    eta: float
    keep: NDArray[np.float64] | None = None
    keep_mask: NDArray[np.bool_] | None = None
    prefix: NDArray[np.float64] | None = None


def parse_sampling_options(
    options: Mapping[str, Any], steps: int | None, settings: Settings, frames: int
) -> SamplingOptions:
    """Parse ``model_options``. Raises :class:`RequestError`.

    ``steps`` (up to all of the model's, where MMCP's ``diffusion_steps`` ends at 500), ``sampler``, ``eta`` and
    ``respacing`` select the sampling. ``edit`` is ``"in_between"`` (what lies between ``prefix_end`` and
    ``suffix_start``, fractions of the length, is generated anew) or ``"upper_body"`` (root and legs stay) of
    ``motion``: a :class:`Motion`, or joints (T, 22, 3) in metres at 20 frames a second. ``prefix`` is such a motion
    too, which a prefix completion model continues.

    Parameters
    ----------
    options : Mapping
        The request's ``model_options``.
    steps : int or None
        MMCP's ``diffusion_steps``.
    settings : Settings
        Of the checkpoint.
    frames : int
        Frames of the result.
    """
    for name in options:
        if name not in _OPTION_NAMES:
            raise RequestError(
                "{name!r} is no option of this model: choose one of {known}",
                name=name,
                known=", ".join(sorted(_OPTION_NAMES)),
            )
    sampler = options.get("sampler", "ddpm")
    if sampler not in SAMPLERS:
        raise RequestError(
            "The sampler {sampler!r} is not known: choose {known}", sampler=sampler, known=", ".join(SAMPLERS)
        )
    eta = parse_fraction(options, "eta", 0.0)
    requested_steps = options.get("steps", steps)
    respacing: Respacing = options.get("respacing")
    if respacing is None:
        default_count = min(settings.diffusion_steps, _DEFAULT_STEPS if sampler != "dpm++" else 10)
        count = default_count if requested_steps is None else requested_steps
        if (
            isinstance(count, bool)
            or not isinstance(count, int)
            or not 1 <= count <= settings.diffusion_steps
        ):
            raise RequestError(
                "This model takes 1 to {limit} steps, not {count!r}",
                limit=settings.diffusion_steps,
                count=count,
            )
        use_log_snr = sampler == "dpm++" and count > 1
        respacing = (
            None if count == settings.diffusion_steps else f"{LOG_SNR}{count}" if use_log_snr else [count]
        )
    elif requested_steps is not None:
        raise RequestError("Steps and respacing exclude each other: give one of them")
    edit = options.get("edit")
    if edit is not None and edit not in EDITS:
        raise RequestError(
            "The edit {edit!r} is not known: choose {known}", edit=edit, known=" or ".join(EDITS)
        )
    if (edit is None) != (options.get("motion") is None):
        raise RequestError(
            "An edit needs two options: edit, the kind of edit, and motion, the motion that is edited"
        )
    keep = mask = prefix = None
    if edit is not None:
        keep = to_features(options["motion"])
        if len(keep) < frames:
            raise RequestError(
                "The motion to edit has {count} frames of 20 a second, not the {frames} that are asked for",
                count=len(keep),
                frames=frames,
            )
        keep = keep[:frames]
        mask = np.zeros(keep.shape, bool)
        if edit == "upper_body":
            mask[:, humanml3d.LOWER_BODY_MASK] = True
        else:
            mask[:] = True
            first, stop = (
                parse_fraction(options, n, d) for n, d in (("prefix_end", 0.25), ("suffix_start", 0.75))
            )
            mask[int(first * frames) : int(stop * frames)] = False
    if options.get("prefix") is not None:
        prefix = to_features(options["prefix"])
    return SamplingOptions(respacing, sampler, eta, keep, mask, prefix)


def to_features(motion: Any) -> NDArray[np.float64]:
    """Return features (T, 263) in real units of a :class:`Motion`, or of joints (T, 22, 3) at 20 frames a second.

    The motion is put on the floor and rotated to face +Z. Raises :class:`RequestError`.
    """
    try:
        if isinstance(motion, Motion):
            joints = resample(motion, humanml3d.FPS).positions
        else:
            joints = np.asarray(motion, dtype=float)
        if joints.ndim != 3 or len(joints) < 2:
            raise RequestError(
                "A motion is two or more frames of 22 joints: give joints (T, 22, 3) in metres"
            )
        # features hold the velocity to the next frame: extrapolate one frame with the last velocity
        extended = np.concatenate([joints, 2 * joints[-1:] - joints[-2:-1]])
        return np.asarray(humanml3d.joints_to_features(humanml3d.move_to_start(extended)), dtype=float)
    except (FormatError, TypeError, ValueError) as error:
        raise RequestError(
            "The motion can't be used ({error}): give joints (T, 22, 3) in metres", error=error
        ) from error


def parse_fraction(options: Mapping[str, Any], name: str, default: float) -> float:
    """Read an option that is a number of 0 to 1. Raises :class:`RequestError`."""
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise RequestError("{name} is a number of 0 to 1, not {value!r}", name=name, value=value)
    return float(value)
