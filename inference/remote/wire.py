# SPDX-License-Identifier: GPL-3.0-or-later
"""Encode requests as MMCP's JSON for one model: with its joint names, rest pose and proportions; x, y, z, w."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...motion import T_POSE, MappingError, MotionRequest, RequestError, Skeleton
from ...motion.request import EffectorTarget, PoseKeyframe, RootPath, TextSegment
from ...motion.rest_alignment import align_rest, rest_orientation
from ...motion.retarget.hip_height import BodyMeasurements
from ...motion.retarget.retarget_rotations import find_joint_indices
from ...motion.rotations import Array, conjugate, multiply, normalise
from .models import PROTOCOL, RemoteModel


def encode_request(request: MotionRequest, model: RemoteModel) -> dict[str, Any]:
    """Return the body of ``POST /generate``.

    It holds the model's own skeleton, since Kinescribe retargets the result itself. Raises :class:`RequestError` if the
    request needs something that the model does not support.
    """
    constraints = [
        _encode_constraint(c, model, _SkeletonConversion.for_model(model)) for c in request.constraints
    ]
    _check_limits(request, model)
    return {
        "protocol_version": PROTOCOL,
        "model": model.id,
        "skeleton": dict(model.wire_skeleton),
        "segments": [_encode_segment(s, model) for s in request.segments],
        "constraints": constraints,
        "timing": {"fps": request.fps},
        "options": _encode_options(request, model),
    }


def _check_limits(request: MotionRequest, model: RemoteModel) -> None:
    max_constraints = model.limits.get("max_constraints_per_request")
    if max_constraints is not None and len(request.constraints) > max_constraints:
        raise RequestError(
            "{model} takes at most {limit:.0f} constraints, not {count}: leave some out",
            model=model.id,
            limit=max_constraints,
            count=len(request.constraints),
        )
    max_length = model.limits.get("max_prompt_length")
    for segment in request.segments:
        if max_length is not None and isinstance(segment, TextSegment) and len(segment.prompt) > max_length:
            raise RequestError(
                "{model} reads prompts of up to {limit:.0f} characters: shorten yours",
                model=model.id,
                limit=max_length,
            )


def _encode_segment(segment: Any, model: RemoteModel) -> dict[str, Any]:
    encoded: dict[str, Any] = {"type": segment.type, "duration_frames": segment.duration_frames}
    if isinstance(segment, TextSegment):
        encoded |= {"prompt": segment.prompt, "language": segment.language}
    if segment.seed is not None:
        if "supports_segment_seed" not in model.flags:
            raise RequestError("{model} takes no seed for a single segment: leave it out", model=model.id)
        encoded["seed"] = segment.seed
    return encoded


def _encode_options(request: MotionRequest, model: RemoteModel) -> dict[str, Any]:
    options = request.options
    encoded: dict[str, Any] = {
        "seed": options.seed,
        "num_samples": options.num_samples,
        "transition_frames": int(np.clip(options.transition_frames, 0, 60)),
    }
    if options.diffusion_steps is not None:
        if not 1 <= options.diffusion_steps <= 500:
            raise RequestError("A server takes 1 to 500 diffusion steps: choose another number")
        encoded["diffusion_steps"] = options.diffusion_steps
    if options.guidance is not None:
        if "regular" not in model.guidance:
            raise RequestError("{model} takes no guidance weight: leave it out", model=model.id)
        encoded["guidance"] = {"type": "regular", "weight": [options.guidance]}
    if options.loop:
        encoded["loop"] = True
    if options.keyframe_budget is not None:
        if "supports_keyframe_reduction" not in model.flags:
            raise RequestError(
                "{model} cannot reduce its keys: let Kinescribe reduce them afterwards", model=model.id
            )
        encoded["keyframe_budget"] = options.keyframe_budget
    unknown = [name for name in options.model_options if name not in model.options]
    if unknown:
        known = ", ".join(model.options) or "none"
        raise RequestError(
            "{model} has no option {name!r}: it has {known}", model=model.id, name=unknown[0], known=known
        )
    if options.model_options:
        encoded["model_options"] = dict(options.model_options)
    return encoded


class _SkeletonConversion:
    """Converts constraints from ``T_POSE``, the skeleton of requests, to the skeleton of a model.

    ``scale`` is the ratio of the lengths of their legs.
    """

    def __init__(self, skeleton: Skeleton, rest_rotations: Array) -> None:
        self.skeleton, self.rest_rotations = skeleton, rest_rotations
        self.index = find_joint_indices(skeleton)
        model_positions = {joint: skeleton.rest_positions[i] for joint, i in self.index.items()}
        pose_positions = {
            j: T_POSE.rest_positions[k] for k, j in enumerate(T_POSE.joint_names) if j in model_positions
        }
        orientation, pose_orientation = rest_orientation(model_positions), rest_orientation(pose_positions)
        self.alignment = align_rest(model_positions, pose_positions, orientation, pose_orientation)
        self.scale = (
            BodyMeasurements(model_positions, orientation).leg_length
            / BodyMeasurements(pose_positions, pose_orientation).leg_length
        )

    @classmethod
    def for_model(cls, model: RemoteModel) -> _SkeletonConversion:
        """Return the conversion for ``model``. Raises ``RequestError`` if its skeleton is not recognised as human."""
        try:
            return cls(model.skeleton, model.rest_rotations)
        except MappingError as error:
            raise RequestError(
                "{model} has a skeleton that constraints can't be converted to ({error}): leave them out",
                model=model.id,
                error=error,
            ) from None

    def get_joint_name(self, joint: str, model: RemoteModel) -> str:
        if joint not in self.index:
            raise RequestError(
                "{model} has no joint for {joint}: leave its constraint out", model=model.id, joint=joint
            )
        return self.skeleton.joint_names[self.index[joint]]

    def convert_world_rotation(self, joint: str, rotation: Any) -> list[float]:
        """Convert a joint's world rotation from ``T_POSE`` (w, x, y, z) to the model's node (x, y, z, w)."""
        world = multiply(normalise(rotation), self.alignment[joint])
        return _to_xyzw(multiply(world, self.rest_rotations[self.index[joint]]))

    def convert_local_rotations(self, rotations: Mapping[str, Any]) -> dict[str, list[float]]:
        """Convert local rotations of ``T_POSE``'s joints (w, x, y, z) to those of the model's nodes (x, y, z, w)."""
        local = np.tile([1.0, 0.0, 0.0, 0.0], (len(T_POSE), 1))
        for joint, rotation in rotations.items():
            local[T_POSE.joint_index(joint)] = normalise(rotation)
        _, world = T_POSE.forward_kinematics(np.zeros(3), local)
        joint_of_index = {i: joint for joint, i in self.index.items()}
        model_world = np.tile([1.0, 0.0, 0.0, 0.0], (len(self.skeleton), 1))
        encoded: dict[str, list[float]] = {}
        for j, p in enumerate(self.skeleton.parents):
            name = joint_of_index.get(j, "")
            if name in T_POSE.joint_names:
                model_world[j] = multiply(world[T_POSE.joint_index(name)], self.alignment[name])
            elif p >= 0:
                model_world[j] = model_world[p]
            node = multiply(model_world[j], self.rest_rotations[j])
            parent_rotation = (
                multiply(model_world[p], self.rest_rotations[p]) if p >= 0 else np.array([1.0, 0.0, 0.0, 0.0])
            )
            if name in rotations:
                encoded[self.skeleton.joint_names[j]] = _to_xyzw(multiply(conjugate(parent_rotation), node))
        return encoded


def _encode_constraint(
    constraint: Any, model: RemoteModel, conversion: _SkeletonConversion
) -> dict[str, Any]:
    if isinstance(constraint, RootPath):
        encoded: dict[str, Any] = {
            "type": "root_path",
            "frames": list(constraint.frames),
            "positions_xz": [[conversion.scale * float(v) for v in p] for p in constraint.positions_xz],
        }
        if constraint.heading_radians is not None:
            encoded["heading_radians"] = [float(h) for h in constraint.heading_radians]
        return encoded
    if isinstance(constraint, EffectorTarget):
        encoded = {
            "type": "effector_target",
            "joint": conversion.get_joint_name(constraint.joint, model),
            "frames": list(constraint.frames),
            "positions": [[conversion.scale * float(v) for v in p] for p in constraint.positions],
        }
        if constraint.rotations is not None:
            encoded["rotations"] = [
                conversion.convert_world_rotation(constraint.joint, r) for r in constraint.rotations
            ]
        return encoded
    pose: PoseKeyframe = constraint
    for joint in pose.joint_rotations:
        if joint not in T_POSE.joint_names:
            raise RequestError(
                "The pose at frame {frame} names the joint {joint!r}, which SMPL does not have: leave it out",
                frame=pose.frame,
                joint=joint,
            )
    rotations = conversion.convert_local_rotations(pose.joint_rotations)
    if not rotations:
        raise RequestError(
            "{model} has none of the joints of the pose at frame {frame}: leave it out",
            model=model.id,
            frame=pose.frame,
        )
    encoded = {"type": "pose_keyframe", "frame": pose.frame, "joint_rotations": rotations}
    if pose.root_position is not None:
        encoded["root_position"] = [conversion.scale * float(v) for v in pose.root_position]
    return encoded


def _to_xyzw(q: Array) -> list[float]:
    return [float(v) for v in np.roll(q, -1)]
