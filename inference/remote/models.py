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
from .errors import media_type_error, refusal_error
from .server import Server
from .transport import send_request

MAX_CAPABILITIES_BYTES = 2**24
PROTOCOL = "1.4"
LICENCES_HEADER = "kinescribe-licences"
"""Licences of the models of a server, which MMCP has no field for."""

CAPTIONS_HEADER = "kinescribe-captions"
"""Header of ``/capabilities`` with the percent-encoded ids of the models that write captions."""

_MAX_MODELS = 200
_MAX_JOINTS = 1000
_UNKNOWN_LICENCE = "not stated by the server"


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
    licence: str = _UNKNOWN_LICENCE
    captions: bool = False

    @property
    def capabilities(self) -> Capabilities:
        """The model's abilities as all backends state them."""
        max_seconds = float(self.limits.get("max_duration_seconds", 30.0))
        return Capabilities(
            model=self.id,
            licence=self.licence,
            fps=self.fps,
            min_seconds=1.0 / self.fps,
            max_seconds=max_seconds,
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
    response = send_request(server, "GET", "/capabilities", None, seconds, cancelled, MAX_CAPABILITIES_BYTES)
    if response.status != 200:
        raise refusal_error(server, response)
    if "json" not in response.media_type:
        raise media_type_error(server, response)
    try:
        content = response.json()
        major = str(content["protocol_version"]).partition(".")[0]
        if major != PROTOCOL.partition(".")[0]:
            raise BackendError(
                "{host} uses MMCP {version!s:.10}, and Kinescribe {supported}: update the older one",
                host=server.host,
                version=content["protocol_version"],
                supported=PROTOCOL,
            )
        entries = content["models"]
        if not isinstance(entries, list) or len(entries) > _MAX_MODELS:
            raise ValueError("no list of models")
        captioning_ids = {
            unquote(name.strip()) for name in response.headers.get(CAPTIONS_HEADER, "").split(",")
        }
        licences = _parse_licences(response.headers.get(LICENCES_HEADER, ""))
        models = [_parse_model(entry) for entry in entries]
        return [
            replace(
                model,
                captions=model.id in captioning_ids,
                licence=licences.get(model.id, model.licence),
            )
            for model in models
        ]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise BackendError(
            "{host} describes its models in a way that can't be read ({reason}): is it an MMCP server?",
            host=server.host,
            reason=str(error)[:100],
        ) from None


def _parse_licences(header: str) -> dict[str, str]:
    """Return the licences by model ids that a server of ours states beside MMCP's own fields."""
    pairs = (entry.strip().partition("=") for entry in header.split(","))
    return {unquote(name): unquote(licence)[:200] for name, _, licence in pairs if licence}


def _parse_model(entry: Mapping[str, Any]) -> RemoteModel:
    fps = float(entry["fps"])
    if not (math.isfinite(fps) and 0 < fps <= 1000):
        raise ValueError("an impossible frame rate")
    wire_skeleton = entry["canonical_skeleton"]
    skeleton, rest_rotations = _parse_skeleton(wire_skeleton["joints"])
    limits = {k: float(v) for k, v in dict(entry.get("limits", {})).items() if isinstance(v, (int, float))}
    return RemoteModel(
        id=str(entry["id"])[:200],
        fps=fps,
        skeleton=skeleton,
        rest_rotations=rest_rotations,
        wire_skeleton=wire_skeleton,
        segments=_to_names(entry.get("supported_segments", ["text", "unconditioned"])),
        constraints=_to_names(entry.get("supported_constraints", [])),
        guidance=_to_names(entry.get("supported_guidance_types", [])),
        flags=frozenset(k for k, v in entry.items() if k.startswith("supports_") and v is True),
        limits={k: v for k, v in limits.items() if math.isfinite(v) and v > 0},
        options={str(o["name"]): o for o in entry.get("model_options") or []},
        licence=str(entry.get("license") or entry.get("licence") or _UNKNOWN_LICENCE)[:200],
    )


def _to_names(values: Any) -> frozenset[str]:
    return frozenset(str(v) for v in values)


def _parse_skeleton(joints: list[Mapping[str, Any]]) -> tuple[Skeleton, Array]:
    """Return the skeleton, rest rotations applied to its offsets, and these as world rotations (J, 4)."""
    if not 1 <= len(joints) <= _MAX_JOINTS:
        raise ValueError(f"a skeleton of {len(joints)} joints")
    names = [str(joint["name"]) for joint in joints]
    index: dict[str, int] = {}
    parents: list[int] = []
    offsets, world_rotations = np.zeros((len(joints), 3)), np.zeros((len(joints), 4))
    for j, joint in enumerate(joints):
        parent = joint.get("parent")
        p = -1 if parent is None else index[str(parent)]
        translation = np.array(joint["rest_translation"], dtype=float)
        rotation = np.roll(np.array(joint["rest_rotation"], dtype=float), 1)
        if (
            translation.shape != (3,)
            or rotation.shape != (4,)
            or not np.isfinite([*translation, *rotation]).all()
        ):
            raise ValueError("a joint without a position")
        if np.linalg.norm(rotation) < 1e-6:
            raise ValueError("a joint without a rotation")
        rotation = normalise(rotation)
        world_rotations[j] = rotation if p < 0 else multiply(world_rotations[p], rotation)
        offsets[j] = 0.0 if p < 0 else rotate(world_rotations[p], translation)
        parents.append(p)
        index[names[j]] = j
    return Skeleton(tuple(names), tuple(parents), offsets), world_rotations
