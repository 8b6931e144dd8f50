# SPDX-License-Identifier: GPL-3.0-or-later
"""One walk in the file format of every tool: for tests of readers, and for ``dev.py fuzz``."""

from __future__ import annotations

import json
import struct
import zlib
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from kinescribe.inference.ardy import skeleton as ardy
from kinescribe.motion import Motion
from kinescribe.motion.formats import humanml3d, save_native, write_motion
from kinescribe.motion.formats.kimodo import _SKELETONS
from kinescribe.motion.rest_pose import SMPL_REST_POSE, change_rest_pose
from kinescribe.motion.rotations import (
    axis_angle_to_quaternion,
    identity_rotations,
    quaternion_to_axis_angle,
    quaternion_to_matrix,
)
from kinescribe.motion.skeleton import Skeleton

from .motions import make_walk
from .pickled_files import Tensor, joblib_stream, torch_archive, torch_stream

ORIGIN = {"smplx": np.array([0.0, -0.36, 0.01]), "smpl": np.array([0.0, -0.22, 0.03])}
"""Pelvis of an average body from the model's origin."""


def make_smpl_walk(frames: int) -> Motion:
    """Return a walk whose rotations count from SMPL's rest pose."""
    return change_rest_pose(make_walk(frames, fps=30.0), SMPL_REST_POSE)


def make_soma_skeleton(joints: int) -> Skeleton:
    """Return a T-pose with Kimodo's joints, of an adult's size."""
    names, parents = _SKELETONS[joints]
    lengths = {
        "Spine1": (0, 0.05, 0), "Spine2": (0, 0.07, 0), "Chest": (0, 0.08, -0.01), "Neck1": (0, 0.26, 0),
        "Neck2": (0, 0.08, 0.02), "Head": (0, 0.06, 0.02), "HeadEnd": (0, 0.15, 0), "Jaw": (0, 0.01, 0.03),
        "Shoulder": (0.02, 0.23, 0.05), "Arm": (0.15, 0, -0.05), "ForeArm": (0.29, 0, 0), "Hand": (0.27, 0, 0),
        "Leg": (0.1, -0.08, 0.03), "Shin": (0, -0.43, -0.01), "Foot": (0, -0.42, -0.03), "ToeBase": (0, -0.05, 0.13),
        "ToeEnd": (0, 0, 0.07), "Eye": (0.03, 0.05, 0.08),
    }  # fmt: skip
    offsets = np.zeros((joints, 3))
    for j, name in enumerate(names[1:], 1):
        side = -1.0 if name.startswith("Right") else 1.0
        plain = name.removeprefix("Left").removeprefix("Right")
        if plain in lengths:
            offsets[j] = np.array(lengths[plain]) * [side, 1, 1]
        else:  # fingers
            row = ("Thumb", "Index", "Middle", "Ring", "Pinky").index(
                next(f for f in ("Thumb", "Index", "Middle", "Ring", "Pinky") if f in plain)
            )
            offsets[j] = (
                [0.05 * side, 0, 0.04 - 0.02 * row] if plain.endswith(("1", "dEnd")) else [0.03 * side, 0, 0]
            )
    return Skeleton(names, parents, offsets)


def make_soma_walk(joints: int, frames: int) -> Motion:
    """Return a walk of that body; hips and knees rotate as in :func:`make_walk`."""
    source, skeleton = make_walk(frames, fps=30.0), make_soma_skeleton(joints)
    local = identity_rotations(frames, joints)
    pairs = {"Leg": "hip", "Shin": "knee", "Foot": "ankle", "Arm": "shoulder"}
    for side in ("Left", "Right"):
        for soma_name, joint_name in pairs.items():
            index = source.skeleton.joint_index(f"{side.lower()}_{joint_name}")
            local[:, skeleton.joint_index(f"{side}{soma_name}")] = source.local_rotations[:, index]
    return Motion(skeleton, 30.0, source.root_translation, local)


def write_kimodo(motion: Motion, path: Path) -> None:
    """Write the arrays that Kimodo writes."""
    positions, rotations = motion.world_transforms
    np.savez(
        path,
        posed_joints=positions.astype(np.float32),
        global_rot_mats=quaternion_to_matrix(rotations).astype(np.float32),
        foot_contacts=np.zeros((len(motion), 4), bool),
    )


def make_ardy_arrays(frames: int) -> dict[str, Any]:
    """Return the arrays that ARDY writes for a bending body that goes forward."""
    angles = np.zeros((frames, ardy.JOINT_COUNT, 3))
    for name, axis in (("LeftArm", 1), ("RightUpLeg", 0), ("Spine1", 0), ("Neck", 1)):
        angles[:, ardy.NAMES.index(name), axis] = 0.4 * np.sin(np.linspace(0, 3, frames))
    local = quaternion_to_matrix(axis_angle_to_quaternion(angles))
    root = np.stack([np.zeros(frames), np.full(frames, 0.95), np.linspace(0, 1, frames)], axis=-1)
    rotations = ardy.compute_global_rotations(local)
    return {
        "posed_joints": ardy.compute_positions(rotations, root).astype(np.float32),
        "global_rot_mats": rotations.astype(np.float32),
        "local_rot_mats": local.astype(np.float32),
        "root_positions": root.astype(np.float32),
        "foot_contacts": np.tile([1.0, 1, 0, 0], (frames, 1)).astype(np.float32),
    }


