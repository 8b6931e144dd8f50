# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion files made of one walk as many exporters write it: axes, zero poses, nodes above the hips, layouts."""

from __future__ import annotations

import json
import pickle
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from kinescribe.motion import SMPL_JOINTS, T_POSE, Motion
from kinescribe.motion.rest_pose import SMPL_REST_POSE, change_rest_pose
from kinescribe.motion.rotations import (
    conjugate,
    multiply,
    quaternion_to_axis_angle,
    quaternion_to_matrix,
    rotate,
    rotation_about_axis,
    rotation_between,
    slerp,
)
from kinescribe.motion.skeleton import SMPL_PARENTS

from .motions import make_walk

FRAMES, FPS = 41, 20.0

MIXAMO = dict(zip(SMPL_JOINTS, (
    "Hips", "LeftUpLeg", "RightUpLeg", "Spine", "LeftLeg", "RightLeg", "Spine1", "LeftFoot", "RightFoot", "Spine2",
    "LeftToeBase", "RightToeBase", "Neck", "LeftShoulder", "RightShoulder", "Head", "LeftArm", "RightArm",
    "LeftForeArm", "RightForeArm", "LeftHand", "RightHand",
), strict=True))  # fmt: skip
UNREAL = dict(zip(SMPL_JOINTS, (
    "pelvis", "thigh_l", "thigh_r", "spine_01", "calf_l", "calf_r", "spine_02", "foot_l", "foot_r", "spine_03",
    "ball_l", "ball_r", "neck_01", "clavicle_l", "clavicle_r", "head", "upperarm_l", "upperarm_r", "lowerarm_l",
    "lowerarm_r", "hand_l", "hand_r",
), strict=True))  # fmt: skip
ASF = dict(zip(SMPL_JOINTS, (
    "root", "lfemur", "rfemur", "lowerback", "ltibia", "rtibia", "upperback", "lfoot", "rfoot", "thorax", "ltoes",
    "rtoes", "lowerneck", "lclavicle", "rclavicle", "head", "lhumerus", "rhumerus", "lradius", "rradius", "lwrist",
    "rwrist",
), strict=True))  # fmt: skip
ROKOKO = dict(zip(SMPL_JOINTS, (
    "Hips", "LeftThigh", "RightThigh", "Spine1", "LeftShin", "RightShin", "Spine2", "LeftFoot", "RightFoot", "Spine4",
    "LeftToe", "RightToe", "Neck", "LeftShoulder", "RightShoulder", "Head", "LeftArm", "RightArm", "LeftForeArm",
    "RightForeArm", "LeftHand", "RightHand",
), strict=True))  # fmt: skip
VRM = {
    "pelvis": "hips", "spine1": "spine", "spine2": "chest", "spine3": "upperChest", "neck": "neck", "head": "head",
    **{
        f"{side}_{joint}": f"{side}{bone}"
        for side in ("left", "right")
        for joint, bone in (
            ("hip", "UpperLeg"), ("knee", "LowerLeg"), ("ankle", "Foot"), ("foot", "Toes"), ("collar", "Shoulder"),
            ("shoulder", "UpperArm"), ("elbow", "LowerArm"), ("wrist", "Hand"),
        )
    },
}  # fmt: skip

_TOES = (0.0, -0.02, 0.07)
_CHILDREN = {0: 3, 3: 6, 6: 9, 9: 12, 12: 15, **{j: j + 3 for j in (1, 2, 4, 5, 7, 8)}, 13: 16, 14: 17, 16: 18,
             17: 19, 18: 20, 19: 21}  # fmt: skip


