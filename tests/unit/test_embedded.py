# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.embedded``: features, network, sampler, weights, backend; loss of training."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tiny_weights
from kinescribe.inference import matrix_products, openblas
from kinescribe.inference.embedded import EmbeddedBackend, features, sampler
from kinescribe.inference.embedded.network import Network
from kinescribe.inference.embedded.weights import (
    FORMAT_VERSION,
    WEIGHTS_FOLDER,
    read_weights,
    write_parameters,
)
from kinescribe.motion import T_POSE, BackendError, Cancelled, RequestError, make_text_request
from kinescribe.motion.rotations import axis_angle_to_quaternion, multiply, rotate, rotation_about_axis

REFERENCE = Path(__file__).with_name("embedded_reference.npz")
METHODS = [name for name in matrix_products.METHODS if name != "openblas" or openblas.find_library()]


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return tiny_weights.write(tmp_path / "weights")


def walk_in_a_circle(frames: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Local rotations and root of a figure that swings its limbs and turns left on its way."""
    rng = np.random.default_rng(1)
    time = np.arange(frames) / 20
    local = axis_angle_to_quaternion(0.4 * np.sin(2 * time + rng.normal(size=(22, 3, 1))).transpose(2, 0, 1))
    local[:, [3, 6, 9, 12, 13, 14]] = [
        1.0,
        0,
        0,
        0,
    ]  # a still trunk, so that hips and shoulders show the heading
    yaw = 0.8 * time
    local[:, 0] = multiply(
        rotation_about_axis("y", yaw), axis_angle_to_quaternion(np.full((frames, 3), 0.05))
    )
    step = rotate(rotation_about_axis("y", yaw), np.array([0.0, 0.0, 0.06]))
    root = np.cumsum(step, axis=0) - step[0]
    root[:, 1] = 0.9
    return local, root


def test_features_hold_a_motion_up_to_where_it_starts() -> None:
    local, root = walk_in_a_circle()
    back, path, _ = features.decode_features(features.encode_features(local, root))
    before, after = T_POSE.forward_kinematics(root, local)[0], T_POSE.forward_kinematics(path, back)[0]
    before = rotate(rotation_about_axis("y", -features.heading_angles(before)[0]), before)
    np.testing.assert_allclose(after, before, atol=1e-9)


def test_features_do_not_depend_on_position_and_heading() -> None:
    local, root = walk_in_a_circle()
    turn = rotation_about_axis("y", 2.0)
    moved = local.copy()
    moved[:, 0] = multiply(turn, local[:, 0])
    same = features.encode_features(moved, rotate(turn, root) + np.array([3.0, 0.0, -2.0]))
    np.testing.assert_allclose(same, features.encode_features(local, root), atol=1e-9)


def test_turning_left_is_a_positive_yaw_rate_and_walking_a_positive_z() -> None:
    x = features.encode_features(*walk_in_a_circle())
    assert x[10:50, 2].mean() == pytest.approx(0.04, abs=0.005)
    assert x[10:50, 1].mean() == pytest.approx(0.06, abs=0.005)


def test_joint_position_matrix_is_forward_kinematics() -> None:
    local, root = walk_in_a_circle(5)
    x = features.encode_features(local, root)
    columns = x[:, features.ROTATION_COLUMNS].reshape(5, 22, 2, 3).swapaxes(-1, -2)
    matrices = np.concatenate([columns, np.cross(columns[..., 0], columns[..., 1])[..., None]], axis=-1)
    places = (matrices.reshape(5, -1) @ features.joint_position_matrix()).reshape(5, 22, 3)
    expected = T_POSE.forward_kinematics(root, local)[0] - root[:, None]
    np.testing.assert_allclose(np.linalg.norm(places, axis=-1), np.linalg.norm(expected, axis=-1), atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_forward_agrees_with_torch_as_stored(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(matrix_products.VARIABLE, method)
    w = read_weights()
    with np.load(REFERENCE) as z:
        ref = dict(z)
    network = Network(w.config, w.arrays)
    words = network.encode_text(ref["static"], ref["ids"], ref["mask"])
    got = network.denoise(ref["x"], 0.6, words)
    np.testing.assert_allclose(got, ref["y"], atol=1e-4)


def test_forward_agrees_with_torch() -> None:
    torch = pytest.importorskip("torch", reason="torch is only there for training")
    from kinescribe.training.network.export import reference_io, state_to_arrays
    from kinescribe.training.network.model import Denoiser, NetworkConfig

    torch.manual_seed(1)
    model = Denoiser(NetworkConfig(**tiny_weights.CONFIG))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    ref = reference_io(model)
    network = Network(model.config.as_dict(), state_to_arrays(model.state_dict()))
    words = network.encode_text(ref["static"], ref["ids"], ref["mask"])
    np.testing.assert_allclose(network.denoise(ref["x"], 0.6, words), ref["y"], atol=1e-4)
    got = network.denoise(ref["x"], 0.6, words, condition=ref["given"], condition_mask=ref["known"])
    np.testing.assert_allclose(got, ref["directed"], atol=1e-4)
    assert np.abs(ref["directed"] - ref["y"]).max() > 0.01


def test_features_that_are_no_conditions_are_ignored() -> None:
    rng = np.random.default_rng(2)
    arrays = {k: v.astype(np.float32) for k, v in tiny_weights.arrays(rng).items()}
    width = tiny_weights.CONFIG["width"]
    arrays["given.weight"] = rng.normal(0, 0.2, (16 * 140, width)).astype(np.float32)
    network = Network(tiny_weights.CONFIG, arrays)
    mask = np.ones((1, 2), bool)
    words = network.encode_text(np.zeros((1, 2, 8), np.float32), np.array([[1, 3]]), mask)
    x, a, b = (rng.normal(size=(1, 16, 140)).astype(np.float32) for _ in range(3))
    known = np.zeros((1, 16, 140), np.float32)
    free = network.denoise(x, 0.6, words)
    np.testing.assert_allclose(
        network.denoise(x, 0.6, words, condition=a, condition_mask=known), free, atol=1e-5
    )
    known[:, 5] = 1
    b[:, 5] = a[:, 5]
    one = network.denoise(x, 0.6, words, condition=a, condition_mask=known)
    np.testing.assert_allclose(
        one, network.denoise(x, 0.6, words, condition=b, condition_mask=known), atol=1e-5
    )
    assert np.abs(one - free).max() > 0.01


def test_sampler_ends_at_a_constant_prediction() -> None:
    target = np.full((12, 3), 0.7, np.float32)
    done: list[int] = []
    out = sampler.sample_motion(lambda x, t: target, sampler.seeded_noise(1, 12, 3), 6, done.append)
    np.testing.assert_allclose(out, target, atol=1e-6)
    assert done == [1, 2, 3, 4, 5, 6]


def test_sampler_follows_the_exact_solution_for_gaussian_data() -> None:
    # data N(0, s^2): the best prediction is linear in x and the flow scales noise by known factors
    s = 0.5

    def clean(x: np.ndarray, t: float) -> np.ndarray:
        alpha, sigma = np.cos(0.5 * np.pi * t), np.sin(0.5 * np.pi * t)
        return (alpha * s**2 / (alpha**2 * s**2 + sigma**2) * x).astype(np.float32)

    noise = sampler.seeded_noise(5, 400, 20)
    out = sampler.sample_motion(clean, noise, 20, lambda done: None)
    last = np.tan(
        0.5 * np.pi * sampler.noise_levels(20)[-1]
    )  # the answer is the prediction at the last level
    np.testing.assert_allclose(out.std(), s * s / np.hypot(s, last), rtol=0.03)
    assert np.corrcoef(out.ravel(), noise.ravel())[0, 1] > 0.999


def test_noise_is_frozen() -> None:
    np.testing.assert_allclose(sampler.seeded_noise(0, 1, 3)[0], [1.7640524, 0.4001572, 0.978738], rtol=1e-6)


@pytest.mark.parametrize(
    ("seconds", "fps"), [(0.5, 24.0), (4.0, 24.0), (4.0, 30.0), (1.7, 29.97), (10.0, 60.0)]
)
def test_backend_gives_the_frames_that_were_asked_for(weights: Path, seconds: float, fps: float) -> None:
    request = make_text_request("a person walks forward", seconds, fps, seed=3)
    (motion,) = EmbeddedBackend(weights).generate(request)
    assert len(motion) == request.total_frames and motion.fps == fps
    assert motion.skeleton is T_POSE and motion.contacts is not None
    np.testing.assert_allclose(motion.root_translation[0, [0, 2]], 0, atol=1e-6)


def test_same_request_same_motion_and_other_seed_another(weights: Path) -> None:
    backend = EmbeddedBackend(weights)
    ask = lambda seed: backend.generate(make_text_request("walks", 2.0, 20.0, seed=seed))[0].root_translation  # noqa: E731
    np.testing.assert_array_equal(ask(7), ask(7))
    assert np.abs(ask(7) - ask(8)).max() > 1e-3


def test_samples_are_the_following_seeds(weights: Path) -> None:
    backend = EmbeddedBackend(weights)
    both = backend.generate(make_text_request("walks", 1.0, 20.0, seed=7, num_samples=2))
    alone = backend.generate(make_text_request("walks", 1.0, 20.0, seed=8))[0]
    np.testing.assert_allclose(both[1].local_rotations, alone.local_rotations, atol=1e-4)
    assert [m.provenance.seed for m in both] == [7, 8]


def test_progress_counts_every_step_of_all_samples(weights: Path) -> None:
    seen: list[tuple[int, int]] = []
    request = make_text_request("walks", 1.0, 20.0, num_samples=2, diffusion_steps=4)
    EmbeddedBackend(weights).generate(request, lambda done, total: seen.append((done, total)))
    assert seen == [(2, 8), (4, 8), (6, 8), (8, 8)]


def test_cancel_is_noticed_within_a_step(weights: Path) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 4

    steps: list[int] = []
    with pytest.raises(Cancelled):
        EmbeddedBackend(weights).generate(
            make_text_request("walks", 4.0, 20.0), lambda d, t: steps.append(d), cancelled
        )
    assert steps in ([], [1])


def test_durations_out_of_range_are_refused_in_one_sentence(weights: Path) -> None:
    with pytest.raises(RequestError, match=r"makes 0\.3 to 600 seconds"):
        EmbeddedBackend(weights).generate(make_text_request("walks", 601.0, 20.0))


@pytest.mark.parametrize("text", ["walks", "jumps twice, then sits down", "limps"])
def test_ten_frames_at_30_a_second_are_generated(weights: Path, text: str) -> None:
    (motion,) = EmbeddedBackend(weights).generate(make_text_request(text, 10 / 30, 30.0))
    assert len(motion) == 10


@pytest.mark.parametrize("name", ["card.json", "model.npz", "words.npz"])
def test_missing_weights_are_named(weights: Path, name: str) -> None:
    (weights / name).unlink()
    with pytest.raises(BackendError, match=r"missing.*reinstall"):
        EmbeddedBackend(weights).generate(make_text_request("walks", 1.0, 20.0))


def test_weights_of_another_version_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="have version 99"):
        read_weights(tiny_weights.write(tmp_path, format=99))


@pytest.mark.parametrize("damage", ["cut", "pickle", "shape", "card", "flipped", "layout", "nan"])
def test_damaged_weights_are_refused(weights: Path, damage: str) -> None:
    model = weights / "model.npz"
    if damage == "cut":
        model.write_bytes(model.read_bytes()[:5000])
    elif damage == "flipped":  # inside the compressed numbers
        with np.load(model) as z:
            arrays = {name: z[name] for name in z.files}
        np.savez_compressed(model, **arrays)
        raw = bytearray(model.read_bytes())
        raw[200:260] = bytes(255 - b for b in raw[200:260])
        model.write_bytes(bytes(raw))
    elif damage == "pickle":
        np.savez(model, parameters=np.array([{}], dtype=object))
    elif damage in ("layout", "nan"):
        with np.load(model) as z:
            arrays = {name: z[name] for name in z.files}
        if damage == "layout":
            arrays["layout"] = np.frombuffer(b'[["open.weight", [-1, 4]]]', np.uint8)
        else:
            arrays["parameters"][7] = np.nan
        np.savez(model, **arrays)
    elif damage == "shape":
        words = weights / "words.npz"
        np.savez(words, words=np.frombuffer(b"a\nb", np.uint8), vectors=np.zeros((3, 8), np.int8))
    else:
        (weights / "card.json").write_text(json.dumps({"format": FORMAT_VERSION}), encoding="utf-8")
    with pytest.raises(BackendError, match="damaged"):
        read_weights(weights)


@pytest.mark.parametrize("change", ["gone", "shape"])
def test_weights_of_another_layout_are_refused(weights: Path, change: str) -> None:
    arrays = tiny_weights.arrays(np.random.default_rng(3))
    if change == "gone":
        del arrays["open.weight"]
    else:
        arrays["layers.0.qkv.weight"] = arrays["layers.0.qkv.weight"][:-1]
    write_parameters(weights / "model.npz", arrays, tiny_weights.LEARNED)
    with pytest.raises(BackendError, match="another layout"):
        EmbeddedBackend(weights).generate(make_text_request("walks", 1.0, 20.0))


def test_shipped_weights_are_small_and_say_where_they_come_from() -> None:
    size = sum(f.stat().st_size for f in WEIGHTS_FOLDER.iterdir())
    card = json.loads((WEIGHTS_FOLDER / "card.json").read_text(encoding="utf-8"))
    assert size < 40e6
    assert card["steps"] > 0 and card["data"] and card["licence"].startswith("GPL-3.0-or-later")


@pytest.mark.parametrize(
    ("prompt", "axis", "sign"), [("a person walks forward", 2, 1), ("a person walks backward", 2, -1)]
)
def test_shipped_model_knows_forward_from_backward(prompt: str, axis: int, sign: int) -> None:
    (motion,) = EmbeddedBackend().generate(make_text_request(prompt, 3.0, 20.0, seed=1))
    assert sign * motion.root_translation[-1, axis] > 0.5
    assert motion.provenance.confidence is not None and motion.provenance.confidence > 0.9
    assert motion.positions[..., 1].min() > -0.05


def test_losses_count_most_what_moves() -> None:
    torch = pytest.importorskip("torch", reason="torch is only there for training")
    from kinescribe.training.network.train import motion_weights

    window = torch.zeros(2, 40, 10)
    window[0, :, 3] = torch.sin(torch.arange(40.0))  # a nod: one number of ten
    weights = motion_weights(window)
    assert weights.shape == (2, 1, 10)
    torch.testing.assert_close(weights.mean(-1), torch.ones(2, 1))
    assert weights[0, 0, 3] > 5 * weights[0, 0, 0]
    torch.testing.assert_close(weights[1], torch.ones(1, 10))
