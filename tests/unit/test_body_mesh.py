# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.body``: vertices against the package ``smplx`` and against linear blend skinning in NumPy."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import body_kit as kit
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="bodies need torch and smplx: the environment train has them")
smplx = pytest.importorskip("smplx", reason="bodies need torch and smplx: the environment train has them")

from kinescribe.inference import cli  # noqa: E402
from kinescribe.inference.body import mesh  # noqa: E402
from kinescribe.inference.body.process import BodyOptions, compute_body  # noqa: E402
from kinescribe.motion import BackendError, Cancelled, FormatError, Motion, Provenance  # noqa: E402
from kinescribe.motion.body.body_model import build_body_model, read_body_model  # noqa: E402
from kinescribe.motion.body.body_pose import motion_to_body_pose, track_hip_midpoint  # noqa: E402
from kinescribe.motion.body.point_cache import read_point_cache  # noqa: E402
from kinescribe.motion.formats import read_motion, write_motion  # noqa: E402
from kinescribe.motion.formats.read_options import ReadOptions  # noqa: E402
from kinescribe.motion.formats.smpl_hands import add_extra_joints  # noqa: E402
from kinescribe.motion.rotations import (  # noqa: E402
    axis_angle_to_quaternion,
    quaternion_to_axis_angle,
    quaternion_to_matrix,
)
from kinescribe.motion.skeleton import HAND_JOINTS  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
BETAS = (1.2, -0.7, 0.3, 0.0, 0.5)


def motion(frames: int = 5, hands: bool = True, **provenance: Any) -> Motion:
    rng = np.random.default_rng(3)
    skeleton = add_extra_joints([*HAND_JOINTS, "jaw"] if hands else [])
    turns = axis_angle_to_quaternion(0.4 * rng.standard_normal((frames, len(skeleton), 3)))
    way = np.cumsum(0.1 * rng.standard_normal((frames, 3)), axis=0) + [0.5, 0.95, 1.0]
    return Motion(skeleton, 30.0, way, turns, provenance=Provenance(**provenance))


def computed(given: Motion, arrays: dict[str, Any], betas: tuple[float, ...]) -> np.ndarray:
    model = build_body_model("made", arrays)
    return np.concatenate(list(mesh.skin_vertices(model, motion_to_body_pose(given, model, betas))))


def plainly(
    kind: str, given: Motion, arrays: dict[str, Any], betas: tuple[float, ...], folder: Path
) -> np.ndarray:
    """Return the vertices by the package's own model classes, called as in its README."""
    from smplx.utils import Struct

    model = build_body_model("made", arrays)
    pose = motion_to_body_pose(given, model, betas)
    turns = torch.tensor(quaternion_to_axis_angle(pose.rotations), dtype=torch.float32).reshape(
        len(given), -1
    )
    more: dict[str, Any] = {"data_struct": Struct(**arrays)}
    if kind == "smplx":  # takes a file alone
        np.savez(folder / "SMPLX_NEUTRAL.npz", **arrays)
        more = {}
    if kind != "smpl":
        more.update(use_pca=False, flat_hand_mean=True)
    if kind != "smplx":
        more.update(vertex_ids=dict.fromkeys(smplx.vertex_ids.vertex_ids["smplh"], 0))
    make = {"smpl": smplx.SMPL, "smplh": smplx.SMPLH, "smplx": smplx.SMPLX}[kind]
    body = make(str(folder / "SMPLX_NEUTRAL.npz"), batch_size=len(given), num_betas=len(betas), **more)
    root = model.compute_rest_pose(betas)[1][0]
    parts: dict[str, Any] = {
        "betas": torch.tensor([betas], dtype=torch.float32).expand(len(given), -1),
        "global_orient": turns[:, :3],
        "transl": torch.tensor(pose.pelvis - root, dtype=torch.float32),
    }
    if kind == "smpl":
        parts["body_pose"] = turns[:, 3:]
    else:
        first = 75 if kind == "smplx" else 66
        parts |= {
            "body_pose": turns[:, 3:66],
            "left_hand_pose": turns[:, first : first + 45],
            "right_hand_pose": turns[:, first + 45 : first + 90],
        }
    if kind == "smplx":
        parts |= {"jaw_pose": turns[:, 66:69], "leye_pose": turns[:, 69:72], "reye_pose": turns[:, 72:75]}
    with torch.no_grad():
        return np.asarray(body(**parts).vertices)


