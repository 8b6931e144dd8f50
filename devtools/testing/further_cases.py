# SPDX-License-Identifier: GPL-3.0-or-later
"""Further cases of motion files: other names, spellings, units and nestings of the kinds in ``file_cases``."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from kinescribe.motion import SMPL_JOINTS
from kinescribe.motion.formats import ReadOptions

from . import made_files as made
from .file_cases import (
    _SMPL,
    _TO_CAMERA,
    _TO_Z_UP,
    FileCase,
    _arrays,
    _bvh,
    _glb,
    _make_amass,
    _make_joints,
    _make_matrices,
    _make_phc,
    _make_split,
    _make_tram,
    _npy,
    _npz,
    _padded,
    _pickle,
)
from .pickled_files import Tensor, torch_archive


def _name_sides(centre: tuple[str, ...], pattern: str, limbs: tuple[str, ...]) -> dict[str, str]:
    """Return names of SMPL's joints: six of the centre, and eight of each side by a pattern."""
    names = dict(zip(("pelvis", "spine1", "spine2", "spine3", "neck", "head"), centre, strict=True))
    joints = ("hip", "knee", "ankle", "foot", "collar", "shoulder", "elbow", "wrist")
    for side in ("left", "right"):
        for joint, limb in zip(joints, limbs, strict=True):
            names[f"{side}_{joint}"] = pattern.format(
                Side=side.title(), side=side, S=side[0].upper(), s=side[0], limb=limb
            )
    return names


_NAMES: dict[str, dict[str, str]] = {
    "bandai": _name_sides(
        ("Hips", "Spine", "Chest", "Chest2", "Neck", "Head"), "{limb}_{S}",
        ("UpperLeg", "LowerLeg", "Foot", "Toes", "Shoulder", "UpperArm", "LowerArm", "Hand"),
    ),
    "lafan": _name_sides(
        ("Hips", "Spine", "Spine1", "Spine2", "Neck", "Head"), "{Side}{limb}",
        ("UpLeg", "Leg", "Foot", "Toe", "Shoulder", "Arm", "ForeArm", "Hand"),
    ),
    "100style": _name_sides(
        ("Hips", "Chest", "Chest2", "Chest3", "Neck", "Head"), "{Side}{limb}",
        ("Hip", "Knee", "Ankle", "Toe", "Collar", "Shoulder", "Elbow", "Wrist"),
    ),
    "neuron": _name_sides(
        ("Robot_Hips", "Robot_Spine", "Robot_Spine1", "Robot_Spine2", "Robot_Neck", "Robot_Head"), "Robot_{Side}{limb}",
        ("UpLeg", "Leg", "Foot", "ToeBase", "Shoulder", "Arm", "ForeArm", "Hand"),
    ),
    "deepmotion": _name_sides(
        ("hips_JNT", "spine_JNT", "spine1_JNT", "spine2_JNT", "neck_JNT", "head_JNT"), "{s}_{limb}_JNT",
        ("upleg", "leg", "foot", "toebase", "shoulder", "arm", "forearm", "hand"),
    ),
    "optitrack": _name_sides(
        ("Skeleton_Hip", "Skeleton_Ab", "Skeleton_Chest", "Skeleton_Chest2", "Skeleton_Neck", "Skeleton_Head"),
        "Skeleton_{S}{limb}", ("Thigh", "Shin", "Foot", "Toe", "Shoulder", "UArm", "FArm", "Hand"),
    ),
    "nameless": {joint: f"joint{k}" for k, joint in enumerate(SMPL_JOINTS)},
    "biped": _name_sides(
        ("Bip01 Pelvis", "Bip01 Spine", "Bip01 Spine1", "Bip01 Spine2", "Bip01 Neck", "Bip01 Head"), "Bip01 {S} {limb}",
        ("Thigh", "Calf", "Foot", "Toe0", "Clavicle", "UpperArm", "Forearm", "Hand"),
    ),
}  # fmt: skip


def _edited(edit: Callable[[str], str], **how: Any) -> Callable[[Path], None]:
    """Return what writes a BVH whose text is changed afterwards."""

    def write(path: Path) -> None:
        made.write_bvh_text(path, made.make_source(), **how)
        path.write_bytes(edit(path.read_text(encoding="utf-8")).encode())

    return write


def _shorten_ends(text: str) -> str:
    """Return a BVH whose chains end at their last joints, so that positions do not tell the two apart."""
    return re.sub(r"(End Site\s*\{\s*OFFSET) .*", r"\1 0 0 0", text)


