# SPDX-License-Identifier: GPL-3.0-or-later
"""Convert requests and results between the MMCP SDK's types and Kinescribe's; the SDK's quaternions are x, y, z, w."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from motionmcp import ModelSpec, MotionResult
from motionmcp.backbone import Limits
from motionmcp.schemas import GenerateRequest, Joint, Skeleton

from ...motion import CONTACT_JOINTS, T_POSE, Capabilities, Motion, MotionRequest, Provenance, RequestError
from ...motion import request as motion_request
from ...motion.constraints.path_agreement import check_paths_agree
from ...motion.doubts import bound_texts, describe_doubts

MAX_CONSTRAINTS = 4000
"""Enough for a pose keyframe at every frame of two minutes, with which an edit keeps parts of the body."""

_IDENTITY = (1.0, 0.0, 0.0, 0.0)


def build_model_spec(capabilities: Capabilities, model_id: str, max_seconds: float) -> ModelSpec:
    """Return the model's entry in ``/capabilities``; requests have up to ``max_seconds`` seconds of motion."""
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
        supported_constraints=sorted(capabilities.constraint_types),
        supported_segments=sorted(capabilities.segment_types),
        supported_guidance_types=["nocfg", "regular"],
        predicted_contact_joints=list(CONTACT_JOINTS),
        chunking="stitched" if capabilities.max_segments > 1 else "none",
        limits=Limits(
            max_duration_seconds=min(max_seconds, capabilities.max_seconds),
            max_num_samples=capabilities.max_samples,
            max_constraints_per_request=MAX_CONSTRAINTS,
            max_request_bytes=2**23,
        ),
    )


def to_motion_request(
    request: GenerateRequest, native_fps: float, useful_steps: int | None = None
) -> MotionRequest:
    """Convert a request of the SDK; ``native_fps`` is used if it states no frame rate.

    No more than ``useful_steps`` diffusion steps are taken over: clients state what other models need.
    Raises :class:`RequestError` if it holds a kind of segment or constraint that Kinescribe does not support, or two
    root paths that exclude each other.
    """
    segments = tuple(_convert_segment(s) for s in request.segments)
    if not segments:
        segments = (motion_request.UnconditionedSegment(request.total_frames),)
    options = request.options
    converted = motion_request.RequestOptions()
    if options is not None:
        converted = motion_request.RequestOptions(
            seed=0 if options.seed is None else options.seed,
            num_samples=options.num_samples,
            diffusion_steps=_limit_steps(options, useful_steps),
            guidance=_get_guidance_weight(options.guidance),
            transition_frames=options.transition_frames,
            loop=options.loop,
            model_options=dict(options.model_options or {}),
        )
    constraints = tuple(_convert_constraint(c) for c in request.constraints)
    check_paths_agree(constraints)
    return MotionRequest(segments, request.fps(native_fps), constraints, converted)


def _convert_segment(segment: Any) -> motion_request.Segment:
    if segment.type == "text":
        return motion_request.TextSegment(
            segment.prompt, segment.duration_frames, segment.language, segment.seed
        )
    if segment.type == "unconditioned":
        return motion_request.UnconditionedSegment(segment.duration_frames, segment.seed)
    raise RequestError("Segments of the kind {kind} are not supported here: leave it out", kind=segment.type)


def _limit_steps(options: Any, useful_steps: int | None) -> int | None:
    if "diffusion_steps" not in options.model_fields_set or options.diffusion_steps is None:
        return None
    steps = int(options.diffusion_steps)
    return steps if useful_steps is None else min(steps, useful_steps)


def _get_guidance_weight(guidance: Any) -> float | None:
    if guidance is None:
        return None
    if guidance.type == "nocfg":
        return 1.0
    if guidance.type != "regular":
        raise RequestError(
            "Guidance of the kind {kind} is not supported here: send one weight", kind=guidance.type
        )
    return float(guidance.weight[0])


def _convert_constraint(constraint: Any) -> motion_request.Constraint:
    if constraint.type == "root_path":
        headings = constraint.heading_radians
        return motion_request.RootPath(
            tuple(constraint.frames),
            tuple(constraint.positions_xz),
            None if headings is None else tuple(headings),
        )
    if constraint.type == "effector_target":
        rotations = constraint.rotations
        return motion_request.EffectorTarget(
            constraint.joint,
            tuple(constraint.frames),
            tuple(constraint.positions),
            None if rotations is None else tuple(_to_wxyz(q) for q in rotations),
        )
    if constraint.type == "pose_keyframe":
        pose = {joint: _to_wxyz(q) for joint, q in constraint.joint_rotations.items()}
        if constraint.fill_mode == "rest":
            pose = dict.fromkeys(T_POSE.joint_names, _IDENTITY) | pose
        return motion_request.PoseKeyframe(constraint.frame, pose, constraint.root_position)
    raise RequestError(
        "Constraints of the kind {kind} are not supported here: leave it out", kind=constraint.type
    )


def _to_wxyz(q: Sequence[float]) -> motion_request.Quaternion:
    x, y, z, w = q
    return (w, x, y, z)


def to_motion_result(motions: Sequence[Motion]) -> MotionResult:
    """Convert the samples of one request into the SDK's result."""
    contacts = {}
    if all(motion.contacts is not None for motion in motions):
        stacked = np.stack([np.asarray(motion.contacts) for motion in motions])
        contacts = {joint: stacked[..., k] for k, joint in enumerate(CONTACT_JOINTS)}
    return MotionResult(
        rotations=np.roll(np.stack([m.local_rotations for m in motions]), -1, axis=-1).astype(np.float32),
        root_translations=np.stack([m.root_translation for m in motions]).astype(np.float32),
        foot_contacts=contacts,
        notes=_describe_doubts([motion.provenance for motion in motions]),
    )


def _describe_doubts(origins: Sequence[Provenance]) -> list[dict[str, Any]]:
    """Return a note on what of the prompt the samples do not show, in words and as lists; none if all is known."""
    doubted = bound_texts(text for origin in origins for text in origin.doubted)
    unknown_words = bound_texts(word for origin in origins for word in origin.unknown_words)
    crowded = bound_texts(text for origin in origins for text in origin.crowded)
    message = ". ".join(str(note) for note in describe_doubts(doubted, unknown_words, crowded))
    if not message and any(origin.low_confidence for origin in origins):
        message = "The model hardly knows the words of the prompt: the motion may not be what they say"
    if not message:
        return []
    note: dict[str, Any] = {"code": "unknown_words", "severity": "warning", "message": message}
    texts = {"doubted": list(doubted), "unknown_words": list(unknown_words)}
    return [note | texts | ({"crowded": list(crowded)} if crowded else {})]
