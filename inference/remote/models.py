# SPDX-License-Identifier: GPL-3.0-or-later
"""The models of a server, read from its ``/capabilities``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

import numpy as np

from ...motion import BackendError, Capabilities, Skeleton
from ...motion.rotations import Array, multiply, normalise, rotate
from ..backend import IsCancelled, never_cancelled
from .errors import refused, wrong_kind
from .server import Server
from .transport import exchange

CAPABILITIES_BYTES = 2**24
PROTOCOL = "1.4"
CAPTIONS = "kinescribe-captions"
"""Header of ``/capabilities`` with the percent-encoded ids of the models that write captions."""

_MOST_MODELS = 200
_MOST_JOINTS = 1000
_LICENCE = "not stated by the server"


@dataclass(frozen=True, eq=False)
class RemoteModel:
    """One model of a server.

    Attributes
    ----------
    id : str
        Its name in requests.
    fps : float
        Its own frame rate.
    skeleton : Skeleton
        Its own joints; rest rotations are applied to the rest offsets.
    rest_rotations : (J, 4), w, x, y, z
        World rotation of each joint in the rest pose.
    wire_skeleton : Mapping
        The skeleton exactly as the server sent it.
    segments, constraints, guidance : frozenset of str
        The types that it supports, in MMCP's words.
    flags : frozenset of str
        Names of its boolean capabilities (``supports_...``) that are true.
    limits : Mapping
        Its limits by MMCP's names.
    options : Mapping
        The ``model_options`` that it declares, by name.
    licence : str
        As the server states it.
    captions : bool
        Whether it writes captions of motions: Kinescribe's servers state that in a header.
    """

    id: str
    fps: float
    skeleton: Skeleton
    rest_rotations: Array
    wire_skeleton: Mapping[str, Any]
    segments: frozenset[str]
    constraints: frozenset[str]
    guidance: frozenset[str]
    flags: frozenset[str]
    limits: Mapping[str, float]
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    licence: str = _LICENCE
    captions: bool = False

    @property
    def capabilities(self) -> Capabilities:
        """The model's abilities as all backends state them."""
        longest = float(self.limits.get("max_duration_seconds", 30.0))
        return Capabilities(
            model=self.id,
            licence=self.licence,
            fps=self.fps,
            min_seconds=1.0 / self.fps,
            max_seconds=longest,
            max_samples=int(self.limits.get("max_num_samples", 16)),
            segment_types=self.segments & {"text", "unconditioned"},
            constraint_types=self.constraints & {"root_path", "effector_target", "pose_keyframe"},
            max_segments=1000,
            supports_loop="supports_loop" in self.flags,
            captions=self.captions,
        )


def list_models(
    server: Server, seconds: float = 10.0, cancelled: IsCancelled = never_cancelled
) -> list[RemoteModel]:
    """Fetch all models of a server, within ``seconds``. Raises :class:`BackendError` or :class:`Cancelled`."""
    answer = exchange(server, "GET", "/capabilities", None, seconds, cancelled, CAPABILITIES_BYTES)
    if answer.status != 200:
        raise refused(server, answer)
    if "json" not in answer.kind:
        raise wrong_kind(server, answer)
    try:
        stated = answer.json()
        major = str(stated["protocol_version"]).partition(".")[0]
        if major != PROTOCOL.partition(".")[0]:
            raise BackendError(
                "{host} uses MMCP {version!s:.10}, and Kinescribe {supported}: update the older one",
                host=server.host,
                version=stated["protocol_version"],
                supported=PROTOCOL,
            )
        entries = stated["models"]
        if not isinstance(entries, list) or len(entries) > _MOST_MODELS:
            raise ValueError("no list of models")
        describing = {unquote(name.strip()) for name in answer.headers.get(CAPTIONS, "").split(",")}
        models = [_model(entry) for entry in entries]
        return [replace(model, captions=model.id in describing) for model in models]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise BackendError(
            "{host} describes its models in a way that can't be read ({reason}): is it an MMCP server?",
            host=server.host,
            reason=str(error)[:100],
        ) from None


def _model(entry: Mapping[str, Any]) -> RemoteModel:
    fps = float(entry["fps"])
    if not (math.isfinite(fps) and 0 < fps <= 1000):
        raise ValueError("an impossible frame rate")
    wire = entry["canonical_skeleton"]
    skeleton, rest = _skeleton(wire["joints"])
    limits = {k: float(v) for k, v in dict(entry.get("limits", {})).items() if isinstance(v, (int, float))}
    return RemoteModel(
        id=str(entry["id"])[:200],
        fps=fps,
        skeleton=skeleton,
        rest_rotations=rest,
        wire_skeleton=wire,
        segments=_words(entry.get("supported_segments", ["text", "unconditioned"])),
        constraints=_words(entry.get("supported_constraints", [])),
        guidance=_words(entry.get("supported_guidance_types", [])),
        flags=frozenset(k for k, v in entry.items() if k.startswith("supports_") and v is True),
        limits={k: v for k, v in limits.items() if math.isfinite(v) and v > 0},
        options={str(o["name"]): o for o in entry.get("model_options") or []},
        licence=str(entry.get("license") or entry.get("licence") or _LICENCE)[:200],
    )


def _words(values: Any) -> frozenset[str]:
    return frozenset(str(v) for v in values)


def _skeleton(joints: list[Mapping[str, Any]]) -> tuple[Skeleton, Array]:
    """Return the skeleton, rest rotations applied to its offsets, and these as world rotations (J, 4)."""
    if not 1 <= len(joints) <= _MOST_JOINTS:
        raise ValueError(f"a skeleton of {len(joints)} joints")
    names = [str(joint["name"]) for joint in joints]
    index: dict[str, int] = {}
    parents: list[int] = []
    offsets, worlds = np.zeros((len(joints), 3)), np.zeros((len(joints), 4))
    for j, joint in enumerate(joints):
        parent = joint.get("parent")
        p = -1 if parent is None else index[str(parent)]
        move = np.array(joint["rest_translation"], dtype=float)
        turn = np.roll(np.array(joint["rest_rotation"], dtype=float), 1)
        if move.shape != (3,) or turn.shape != (4,) or not np.isfinite([*move, *turn]).all():
            raise ValueError("a joint without a position")
        if np.linalg.norm(turn) < 1e-6:
            raise ValueError("a joint without a rotation")
        turn = normalise(turn)
        worlds[j] = turn if p < 0 else multiply(worlds[p], turn)
        offsets[j] = 0.0 if p < 0 else rotate(worlds[p], move)
        parents.append(p)
        index[names[j]] = j
    return Skeleton(tuple(names), tuple(parents), offsets), worlds