def make_source(frames: int = FRAMES, height: float = 0.0, fps: float = FPS) -> Motion:
    """Return the walk, with the right arm raised in its second half and the floor at ``height``, metres."""
    motion = make_walk(frames, fps)
    local = motion.local_rotations.copy()
    local[frames // 2 :, SMPL_JOINTS.index("right_shoulder")] = rotation_about_axis("z", -0.3)
    local[:, SMPL_JOINTS.index("left_elbow")] = rotation_about_axis("y", -0.5)
    return replace(
        motion, local_rotations=local, root_translation=motion.root_translation + [0.0, height, 0.0]
    )


def make_smpl_source(height: float = 0.0) -> Motion:
    """Return the walk on SMPL's rest pose."""
    return change_rest_pose(make_source(height=height), SMPL_REST_POSE)


def make_stairs() -> Motion:
    """Return the walk down steps of 15 cm, from the floor at zero."""
    motion = make_source(81)
    steps = -0.15 * np.floor(np.arange(81) / 10.0)
    ramp = np.convolve(np.pad(steps, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    return replace(
        motion, root_translation=motion.root_translation + np.stack([0 * ramp, ramp, 0 * ramp], -1)
    )


def make_lying() -> Motion:
    """Return a body that lies on its back on the floor and moves its arms."""
    motion = make_source()
    local = motion.local_rotations.copy()
    local[:] = [1.0, 0.0, 0.0, 0.0]
    local[:, 0] = rotation_about_axis("x", -np.pi / 2)
    swing = 0.3 * np.sin(np.arange(FRAMES) / 5.0)
    local[:, 16], local[:, 17] = rotation_about_axis("z", -1.2 + swing), rotation_about_axis("z", 1.2 - swing)
    return replace(motion, local_rotations=local, root_translation=np.tile([0.0, 0.14, 0.3], (FRAMES, 1)))


def make_handstand() -> Motion:
    """Return a body that stands on its hands on the floor and moves its legs."""
    motion = make_source()
    local = motion.local_rotations.copy()
    local[:] = [1.0, 0.0, 0.0, 0.0]
    local[:, 0] = rotation_about_axis("x", np.pi)
    local[:, 16], local[:, 17] = rotation_about_axis("z", 1.5), rotation_about_axis("z", -1.5)
    swing = 0.3 * np.sin(np.arange(FRAMES) / 5.0)
    local[:, 1], local[:, 2] = rotation_about_axis("x", swing), rotation_about_axis("x", -swing)
    upright = replace(motion, local_rotations=local, root_translation=np.zeros((FRAMES, 3)))
    height = 0.03 - float(upright.positions[..., 1].min())
    return replace(upright, root_translation=np.tile([0.0, height, 0.0], (FRAMES, 1)))


def _pose_limbs(pitch: float, height: float, hips: float, knees: float, shoulders: float) -> Motion:
    """Return a body that is pitched forward and moves its limbs about a pose; angles in radians, height in metres."""
    motion = make_source()
    local = motion.local_rotations.copy()
    local[:] = [1.0, 0.0, 0.0, 0.0]
    local[:, 0] = rotation_about_axis("x", pitch)
    swing = 0.25 * np.sin(np.arange(FRAMES) / 3.0)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        local[:, SMPL_JOINTS.index(f"{side}_hip")] = rotation_about_axis("x", hips + sign * swing)
        local[:, SMPL_JOINTS.index(f"{side}_knee")] = rotation_about_axis("x", np.full(FRAMES, knees))
        local[:, SMPL_JOINTS.index(f"{side}_shoulder")] = rotation_about_axis("y", -sign * shoulders - swing)
    way = np.stack([np.zeros(FRAMES), np.full(FRAMES, height), np.linspace(0.0, 1.0, FRAMES)], axis=1)
    return replace(motion, local_rotations=local, root_translation=way)


def make_swimming() -> Motion:
    """Return a body that swims face down, arms stretched ahead."""
    return _pose_limbs(np.pi / 2, 0.2, 0.0, 0.2, 1.4)


def make_crawling() -> Motion:
    """Return a body that crawls on hands and knees."""
    return _pose_limbs(np.pi / 2, 0.5, -np.pi / 2, np.pi / 2, 1.5)


def make_fall() -> Motion:
    """Return a body that stands for one half, and lies on its back for the other."""
    motion, lying = make_source(), make_lying()
    half = FRAMES // 2
    local, root = motion.local_rotations.copy(), motion.root_translation.copy()
    local[half:], root[half:] = lying.local_rotations[half:], lying.root_translation[half:]
    return replace(motion, local_rotations=local, root_translation=root)


def make_jump() -> Motion:
    """Return the walk with a jump of half a metre in its middle."""
    motion = make_source()
    flight = np.clip((np.arange(FRAMES) - 15) / 10.0, 0.0, 1.0)
    root = motion.root_translation + np.stack([0 * flight, 2.0 * flight * (1.0 - flight), 0 * flight], -1)
    return replace(motion, root_translation=root)


def make_sitting() -> Motion:
    """Return a body that sits on a chair and moves its arms."""
    motion = make_source()
    local = motion.local_rotations.copy()
    for side in ("left", "right"):
        local[:, SMPL_JOINTS.index(f"{side}_hip")] = rotation_about_axis("x", -1.5)
        local[:, SMPL_JOINTS.index(f"{side}_knee")] = rotation_about_axis("x", 1.5)
        local[:, SMPL_JOINTS.index(f"{side}_ankle")] = [1.0, 0.0, 0.0, 0.0]
    return replace(motion, local_rotations=local, root_translation=np.tile([0.0, 0.56, 0.0], (FRAMES, 1)))


def frames_along(axis: str) -> np.ndarray:
    """Return rest rotations (22, 4) whose ``axis`` runs along each joint's bone, so that the zero pose lies on it."""
    vector = np.eye(3)["xyz".index(axis)]
    result = np.tile([1.0, 0.0, 0.0, 0.0], (22, 1))
    for j, parent in enumerate(SMPL_PARENTS):
        child = _CHILDREN.get(j)
        result[j] = result[parent] if child is None else rotation_between(vector, T_POSE.rest_offsets[child])
    return result


def write_bvh_text(
    path: Path,
    motion: Motion,
    *,
    names: Mapping[str, str] = MIXAMO,
    unit: float = 100.0,
    bone_frames: np.ndarray | None = None,
    above: Sequence[str] = (),
    travels_above: bool = False,
    world: np.ndarray | None = None,
    turns_rest: bool = False,
    t_pose_frames: int = 0,
    blended_frames: int = 0,
    missing_frames: int = 0,
    tiny_joint: bool = False,
    position_channels: bool = False,
) -> None:
    """Write a motion on ``T_POSE`` as BVH, as a given exporter would.

    Parameters
    ----------
    path : the file
    motion : on ``T_POSE``
    names : the file's name for each joint
    unit : units per metre
    bone_frames : (22, 4) quaternions
        Axes of each joint at rest; the zero pose follows from them. None: the zero pose is the T-pose.
    above : names of joints above the hips, from the root
    travels_above : whether the travel over the floor is keyed on the first of them
    world : (4,) quaternion
        Rotation of the file's world.
    turns_rest : whether the rest pose is rotated with it
    t_pose_frames, blended_frames : frames of a T-pose before the motion, and of a fast blend from it
    missing_frames : frames that the header promises in addition
    tiny_joint : whether a joint 1e-8 m below the last spine joint carries neck and shoulders
    position_channels : whether all joints have position channels
    """
    world = np.array([1.0, 0, 0, 0]) if world is None else world
    frames = np.tile([1.0, 0, 0, 0], (22, 1)) if bone_frames is None else bone_frames
    rest_turn = world if turns_rest else np.array([1.0, 0, 0, 0])
    root, turned = motion.root_translation.copy(), motion.local_rotations.copy()
    if t_pose_frames or blended_frames:
        pose = np.tile([1.0, 0, 0, 0], (22, 1))
        start = [pose] * t_pose_frames
        start += [slerp(pose, turned[0], (k + 1) / (blended_frames + 1)) for k in range(blended_frames)]
        turned = np.concatenate([np.stack(start), turned])
        root = np.concatenate([np.tile(root[0], (len(start), 1)), root])
    _, worlds = T_POSE.forward_kinematics(root, turned)
    rest = T_POSE.rest_positions
    lines, columns = ["HIERARCHY"], []
    children = {j: [c for c, p in enumerate(SMPL_PARENTS) if p == j] for j in range(22)}
    six = "6 Xposition Yposition Zposition Zrotation Yrotation Xrotation"

    def numbers(values: Any) -> str:
        return " ".join(f"{value:.9g}" for value in np.asarray(values) * 1.0)

    def add_joint(j: int, depth: int, word: str) -> None:
        parent, tabs = SMPL_PARENTS[j], "\t" * depth
        offset = rest[j] - rest[parent] if parent >= 0 else np.zeros(3)
        turn = multiply(rest_turn, conjugate(frames[parent])) if parent >= 0 else rest_turn
        offset = rotate(turn, offset) * unit
        has_positions = parent < 0 or position_channels
        lines.extend(
            [f"{tabs}{word} {names[SMPL_JOINTS[j]]}", f"{tabs}{{", f"{tabs}\tOFFSET {numbers(offset)}"]
        )
        lines.append(f"{tabs}\tCHANNELS " + (six if has_positions else "3 Zrotation Yrotation Xrotation"))
        columns.append((j, has_positions, offset))
        inner = depth
        if tiny_joint and j == 9:
            inner += 1
            lines.extend([f"{tabs}\tJOINT Extra", f"{tabs}\t{{", f"{tabs}\t\tOFFSET 1e-6 0 -1e-6"])
            lines.append(f"{tabs}\t\tCHANNELS 3 Zrotation Yrotation Xrotation")
            columns.append((-1, False, offset))
        for child in children[j]:
            add_joint(child, inner + 1, "JOINT")
        if not children[j]:
            end = rotate(multiply(rest_turn, conjugate(frames[j])), np.array(_TOES)) * unit
            lines.extend(
                [f"{tabs}\tEnd Site", f"{tabs}\t{{", f"{tabs}\t\tOFFSET {numbers(end)}", f"{tabs}\t}}"]
            )
        if inner > depth:
            lines.append(f"{tabs}\t}}")
        lines.append(f"{tabs}}}")

    for k, name in enumerate(above):
        lines.extend([f"{'ROOT' if k == 0 else 'JOINT'} {name}", "{", "OFFSET 0 0 0", f"CHANNELS {six}"])
    add_joint(0, len(above), "JOINT" if above else "ROOT")
    lines.extend("}" for _ in above)
    lines.extend(["MOTION", f"Frames: {len(root) + missing_frames}", f"Frame Time: {1 / motion.fps:.7f}"])
    for t in range(len(root)):
        row: list[float] = []
        place = rotate(world, root[t]) * unit
        carried = rotate(world, root[t] * [1, 0, 1]) * unit if travels_above else np.zeros(3)
        for k, _ in enumerate(above):
            row.extend([*(carried if k == 0 else np.zeros(3)), 0, 0, 0])
        for j, has_positions, offset in columns:
            if j < 0:
                row.extend([0, 0, 0])
                continue
            parent = SMPL_PARENTS[j]
            if parent < 0:
                row.extend(place - carried)
                turn = multiply(multiply(world, worlds[t, 0]), multiply(frames[0], conjugate(rest_turn)))
            else:
                if has_positions:
                    row.extend(offset)
                parent_turn = multiply(worlds[t, parent], frames[parent])
                turn = multiply(conjugate(parent_turn), multiply(worlds[t, j], frames[j]))
                turn = multiply(multiply(rest_turn, turn), conjugate(rest_turn))
            row.extend(_euler_zyx(turn))
        lines.append(" ".join(f"{value:.6f}" for value in row))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _euler_zyx(turn: np.ndarray) -> list[float]:
    m = quaternion_to_matrix(turn)
    y = np.arcsin(np.clip(-m[2, 0], -1, 1))
    return [float(np.degrees(a)) for a in (np.arctan2(m[1, 0], m[0, 0]), y, np.arctan2(m[2, 1], m[2, 2]))]


def write_glb_file(
    path: Path,
    motion: Motion,
    *,
    names: Mapping[str, str] = MIXAMO,
    above: Sequence[str] = (),
    travels_above: bool = False,
    skins: Sequence[Sequence[str]] = (),
    animations: int = 1,
    human_bones: bool = False,
    scale: float = 1.0,
    unit: float = 1.0,
    start: float = 0.0,
    splits_travel: bool = False,
) -> None:
    """Write a motion on ``T_POSE`` as a .glb.

    Parameters
    ----------
    path : the file
    motion : on ``T_POSE``
    names : the file's name for each joint
    above : names of nodes above the hips, from the root
    travels_above : whether the travel over the floor is keyed on the first of them
    skins : joints of each skin, in SMPL's names
    animations : how many times the motion is written
    human_bones : whether VRM's extension for animations names the joints
    scale : scale of the first node above the hips
    unit : units per metre, although glTF has metres
    start : time of the first key, seconds
    splits_travel : whether the travel above the hips is an animation of its own
    """
    count = len(above)
    nodes: list[dict[str, Any]] = [{"name": name, "children": [k + 1]} for k, name in enumerate(above)]
    if above and scale != 1.0:
        nodes[0]["scale"] = [scale] * 3
    for j, joint in enumerate(SMPL_JOINTS):
        node: dict[str, Any] = {
            "name": names[joint],
            "translation": (T_POSE.rest_offsets[j] * unit / scale).tolist(),
        }
        if kids := [count + c for c, p in enumerate(SMPL_PARENTS) if p == j]:
            node["children"] = kids
        nodes.append(node)
    blob, views, accessors = bytearray(), [], []

    def add_accessor(array: Any, kind: str) -> int:
        data = np.asarray(array, "<f4").tobytes()
        views.append({"buffer": 0, "byteOffset": len(blob), "byteLength": len(data)})
        accessors.append(
            {"bufferView": len(views) - 1, "componentType": 5126, "count": len(array), "type": kind}
        )
        blob.extend(data)
        return len(accessors) - 1

    times = add_accessor(start + np.arange(len(motion)) / motion.fps, "SCALAR")
    root = motion.root_translation * unit / scale
    carried = root * [1, 0, 1] * scale if travels_above else None
    keys = [(count, "translation", root if carried is None else root * [0, 1, 0])]
    if carried is not None:
        keys.append((0, "translation", carried))
    keys += [(count + j, "rotation", np.roll(motion.local_rotations[:, j], -1, axis=-1)) for j in range(22)]
    samplers, channels = [], []
    for node_index, target, values in keys:
        samplers.append({"input": times, "output": add_accessor(values, f"VEC{values.shape[1]}")})
        channels.append({"sampler": len(samplers) - 1, "target": {"node": node_index, "path": target}})
    document: dict[str, Any] = {
        "asset": {"version": "2.0"},
        "nodes": nodes,
        "animations": [
            {"name": f"walk {k + 1}", "samplers": samplers, "channels": channels} for k in range(animations)
        ],
        "buffers": [{"byteLength": len(blob)}],
        "bufferViews": views,
        "accessors": accessors,
    }
    if splits_travel:
        body = [channel for channel in channels if channel["target"]["node"] >= count]
        above = [channel for channel in channels if channel["target"]["node"] < count]
        document["animations"] = [
            {"name": name, "samplers": samplers, "channels": part}
            for name, part in (("CarrierAction", above), ("walk", body))
        ]
    if skins:
        document["skins"] = [{"joints": [count + SMPL_JOINTS.index(j) for j in skin]} for skin in skins]
    if human_bones:
        bones = {vrm: {"node": count + SMPL_JOINTS.index(joint)} for joint, vrm in VRM.items()}
        document["extensions"] = {
            "VRMC_vrm_animation": {"specVersion": "1.0", "humanoid": {"humanBones": bones}}
        }
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    head = struct.pack("<4sIII4s", b"glTF", 2, 28 + len(text) + len(blob), len(text), b"JSON")
    path.write_bytes(head + text + struct.pack("<I4s", len(blob), b"BIN\0") + bytes(blob))


def write_asf_amc(path: Path, motion: Motion, unit: float = 0.45 / 0.0254) -> None:
    """Write a motion on ``T_POSE`` as ``path`` (.amc) and the skeleton beside it, each bone with axes of its own.

    ``unit``: units per metre. Connecting bones without angles lead from root and chest to hips and collars.
    """
    rng = np.random.default_rng(3)
    skeleton = ["# made up", ":version 1.10", ":units", "  mass 1.0", "  length 0.45", "  angle deg", ":root"]
    skeleton += [
        "  order TX TY TZ RX RY RZ",
        "  axis XYZ",
        "  position 0 0 0",
        "  orientation 0 0 0",
        ":bonedata",
    ]
    tree: dict[str, list[str]] = {}
    rows: list[list[str]] = [[] for _ in range(len(motion))]
    for t, row in enumerate(rows):
        turn = _euler_zyx(motion.local_rotations[t, 0])[::-1]
        row.append(f"root {_join(motion.root_translation[t] * unit)} {_join(turn)}")

    def add_bone(name: str, above: str, offset: np.ndarray, joint: int) -> None:
        length = float(np.linalg.norm(offset))
        angles = rng.uniform(-60, 60, 3) if joint >= 0 else np.zeros(3)
        lines = [f"     id {len(skeleton)}", f"     name {name}", f"     direction {_join(offset / length)}"]
        lines += [f"     length {length * unit:.9g}", f"     axis {_join(angles)}  XYZ"]
        if joint >= 0:
            lines.append("    dof rx ry rz")
            axis = np.array([1.0, 0, 0, 0])
            for letter, angle in zip("xyz", np.radians(angles), strict=True):
                axis = multiply(rotation_about_axis(letter, angle), axis)
            for t, row in enumerate(rows):
                turn = multiply(multiply(conjugate(axis), motion.local_rotations[t, joint]), axis)
                row.append(f"{name} {_join(_euler_zyx(turn)[::-1])}")
        skeleton.extend(["  begin", *lines, "  end"])
        tree.setdefault(above, []).append(name)

    tops = {0: "root"}
    for j, parent in enumerate(SMPL_PARENTS[1:], 1):
        above = tops[parent]
        if parent in (0, 9):
            # the joint hangs on a bone that does not turn by itself
            add_bone(f"to{ASF[SMPL_JOINTS[j]]}", above, T_POSE.rest_offsets[j], -1)
            above = f"to{ASF[SMPL_JOINTS[j]]}"
        child = _CHILDREN.get(j)
        add_bone(
            ASF[SMPL_JOINTS[j]], above, np.array(_TOES) if child is None else T_POSE.rest_offsets[child], j
        )
        tops[j] = ASF[SMPL_JOINTS[j]]
    skeleton += [":hierarchy", "  begin", *(f"    {a} {' '.join(b)}" for a, b in tree.items()), "  end"]
    path.with_suffix(".asf").write_text("\n".join(skeleton) + "\n", encoding="utf-8")
    lines = ["# made up", ":FULLY-SPECIFIED", ":DEGREES"]
    for t, row in enumerate(rows, 1):
        lines += [str(t), *row]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _join(values: Any) -> str:
    return " ".join(f"{value:.9g}" for value in values)


def make_smpl_arrays(motion: Motion, world: np.ndarray, pelvis: Sequence[float]) -> dict[str, np.ndarray]:
    """Return a SMPL motion in a rotated world: ``poses`` (T, 66), ``matrices`` (T, 22, 3, 3) and ``trans`` (T, 3).

    ``world``: quaternion (4,); ``pelvis``: position of the pelvis in the model's rest pose, metres.
    """
    local = motion.local_rotations.copy()
    local[:, 0] = multiply(world, local[:, 0])
    return {
        "poses": quaternion_to_axis_angle(local).reshape(len(motion), 66),
        "matrices": quaternion_to_matrix(local),
        "trans": rotate(world, motion.root_translation) - np.asarray(pelvis),
    }


def write_pickle(path: Path, content: Any) -> None:
    """Write content as a pickle."""
    path.write_bytes(pickle.dumps(content))


Writer = Callable[[Path], None]
"""Writes a made-up file."""
