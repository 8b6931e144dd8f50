# SPDX-License-Identifier: GPL-3.0-or-later
"""``Motion``: joint rotations over time, returned by models, read and written as files, and retargeted to rigs."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from .doubts import bound_texts, describe_doubts, keep_texts, read_texts
from .errors import Note
from .rotations import Array, normalise
from .skeleton import Skeleton

CONTACT_JOINTS: tuple[str, ...] = ("left_ankle", "left_foot", "right_ankle", "right_foot")
"""Column order of :attr:`Motion.contacts`: heel and toe of either foot."""


MAX_FRAMES = 200_000
"""Longest motion that is read, resampled or generated: almost half an hour at 120 frames per second."""


MAX_BETAS = 300
"""Largest number of shape coefficients (betas) of a SMPL-family body."""


_UNIT_TOLERANCE = 1e-14
"""Deviation from one of the squared length of a quaternion that rounding alone can cause."""


GivenSpan = tuple[str, float, float]
"""A limb, or "body", and the first and the last second at which its pose was given to the model."""


MAX_GIVEN_SPANS = 2000
"""Most spans that a motion stores."""


CONFIDENT = 0.5
"""Confidence from which on the model knows the prompt's words well enough."""


@dataclass(frozen=True)
class Provenance:
    """Source of a motion; stored in files and on the Action.

    Attributes
    ----------
    prompt : text that the motion was generated from
    seed : seed of the generation, or None
    model, licence : name of the model, and the licence of its motions
    source : file or data set
    confidence : 0 to 1, or None
        How well the model knows the words of the prompt; None if it does not say.
    anchor : (x, z, heading) in metres and radians, or None
        Position and heading of the motion's origin in the world that it was made for; None: no particular one.
    body_model : "smpl", "smplh", "smplx" or ""
        The body that was recorded.
    betas : shape coefficients of that body
    given : spans in which the pose of the body or of a limb was given, see ``motion.constraints.given_frames``
    doubted : texts of the prompt's parts that the model does not know how to show, see ``motion.doubts``
    unknown_words : words of the prompt that were not understood
    crowded : texts of parts in which a detail is likeliest missing, of a prompt that asks for much
    """

    prompt: str = ""
    seed: int | None = None
    model: str = ""
    licence: str = ""
    source: str = ""
    confidence: float | None = None
    anchor: tuple[float, float, float] | None = None
    body_model: str = ""
    betas: tuple[float, ...] = ()
    given: tuple[GivenSpan, ...] = ()
    doubted: tuple[str, ...] = ()
    unknown_words: tuple[str, ...] = ()
    crowded: tuple[str, ...] = ()

    @property
    def low_confidence(self) -> bool:
        """Whether the model knows too few of the prompt's words, so that the motion may not show what they describe."""
        return self.confidence is not None and self.confidence < CONFIDENT

    def describe_doubts(self) -> list[Note]:
        """Return sentences on what of the prompt the motion does not show; empty if nothing is known to be missing."""
        return describe_doubts(self.doubted, self.unknown_words, self.crowded)

    def add_doubts(self, generated: Provenance, prompts: Sequence[str] | None = None) -> Provenance:
        """Return this provenance with the confidence of new frames, and their doubts beside those that stay.

        ``prompts``: of the frames that stay; None: all of the present doubts stay.
        """
        doubted: Sequence[str] = self.doubted
        unknown_words: Sequence[str] = self.unknown_words
        crowded: Sequence[str] = self.crowded
        if prompts is not None:
            doubted, unknown_words = keep_texts(doubted, prompts), keep_texts(unknown_words, prompts)
            crowded = keep_texts(crowded, prompts)
        return replace(
            self,
            confidence=generated.confidence,
            doubted=bound_texts([*doubted, *generated.doubted]),
            unknown_words=bound_texts([*unknown_words, *generated.unknown_words]),
            crowded=bound_texts([*crowded, *generated.crowded]),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the values that are not empty, for files and custom properties."""
        return {k: v for k, v in vars(self).items() if v not in ("", None, ())}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Provenance:
        """Return the provenance of a dictionary from :meth:`as_dict`.

        Unknown keys and values of other types are ignored, because files are not trusted.
        """
        types: dict[str, tuple[type, ...]] = {"seed": (int,), "confidence": (int, float)}
        known: dict[str, Any] = {k: v for k, v in values.items() if k in cls.__dataclass_fields__}
        anchor, betas = _read_anchor(known.pop("anchor", None)), _read_betas(known.pop("betas", ()))
        given = _read_given(known.pop("given", ()))
        doubted, unknown_words, crowded = (
            read_texts(known.pop(name, ())) for name in ("doubted", "unknown_words", "crowded")
        )
        fields: dict[str, Any] = {k: v for k, v in known.items() if isinstance(v, types.get(k, (str,)))}
        return cls(
            **fields,
            anchor=anchor,
            betas=betas,
            given=given,
            doubted=doubted,
            unknown_words=unknown_words,
            crowded=crowded,
        )


def _read_anchor(values: Any) -> tuple[float, float, float] | None:
    """Return the anchor if ``values`` are three finite numbers, else None."""
    if not isinstance(values, list | tuple) or len(values) != 3:
        return None
    if not all(isinstance(v, int | float) and np.isfinite(v) for v in values):
        return None
    x, z, heading = values
    return float(x), float(z), float(heading)


def _read_betas(values: Any) -> tuple[float, ...]:
    """Return the shape coefficients if ``values`` are a list of plausible numbers, else an empty tuple."""
    if not isinstance(values, list | tuple) or len(values) > MAX_BETAS:
        return ()
    if not all(isinstance(v, int | float) and abs(v) < 1e3 for v in values):
        return ()
    return tuple(float(v) for v in values)


def _read_given(values: Any) -> tuple[GivenSpan, ...]:
    """Return the spans if ``values`` are a list of plausible ones, else an empty tuple."""
    if not isinstance(values, list | tuple) or len(values) > MAX_GIVEN_SPANS:
        return ()
    spans: list[GivenSpan] = []
    for value in values:
        if not isinstance(value, list | tuple) or len(value) != 3:
            return ()
        limb, first, last = value
        if not isinstance(limb, str) or not all(
            isinstance(v, int | float) and abs(v) < 1e6 for v in (first, last)
        ):
            return ()
        spans.append((limb[:20], float(first), float(last)))
    return tuple(spans)


@dataclass(frozen=True, eq=False)
class Motion:
    """``T`` frames of ``J`` joints. Metres, right-handed, Y up; the character faces +Z when unrotated, +X is its left.

    Raises ``ValueError`` on wrong shapes, no frames, numbers that are not finite or a rate that is not positive.

    Attributes
    ----------
    skeleton : names, parents and rest pose of the joints
    fps : frames per second
    root_translation : (T, 3) metres
        World position of the root joint.
    local_rotations : (T, J, 4) unit quaternions w, x, y, z
        Rotations from the rest pose, relative to the parent joint; the root's are relative to the world.
    contacts : (T, 4) bool in the order of :data:`CONTACT_JOINTS`, or None if unknown
    provenance : source of the motion
    """

    skeleton: Skeleton
    fps: float
    root_translation: Array
    local_rotations: Array
    contacts: np.ndarray[Any, np.dtype[np.bool_]] | None = None
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        root = np.ascontiguousarray(self.root_translation, dtype=float)
        local = np.ascontiguousarray(self.local_rotations, dtype=float)
        frames = len(root)
        if frames == 0 or root.shape != (frames, 3) or local.shape != (frames, len(self.skeleton), 4):
            raise ValueError(f"motion arrays have wrong shapes: {root.shape}, {local.shape}")
        if not (np.isfinite(self.fps) and self.fps > 0):
            raise ValueError(f"frame rate {self.fps} is not a positive number")
        if not (np.all(np.isfinite(root)) and np.all(np.isfinite(local))):
            raise ValueError("motion holds numbers that are not finite")
        if np.any(np.linalg.norm(local, axis=-1) < 1e-6):
            raise ValueError("motion holds quaternions of length zero")
        if self.contacts is not None and np.shape(self.contacts) != (frames, len(CONTACT_JOINTS)):
            raise ValueError("contacts have the wrong shape")
        object.__setattr__(self, "root_translation", root)
        # unit quaternions keep every bit: frames that are copied from motion to motion stay the same
        squares = np.einsum("...i,...i->...", local, local)[..., None]
        object.__setattr__(
            self,
            "local_rotations",
            np.where(np.abs(squares - 1.0) < _UNIT_TOLERANCE, local, normalise(local)),
        )

    def __len__(self) -> int:
        return len(self.root_translation)

    @property
    def seconds(self) -> float:
        """Length as T / fps: each frame lasts 1 / fps seconds."""
        return len(self) / self.fps

    @cached_property
    def world_transforms(self) -> tuple[Array, Array]:
        """World positions (T, J, 3) and world rotations (T, J, 4) of all joints."""
        return self.skeleton.forward_kinematics(self.root_translation, self.local_rotations)

    @property
    def positions(self) -> Array:
        """World joint positions (T, J, 3), metres."""
        return self.world_transforms[0]

    def with_provenance(self, **changes: Any) -> Motion:
        """Return a motion of the same arrays with some fields of its provenance replaced."""
        # not checked and normalised again: the longest motions take a good part of a gigabyte
        motion = copy.copy(self)
        object.__setattr__(motion, "provenance", replace(self.provenance, **changes))
        return motion
