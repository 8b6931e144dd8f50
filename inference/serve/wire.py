# SPDX-License-Identifier: GPL-3.0-or-later
"""Between the SDK's request and result types and ours; quaternions are x, y, z, w there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from motionmcp import ModelSpec, MotionResult
from motionmcp.backbone import Limits
from motionmcp.schemas import GenerateRequest, Joint, Skeleton

from ...motion import CONTACT_JOINTS, T_POSE, Capabilities, Motion, MotionRequest, RequestError
from ...motion import request as words

MAX_CONSTRAINTS = 4000
"""A pose for every frame of two minutes: how parts of a body are kept."""

_REST = (1.0, 0.0, 0.0, 0.0)


def spec(capabilities: Capabilities, model_id: str, longest: float) -> ModelSpec:
    """The model's entry in ``/capabilities``; ``longest``: seconds of one request."""
    joints = [
        Joint(
            name=name,
            parent=None if parent < 0 else T_POSE.joint_names[parent],
            rest_translation=tuple(float(v) for v in offset),
            rest_rotation=(0.0, 0.0, 0.0, 1.0),
        )
        for name, parent, offset in zip(T_POSE.joint_names, T_POSE.parents, T_POSE.rest_offsets, strict=True)
    ]
    return ModelSpec(
        id=model_id,
        fps=capabilities.fps,
        canonical_skeleton=Skeleton(joints=joints),
        supports_async=True,
        supports_segment_seed=True,
        supports_loop=capabilities.supports_loop,
        supported_constraints=sorted(capabilities.constraints),
        supported_segments=sorted(capabilities.segments),
        supported_guidance_types=["nocfg", "regular"],
        predicted_contact_joints=list(CONTACT_JOINTS),
        chunking="stitched" if capabilities.max_segments > 1 else "none",
        limits=Limits(
            max_duration_seconds=min(longest, capabilities.max_seconds),
            max_num_samples=capabilities.max_samples,
            max_constraints_per_request=MAX_CONSTRAINTS,
            max_request_bytes=2**23,
        ),
    )


def to_ours(request: GenerateRequest, native_fps: float) -> MotionRequest:
    """Raises :class:`RequestError` where something is asked for that MMCP knows and we do not."""
    segments = tuple(_segment(s) for s in request.segments)
    if not segments:
        segments = (words.UnconditionedSegment(request.total_frames),)
    options = request.options
    ours = words.Options()
    if options is not None:
        ours = words.Options(
            seed=0 if options.seed is None else options.seed,
            num_samples=options.num_samples,
            diffusion_steps=options.diffusion_steps
            if "diffusion_steps" in options.model_fields_set
            else None,
            guidance=_guidance(options.guidance),
            transition_frames=options.transition_frames,
            loop=options.loop,
            model_options=dict(options.model_options or {}),
        )
    constraints = tuple(_constraint(c) for c in request.constraints)
    return MotionRequest(segments, request.fps(native_fps), constraints, ours)


def _segment(segment: Any) -> words.Segment:
    if segment.type == "text":
        return words.TextSegment(segment.prompt, segment.duration_frames, segment.language, segment.seed)
    if segment.type == "unconditioned":
        return words.UnconditionedSegment(segment.duration_frames, segment.seed)
    raise RequestError(f"Segments of the kind {segment.type} are not understood here")


def _guidance(guidance: Any) -> float | None:
    if guidance is None:
        return None
    return 1.0 if guidance.type == "nocfg" else float(guidance.weight[0])


def _constraint(constraint: Any) -> words.Constraint:
    if constraint.type == "root_path":
        headings = constraint.heading_radians
        return words.RootPath(
            tuple(constraint.frames),
            tuple(constraint.positions_xz),
            None if headings is None else tuple(headings),
        )
    if constraint.type == "effector_target":
        turns = constraint.rotations
        return words.EffectorTarget(
            constraint.joint,
            tuple(constraint.frames),
            tuple(constraint.positions),
            None if turns is None else tuple(_wxyz(q) for q in turns),
        )
    if constraint.type == "pose_keyframe":
        pose = {joint: _wxyz(q) for joint, q in constraint.joint_rotations.items()}
        if constraint.fill_mode == "rest":
            pose = dict.fromkeys(T_POSE.joint_names, _REST) | pose
        return words.PoseKeyframe(constraint.frame, pose, constraint.root_position)
    raise RequestError(f"Constraints of the kind {constraint.type} are not understood here")


def _wxyz(q: Sequence[float]) -> words.Quaternion:
    x, y, z, w = q
    return (w, x, y, z)


def to_theirs(motions: Sequence[Motion]) -> MotionResult:
    """Samples of one request as the SDK encodes them."""
    contacts = {}
    if all(motion.contacts is not None for motion in motions):
        stacked = np.stack([np.asarray(motion.contacts) for motion in motions])
        contacts = {joint: stacked[..., k] for k, joint in enumerate(CONTACT_JOINTS)}
    notes = []
    if any(motion.provenance.unsure for motion in motions):
        notes.append(
            {
                "code": "unknown_words",
                "severity": "warning",
                "message": "The model hardly knows the words of the prompt: the motion may not be what they say",
            }
        )
    return MotionResult(
        rotations=np.roll(np.stack([m.local_rotations for m in motions]), -1, axis=-1).astype(np.float32),
        root_translations=np.stack([m.root_translation for m in motions]).astype(np.float32),
        foot_contacts=contacts,
        notes=notes,
    )