def gvhmr_results(motion: Motion) -> dict[str, object]:
    """Return the content of ``hmr4d_results.pt``."""
    angles = quaternion_to_axis_angle(motion.local_rotations).astype(np.float32)
    frames = len(motion)
    part = {
        "body_pose": Tensor(angles[:, 1:].reshape(frames, 63)),
        "betas": Tensor(np.zeros((frames, 10), np.float32)),
        "global_orient": Tensor(angles[:, 0]),
        "transl": Tensor((motion.root_translation - ORIGIN["smplx"]).astype(np.float32)),
    }
    return {
        "smpl_params_global": part,
        "K_fullimg": Tensor(np.zeros((frames, 3, 3), np.float32)),
        "net_outputs": {"model_output": None, "static_conf_logits": Tensor(np.zeros((1, frames, 6), np.float32))},
    }  # fmt: skip


def wham_results(motion: Motion) -> dict[object, object]:
    """Return the content of ``wham_output.pkl``: two people, the second a metre to the left."""
    angles = quaternion_to_axis_angle(motion.local_rotations).astype(np.float32).reshape(len(motion), 66)
    people: dict[object, dict[str, np.ndarray]] = defaultdict(dict)
    for k in (0, np.int64(3)):
        pose = np.concatenate([angles, np.zeros((len(motion), 6), np.float32)], axis=1)
        trans = (motion.root_translation - ORIGIN["smpl"] + [float(k > 0), 0, 0]).astype(np.float32)
        people[k].update(
            pose=pose, trans=trans, pose_world=pose, trans_world=trans, betas=np.zeros((len(motion), 10), np.float32),
            verts=np.zeros((len(motion), 20, 3), np.float32), frame_ids=np.arange(len(motion)),
        )  # fmt: skip
    return people


def mdm_results(motion: Motion) -> dict[str, object]:
    """Return the content of ``results.npy``: two samples, the second shorter."""
    joints = np.stack([motion.positions.transpose(1, 2, 0)] * 2).astype(np.float32)
    return {
        "motion": joints, "text": ["a person walks", "a person walks less"],
        "lengths": np.array([len(motion), len(motion) - 2]), "num_samples": 2, "num_repetitions": 1,
    }  # fmt: skip


def smpl_params(motion: Motion) -> dict[str, object]:
    """Return the content of ``sample00_rep00_smpl_params.npy``."""
    rows = quaternion_to_matrix(motion.local_rotations)[..., :2, :].reshape(len(motion), 22, 6)
    rows = np.concatenate([rows, np.tile([1.0, 0, 0, 0, 1, 0], (len(motion), 2, 1))], axis=1)
    return {
        "thetas": rows.transpose(1, 2, 0).astype(np.float32), "root_translation": motion.root_translation.T,
        "text": "a person walks", "length": np.int64(len(motion)), "rotations": None,
        "faces": np.zeros((4, 3), np.int64), "vertices": np.zeros((20, 3, len(motion)), np.float32),
    }  # fmt: skip


def convert_to_gltf(glb: bytes) -> bytes:
    """Return a .glb as a .gltf with embedded data."""
    import base64

    size = struct.unpack_from("<I", glb, 12)[0]
    document = json.loads(glb[20 : 20 + size])
    data = base64.b64encode(glb[28 + size :]).decode()
    document["buffers"][0]["uri"] = f"data:application/octet-stream;base64,{data}"
    return json.dumps(document).encode()


def write_all_files(folder: Path, frames: int = 8) -> dict[str, Path]:
    """Write one good file of every format and return their paths by name."""
    motion, turned = make_walk(frames), make_smpl_walk(frames)
    save_native(motion, folder / "native.npz")
    for name in ("smplx.npz", "walk.bvh", "walk.glb"):
        write_motion(motion, folder / name)
    (folder / "walk.gltf").write_bytes(convert_to_gltf((folder / "walk.glb").read_bytes()))
    poses = quaternion_to_axis_angle(turned.local_rotations).reshape(frames, 66)
    hymotion_poses = np.concatenate([poses, np.full((frames, 90), 0.1)], axis=1)
    trans = turned.root_translation - np.array([0.0, -0.23, 0.03])
    np.savez_compressed(folder / "hymotion.npz", gender=np.array(["neutral"]), Rh=poses[:, :3], trans=trans,
                        poses=hymotion_poses, betas=np.zeros((1, 16)))  # fmt: skip
    for joints in (30, 77):
        write_kimodo(make_soma_walk(joints, frames), folder / f"kimodo{joints}.npz")
    np.save(folder / "joints.npy", motion.positions.astype(np.float32))
    features = humanml3d.joints_to_features(humanml3d.move_to_start(motion.positions))
    np.save(folder / "features.npy", features.astype(np.float32))
    for name, content in (("results.npy", mdm_results(motion)), ("smpl_params.npy", smpl_params(turned))):
        np.save(folder / name, np.array(content, dtype=object), allow_pickle=True)
    (folder / "gvhmr.pt").write_bytes(torch_archive(gvhmr_results(turned)))
    (folder / "gvhmr_old.pt").write_bytes(torch_stream(gvhmr_results(turned)))
    people = joblib_stream(wham_results(turned))
    (folder / "wham.pkl").write_bytes(people)
    (folder / "wham_packed.pkl").write_bytes(zlib.compress(people))
    return {path.name: path for path in sorted(folder.iterdir())}