def by_hand(given: Motion, arrays: dict[str, Any], betas: tuple[float, ...]) -> np.ndarray:
    """Return the vertices by linear blend skinning as in the SMPL paper, in double precision."""
    model = build_body_model("made", arrays)
    pose = motion_to_body_pose(given, model, betas)
    rest = arrays["v_template"] + arrays["shapedirs"][:, :, : len(betas)] @ np.array(betas)
    joints = arrays["J_regressor"] @ rest
    found = []
    for turns, pelvis in zip(quaternion_to_matrix(pose.rotations), pose.pelvis, strict=True):
        bent = rest + arrays["posedirs"] @ (turns[1:] - np.eye(3)).ravel()
        worlds = np.zeros((len(joints), 4, 4))
        for j, parent in enumerate(model.parents):
            local = np.eye(4)
            local[:3, :3] = turns[j]
            local[:3, 3] = joints[j] - (joints[parent] if parent >= 0 else 0)
            worlds[j] = worlds[parent] @ local if parent >= 0 else local
        worlds[:, :3, 3] -= np.einsum("jab,jb->ja", worlds[:, :3, :3], joints)
        skin = np.einsum("vj,jab->vab", arrays["weights"], worlds)
        found.append(np.einsum("vab,vb->va", skin[:, :3, :3], bent) + skin[:, :3, 3] + pelvis - joints[0])
    return np.stack(found)


@pytest.mark.parametrize("kind", kit.JOINTS)
def test_vertices_are_those_of_the_package_and_of_the_paper(kind: str, tmp_path: Path) -> None:
    # the package marks 21 vertices by their numbers, so that SMPL-X is of its published size
    arrays = kit.model_arrays(kind, kit.PUBLISHED[kind] if kind == "smplx" else None, betas=20)
    given = motion()
    found = computed(given, arrays, BETAS)
    assert np.ptp(found, axis=(0, 1)).min() > 0.5
    np.testing.assert_allclose(found, by_hand(given, arrays, BETAS), atol=1e-5)
    np.testing.assert_allclose(found, plainly(kind, given, arrays, BETAS, tmp_path), atol=1e-5)


def test_a_recording_is_its_own_body_again(tmp_path: Path) -> None:
    """AMASS in, Z up, with betas: the mesh that the package makes of the file, but for where its origin is."""
    rng = np.random.default_rng(5)
    poses, trans = 0.3 * rng.standard_normal((4, 165)), np.cumsum(0.1 * rng.standard_normal((4, 3)), axis=0)
    poses[:, :3] += [np.pi / 2, 0, 0]
    np.savez(
        tmp_path / "take.npz", poses=poses, trans=trans, betas=np.array(BETAS), gender="neutral",
        mocap_frame_rate=30.0, surface_model_type="smplx",
    )  # fmt: skip
    arrays = kit.model_arrays("smplx", kit.PUBLISHED["smplx"], betas=20)
    np.savez(tmp_path / "SMPLX_NEUTRAL.npz", **arrays)
    body = smplx.SMPLX(
        str(tmp_path / "SMPLX_NEUTRAL.npz"), batch_size=4, num_betas=5, use_pca=False, flat_hand_mean=True
    )
    told = torch.tensor(poses, dtype=torch.float32)
    names = (
        "global_orient",
        "body_pose",
        "jaw_pose",
        "leye_pose",
        "reye_pose",
        "left_hand_pose",
        "right_hand_pose",
    )
    parts = dict(zip(names, torch.split(told, [3, 63, 3, 3, 3, 45, 45], dim=1), strict=True))
    parts["leye_pose"] = parts["reye_pose"] = torch.zeros(4, 3)  # eyes stay at rest
    betas = torch.tensor([BETAS] * 4, dtype=torch.float32)
    with torch.no_grad():
        plain = body(betas=betas, transl=torch.tensor(trans, dtype=torch.float32), **parts).vertices.numpy()
    given = read_motion(tmp_path / "take.npz", options=ReadOptions(floor="file"))
    model = read_body_model(tmp_path / "SMPLX_NEUTRAL.npz")
    pose = motion_to_body_pose(given, model)
    assert pose.betas == BETAS
    away = mesh.to_z_up(np.concatenate(list(mesh.skin_vertices(model, pose)))) - plain
    assert np.linalg.norm(away[0, 0]) < 0.03
    np.testing.assert_allclose(away, np.broadcast_to(away[0, 0], away.shape), atol=2e-5)


def test_parts_of_a_long_motion_make_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    arrays, given = kit.model_arrays("smpl"), motion(11, hands=False)
    whole = computed(given, arrays, ())
    monkeypatch.setattr(mesh, "_CHUNK_BYTES", 3 * 64 * len(arrays["v_template"]))
    model = build_body_model("made", arrays)
    parts = list(mesh.skin_vertices(model, motion_to_body_pose(given, model)))
    assert [len(p) for p in parts] == [3, 3, 3, 2]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-6)


