# SPDX-License-Identifier: GPL-3.0-or-later
"""ARDY's numbers against those of the original code on a small random checkpoint: all of inference/ardy."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kinescribe.inference.ardy import ArdyModel, load_ardy
from kinescribe.inference.ardy.representation import compute_features, compute_local_root
from kinescribe.inference.ardy.sampler import SamplingOptions
from kinescribe.inference.ardy.schedule import compute_base_levels, make_schedule
from kinescribe.inference.ardy.skeleton import PARENTS, REST_POSITIONS
from kinescribe.inference.ardy.tensor_layout import denoiser_shapes, tokenizer_shapes

from devtools.testing import ardy_files as ardy_kit

ONE_CALL, FEATURES, JOINTS, ROTATIONS = 3e-5, 1e-4, 2e-4, 2e-3
"""Largest differences: a call of the denoiser, normalised features, metres, numbers of rotation matrices."""


@pytest.fixture(scope="module")
def golden(shared: Path) -> Path:
    folder = shared / "golden" / "ardy"
    if not folder.is_dir():
        pytest.skip("needs the optional vectors in ../shared/golden/ardy, which are not here")
    return folder


@pytest.fixture(scope="module")
def model(golden: Path) -> ArdyModel:
    return load_ardy(golden / "ARDY-Core-Small-20FPS-Horizon40")


@pytest.fixture(scope="module")
def read(golden: Path) -> Callable[[str], dict[str, np.ndarray]]:
    def read_file(name: str) -> dict[str, np.ndarray]:
        with np.load(golden / f"{name}.npz") as arrays:
            return dict(arrays)

    return read_file


Read = Callable[[str], dict[str, np.ndarray]]


def difference(a: Any, b: Any) -> float:
    a, b = np.asarray(a, float), np.asarray(b, float)
    assert a.shape == b.shape
    return float(np.abs(a - b).max())


def select(arrays: dict[str, np.ndarray], case: str) -> dict[str, np.ndarray]:
    """Arrays of one case, by their names without it."""
    return {name.removeprefix(f"{case}."): a for name, a in arrays.items() if name.startswith(f"{case}.")}


def test_features_of_a_motion(model: ArdyModel, read: Read) -> None:
    v = read("01_representation")
    assert difference(REST_POSITIONS, v["neutral_joints"]) < 1e-8
    assert list(PARENTS) == v["joint_parents"].astype(int).tolist()
    features = compute_features(v["local_rot_mats"], v["root_positions"], model.fps)
    assert difference(features, v["motion"]) < ONE_CALL
    assert difference(model.statistics.features.normalise(features), v["motion_normalized"]) < FEATURES
    local_root = compute_local_root(v["motion"][:, :5], model.fps)
    assert difference(local_root, v["local_root"]) < ONE_CALL
    normalised = model.statistics.local_root.normalise(local_root)
    assert difference(normalised, v["local_root_normalized"]) < ONE_CALL


def test_motion_of_features(model: ArdyModel, read: Read) -> None:
    v = read("01_representation")
    root, rotations, joints = model.read_motion(v["motion_normalized"])
    assert difference(root, v["decoded_root_positions"]) < JOINTS
    assert difference(rotations, v["decoded_local_rot_mats"]) < ROTATIONS
    assert difference(joints, v["decoded_posed_joints"]) < JOINTS
    assert difference(model.read_contacts(v["motion_normalized"]), v["decoded_foot_contacts"]) == 0


def test_tokens_and_back(model: ArdyModel, read: Read) -> None:
    v = read("02_tokenizer")
    motion = v["motion_normalized"]
    assert difference(model.tokenizer.encode_unquantised(motion[:, 5:]), v["encoder_output"]) < ONE_CALL
    assert difference(model.encode(motion), v["tokens"]) < ONE_CALL
    assert difference(model.decode(v["tokens"], v["local_root_normalized"]), v["decoded_body"]) < FEATURES
    perturbed = v["perturbed_tokens"]
    assert difference(model.tokenizer.requantise(perturbed), v["requantized"]) < ONE_CALL
    decoded = model.decode(perturbed, v["local_root_normalized"])
    assert difference(decoded, v["perturbed_decoded_body"]) < FEATURES
    valid = len(motion) - int(v["padded_frames"])
    assert difference(model.encode(motion[:valid]), v["padded_tokens"]) < ONE_CALL
    decoded = model.decode(v["padded_tokens"], v["padded_local_root"])
    assert difference(decoded, v["padded_decoded_body"]) < FEATURES


@pytest.mark.parametrize("case", ["text", "no_text", "history_text", "constraints", "text_constraints"])
def test_one_call_of_the_denoiser(model: ArdyModel, read: Read, case: str) -> None:
    v = select(read("03_denoiser"), case)
    output = model.denoise(
        v["x"],
        v["text_feat"],
        v["timestep"],
        v["first_heading_angle"],
        int(v["history_frames"]),
        v.get("motion_mask"),
        v.get("observed_motion_normalized"),
    )
    meant = int(v["history_frames"] + v["generation_frames"]) // 4
    assert difference(output[:meant], v["output"][:meant]) < ONE_CALL


def test_texts_embedded_by_a_small_encoder(model: ArdyModel, read: Read) -> None:
    v = read("15_direct_text")
    for text, output in (
        (v["text_conditions"], "output_text"),
        (np.zeros_like(v["text_conditions"]), "output_zero"),
    ):
        made = model.denoise(v["x"], text, v["timestep"], v["first_heading_angle"], 0)
        assert difference(made, v[output]) < ONE_CALL


def test_schedule(read: Read) -> None:
    v = read("04_schedule")
    assert difference(compute_base_levels(), v["base_alphas_cumprod"]) < 1e-6
    for count in (10, 5, 4, 2, 1):
        steps = make_schedule(count)[::-1]
        assert [s.timestep for s in steps] == v[f"steps{count}.timesteps"].tolist()
        for levels, name in (
            ([s.level for s in steps], "alphas_cumprod"),
            ([s.next_level for s in steps], "alphas_cumprod_prev"),
        ):
            np.testing.assert_allclose(levels, v[f"steps{count}.{name}"], rtol=1e-5)


@pytest.mark.parametrize("case", ["steps10", "steps4", "history", "constraints"])
def test_one_window(model: ArdyModel, read: Read, case: str) -> None:
    v = select(read("05_sampling"), case)
    text_weight, constraint_weight = v["cfg_weight"].tolist()
    motion = model.continue_motion(
        v.get("history_motion_normalized", np.zeros((0, 330))),
        v["text_feat"],
        v["noise"],
        SamplingOptions(int(v["steps"]), text_weight, constraint_weight),
        v.get("init_global_translation", np.zeros(3)),
        float(v["first_heading_angle"].ravel()[0]),
        v.get("motion_mask"),
        v.get("observed_motion_normalized"),
    )
    assert difference(motion, v["motion_normalized"]) < FEATURES


def test_constraints(model: ArdyModel, read: Read, golden: Path) -> None:
    v = read("06_constraints")
    content = json.loads((golden / "06_constraints.json").read_text(encoding="utf-8"))
    assert len(content["cases"]) == 6
    for case, constraints in content["cases"].items():
        mask, observed = model.condition_from_json(constraints, content["frames"])
        assert difference(mask, v[f"{case}.motion_mask"]) == 0
        assert difference(observed, v[f"{case}.observed_motion_normalized"]) < FEATURES


@pytest.mark.parametrize(
    "name",
    [
        "07_generate_text",
        "08_generate_text_change",
        "09_generate_root_path",
        "10_generate_fullbody",
        "11_generate_hand",
    ],
)
def test_whole_generations(model: ArdyModel, read: Read, golden: Path, name: str) -> None:
    v = read(name)
    mask = observed = None
    file = golden / f"{name}.json"
    if file.is_file():
        constraints = json.loads(file.read_text(encoding="utf-8"))
        mask, observed = model.condition_from_json(constraints, int(v["num_frames"]))
        assert difference(mask, v["motion_mask"]) == 0
        assert difference(observed, v["observed_motion_normalized"]) < FEATURES
    motion = model.generate(
        v["num_frames"],
        v["text_feat"],
        v["window_text"],
        v["noise"],
        v["steps"],
        v["cfg_weight"],
        v["crop_history_length"],
        v["first_heading_angle"],
        mask,
        observed,
    )
    assert difference(motion, v["motion_normalized"]) < FEATURES
    assert_reads_as(model, motion, v)


def assert_reads_as(model: ArdyModel, motion: np.ndarray, v: dict[str, np.ndarray]) -> None:
    root, rotations, joints = model.read_motion(motion)
    assert difference(root, v["root_positions"]) < JOINTS
    assert difference(rotations, v["local_rot_mats"]) < ROTATIONS
    assert difference(joints, v["posed_joints"]) < JOINTS
    assert difference(model.read_contacts(motion), v["foot_contacts"]) == 0


def test_streaming_with_a_change_of_text(model: ArdyModel, read: Read) -> None:
    v = read("12_stream_text_change")
    weights = [float(w) for w in v["cfg_weight"]]
    motion = np.zeros((0, 330), np.float32)
    for history, text, noise in zip(
        v["window_history"].astype(int), v["window_text"].astype(int), v["noise"], strict=True
    ):
        longer = model.continue_motion(
            motion[len(motion) - history :],
            v["text_feat"][text],
            noise,
            SamplingOptions(int(v["steps"]), *weights),
            v["init_global_translation"],
            float(v["first_heading_angle"]),
        )
        motion = np.concatenate([motion, longer[history:]])
    assert difference(motion, v["motion_normalized"]) < FEATURES
    assert_reads_as(model, motion, v)


def test_the_published_tensors_load_and_run(golden: Path, tmp_path: Path) -> None:
    published = json.loads((golden / "published_shapes.json").read_text(encoding="utf-8"))
    config = ardy_kit.PUBLISHED
    rng = np.random.default_rng(0)
    pool = rng.standard_normal(1 << 20, dtype=np.float32) / 30
    names = 0
    for file, shapes in (
        ("denoiser.safetensors", denoiser_shapes(config)),
        ("tokenizer.safetensors", tokenizer_shapes(config)),
    ):
        names += len(published[file])
        prefix = ardy_kit.FILES[file]
        listed = {name.removeprefix(prefix): tuple(shape) for name, shape in published[file].items()}
        unused = {name for name in listed if name.startswith("decoder.target_cond_blocks.0.")}
        assert {name: shape for name, shape in listed.items() if name not in unused} == shapes
        ardy_kit.write_repeated_safetensors(tmp_path / file, published[file], pool)
    assert names == 428
    (tmp_path / "config.yaml").write_text(ardy_kit.format_config(config), encoding="utf-8")
    ardy_kit.write_statistics(tmp_path, config, rng)
    model = load_ardy(tmp_path)
    motion = model.generate(
        60, rng.standard_normal((1, 4096)), [0, 0], rng.standard_normal((2, 10, 148)), 2, (2, 2), 160, 0.0
    )
    assert motion.shape == (60, 330)
    assert np.isfinite(motion).all()
