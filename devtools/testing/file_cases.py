# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases of motion files: what each is, how it is made, and what is right when it is read.

Each stands for a fault that real files have shown. The same cases are tests (``test_file_cases``) and rows of
``python dev.py cases``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from kinescribe.motion import SMPL_JOINTS, FormatError, Motion
from kinescribe.motion.formats import ReadOptions, list_motions, read_motion
from kinescribe.motion.rotations import normalise, rotate, rotation_about_axis

from . import made_files as made
from .case_notes import list_assumptions
from .made_vmd import write_vmd

LIMB_TOLERANCE = 0.1
"""Degrees."""

_LIMBS = [
    (SMPL_JOINTS.index(f"{side}_{upper}"), SMPL_JOINTS.index(f"{side}_{lower}"))
    for side in ("left", "right")
    for upper, lower in (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
]
_TO_Z_UP = rotation_about_axis("x", np.pi / 2)
_TO_CAMERA = rotation_about_axis("x", np.pi)
_TO_X_UP = rotation_about_axis("z", -np.pi / 2)
_PELVIS = {"smpl": (0, -0.22, 0.03), "smplh": (0, -0.23, 0.03), "smplx": (0, -0.36, 0.01)}


@dataclass(frozen=True)
class FileCase:
    """One case.

    Attributes
    ----------
    name : file name, which is unique
    write : writes the file
    source : makes the motion that a right reader finds
    fps : the right frame rate
    says : text that the warning or error message must contain
    motions : number of motions in the file
    number : which of them is compared
    scale : size of the body that is read, relative to ``source``
    options : what the user states
    floor : the right height of the floor below that of ``source``, metres
    limbs : largest error of a limb's direction, degrees
    place : largest error of travel and of the changes of height, metres: more on a body of other proportions
    """

    name: str
    write: Callable[[Path], None]
    source: Callable[[], Motion] = made.make_source
    fps: float = made.FPS
    says: str = ""
    motions: int = 1
    number: int = 1
    scale: float = 1.0
    options: ReadOptions = ReadOptions()  # noqa: RUF009 - frozen
    floor: float = 0.0
    limbs: float = LIMB_TOLERANCE
    place: float = 0.01


def compare_motions(motion: Motion, right: Motion, case: FileCase) -> list[str]:
    """Return what is wrong with a motion that was read; nothing if it is right."""
    faults = []
    if len(motion) != len(right):
        return [f"{len(motion)} frames, not {len(right)}"]
    if abs(motion.fps - case.fps) > 1e-3 * case.fps:
        faults.append(f"{motion.fps:g} frames a second, not {case.fps:g}")
    found, wanted = motion.positions[:, :22], right.positions[:, :22]
    worst = 0.0
    for upper, lower in _LIMBS:
        bones = [normalise(p[:, lower] - p[:, upper]) for p in (found, wanted)]
        cosines = np.clip(np.sum(bones[0] * bones[1], axis=-1), -1.0, 1.0)
        worst = max(worst, float(np.degrees(np.arccos(cosines)).max()))
    if worst > case.limbs:
        faults.append(f"limbs up to {worst:.1f} degrees off")
    way, right_way = (p[-1, 0] - p[0, 0] for p in (found, case.scale * wanted))
    if np.abs(way - right_way).max() > case.place:
        faults.append(f"travels {np.round(way, 2)} m, not {np.round(right_way, 2)}")
    heights = found[:, 0, 1] - case.scale * wanted[:, 0, 1]
    if np.ptp(heights) > case.place:
        faults.append(f"the hips' height is off by up to {np.ptp(heights):.2f} m")
    if abs(float(heights.mean()) + case.floor) > 0.12:
        faults.append(f"the body is {float(heights.mean()) + case.floor:.2f} m too high")
    if case.says and case.says not in motion.provenance.source:
        faults.append(f"does not say {case.says!r}, but {motion.provenance.source!r}")
    return faults


def check_case(case: FileCase, folder: Path, notes: list[str] | None = None) -> list[str]:
    """Write the file of a case into ``folder``, read it, and return what is wrong.

    Assumptions of the import are appended to ``notes``.
    """
    path = folder / case.name
    case.write(path)
    try:
        entries = list_motions(path)
        if len(entries) != case.motions:
            return [f"{len(entries)} motions, not {case.motions}"]
        motion = read_motion(path, case.number, case.options)
    except FormatError as error:
        return [f"refused: {error}"]
    if notes is not None:
        notes += list_assumptions(motion.provenance.source)
    return compare_motions(motion, case.source(), case)


def _bvh(source: Callable[[], Motion] = made.make_source, **how: Any) -> Callable[[Path], None]:
    return lambda path: made.write_bvh_text(path, source(), **how)


def _glb(**how: Any) -> Callable[[Path], None]:
    return lambda path: made.write_glb_file(path, made.make_source(), **how)


def _vmd(**how: Any) -> Callable[[Path], None]:
    return lambda path: write_vmd(path, _DANCE(), **how)


def _arrays(
    model: str = "smplh", world: np.ndarray | None = None, height: float = 0.0
) -> dict[str, np.ndarray]:
    world = np.array([1.0, 0, 0, 0]) if world is None else world
    return made.make_smpl_arrays(made.make_smpl_source(height), world, _PELVIS[model])


def _padded(poses: np.ndarray, width: int) -> np.ndarray:
    return np.concatenate([poses, np.zeros((len(poses), width - poses.shape[1]))], axis=1)


def _npz(make: Callable[[], dict[str, Any]]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        np.savez(path, **make())

    return write


def _pickle(make: Callable[[], Any]) -> Callable[[Path], None]:
    return lambda path: made.write_pickle(path, make())


def _npy(make: Callable[[], Any]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        np.save(path, make(), allow_pickle=True)

    return write


def _make_amass(world: np.ndarray = _TO_Z_UP, height: float = 0.0, **more: Any) -> dict[str, Any]:
    arrays = _arrays("smplh", world, height)
    return {"poses": _padded(arrays["poses"], 156), "trans": arrays["trans"], **more}


def _make_batch() -> dict[str, Any]:
    arrays = _arrays("smpl", _TO_Z_UP)
    poses = _padded(arrays["poses"], 72).reshape(1, made.FRAMES, 24, 3)
    return {"poses": poses, "trans": arrays["trans"][None], "fps": np.array([20.0])}


def _make_split(world: np.ndarray, model: str = "smplx", **more: Any) -> dict[str, Any]:
    arrays = _arrays(model, world)
    poses = arrays["poses"]
    return {"global_orient": poses[:, :3], "body_pose": poses[:, 3:], "transl": arrays["trans"], **more}


def _make_matrices(count: int, world: np.ndarray, model: str) -> tuple[np.ndarray, np.ndarray]:
    arrays = _arrays(model, world)
    filler = np.tile(np.eye(3), (made.FRAMES, count - 22, 1, 1))
    return np.concatenate([arrays["matrices"], filler], axis=1), arrays["trans"]


def _make_aist() -> dict[str, Any]:
    arrays = _arrays("smpl")
    return {
        "smpl_poses": _padded(arrays["poses"], 72), "smpl_trans": 90.0 * (arrays["trans"] + [0, 0.7, 0]),
        "smpl_scaling": np.array([90.0]), "smpl_loss": 0.1,
    }  # fmt: skip


def _make_edge() -> dict[str, Any]:
    arrays = _arrays("smpl", _TO_Z_UP)
    return {
        "smpl_poses": _padded(arrays["poses"], 72), "smpl_trans": arrays["trans"],
        "full_pose": np.zeros((made.FRAMES, 24, 3)),
    }  # fmt: skip


def _make_tram() -> np.ndarray:
    matrices, trans = _make_matrices(24, _TO_CAMERA, "smpl")
    content = np.empty((), dtype=object)
    content[()] = {
        "pred_rotmat": matrices.astype("f4"), "pred_trans": trans[:, None].astype("f4"),
        "frame": np.arange(made.FRAMES),
    }  # fmt: skip
    return content


def _make_prompthmr() -> dict[str, Any]:
    arrays = _arrays("smplx")
    world = {
        "pose": _padded(arrays["poses"], 165),
        "shape": np.zeros((made.FRAMES, 10)),
        "trans": arrays["trans"],
    }
    camera = {"pose": np.zeros((made.FRAMES, 75)), "rotmat": np.zeros((made.FRAMES, 55, 3, 3))}
    person = {"frames": np.arange(made.FRAMES), "smplx_world": world, "smplx_cam": camera}
    return {"people": {1: person, 4: person}, "camera_world": {"pred_cam_T": np.zeros((made.FRAMES, 3))}}


def _make_phalp() -> dict[str, Any]:
    matrices, trans = _make_matrices(24, _TO_CAMERA, "smpl")
    result = {}
    for t in range(made.FRAMES):
        pose = {"global_orient": matrices[t, :1], "body_pose": matrices[t, 1:], "betas": np.zeros(10)}
        ids = [3, 7] if t > 4 else [7]
        result[f"img/{t:06d}.jpg"] = {
            "time": t, "shot": 0, "tid": ids, "smpl": [pose] * len(ids), "camera": [trans[t]] * len(ids),
            "tracked_ids": ids,
        }  # fmt: skip
    return result


def _make_romp() -> dict[str, Any]:
    arrays = _arrays("smpl", _TO_CAMERA)
    poses = _padded(arrays["poses"], 72)
    track = {
        "frame_id": list(range(made.FRAMES)), "smpl_thetas": list(poses), "cam_trans": list(arrays["trans"]),
        "smpl_betas": [np.zeros(10)] * made.FRAMES,
    }  # fmt: skip
    frames = {f"{t:08d}.jpg": {"smpl_thetas": poses[t : t + 1]} for t in range(made.FRAMES)}
    return {"results": np.array(frames, dtype=object), "sequence_results": np.array({1: track}, dtype=object)}


def _make_phc() -> dict[str, Any]:
    arrays = _arrays("smpl", _TO_Z_UP)
    sequence = {
        "pose_aa": _padded(arrays["poses"], 72), "trans_orig": arrays["trans"], "fps": 30, "beta": np.zeros(10),
        "pose_quat": np.zeros((made.FRAMES, 24, 4)), "gender": "neutral",
    }  # fmt: skip
    return {"0-walk": sequence, "0-run": sequence}


def _make_interhuman() -> dict[str, Any]:
    arrays = _arrays("smplx", _TO_Z_UP)
    poses = arrays["poses"]
    person = {
        "trans": arrays["trans"],
        "root_orient": poses[:, :3],
        "pose_body": poses[:, 3:],
        "betas": np.zeros(10),
    }
    return {"mocap_framerate": 59.94, "frames": made.FRAMES, "person1": person, "person2": person}


def _make_slahmr() -> dict[str, Any]:
    arrays = _arrays("smplx", _TO_CAMERA)
    poses = arrays["poses"]
    stacked = {"trans": arrays["trans"], "root_orient": poses[:, :3], "pose_body": poses[:, 3:]}
    return {k: np.stack([v, v, v]) for k, v in stacked.items()} | {"betas": np.zeros((3, 16))}


def _make_grab() -> dict[str, Any]:
    arrays = _arrays("smplx", _TO_Z_UP)
    params = {
        "fullpose": _padded(arrays["poses"], 165), "transl": arrays["trans"], "global_orient": arrays["poses"][:, :3],
        "body_pose": arrays["poses"][:, 3:], "left_hand_pose": np.zeros((made.FRAMES, 24)),
    }  # fmt: skip
    body = np.array({"params": params, "vtemp": "s1.ply"}, dtype=object)
    return {
        "body": body,
        "framerate": 120.0,
        "motion_intent": "lift",
        "obj_name": "cup",
        "sbj_id": "s1",
        "n_comps": 24,
    }


def _make_motion_x() -> np.ndarray:
    arrays = _arrays("smplx")
    values = np.zeros((made.FRAMES, 322))
    values[:, :66], values[:, 309:312] = arrays["poses"], arrays["trans"]
    return values


def _make_joints(count: int = 22, world: np.ndarray | None = None, unit: float = 1.0) -> np.ndarray:
    positions = made.make_smpl_source().positions * unit
    if world is not None:
        positions = rotate(world, positions)
    hands = positions[:, 20:22] + (positions[:, 20:22] - positions[:, 18:20]) * 0.3
    return np.concatenate([positions, hands], axis=1)[:, :count]


_SMPL = made.make_smpl_source
_ABOVE = ("Armature", "root", "Reference")
_LEG_SKIN = [j for j in SMPL_JOINTS if j == "pelvis" or j.rpartition("_")[2] in ("hip", "knee")]
_FOOT_SKIN = [j for j in SMPL_JOINTS if j.rpartition("_")[2] in ("ankle", "foot")]
_BODY_SKIN = [j for j in SMPL_JOINTS if j not in _LEG_SKIN and j not in _FOOT_SKIN]

_DANCE = partial(made.make_source, 61, 0.0, 30.0)
_FAST = partial(made.make_source, 160, 0.0, 120.0)


def _write_amc(path: Path) -> None:
    made.write_asf_amc(path, made.make_source())


CASES: tuple[FileCase, ...] = (
    FileCase("plain.bvh", _bvh()),
    *(FileCase(f"hips-below-{name}.bvh", _bvh(above=(name,))) for name in _ABOVE),
    FileCase("hips-below-three.bvh", _bvh(above=_ABOVE)),
    FileCase("travel-on-the-reference.bvh", _bvh(above=("Reference",), travels_above=True)),
    FileCase("unreal-below-root.bvh", _bvh(above=("root",), names=made.UNREAL, travels_above=True)),
    *(
        FileCase(f"bones-along-{axis}.bvh", _bvh(bone_frames=made.frames_along(axis)), says="in its motion")
        for axis in "xyz"
    ),
    FileCase("bones-along-x-unreal.bvh", _bvh(bone_frames=made.frames_along("x"), names=made.UNREAL)),
    FileCase(
        "bones-along-x-z-up.bvh",
        _bvh(bone_frames=made.frames_along("x"), world=_TO_Z_UP, unit=1.0),
        says="Z up by how",
    ),
    FileCase("asf-names.bvh", _bvh(names=made.ASF)),
    FileCase("asf-names-bones-along-x.bvh", _bvh(names=made.ASF, bone_frames=made.frames_along("x"))),
    FileCase("rokoko-bones-along-x.bvh", _bvh(names=made.ROKOKO, bone_frames=made.frames_along("x"))),
    FileCase("z-up.bvh", _bvh(world=_TO_Z_UP, turns_rest=True), says="Z up"),
    FileCase("rest-y-up-motion-z-up.bvh", _bvh(world=_TO_Z_UP), says="Z up by how the body stands"),
    FileCase("camera-space.bvh", _bvh(world=_TO_CAMERA), says="Y down by how the body stands"),
    FileCase("x-up.bvh", _bvh(world=_TO_X_UP), says="X up by how the body stands"),
    FileCase("metres.bvh", _bvh(unit=1.0), says="taken for metres"),
    FileCase("inches.bvh", _bvh(unit=1 / 0.0254), says="taken for inches"),
    FileCase("unit-as-chosen.bvh", _bvh(unit=1.0), scale=0.01, options=ReadOptions(unit=0.01, floor="file")),
    FileCase("positions-everywhere.bvh", _bvh(position_channels=True)),
    FileCase("tiny-bone.bvh", _bvh(tiny_joint=True)),
    FileCase("t-pose-first.bvh", _bvh(t_pose_frames=1), says="T-pose before the motion left out"),
    FileCase("t-pose-three-times.bvh", _bvh(t_pose_frames=3), says="T-pose before the motion left out"),
    FileCase(
        "t-pose-blended.bvh",
        _bvh(_FAST, t_pose_frames=1, blended_frames=4),
        source=_FAST,
        fps=120.0,
        says="T-pose before the motion left out",
    ),
    FileCase("one-frame-short.bvh", _bvh(missing_frames=1), says="ends early: 41 of 42 frames"),
    FileCase("many-frames-short.bvh", _bvh(missing_frames=9), says="ends early: 41 of 50 frames"),
    FileCase("floor-below.bvh", _bvh(partial(made.make_source, height=-1.1)), says="is sunk by 1.1"),
    FileCase("floor-above.bvh", _bvh(partial(made.make_source, height=0.7)), says="floats by 0.7"),
    FileCase(
        "floor-kept.bvh",
        _bvh(partial(made.make_source, height=0.7)),
        source=partial(made.make_source, height=0.7),
        options=ReadOptions(floor="file"),
    ),
    FileCase("stairs.bvh", _bvh(made.make_stairs), source=made.make_stairs),
    FileCase("handstand.bvh", _bvh(made.make_handstand), source=made.make_handstand, says="never stands"),
    FileCase("jump.bvh", _bvh(made.make_jump), source=made.make_jump),
    FileCase("sits.bvh", _bvh(made.make_sitting), source=made.make_sitting),
    FileCase("lying.bvh", _bvh(made.make_lying), source=made.make_lying, says="never stands"),
    FileCase(
        "swims.bvh",
        _bvh(made.make_swimming),
        source=made.make_swimming,
        says="never stands",
        options=ReadOptions(floor="file"),
    ),
    FileCase("crawls.bvh", _bvh(made.make_crawling), source=made.make_crawling, says="never stands"),
    FileCase("two-axes-fit.bvh", _bvh(made.make_fall), source=made.make_fall, says="Y up"),
    FileCase("one-frame.bvh", _bvh(partial(made.make_source, 1)), source=partial(made.make_source, 1)),
    FileCase("fps-as-chosen.bvh", _bvh(), fps=30.0, options=ReadOptions(fps=30.0), says="30 fps as chosen"),
    FileCase("cmu.amc", _write_amc, fps=120.0, says="CMU's units"),
    *(
        FileCase(name, _vmd(**how), _DANCE, 30.0, "VMD", limbs=limbs, place=0.03)
        for name, limbs, how in (
            ("plain.vmd", 0.1, {}),
            ("targets.vmd", 4.0, {"solved_legs": True}),
            ("no-switches.vmd", 4.0, {"solved_legs": True, "stated_switch": False}),
            ("legs-without-targets.vmd", 0.1, {"stated_switch": False}),
        )
    ),
    FileCase("plain.glb", _glb()),
    FileCase("centimetres.glb", _glb(unit=100.0), says="taken for centimetres"),
    FileCase("armature-above.glb", _glb(above=("Armature",))),
    FileCase("travel-above.glb", _glb(above=("Armature", "root"), travels_above=True)),
    FileCase(
        "travel-in-an-animation-of-its-own.glb",
        _glb(above=("Carrier", "Armature"), travels_above=True, splits_travel=True),
        says="carried by the nodes above",
    ),
    # Blender's exporter keeps the scene's times, whose first frame is 1
    FileCase("starts-at-frame-1.glb", _glb(start=1.0 / made.FPS)),
    FileCase("starts-late.glb", _glb(start=5.0), says="begins at its first key, at 5 s"),
    FileCase("scaled-armature.glb", _glb(above=("Armature",), scale=0.01)),
    FileCase("skin-and-travel-above.glb", _glb(above=("root",), travels_above=True, skins=[SMPL_JOINTS])),
    FileCase("skins-by-mesh.glb", _glb(skins=[_BODY_SKIN, _LEG_SKIN, _FOOT_SKIN])),
    FileCase("many-animations.glb", _glb(animations=76), motions=76, number=76, says="walk 76"),
    FileCase(
        "names-say-nothing.vrma",
        _glb(names={joint: f"n{k}" for k, joint in enumerate(SMPL_JOINTS)}, human_bones=True),
    ),
    FileCase("amass.npz", _npz(partial(_make_amass, mocap_framerate=20.0)), _SMPL, says="Z up as in AMASS"),
    *(
        FileCase(f"rate-{name}.npz", _npz(partial(_make_amass, **{name: np.array(25.0)})), _SMPL, 25.0)
        for name in ("framerate", "frameRate", "mocap_frame_rate", "frame_rate", "fps", "FPS", "motion_fps")
    ),
    FileCase("rate-as-step.npz", _npz(partial(_make_amass, dt=np.array(0.04))), _SMPL, 25.0),
    FileCase("rate-as-text.npz", _npz(partial(_make_amass, fps=np.array("25"))), _SMPL, 25.0),
    FileCase(
        "amass-y-up.npz", _npz(partial(_make_amass, np.array([1.0, 0, 0, 0]), fps=20)), _SMPL, says="Y up by"
    ),
    FileCase(
        "amass-floats.npz", _npz(partial(_make_amass, _TO_Z_UP, 0.8, fps=20)), _SMPL, says="floats by 0.8"
    ),
    FileCase("up-as-chosen.npz", _npz(partial(_make_amass, fps=20)), _SMPL, options=ReadOptions(up="Z")),
    FileCase("camera-space.npz", _npz(partial(_make_split, _TO_CAMERA, fps=20)), _SMPL, says="Y down by how"),
    FileCase("aist.pkl", _pickle(_make_aist), _SMPL, 60.0, says="as in AIST++"),
    FileCase("edge.pkl", _pickle(_make_edge), _SMPL, 30.0, says="EDGE"),
    FileCase("tram.npy", _npy(_make_tram), _SMPL, 30.0, says="TRAM"),
    FileCase("prompthmr.pkl", _pickle(_make_prompthmr), _SMPL, 30.0, says="PromptHMR", motions=2, number=2),
    FileCase("phalp.pkl", _pickle(_make_phalp), _SMPL, 30.0, says="PHALP", motions=2, number=2),
    FileCase("romp.npz", _npz(_make_romp), _SMPL, 30.0, says="ROMP"),
    FileCase("phc.pkl", _pickle(_make_phc), _SMPL, 30.0, says="PHC", motions=2, number=2),
    FileCase(
        "interhuman.pkl", _pickle(_make_interhuman), _SMPL, 59.94, says="InterHuman", motions=2, number=2
    ),
    FileCase("slahmr.npz", _npz(_make_slahmr), _SMPL, 30.0, motions=3, number=3),
    FileCase("grab.npz", _npz(_make_grab), _SMPL, 120.0, says="GRAB"),
    FileCase("motion-x.npy", _npy(_make_motion_x), _SMPL, 30.0, says="Motion-X"),
    FileCase("batch.npz", _npz(_make_batch), _SMPL, says="Z up"),
    FileCase("named-joints.npz", _npz(lambda: {"joints": _make_joints()}), _SMPL),
    FileCase("joints-24.npy", _npy(partial(_make_joints, 24)), _SMPL),
    FileCase("joints-z-up.npy", _npy(partial(_make_joints, 22, _TO_Z_UP)), _SMPL, says="Z up by how"),
    FileCase(
        "joints-centimetres.npy", _npy(partial(_make_joints, 22, None, 100.0)), _SMPL, says="centimetres"
    ),
    FileCase(
        "matrices.npz",
        _npz(
            lambda: (
                dict(zip(("poses", "trans"), _make_matrices(24, _TO_Z_UP, "smpl"), strict=True)) | {"fps": 20}
            )
        ),
        _SMPL,
    ),
    FileCase(
        "flat-matrices.npz",
        _npz(
            lambda: {
                "poses": _make_matrices(24, _TO_Z_UP, "smpl")[0].reshape(made.FRAMES, -1),
                "trans": _make_matrices(24, _TO_Z_UP, "smpl")[1],
                "fps": 20,
            }
        ),
        _SMPL,
    ),
    FileCase(
        "split-matrices.npz",
        _npz(
            lambda: {
                "global_orient": _make_matrices(22, _TO_Z_UP, "smplx")[0][:, :1],
                "body_pose": _make_matrices(22, _TO_Z_UP, "smplx")[0][:, 1:],
                "transl": _make_matrices(22, _TO_Z_UP, "smplx")[1],
                "fps": 20,
            }
        ),
        _SMPL,
    ),
)
