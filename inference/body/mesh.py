# SPDX-License-Identifier: GPL-3.0-or-later
"""The vertices of a body in every frame, by the skinning of the package ``smplx`` (SMPL-X's own).

Its ``lbs`` is called with arrays that are read here. Its model classes are not used: those of SMPL-X accept only
files, which they unpickle.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from smplx.lbs import lbs

from ...motion import Cancelled, Motion, RequestError
from ...motion.body.body_model import BODY_LABELS, BodyModel, Float32, read_body_model
from ...motion.body.body_pose import (
    DEFAULT_OPTIONS,
    BodyPose,
    BodyPoseOptions,
    motion_to_body_pose,
    track_hip_midpoint,
)
from ...motion.body.point_cache import cache_mesh_path, write_point_cache
from ...motion.formats.atomic_write import write_arrays
from ...motion.rotations import quaternion_to_matrix
from ..backend import IsCancelled, Progress, never_cancelled, no_progress

_CHUNK_BYTES = 2**27
"""Memory for the vertices' matrices of one chunk of frames."""


def write_body(
    motion: Motion,
    model_path: Path,
    output: Path,
    progress: Progress = no_progress,
    cancelled: IsCancelled = never_cancelled,
    betas: tuple[float, ...] | None = None,
    origin_at_hips: bool = False,
    pose_options: BodyPoseOptions = DEFAULT_OPTIONS,
) -> str:
    """Write the mesh of a body that does ``motion``, and return a description of it, such as its number of vertices.

    Writes a point cache (one sample a frame) and, beside it as ``.mesh.npz``, the rest mesh, the faces and the position
    of the hips in the first frame. Both are Z up, facing -Y, in metres. Raises ``FormatError``, ``RequestError`` or
    ``Cancelled``; older files then stay as they were.

    Parameters
    ----------
    motion
        The motion that the body does.
    model_path
        The body model, ``.npz`` or ``.pkl``.
    output
        The ``.pc2`` file to write.
    progress
        Called with (frames done, frames in all).
    cancelled
        Checked between chunks of frames.
    betas
        Shape coefficients; None: see ``motion_to_body_pose``.
    origin_at_hips
        Put the origin on the floor below the hips in the first frame.
    pose_options
        Foot lock, hand lock, and whether root motion is left out.
    """
    model = read_body_model(model_path)
    pose = motion_to_body_pose(motion, model, betas, pose_options)
    hips = track_hip_midpoint(pose, model)
    origin = hips[0] * (1.0, 0.0, 1.0) if origin_at_hips else np.zeros(3)
    frames, vertex_count = len(pose.pelvis), len(model.template)

    def vertex_chunks() -> Iterator[Float32]:
        done = 0
        progress(0, frames)
        for vertices in skin_vertices(model, pose):
            if cancelled():
                raise Cancelled("Computing the body was cancelled")
            yield to_z_up(vertices - origin)
            done += len(vertices)
            progress(done, frames)

    try:
        write_point_cache(output, vertex_count, frames, vertex_chunks())
        # needed to align the mesh with a rig
        hip_position = hips[0] - origin
        write_arrays(
            cache_mesh_path(output),
            {
                "faces": model.faces,
                "rest": to_z_up(model.compute_rest_pose(pose.betas)[0].astype(np.float32)),
                "hips": to_z_up(hip_position.astype(np.float32)),
                "fps": np.array(motion.fps),
                "model": np.array(model.kind),
            },
        )
    except OSError as error:
        raise RequestError(
            "{file} can't be written: {reason}", file=output.name, reason=error.strerror or error
        ) from error
    shape_label = (
        "the recorded shape" if pose.betas and betas is None else "given shape" if pose.betas else "average"
    )
    return f"{BODY_LABELS[model.kind]}, {vertex_count} vertices, {frames} frames, {shape_label}"


def skin_vertices(model: BodyModel, pose: BodyPose) -> Iterator[Float32]:
    """Yield the vertices (t, V, 3) of consecutive chunks of frames, Y up, in metres."""
    vertex_count = len(model.template)
    rotation_matrices = torch.from_numpy(quaternion_to_matrix(pose.rotations).astype(np.float32))
    template, regressor, weights = (
        torch.from_numpy(a) for a in (model.template, model.joint_regressor, model.skin_weights)
    )
    beta_count = min(len(pose.betas), model.shape_directions.shape[2])
    betas = torch.tensor([pose.betas[:beta_count]], dtype=torch.float32)
    shapes = torch.from_numpy(np.ascontiguousarray(model.shape_directions[:, :, :beta_count]))
    correctives = torch.from_numpy(model.pose_directions).reshape(3 * vertex_count, -1).T
    parents = torch.tensor(model.parents)
    rest = model.compute_rest_pose(pose.betas)[1]
    # lbs rotates the model about its pelvis joint, which is not at the origin
    translations = (pose.pelvis - rest[0]).astype(np.float32)
    step = max(1, _CHUNK_BYTES // (vertex_count * 4 * 16))
    with torch.inference_mode():
        for start in range(0, len(translations), step):
            rotations = rotation_matrices[start : start + step]
            vertices: Any = lbs(
                betas.expand(len(rotations), -1), rotations, template, shapes, correctives, regressor, parents, weights,
                pose2rot=False,
            )[0]  # fmt: skip
            yield vertices.numpy() + translations[start : start + step, None]


def to_z_up(points: Float32) -> Float32:
    """Convert points from Y up to Blender's Z up: (x, y, z) becomes (x, -z, y)."""
    return np.stack([points[..., 0], -points[..., 2], points[..., 1]], axis=-1)
