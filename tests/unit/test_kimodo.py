# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.kimodo``: numbers of the original code, folders, requests.

``kimodo_reference.npz`` holds what the original code (github.com/nv-tlabs/kimodo at 7330e7e) computes with the weights
that ``write_kimodo`` makes for ``CHECKPOINTS``: every third frame of a call of the network at step 13, of a motion at
20 steps, and of what that says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from kinescribe.inference.embedded.sampler import seeded_noise
from kinescribe.inference.kimodo import KimodoBackend, is_kimodo, load_kimodo
from kinescribe.inference.kimodo.backend import write_sentence
from kinescribe.inference.kimodo.skeleton import NAMES, SOMA_REST_POSE, to_motion
from kinescribe.motion import BackendError, Cancelled, CheckpointError, RequestError, make_text_request
from kinescribe.motion.errors import KinescribeError
from kinescribe.motion.formats.kimodo import _SKELETONS
from kinescribe.motion.rotations import quaternion_to_matrix
from kinescribe.motion.skeleton import SMPL_JOINTS, T_POSE

from devtools.testing.ardy_files import write_checkpoint
from devtools.testing.kimodo_files import SMALL, write_kimodo

CHECKPOINTS = {
    "plain": (SMALL, 0),
    "masked": (replace(SMALL, text_tokens=3, hides_missing_text=True, base_steps=50), 1),
}
HEADING = 0.7