def _put_first_frames_at_zero(text: str) -> str:
    """Return a BVH whose first frame has its root at zero, as converted files of CMU have."""
    lines = text.splitlines()
    first = next(k for k, line in enumerate(lines) if line.startswith("Frame Time")) + 1
    lines[first] = " ".join(["0", "0", "0", *lines[first].split()[3:]])
    return "\n".join(lines)


def _make_romp_frames(people: int) -> dict[str, Any]:
    """Return ROMP's results by image, the people in another order in every second one and the last one not in all."""
    arrays = _arrays("smpl", _TO_CAMERA)
    poses = _padded(arrays["poses"], 72)
    frames = {}
    for t in range(made.FRAMES):
        places = [arrays["trans"][t] + [2.0 * k, 0, 0] for k in range(people if t % 7 != 3 else 1)]
        order = range(len(places))[:: 1 if t % 2 else -1]
        frames[f"{t:08d}.jpg"] = {
            "smpl_thetas": np.stack([poses[t] for _ in order]),
            "cam_trans": np.stack([places[k] for k in order]),
        }
    return {"results": np.array(frames, dtype=object)}


def _make_interhuman_joints() -> np.ndarray:
    joints = _make_joints(22, _TO_Z_UP)
    surface = np.repeat(joints[:, :1], 40, axis=1)
    positions = np.concatenate([joints, surface], axis=1).reshape(made.FRAMES, 186)
    return np.concatenate([positions, np.zeros((made.FRAMES, 306))], axis=1)


def _make_phc_root() -> dict[str, Any]:
    sequence = {key: value for key, value in _make_phc()["0-walk"].items() if key != "trans_orig"}
    return {
        "0-walk": {**sequence, "root_trans_offset": _arrays("smpl", _TO_Z_UP)["trans"] + [0, -0.03, -0.22]}
    }


def _make_slahmr_matrices() -> dict[str, Any]:
    matrices, trans = _make_matrices(22, _TO_CAMERA, "smplx")
    return {
        "trans": np.stack([trans] * 2), "root_orient": np.stack([matrices[:, :1]] * 2),
        "pose_body": np.stack([matrices[:, 1:]] * 2),
    }  # fmt: skip


def _make_prefixed(prefix: str) -> dict[str, Any]:
    return {f"{prefix}_{name}": value for name, value in _make_split(_TO_Z_UP).items()} | {"fps": 20.0}


def _make_poses(name: str) -> dict[str, Any]:
    arrays = _arrays("smplx", _TO_Z_UP)
    return {name: _padded(arrays["poses"], 165), "trans": arrays["trans"], "fps": 20.0}


def _make_frames() -> list[dict[str, Any]]:
    """Return SMPL-X parameters with a dictionary for each frame."""
    arrays = _make_split(_TO_Z_UP)
    return [{name: value[t : t + 1] for name, value in arrays.items()} for t in range(made.FRAMES)]


def _make_matrix_frames() -> list[dict[str, Any]]:
    matrices, trans = _make_matrices(24, _TO_Z_UP, "smpl")
    return [
        {"global_orient": matrices[t, :1], "body_pose": matrices[t, 1:], "transl": trans[t]}
        for t in range(made.FRAMES)
    ]


def _make_flat_tram() -> dict[str, Any]:
    matrices, trans = _make_matrices(24, _TO_CAMERA, "smpl")
    return {"pred_rotmat": matrices.reshape(made.FRAMES, 24, 9), "pred_trans": trans}


def _write_tensors(path: Path) -> None:
    content = {key: Tensor(np.asarray(value)) for key, value in _make_tram().item().items()}
    path.write_bytes(torch_archive(content))