def test_files_are_z_up_and_below_the_hips(tmp_path: Path) -> None:
    arrays, given = kit.model_arrays("smplx"), motion()
    model = kit.write_model_npz(tmp_path / "SMPLX.npz", "smplx")
    steps: list[tuple[int, int]] = []
    said = mesh.write_body(given, model, tmp_path / "x.pc2", lambda *step: steps.append(step))
    assert said == "SMPL-X, 1302 vertices, 5 frames, average" and steps[-1] == (5, 5)
    x, y, z = np.moveaxis(computed(given, arrays, ()), -1, 0)
    points = read_point_cache(tmp_path / "x.pc2")
    np.testing.assert_allclose(points, np.stack([x, -z, y], axis=-1), atol=1e-6)
    mesh.write_body(given, model, tmp_path / "y.pc2", origin_at_hips=True)
    beside = np.load(tmp_path / "y.mesh.npz", allow_pickle=False)
    np.testing.assert_array_equal(beside["faces"], arrays["f"])
    read = read_body_model(model)
    height = track_hip_midpoint(motion_to_body_pose(given, read), read)[0, 1]
    np.testing.assert_allclose(beside["hips"], [0, 0, height], atol=1e-6)
    moved = read_point_cache(tmp_path / "y.pc2") - points
    np.testing.assert_allclose(moved, np.broadcast_to(moved[0, 0] * [1, 1, 0], moved.shape), atol=1e-6)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = kit.write_model_npz(tmp_path / "SMPLX.npz", "smplx")
    write_motion(motion(), tmp_path / "take.npz")
    take, out = str(tmp_path / "take.npz"), str(tmp_path / "take.pc2")
    assert cli.main(["body", take, "--model", str(model), "-o", out, "--steps", "--fps", "60"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "frames 0 of 10" and said[-1].endswith(
        "SMPL-X, 1302 vertices, 10 frames, average at 60 fps"
    )
    for wrong, sentence in (
        (["--model", take, "-o", out], "lacks v_template"),
        (["--model", str(model), "-o", take], "name it .pc2"),
        (["--model", str(model), "-o", str(tmp_path / "no" / "x.pc2")], "does not exist"),
    ):
        assert cli.main(["body", take, *wrong]) == 2
        assert sentence in capsys.readouterr().err


@pytest.fixture
def options(tmp_path: Path) -> BodyOptions:
    model = kit.write_model_npz(tmp_path / "SMPLX.npz", "smplx")
    out = tmp_path / "bodies" / "x.pc2"
    return BodyOptions(Path(sys.executable), ROOT, tmp_path / "log" / "body.log", model, out)


def test_a_child_computes_it(options: BodyOptions) -> None:
    steps: list[tuple[int, int]] = []
    path = compute_body(motion(), options, lambda *step: steps.append(step))
    assert read_point_cache(path).shape == (5, 1302, 3) and steps[-1] == (5, 5)
    assert sorted(p.name for p in path.parent.iterdir()) == ["x.mesh.npz", "x.pc2"]


def test_a_child_s_sentence_arrives(options: BodyOptions) -> None:
    options.model.write_bytes(b"no model")
    with pytest.raises(BackendError, match=r"^SMPLX\.npz is "):
        compute_body(motion(), options)
    assert not options.output.exists()
    with pytest.raises(FormatError):
        read_body_model(options.model)


def test_a_child_that_is_cancelled_ends_and_leaves_nothing(options: BodyOptions) -> None:
    begun = threading.Event()
    with pytest.raises(Cancelled):
        compute_body(
            motion(20000, hands=False), options, lambda done, _: begun.set() if done else None, begun.is_set
        )
    assert begun.is_set(), "it had written a part"
    assert list(options.output.parent.iterdir()) == []


def test_a_hostile_model_runs_nothing_in_the_child(options: BodyOptions, tmp_path: Path) -> None:
    import pickle

    class Asks:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(tmp_path / "owned"),)

    options.model.write_bytes(pickle.dumps({"v_template": Asks()}, 2))
    with pytest.raises(BackendError, match="which no motion needs"):
        compute_body(motion(), options)
    np.savez(options.model, **kit.model_arrays("smplx"), part2num=np.array(Asks(), dtype=object))
    compute_body(motion(), options)
    assert not (tmp_path / "owned").exists()


def test_the_package_itself_would_have_run_it(tmp_path: Path) -> None:
    """Why its model classes are given no files: they unpickle what lies in them."""
    code = "import smplx, inspect; print('pickle' in inspect.getsource(smplx.SMPLX.__init__))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