class FakeEncoder:
    """Gives each text a random vector, and remembers the texts."""

    def __init__(self, width: int = SMALL.text_width) -> None:
        self.width, self.texts = width, list[str]()

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        self.texts += sentences
        rng = np.random.default_rng(len(sentences[0]))
        return rng.standard_normal((len(sentences), self.width)).astype(np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_kimodo(tmp_path / "Kimodo-SOMA-Random")


@pytest.fixture(scope="module")
def reference() -> dict[str, np.ndarray]:
    with np.load(Path(__file__).with_name("kimodo_reference.npz")) as arrays:
        return dict(arrays)


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_numbers_are_those_of_the_original(
    name: str, reference: dict[str, np.ndarray], tmp_path: Path
) -> None:
    config, seed = CHECKPOINTS[name]
    model = load_kimodo(write_kimodo(tmp_path / name, config, seed))
    one, features, hips, rotations, contacts = (
        reference[f"{name}.{key}"] for key in ("one", "features", "hips", "rotations", "contacts")
    )
    noise, text = seeded_noise(7 + seed, 24, 369), seeded_noise(90 + seed, 1, config.text_width)
    (predicted,) = model.network.predict_features(noise, 13, [model.network.embed_text(text)], HEADING)
    np.testing.assert_allclose(predicted[::3], one, atol=3e-5)
    generated = model.generate(text, noise, 20, 2.0, HEADING)
    np.testing.assert_allclose(generated[::3], features, atol=1e-4)
    read = model.read_motion(features)
    np.testing.assert_allclose(read[0], hips, atol=1e-5)
    np.testing.assert_allclose(read[1], rotations, atol=1e-4)
    assert np.array_equal(read[2], contacts)


def test_a_text_without_weight_or_vectors_is_no_text(folder: Path) -> None:
    model = load_kimodo(folder)
    noise = np.random.default_rng(0).standard_normal((8, 369)).astype(np.float32)
    text = np.ones((1, SMALL.text_width), np.float32)
    none = model.generate(np.zeros((0, SMALL.text_width), np.float32), noise, 3, 2.0)
    assert np.array_equal(model.generate(text, noise, 3, 0.0), none)
    assert np.array_equal(model.generate(0 * text, noise, 3, 2.0), none)
    assert np.abs(model.generate(text, noise, 3, 2.0) - none).max() > 0.1


def test_joints_are_those_of_the_files() -> None:
    assert _SKELETONS[30][0] == NAMES


def test_limbs_keep_their_directions() -> None:
    """A limb of a random pose points where it does on SOMA's own proportions."""
    rng = np.random.default_rng(3)
    quaternions = rng.standard_normal((5, len(NAMES), 4)) * 0.2 + [1, 0, 0, 0]
    quaternions /= np.linalg.norm(quaternions, axis=-1, keepdims=True)
    hips = rng.standard_normal((5, 3))
    world = quaternion_to_matrix(quaternions)
    motion = to_motion(hips, world, np.zeros((5, 4), bool), 30.0)
    _, rotations = T_POSE.forward_kinematics(motion.root_translation, motion.local_rotations)
    positions, _ = T_POSE.forward_kinematics(motion.root_translation, motion.local_rotations)
    for joint, child, name in (
        ("left_knee", "left_ankle", "LeftShin"),
        ("right_elbow", "right_wrist", "RightForeArm"),
    ):
        a, b = SMPL_JOINTS.index(joint), SMPL_JOINTS.index(child)
        bone = positions[:, b] - positions[:, a]
        meant = world[:, NAMES.index(name)] @ SOMA_REST_POSE.rest_offsets[b]
        cosine = (bone * meant).sum(-1) / np.linalg.norm(bone, axis=-1) / np.linalg.norm(meant, axis=-1)
        assert np.degrees(np.arccos(np.clip(cosine, -1, 1))).max() < 0.5
    assert rotations.shape == (5, len(SMPL_JOINTS), 4)


def replace_in_config(old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "config.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def cut_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "no config": (lambda folder: (folder / "config.yaml").unlink(), "holds no config.yaml"),
    "no weights": (lambda folder: (folder / "model.safetensors").unlink(), "lacks model.safetensors"),
    "half the weights": (cut_weights, "damaged or not complete"),
    "foreign class": (replace_in_config("kimodo.model.Kimodo", "os.system"), "another kind of the model"),
    "foreign denoiser": (
        replace_in_config("kimodo.model.twostage_denoiser.TwostageDenoiser", "subprocess.run"),
        "another kind of denoiser",
    ),
    "a robot": (replace_in_config("SOMASkeleton30", "G1Skeleton34"), "another skeleton"),
    "another activation": (replace_in_config("gelu", "relu"), "activation: relu"),
    "norm first": (replace_in_config("norm_first: false", "norm_first: true"), "norm_first: True"),
    "statistics elsewhere": (replace_in_config("/stats/motion", "/../x"), "stats_path"),
    "other sizes": (replace_in_config("ff_size: 48", "ff_size: 52"), "52 x 32"),
    "text": (replace_in_config("  - 24\n", "  - many\n"), "llm_shape"),
    "zero deviations": (
        lambda folder: np.save(folder / "stats/motion/body/std.npy", np.zeros(364)),
        "not positive",
    ),
    "other statistics": (
        lambda folder: np.save(folder / "stats/motion/body/mean.npy", np.zeros(9)),
        "does not hold 364 numbers",
    ),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_folder_is_refused_in_one_sentence(folder: Path, fault: str) -> None:
    spoil, expected = BAD[fault]
    spoil(folder)
    with pytest.raises(CheckpointError, match=expected) as caught:
        load_kimodo(folder)
    assert "\n" not in str(caught.value)


def test_it_is_told_from_ardy(folder: Path, tmp_path: Path) -> None:
    assert is_kimodo(folder)
    assert not is_kimodo(write_checkpoint(tmp_path / "ardy")) and not is_kimodo(tmp_path)


def test_a_request_becomes_motions_of_its_length_and_rate(folder: Path) -> None:
    encoder = FakeEncoder()
    backend = KimodoBackend(folder, encoder)
    steps = list[tuple[int, int]]()
    request = make_text_request("walk, then 跳", 2.0, 24.0, seed=5, num_samples=2, diffusion_steps=4)
    motions = backend.generate(request, lambda done, total: steps.append((done, total)))
    assert encoder.texts == ["A person walks. A person jumps."]
    assert steps == [(n, 8) for n in range(1, 9)]
    assert [len(motion) for motion in motions] == [48, 48]
    for motion, seed in zip(motions, (5, 6), strict=True):
        assert motion.fps == 24.0 and motion.skeleton is T_POSE and motion.contacts is not None
        assert motion.provenance is not None and motion.provenance.seed == seed
    again = backend.generate(replace(request, options=replace(request.options, seed=6, num_samples=1)))
    np.testing.assert_allclose(again[0].local_rotations, motions[1].local_rotations, atol=1e-5)


def test_limits_and_cancel(folder: Path) -> None:
    backend = KimodoBackend(folder, FakeEncoder())
    with pytest.raises(RequestError):
        backend.generate(make_text_request("a person walks", 11.0, 30.0))
    with pytest.raises(Cancelled):
        backend.generate(make_text_request("a person walks", 1.0, 30.0), cancelled=lambda: True)


def test_vectors_of_another_encoder_are_refused(folder: Path) -> None:
    backend = KimodoBackend(folder, FakeEncoder(width=32))
    with pytest.raises(
        KinescribeError, match="32 numbers does not fit this Kimodo checkpoint, which reads 24"
    ):
        backend.generate(make_text_request("a person walks", 1.0, 30.0))


def test_numbers_that_are_not_finite_are_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = KimodoBackend(folder, FakeEncoder())
    monkeypatch.setattr(
        type(backend._model), "generate", lambda *_, **__: np.full((30, 369), np.nan, np.float32)
    )
    with pytest.raises(BackendError, match="not finite"):
        backend.generate(make_text_request("a person walks", 1.0, 30.0))


@pytest.mark.parametrize(
    "text, written",
    [("a person walks", "A person walks."), (" Someone  JUMPS!", "Someone jumps!"), ("run ,", "Run.")],
)
def test_sentences_are_written_as_the_model_learned_them(text: str, written: str) -> None:
    assert write_sentence(text) == written