FURTHER_CASES: tuple[FileCase, ...] = (
    *(
        FileCase(f"{name}-{how}.bvh", _bvh(names=names, **options))
        for name, names in _NAMES.items()
        for how, options in (
            ("along-x", {"bone_frames": made.frames_along("x")}),
            (
                "along-y-z-up",
                {"bone_frames": made.frames_along("y"), "world": _TO_Z_UP, "above": ("Reference",)},
            ),
        )
    ),
    FileCase("biped-below-bip01.bvh", _bvh(names=_NAMES["biped"], above=("Bip01",), travels_above=True)),
    FileCase(
        "blender-export.bvh",
        _bvh(
            above=("root",),
            travels_above=True,
            position_channels=True,
            world=_TO_Z_UP,
            turns_rest=True,
            unit=1.0,
        ),
    ),
    FileCase(
        "no-spaces.bvh", _edited(lambda text: text.replace("Frames: ", "Frames:").replace("Time: ", "Time:"))
    ),
    FileCase("more-spaces.bvh", _edited(lambda text: text.replace("Frames: ", "Frames :\t"))),
    FileCase("line-ends.bvh", _edited(lambda text: text.replace("\n", "\r\n"))),
    FileCase(
        "lower-case.bvh", _edited(lambda text: text.replace("HIERARCHY", "hierarchy").replace("ROOT", "root"))
    ),
    FileCase(
        "namespace.bvh",
        _edited(lambda text: text.replace("JOINT ", "JOINT Actor1:").replace("ROOT ", "ROOT Actor1:")),
    ),
    *(
        FileCase(f"renamed-{joint}.bvh", _edited(_shorten_ends, names={**_NAMES["lafan"], joint: "zzz"}))
        for joint in ("pelvis", "left_shoulder", "right_knee")
    ),
    FileCase("decimetres.bvh", _bvh(unit=10.0), says="taken for decimetres"),
    FileCase("decimetres.glb", _glb(unit=10.0), says="taken for decimetres"),
    FileCase("scale-applied-twice.glb", _glb(unit=0.01), says="taken for units of 100 m"),
    FileCase(
        "t-pose-at-zero.bvh",
        _edited(_put_first_frames_at_zero, t_pose_frames=1),
        says="T-pose before the motion left out",
    ),
    FileCase(
        "falls-z-up.bvh",
        _bvh(made.make_fall, bone_frames=made.frames_along("x"), world=_TO_Z_UP),
        source=made.make_fall,
        says="not on one floor",
        options=ReadOptions(floor="file"),
    ),
    *(
        FileCase(f"rate-{name}.npz", _npz(partial(_make_amass, **{name: np.array(25.0)})), _SMPL, 25.0)
        for name in (
            "motion_rate_fps",
            "target_fps",
            "fps_target",
            "frames_per_second",
            "frames_per_sec",
            "sampleRate",
            "framerate_hz",
        )
    ),
    FileCase(
        "rate-of-the-source.npz",
        _npz(partial(_make_amass, source_fps=np.array(120.0), fps=np.array(25.0))),
        _SMPL,
        25.0,
    ),
    *(
        FileCase(f"parameters-{prefix}.npz", _npz(partial(_make_prefixed, prefix)), _SMPL)
        for prefix in ("pred", "smplx", "pred_smplx", "opt", "gt")
    ),
    *(
        FileCase(f"poses-{name}.npz", _npz(partial(_make_poses, name)), _SMPL)
        for name in ("thetas", "full_pose", "pred_pose", "smplh_poses")
    ),
    FileCase(
        "rate-beside-the-body.pkl",
        _pickle(lambda: {"result": {"body": _make_split(_TO_Z_UP)}, "meta": {"fps": 25}}),
        _SMPL,
        25.0,
    ),
    FileCase("frame-by-frame.pkl", _pickle(_make_frames), _SMPL, 30.0),
    FileCase("frame-by-frame-by-number.pkl", _pickle(lambda: dict(enumerate(_make_frames()))), _SMPL, 30.0),
    FileCase("frame-by-frame-matrices.pkl", _pickle(_make_matrix_frames), _SMPL, 30.0),
    FileCase("tram-flat-matrices.pkl", _pickle(_make_flat_tram), _SMPL, 30.0, says="TRAM"),
    FileCase("joints-with-rate.npz", _npz(lambda: {"pred_joints": _make_joints(24), "fps": 30}), _SMPL, 30.0),
    FileCase("joints.pkl", _pickle(lambda: {"joints3d": _make_joints(24), "fps": 30}), _SMPL, 30.0),
    FileCase("joints-time-last.npy", _npy(lambda: _make_joints(24).transpose(1, 2, 0)), _SMPL),
    FileCase(
        "joints-127.npy",
        _npy(
            lambda: np.concatenate(
                [_make_joints(22), np.repeat(_make_joints(22)[:, :1], 105, axis=1)], axis=1
            )
        ),
        _SMPL,
    ),
    FileCase("interhuman.npy", _npy(_make_interhuman_joints), _SMPL, 60.0, says="InterHuman"),
    FileCase("romp-images.npz", _npz(partial(_make_romp_frames, 1)), _SMPL, 30.0, says="ROMP"),
    FileCase("romp-images-of-two.npz", _npz(partial(_make_romp_frames, 2)), _SMPL, 30.0, motions=2, number=2),
    FileCase("phc-root.pkl", _pickle(_make_phc_root), _SMPL, 30.0, says="PHC"),
    FileCase("slahmr-matrices.npz", _npz(_make_slahmr_matrices), _SMPL, 30.0, motions=2, number=2),
    FileCase("tram.pt", _write_tensors, _SMPL, 30.0, says="TRAM"),
)
