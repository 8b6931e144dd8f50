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


def body(request: MotionRequest, model: RemoteModel) -> dict[str, Any]:
    """Return the body of ``POST /generate``.

    It holds the model's own skeleton, since Kinescribe retargets the result itself. Raises :class:`RequestError` if the
    request needs something that the model does not support.
    """
    constraints = [_constraint(c, model, _Body.of(model)) for c in request.constraints]
    _check_limits(request, model)
    return {
        "protocol_version": PROTOCOL,
        "model": model.id,
        "skeleton": dict(model.wire_skeleton),
        "segments": [_segment(s, model) for s in request.segments],
        "constraints": constraints,
        "timing": {"fps": request.fps},
        "options": _options(request, model),
    }


def _check_limits(request: MotionRequest, model: RemoteModel) -> None:
    most = model.limits.get("max_constraints_per_request")
    if most is not None and len(request.constraints) > most:
        raise RequestError(
            "{model} takes at most {limit:.0f} constraints, not {count}: leave some out",
            model=model.id,
            limit=most,
            count=len(request.constraints),
        )
    longest = model.limits.get("max_prompt_length")
    for segment in request.segments:
        if longest is not None and isinstance(segment, TextSegment) and len(segment.prompt) > longest:
            raise RequestError(
                "{model} reads prompts of up to {limit:.0f} characters: shorten yours",
                model=model.id,
                limit=longest,
            )


def _segment(segment: Any, model: RemoteModel) -> dict[str, Any]:
    said: dict[str, Any] = {"type": segment.type, "duration_frames": segment.duration_frames}
    if isinstance(segment, TextSegment):
        said |= {"prompt": segment.prompt, "language": segment.language}
    if segment.seed is not None:
        if "supports_segment_seed" not in model.flags:
            raise RequestError("{model} takes no seed for a single segment: leave it out", model=model.id)
        said["seed"] = segment.seed
    return said


def _options(request: MotionRequest, model: RemoteModel) -> dict[str, Any]:
    options = request.options
    said: dict[str, Any] = {
        "seed": options.seed,
        "num_samples": options.num_samples,
        "transition_frames": int(np.clip(options.transition_frames, 0, 60)),
    }
    if options.diffusion_steps is not None:
        if not 1 <= options.diffusion_steps <= 500:
            raise RequestError("A server takes 1 to 500 diffusion steps: choose another number")
        said["diffusion_steps"] = options.diffusion_steps
    if options.guidance is not None:
        if "regular" not in model.guidance:
            raise RequestError("{model} takes no guidance weight: leave it out", model=model.id)
        said["guidance"] = {"type": "regular", "weight": [options.guidance]}
    if options.loop:
        said["loop"] = True
    if options.keyframe_budget is not None:
        if "supports_keyframe_reduction" not in model.flags:
            raise RequestError(
                "{model} cannot reduce its keys: let Kinescribe reduce them afterwards", model=model.id
            )
        said["keyframe_budget"] = options.keyframe_budget
    strange = [name for name in options.model_options if name not in model.options]
    if strange:
        known = ", ".join(model.options) or "none"
        raise RequestError(
            "{model} has no option {name!r}: it has {known}", model=model.id, name=strange[0], known=known
        )
    if options.model_options:
        said["model_options"] = dict(options.model_options)
    return said


