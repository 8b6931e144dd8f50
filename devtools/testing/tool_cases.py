# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases of motion files as further tools, other locales and older libraries write them."""

from __future__ import annotations

import gzip
import json
import pickle
import struct
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from kinescribe.motion import Motion

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
    _npy,
    _npz,
    _padded,
    _pickle,
)
from .further_cases import _edited

_Y_UP = np.array([1.0, 0.0, 0.0, 0.0])


def _write_decimal_commas(text: str) -> str:
    """Return a BVH as programs write it that use the user's locale, German for example."""
    lines = text.splitlines()
    return "\n".join(
        line if line.split()[0] in ("ROOT", "JOINT") else line.replace(".", ",") for line in lines
    )


def _write_exponents(text: str) -> str:
    return "\n".join(
        " ".join(f"{float(word):.9e}" for word in line.split()) if line[:1] in "-0123456789" else line
        for line in text.splitlines()
    )


def _make_stageii() -> dict[str, Any]:
    """Return AMASS as SMPL-X (``*_stageii.npz``)."""
    arrays = _arrays("smplx", _TO_Z_UP)
    poses = _padded(arrays["poses"], 165)
    return {
        "gender": np.array("neutral"), "surface_model_type": np.array("smplx"), "mocap_frame_rate": 20.0,
        "mocap_time_length": 2.05, "trans": arrays["trans"], "poses": poses, "root_orient": poses[:, :3],
        "pose_body": poses[:, 3:66], "pose_hand": poses[:, 75:], "pose_jaw": poses[:, 66:69],
        "pose_eye": poses[:, 69:75], "betas": np.zeros(16), "num_betas": 16, "labels": np.array(["ARIEL"] * 60),
    }  # fmt: skip


def _make_beat() -> dict[str, Any]:
    """Return BEAT2's layout: faces, 300 coefficients of shape, Y up (github.com/PantoMatrix/PantoMatrix)."""
    arrays = _arrays("smplx", _Y_UP)
    return {
        "betas": np.zeros(300), "poses": _padded(arrays["poses"], 165), "trans": arrays["trans"],
        "expressions": np.zeros((made.FRAMES, 100)), "model": np.array("smplx2020"),
        "gender": np.array("neutral"), "mocap_frame_rate": np.array(30),
    }  # fmt: skip


def _make_humor() -> dict[str, Any]:
    """Return HuMoR's results (github.com/davrempe/humor)."""
    arrays = _arrays("smplh", _TO_Z_UP)
    return {
        "trans": arrays["trans"], "root_orient": arrays["poses"][:, :3], "pose_body": arrays["poses"][:, 3:],
        "betas": np.zeros((made.FRAMES, 16)), "latent_pose": np.zeros((made.FRAMES, 32)),
        "floor_plane": np.array([0.0, 0.0, 1.0, 0.0]), "contacts": np.zeros((made.FRAMES, 22)), "fps": 20,
    }  # fmt: skip


def _make_cliff() -> dict[str, Any]:
    """Return CLIFF's results (demo.py, github.com/huawei-noah/noah-research)."""
    matrices, trans = _make_matrices(24, _TO_CAMERA, "smpl")
    return {
        "imgname": np.array(["a.jpg"] * made.FRAMES), "pose": matrices, "shape": np.zeros((made.FRAMES, 10)),
        "global_t": trans, "pred_joints": np.zeros((made.FRAMES, 49, 3)), "focal_l": np.ones(made.FRAMES),
        "detection_all": np.zeros((made.FRAMES, 8)),
    }  # fmt: skip


def _make_rows() -> dict[str, Any]:
    """Return a list with a row for each frame under every name, as HybrIK's ``res.pk`` has them."""
    matrices, trans = _make_matrices(24, _TO_CAMERA, "smpl")
    return {
        "pred_thetas": [matrix.reshape(-1) for matrix in matrices], "transl": list(trans),
        "pred_betas": [np.zeros(10)] * made.FRAMES, "height": [720] * made.FRAMES, "img_path": ["a"] * made.FRAMES,
    }  # fmt: skip


