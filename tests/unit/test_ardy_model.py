# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for ARDY's networks with any weights: layers, denoiser, sampler, offline, conditions, model."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kinescribe.inference.ardy import ArdyModel, load_ardy
from kinescribe.inference.ardy.conditions import read_constraints
from kinescribe.inference.ardy.layers import Encoder, apply_gelu, encode_positions
from kinescribe.inference.ardy.representation import POSITIONS
from kinescribe.inference.ardy.skeleton import NAMES
from kinescribe.inference.ardy.tokenizer import Tokenizer
from kinescribe.motion.errors import Cancelled, RequestError

from devtools.testing.ardy_files import SMALL, write_checkpoint


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ArdyModel:
    return load_ardy(write_checkpoint(tmp_path_factory.mktemp("ardy")))


def random_numbers(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


def generate(model: ArdyModel, frames: int = 100, **changes: Any) -> np.ndarray:
    windows = model.count_windows(frames)
    arguments: dict[str, Any] = {
        "text_feat": random_numbers(1, SMALL.text_width, seed=1),
        "window_text": np.zeros(windows),
        "noise": random_numbers(windows, 10, 28),
        "steps": 3,
        "cfg_weight": (2, 2),
        "crop_history_length": 40,
        "first_heading_angle": 0.3,
    }
    return model.generate(frames, **arguments | changes)


def test_gelu_is_exact() -> None:
    x = np.concatenate([np.linspace(-30, 30, 40_001), [0, -1e-6, 1e-6, 100, -100]]).astype(np.float32)
    expected = [v * 0.5 * (1 + math.erf(v / math.sqrt(2))) for v in x.tolist()]
    near = np.abs(x) < 2
    apply_gelu(x)
    np.testing.assert_allclose(x, expected, rtol=3e-7, atol=3e-7)
    # where most numbers are, the formula adds nothing to the rounding
    assert np.sqrt(np.mean((x - expected)[near] ** 2)) < 4e-8


def test_positions_may_be_negative() -> None:
    rows = encode_positions([-70, -1, 0, 3], 32)
    for row, position in zip(rows, (-70, -1, 0, 3), strict=True):
        angles = position * 10000.0 ** (-np.arange(16) / 16)
        np.testing.assert_allclose(row[0::2], np.sin(angles), atol=1e-5)
        np.testing.assert_allclose(row[1::2], np.cos(angles), atol=1e-5)


@pytest.mark.parametrize("causal", [False, True])
def test_sequences_of_one_array_do_not_see_each_other(causal: bool) -> None:
    width, name = 8, "stack.layers.0"
    shapes = {
        "self_attn.in_proj_weight": (3 * width, width), "self_attn.in_proj_bias": (3 * width,),
        "self_attn.out_proj.weight": (width, width), "self_attn.out_proj.bias": (width,),
        "linear1.weight": (12, width), "linear1.bias": (12,),
        "linear2.weight": (width, 12), "linear2.bias": (width,),
        "norm1.weight": (width,), "norm1.bias": (width,), "norm2.weight": (width,), "norm2.bias": (width,),
    }  # fmt: skip
    tensors = {f"{name}.{k}": random_numbers(*shape, seed=n) for n, (k, shape) in enumerate(shapes.items())}
    encoder = Encoder(tensors, "stack", 1, 2, causal)
    a, b = random_numbers(5, width, seed=50), random_numbers(7, width, seed=51)
    together = encoder(np.concatenate([a, b]), [5, 7])
    alone = [encoder(a.copy(), [5]), encoder(b.copy(), [7])]
    np.testing.assert_allclose(together, np.concatenate(alone), atol=1e-5)
    kept = encoder(np.concatenate([a, b]), [5, 7], slice(2, 4))
    np.testing.assert_allclose(kept, np.concatenate([alone[0][2:4], alone[1][2:4]]), atol=1e-5)
    # a token sees later ones only without the causal mask
    changed = a.copy()
    changed[4] += 1
    assert np.allclose(encoder(changed, [5])[:4], alone[0][:4], atol=1e-6) == causal


def test_an_encoder_that_is_not_causal_sees_the_whole_motion(tmp_path: Path) -> None:
    motion = random_numbers(40, 330)
    other = motion.copy()
    other[-4:] += 3
    for causal in (True, False):
        config = replace(SMALL, causal_encoder=causal)
        model = load_ardy(write_checkpoint(tmp_path / str(causal), config))
        tokenizer: Tokenizer = model.tokenizer
        a, b = (tokenizer.encode_unquantised(m[:, 5:])[:9] for m in (motion, other))
        assert np.allclose(a, b, atol=1e-6) == causal


def test_tokens_lie_on_the_grid(model: ArdyModel) -> None:
    tokens = model.encode(3 * random_numbers(42, 330))
    assert tokens.shape == (10, SMALL.latent)
    values = model.statistics.tokens.restore(tokens) * 32
    assert np.abs(values - np.rint(values)).max() < 1e-3
    assert values.min() > -32.01
    assert values.max() < 31.01
    np.testing.assert_allclose(model.tokenizer.requantise(tokens), tokens, atol=1e-5)


def test_no_text_and_weightless_guidance_are_the_same(model: ArdyModel) -> None:
    empty = np.zeros((1, SMALL.text_width))
    unguided = generate(model, cfg_weight=(0, 0))
    np.testing.assert_allclose(generate(model, text_feat=empty), unguided, atol=1e-5)
    np.testing.assert_allclose(
        generate(model, text_feat=np.zeros((1, 64))), unguided, atol=1e-5
    )  # as a small encoder gives it
    assert np.abs(generate(model) - unguided).max() > 0.1


def test_a_mask_without_entries_changes_nothing(model: ArdyModel) -> None:
    nothing = np.zeros((100, 330), np.float32)
    masked = generate(model, motion_mask=nothing, observed_motion_normalized=nothing + 5)
    np.testing.assert_allclose(masked, generate(model), atol=1e-6)


def test_far_constraints_can_be_left_out(model: ArdyModel) -> None:
    mask = np.zeros((400, 330), np.float32)
    mask[380, [0, 2]] = 1
    arguments = {"motion_mask": mask, "observed_motion_normalized": mask}
    first = slice(0, 160)
    near, far = generate(model, 400, **arguments, crop_future_length=80), generate(model, 400, **arguments)
    without = generate(model, 400)
    np.testing.assert_allclose(near[first], without[first], atol=1e-5)
    assert np.abs(far[first] - without[first]).max() > 1e-3
    assert np.abs(near[300:] - without[300:]).max() > 1e-3


def test_a_text_counts_from_its_window_on(model: ArdyModel) -> None:
    texts = random_numbers(2, SMALL.text_width, seed=1)
    same = generate(model, 120, text_feat=texts, window_text=[0, 0, 0])
    changed = generate(model, 120, text_feat=texts, window_text=[0, 0, 1])
    np.testing.assert_allclose(changed[:80], same[:80], atol=1e-5)
    assert np.abs(changed[80:] - same[80:]).max() > 0.1


def test_the_same_numbers_give_the_same_motion(model: ArdyModel) -> None:
    assert np.array_equal(generate(model), generate(model))


@pytest.mark.parametrize("frames", [1, 3, 40, 41, 97])
def test_any_number_of_frames(model: ArdyModel, frames: int) -> None:
    motion = generate(model, frames)
    assert motion.shape == (frames, 330)
    root, rotations, joints = model.read_motion(motion)
    assert root.shape == (frames, 3)
    assert joints.shape == (frames, 27, 3)
    identity = rotations @ np.swapaxes(rotations, -1, -2)
    assert np.abs(identity - np.eye(3)).max() < 1e-5


def test_an_unlimited_history(model: ArdyModel) -> None:
    for none in (None, -1):
        np.testing.assert_allclose(
            generate(model, 40, crop_history_length=none), generate(model, 40), atol=1e-5
        )
        longer = generate(model, 130, crop_history_length=none)
        assert longer.shape == (130, 330)
        assert np.abs(longer - generate(model, 130)).max() > 0.01


def test_progress_and_cancel(model: ArdyModel) -> None:
    done: list[int] = []
    generate(model, step_done=lambda: done.append(1))
    assert len(done) == 3 * 3
    calls: list[int] = []

    def check() -> None:
        calls.append(1)
        if len(calls) == 7:
            raise Cancelled("The generation was cancelled")

    with pytest.raises(Cancelled):
        generate(model, check=check)
    assert len(calls) == 7


POSE = {"local_joints_rot": np.zeros((1, 27, 3)).tolist(), "root_positions": [[0, 0.9, 0]]}
PATH = {"type": "root2d", "frame_indices": [1], "root_2d": [[0, 0]]}

BAD_CONSTRAINTS = {
    "no list": ({"type": "root2d"}, "list of objects"),
    "no object": (["root2d"], "list of objects"),
    "type": ([{"type": "root3d"}], "no constraint of the type root3d"),
    "frame outside": ([PATH | {"frame_indices": [40]}], "frame 40"),
    "negative frame": ([PATH | {"frame_indices": [-1]}], "frame -1"),
    "frame as text": ([PATH | {"frame_indices": ["1"]}], "frame 1"),
    "no frames": ([PATH | {"frame_indices": None}], "no usable frame_indices"),
    "sizes differ": ([PATH | {"root_2d": [[0, 0], [1, 1]]}], "no usable root_2d"),
    "NaN": ([PATH | {"root_2d": [[0, math.nan]]}], "no usable root_2d"),
    "text": ([PATH | {"root_2d": [["a", 1]]}], "no usable root_2d"),
    "ragged": ([PATH | {"root_2d": [[1, [2]]]}], "no usable root_2d"),
    "huge": ([PATH | {"root_2d": [[10**400, 1]]}], "no usable root_2d"),
    "no pose": ([{"type": "fullbody", "frame_indices": [3]}], "no usable local_joints_rot"),
    "no names": ([{"type": "end-effector", "frame_indices": [3]} | POSE], "no usable joint_names"),
    "no hips": (
        [{"type": "end-effector", "frame_indices": [3], "joint_names": ["LeftHand"]} | POSE],
        "name Hips too",
    ),
}


@pytest.mark.parametrize("fault", BAD_CONSTRAINTS)
def test_a_malformed_constraint_is_refused(model: ArdyModel, fault: str) -> None:
    constraints, expected = BAD_CONSTRAINTS[fault]
    with pytest.raises(RequestError, match=re.escape(expected)):
        model.condition_from_json(constraints, 40)


def test_named_joints_are_the_same_as_a_fixed_type(model: ArdyModel) -> None:
    fixed = [{"type": "left-foot", "frame_indices": [3]} | POSE]
    named = [{"type": "end-effector", "frame_indices": [3], "joint_names": ["LeftFoot", "Hips"]} | POSE]
    for a, b in zip(model.condition_from_json(fixed, 40), model.condition_from_json(named, 40), strict=True):
        np.testing.assert_allclose(a, b)
    mask, _ = model.condition_from_json(
        [PATH | {"frame_indices": [3]}, named[0] | {"joint_names": ["LeftFoot"]}], 40
    )
    assert int(mask.sum()) == 2 + 6 + 6


WRONG_ARGUMENTS: dict[str, tuple[dict[str, Any], str]] = {
    "text width": ({"text_feat": np.ones((1, 25))}, "25 numbers does not fit"),
    "text not finite": ({"text_feat": np.full((1, 24), np.nan)}, "not finite"),
    "windows": ({"window_text": [0]}, "3 windows need a text each"),
    "window's text": ({"window_text": [0, 1, 0]}, "3 windows need a text each"),
    "noise": ({"noise": np.zeros((2, 10, 28))}, "noise for ARDY must be 3 x 10 x 28"),
    "no steps": ({"steps": 0}, "1 to 10 steps, not 0"),
    "steps": ({"steps": 11}, "1 to 10 steps, not 11"),
    "weights": ({"cfg_weight": (1, math.inf)}, "guidance weights"),
}


@pytest.mark.parametrize("fault", WRONG_ARGUMENTS)
def test_wrong_arguments_are_refused(model: ArdyModel, fault: str) -> None:
    changes, expected = WRONG_ARGUMENTS[fault]
    with pytest.raises(RequestError, match=re.escape(expected)):
        generate(model, **changes)


def test_wrong_lengths_are_refused(model: ArdyModel) -> None:
    for frames in (0, -3, 10**9):
        with pytest.raises(RequestError, match="ARDY makes 1 to"):
            model.count_windows(frames)


def test_joints_are_relative_to_the_hips_that_count() -> None:
    """Two poses at one frame: the later one's hips count, and the other's hand is where it is in the world."""
    rng = np.random.default_rng(7)
    poses = [
        {
            "type": kind,
            "frame_indices": [3],
            "local_joints_rot": rng.normal(0, 0.3, (1, 27, 3)).tolist(),
            "root_positions": rng.normal(0, 1, (1, 3)).tolist(),
        }
        for kind in ("left-hand", "right-foot")
    ]
    hand, both = read_constraints(poses[:1], 8), read_constraints(poses, 8)
    wrist = POSITIONS.start + 3 * (NAMES.index("LeftHand") - 1)
    for axis, root in ((0, 0), (1, 0), (2, 2)):
        alone, together = (known.values[3, wrist + axis] for known in (hand, both))
        if axis != 1:  # heights are absolute
            alone, together = alone + hand.values[3, root], together + both.values[3, root]
        assert abs(alone - together) < 1e-9
    assert np.abs(hand.values[3, :3] - both.values[3, :3]).max() > 0.1


def test_numbers_may_be_arrays_of_one(model: ArdyModel) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((18, 20 + SMALL.latent)).astype(np.float32)
    text = rng.standard_normal((1, SMALL.text_width)).astype(np.float32)
    plain = model.denoise(x, text, 3, 0.4, 32)
    assert np.array_equal(plain, model.denoise(x, text, np.array([3.0]), np.array([0.4]), np.array([32.0])))
    noise = rng.standard_normal((1, 10, 20 + SMALL.latent)).astype(np.float32)
    made = [
        model.generate(wrap(21), text, np.zeros(1), noise, wrap(2), (2, 2), wrap(-1), wrap(0.3))
        for wrap in (lambda n: n, lambda n: np.array([n], np.float32))
    ]
    assert np.array_equal(*made)