class _Body:
    """Converts constraints from ``T_POSE``, the skeleton of requests, to the skeleton of a model.

    ``scale`` is the ratio of the lengths of their legs.
    """

    def __init__(self, skeleton: Skeleton, rest_rotations: Array) -> None:
        self.skeleton, self.rest_rotations = skeleton, rest_rotations
        self.index = find_joint_indices(skeleton)
        own = {joint: skeleton.rest_positions[i] for joint, i in self.index.items()}
        theirs = {j: T_POSE.rest_positions[k] for k, j in enumerate(T_POSE.joint_names) if j in own}
        frame, upright = rest_orientation(own), rest_orientation(theirs)
        self.alignment = align_rest(own, theirs, frame, upright)
        self.scale = BodyMeasurements(own, frame).leg_length / BodyMeasurements(theirs, upright).leg_length

    @classmethod
    def of(cls, model: RemoteModel) -> _Body:
        """Return the conversion for ``model``. Raises ``RequestError`` if its skeleton is not recognised as human."""
        try:
            return cls(model.skeleton, model.rest_rotations)
        except MappingError as error:
            raise RequestError(
                "{model} has a skeleton that constraints can't be converted to ({error}): leave them out",
                model=model.id,
                error=error,
            ) from None

    def name(self, joint: str, model: RemoteModel) -> str:
        if joint not in self.index:
            raise RequestError(
                "{model} has no joint for {joint}: leave its constraint out", model=model.id, joint=joint
            )
        return self.skeleton.joint_names[self.index[joint]]

    def world(self, joint: str, rotation: Any) -> list[float]:
        """Convert a joint's world rotation from ``T_POSE`` (w, x, y, z) to the model's node (x, y, z, w)."""
        turn = multiply(normalise(rotation), self.alignment[joint])
        return _xyzw(multiply(turn, self.rest_rotations[self.index[joint]]))

    def pose(self, rotations: Mapping[str, Any]) -> dict[str, list[float]]:
        """Convert local rotations of ``T_POSE``'s joints (w, x, y, z) to those of the model's nodes (x, y, z, w)."""
        local = np.tile([1.0, 0.0, 0.0, 0.0], (len(T_POSE), 1))
        for joint, turn in rotations.items():
            local[T_POSE.joint_index(joint)] = normalise(turn)
        _, world = T_POSE.forward_kinematics(np.zeros(3), local)
        own = {i: joint for joint, i in self.index.items()}
        turns = np.tile([1.0, 0.0, 0.0, 0.0], (len(self.skeleton), 1))
        said: dict[str, list[float]] = {}
        for j, p in enumerate(self.skeleton.parents):
            name = own.get(j, "")
            if name in T_POSE.joint_names:
                turns[j] = multiply(world[T_POSE.joint_index(name)], self.alignment[name])
            elif p >= 0:
                turns[j] = turns[p]
            node = multiply(turns[j], self.rest_rotations[j])
            above = multiply(turns[p], self.rest_rotations[p]) if p >= 0 else np.array([1.0, 0.0, 0.0, 0.0])
            if name in rotations:
                said[self.skeleton.joint_names[j]] = _xyzw(multiply(conjugate(above), node))
        return said


def _constraint(constraint: Any, model: RemoteModel, human: _Body) -> dict[str, Any]:
    if isinstance(constraint, RootPath):
        said: dict[str, Any] = {
            "type": "root_path",
            "frames": list(constraint.frames),
            "positions_xz": [[human.scale * float(v) for v in p] for p in constraint.positions_xz],
        }
        if constraint.heading_radians is not None:
            said["heading_radians"] = [float(h) for h in constraint.heading_radians]
        return said
    if isinstance(constraint, EffectorTarget):
        said = {
            "type": "effector_target",
            "joint": human.name(constraint.joint, model),
            "frames": list(constraint.frames),
            "positions": [[human.scale * float(v) for v in p] for p in constraint.positions],
        }
        if constraint.rotations is not None:
            said["rotations"] = [human.world(constraint.joint, r) for r in constraint.rotations]
        return said
    pose: PoseKeyframe = constraint
    for joint in pose.joint_rotations:
        if joint not in T_POSE.joint_names:
            raise RequestError(
                "The pose at frame {frame} names the joint {joint!r}, which SMPL does not have: leave it out",
                frame=pose.frame,
                joint=joint,
            )
    turns = human.pose(pose.joint_rotations)
    if not turns:
        raise RequestError(
            "{model} has none of the joints of the pose at frame {frame}: leave it out",
            model=model.id,
            frame=pose.frame,
        )
    said = {"type": "pose_keyframe", "frame": pose.frame, "joint_rotations": turns}
    if pose.root_position is not None:
        said["root_position"] = [human.scale * float(v) for v in pose.root_position]
    return said


def _xyzw(q: Array) -> list[float]:
    return [float(v) for v in np.roll(q, -1)]