def _make_sequences() -> dict[int, Any]:
    """Return sequences by number, as OMOMO has them (github.com/lijiaman/omomo_release)."""
    arrays = _arrays("smplx", _TO_Z_UP)
    sequence = {
        "seq_name": "sub1_box", "betas": np.zeros((1, 16)), "gender": "male", "trans2joint": np.zeros(3),
        "rest_offsets": np.zeros((24, 3)), "trans": arrays["trans"], "root_orient": arrays["poses"][:, :3],
        "pose_body": arrays["poses"][:, 3:], "obj_trans": np.zeros((made.FRAMES, 3, 1)),
        "obj_rot": np.tile(np.eye(3), (made.FRAMES, 1, 1)),
    }  # fmt: skip
    return {0: sequence, 1: sequence}


def _convert_arrays(convert: Callable[[np.ndarray], np.ndarray]) -> dict[str, Any]:
    arrays = _make_amass(fps=20.0)
    return {
        name: convert(value) if isinstance(value, np.ndarray) else value for name, value in arrays.items()
    }


def _make_translations(change: Callable[[np.ndarray], np.ndarray]) -> dict[str, Any]:
    arrays = _make_amass(fps=20.0)
    return {**arrays, "trans": change(arrays["trans"])}


def _protocol(number: int, make: Callable[[], Any]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(pickle.dumps(make(), number))

    return write


def _write_packed(path: Path) -> None:
    path.write_bytes(gzip.compress(pickle.dumps(_make_amass(fps=20.0))))


def _in_object_array(name: str) -> Callable[[Path], None]:
    """Return what writes a dictionary as the only array of a ``.npz``."""

    def write(path: Path) -> None:
        np.savez(path, **{name: np.array(_make_amass(fps=20.0), dtype=object)})

    return write


def _edited_glb(edit: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    """Return what writes a ``.glb`` whose JSON is changed afterwards."""

    def write(path: Path) -> None:
        _glb()(path)
        data = path.read_bytes()
        size = struct.unpack_from("<I", data, 12)[0]
        document = json.loads(data[20 : 20 + size])
        edit(document)
        text = json.dumps(document).encode()
        text += b" " * (-len(text) % 4)
        rest = data[20 + size :]
        head = struct.pack("<4sIII4s", b"glTF", 2, 20 + len(text) + len(rest), len(text), b"JSON")
        path.write_bytes(head + text + rest)

    return write


def _remove_names(document: dict[str, Any]) -> None:
    for node in document["nodes"]:
        node.pop("name", None)


def _add_other_channels(document: dict[str, Any]) -> None:
    """Add channels that move no node: KHR_animation_pointer's, one without a node, one of shape keys."""
    pointer = {"KHR_animation_pointer": {"pointer": "/materials/0/alphaCutoff"}}
    document["animations"][0]["channels"] += [
        {"sampler": 0, "target": {"path": "pointer", "extensions": pointer}},
        {"sampler": 0, "target": {"path": "rotation"}},
        {"sampler": 0, "target": {"node": 0, "path": "weights"}},
    ]


def _hold_values_between_keys(document: dict[str, Any]) -> None:
    for sampler in document["animations"][0]["samplers"]:
        sampler["interpolation"] = "STEP"


def _leave_scene_empty(document: dict[str, Any]) -> None:
    document["animations"][0].pop("name", None)
    document["scenes"] = [{"nodes": []}]


def _amc(
    edit: Callable[[str], str] = lambda text: text, edit_skeleton: Callable[[str], str] = lambda text: text
) -> Callable[[Path], None]:
    """Return what writes an ASF/AMC whose texts are changed afterwards."""

    def write(path: Path) -> None:
        made.write_asf_amc(path, made.make_source())
        skeleton = path.with_suffix(".asf")
        path.write_bytes(edit(path.read_text(encoding="utf-8")).encode())
        skeleton.write_bytes(edit_skeleton(skeleton.read_text(encoding="utf-8")).encode())

    return write


def _use_tabs(text: str) -> str:
    return text.replace(" ", "\t")


def _use_windows_lines(text: str) -> str:
    return text.replace("\n", "\r\n")


def _make_first_frame() -> Motion:
    motion = _SMPL()
    return replace(
        motion, root_translation=motion.root_translation[:1], local_rotations=motion.local_rotations[:1]
    )


TOOL_CASES: tuple[FileCase, ...] = (
    FileCase("decimal-commas.bvh", _edited(_write_decimal_commas)),
    FileCase(
        "more-frames-than-stated.bvh",
        _edited(lambda text: text.replace(f"Frames: {made.FRAMES}", "Frames: 20")),
        says="states 20 frames and holds 41",
    ),
    FileCase("old-mac-lines.bvh", _edited(lambda text: text.replace("\n", "\r"))),
    FileCase("blank-lines.bvh", _edited(lambda text: text.replace("\n", "\n\n"))),
    FileCase("tabs.bvh", _edited(_use_tabs)),
    FileCase("zeros-at-the-end.bvh", _edited(lambda text: f"{text}\n\x00\x00")),
    FileCase("exponents.bvh", _edited(_write_exponents)),
    FileCase("end-site.bvh", _edited(lambda text: text.replace("End Site", "end site"))),
    FileCase(
        "mixamo-prefix.bvh", _bvh(names={joint: f"mixamorig:{name}" for joint, name in made.MIXAMO.items()})
    ),
    FileCase(
        "spaces-in-names.bvh",
        _bvh(
            names={j: n.replace("Left", "Left ").replace("Right", "Right ") for j, n in made.MIXAMO.items()}
        ),
    ),
    FileCase("stageii.npz", _npz(_make_stageii), _SMPL),
    FileCase("beat2.npz", _npz(_make_beat), _SMPL, 30.0),
    FileCase("humor.npz", _npz(_make_humor), _SMPL),
    FileCase("cliff.npz", _npz(_make_cliff), _SMPL, 30.0, says="CLIFF"),
    FileCase("columns.npz", _npz(partial(_convert_arrays, np.asfortranarray)), _SMPL),
    FileCase("big-endian.npz", _npz(partial(_convert_arrays, lambda a: a.astype(">f8"))), _SMPL),
    FileCase(
        "half-precision.npz",
        _npz(partial(_convert_arrays, lambda a: a.astype("f2"))),
        _SMPL,
        limbs=0.3,
        place=0.02,
    ),
    FileCase("batch-of-one.npz", _npz(partial(_convert_arrays, lambda a: a[None])), _SMPL),
    FileCase("one-frame.npz", _npz(partial(_convert_arrays, lambda a: a[:1])), _make_first_frame),
    FileCase("translation-rows.npz", _npz(partial(_make_translations, lambda a: a[:, None])), _SMPL),
    *(
        FileCase(
            f"translations-in-{unit}.npz",
            _npz(partial(_make_translations, partial(np.multiply, factor))),
            _SMPL,
            says=f"translations taken for {unit}",
        )
        for unit, factor in (("centimetres", 100.0), ("millimetres", 1000.0))
    ),
    FileCase("rows.pk", _pickle(_make_rows), _SMPL, 30.0),
    FileCase("sequences-by-number.p", _pickle(_make_sequences), _SMPL, 30.0, motions=2, number=2),
    *(
        FileCase(f"protocol-{number}.pkl", _protocol(number, partial(_make_amass, fps=20.0)), _SMPL)
        for number in (0, 1)
    ),
    *(
        FileCase(f"protocol-{number}-list.pkl", _protocol(number, lambda: [_make_amass(fps=20.0)]), _SMPL)
        for number in (0, 1)
    ),
    FileCase("gzip.pkl", _write_packed, _SMPL),
    *(
        FileCase(f"object-{name}.npz", _in_object_array(name), _SMPL)
        for name in ("arr_0", "data", "smpl_params")
    ),
    FileCase("batch-of-joints.npy", _npy(lambda: _make_joints(22)[None]), _SMPL),
    FileCase("no-names.glb", _edited_glb(_remove_names)),
    FileCase("other-channels.glb", _edited_glb(_add_other_channels)),
    FileCase("steps.glb", _edited_glb(_hold_values_between_keys)),
    FileCase("empty-scene.glb", _edited_glb(_leave_scene_empty)),
    FileCase(
        "camera.glb", _edited_glb(lambda d: d["nodes"].append({"name": "Camera", "translation": [0, 1, 5]}))
    ),
    FileCase("oml-comment.amc", _amc(lambda text: f"#!OML:ASF H:\\a.ASF\n{text}"), fps=120.0),
    FileCase("degrees-alone.amc", _amc(lambda text: text.replace(":FULLY-SPECIFIED\n", "")), fps=120.0),
    FileCase("tabs.amc", _amc(_use_tabs, _use_tabs), fps=120.0),
    FileCase("windows-lines.amc", _amc(_use_windows_lines, _use_windows_lines), fps=120.0),
)
