# SPDX-License-Identifier: GPL-3.0-or-later
"""A script for the environment with torch: how far ten steps of ``dpm++`` end from many steps, in metres of the joints.

All begin with the same noise, and none adds any later, so that they approach one and the same motion. A network of
random weights at the published size is asked, with guidance, and two that predict as well as can be, because their
worlds are known: points with a blur around each, for which the best prediction is a formula. One's points are whole
motions of the embedded model, few and far apart; the other's are all single frames of these motions, which lie close
together, so that most of the way it is open which one it will be. Joints are HumanML3D's 22, placed by its own recovery
from features (single frames: about the pelvis). The last line of the output is JSON.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

ROOT = Path(__file__).resolve().parents[2]
FRAMES, WIDTH, LAYERS, STEPS, GUIDANCE = 196, 512, 8, 50, 2.5
"""The published size of MDM, and how it is usually sampled."""

THREADS = 2

Way = tuple[str, str, Any]
"""Name, sampler and respacing."""

PROMPTS = (
    "a person walks forward", "a person walks backward", "a person runs", "a person jumps", "a person turns left",
    "a person kicks with the right leg", "a person punches", "a person sits down", "a person dances",
    "a person waves with the right hand", "a person bows", "a person walks in a circle",
)  # fmt: skip
MOTION_BLUR, FRAME_BLUR = 0.2, 0.5
"""Deviation around each point of a world, in units of the features' own."""

POSTURE = 67
"""Features of a single frame that say where its joints are: four of the root, and 21 places."""

Joints = Callable[[Any], Any]
"""Normalised features (B, ..., F) to joints in metres (B, ..., 22, 3)."""


def load_tree() -> None:
    """Make ``kinescribe`` mean the working tree."""
    if "kinescribe" in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(
        "kinescribe", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["kinescribe"] = package
    spec.loader.exec_module(package)


def random_checkpoint(width: int = WIDTH, layers: int = LAYERS) -> Any:
    """Return MDM's encoder with random weights, as ``torch.nn`` initialises them."""
    from kinescribe.inference.checkpoints import load_checkpoint

    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(width, 4, 1024, 0.1, "gelu")
    encoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
    model = nn.ModuleDict({
        "seqTransEncoder": encoder,
        "input_process": nn.ModuleDict({"poseEmbedding": nn.Linear(263, width)}),
        "output_process": nn.ModuleDict({"poseFinal": nn.Linear(width, 263)}),
        "embed_timestep": nn.ModuleDict({
            "time_embed": nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        }),
        "embed_text": nn.Linear(512, width),
    })  # fmt: skip
    arguments = {"arch": "trans_enc", "layers": layers, "latent_dim": width, "diffusion_steps": STEPS}
    with tempfile.TemporaryDirectory(prefix="kinescribe-") as scratch:
        folder = Path(scratch)
        torch.save(model.state_dict(), folder / "model0.pt")
        (folder / "args.json").write_text(json.dumps(arguments), encoding="utf-8")
        return load_checkpoint(folder, device="cpu")


def ways(steps: int) -> list[Way]:
    """All samplers that are compared, the nearest to the truth first."""
    found: list[Way] = [("ddim, all steps", "ddim", None)]
    if steps > STEPS:
        found.append((f"ddim, {STEPS} steps", "ddim", [STEPS]))
    return [
        *found,
        ("ddim, 10 steps", "ddim", [10]),
        ("dpm++, 10 steps", "dpm++", "logsnr10"),
        ("dpm++, 20 steps", "dpm++", "logsnr20"),
    ]


def world(windows: int, frames: int, prompts: tuple[str, ...] = PROMPTS) -> tuple[Any, Any, Any]:
    """Features (N, frames, 263) of motions of the embedded model, normalised, and their mean and deviation (263,)."""
    from kinescribe.inference.registry import default_backend
    from kinescribe.motion import make_text_request
    from kinescribe.motion.formats import humanml3d

    clips = []
    for seed, prompt in enumerate(prompts):
        (motion,) = default_backend().generate(make_text_request(prompt, 6.0, 20.0, seed))
        joints = motion.positions
        for start in np.linspace(0, len(joints) - frames - 1, windows).astype(int):
            placed = humanml3d.move_to_start(joints[start : start + frames + 1])
            clips.append(humanml3d.joints_to_features(placed))
    whole = np.stack(clips)
    mean = whole.mean(axis=(0, 1))
    # as HumanML3D has it: one deviation for each kind of feature, so that none is blown up
    deviation = np.empty(263)
    for first, last in ((0, 1), (1, 3), (3, 4), (4, 67), (67, 193), (193, 259), (259, 263)):
        deviation[first:last] = whole[..., first:last].std(axis=(0, 1)).mean()
    return (whole - mean) / deviation, mean, deviation


def best_prediction(
    points: torch.Tensor, blur: float, plan: Any
) -> Callable[[torch.Tensor, int], torch.Tensor]:
    """For noise on one of ``points`` (N, D), each with a blur around it: the mean of what it may have been."""

    def predict(x: torch.Tensor, i: int) -> torch.Tensor:
        share = float(plan.alpha_bar[i])
        spread = share * blur**2 + 1 - share
        closeness = torch.softmax(-(torch.cdist(x, share**0.5 * points) ** 2) / (2 * spread), dim=-1)
        centre = closeness @ points
        return centre + share**0.5 * blur**2 / spread * (x - share**0.5 * centre)

    return predict


def in_known_world(steps: int, points: Any, blur: float, noise: torch.Tensor) -> dict[str, Any]:
    """Normalised features, of the shape of ``noise`` (B, ...), by each way; ``points`` (N, ...)."""
    from kinescribe.inference.checkpoints.sampling import sample_ddim, sample_dpm_solver
    from kinescribe.inference.checkpoints.schedule import make_schedule

    flat = torch.from_numpy(points.reshape(len(points), -1)).double()
    start = noise.reshape(len(noise), -1).double()
    found = {}
    for name, sampler, respacing in ways(steps):
        plan = make_schedule("cosine", steps, respacing)
        predict = best_prediction(flat, blur, plan)
        end = (
            sample_dpm_solver(predict, start, plan)
            if sampler == "dpm++"
            else sample_ddim(predict, start, plan, 0.0, lambda _step: start)
        )
        found[name] = end.reshape(noise.shape).numpy()
    return found


def with_random_weights(ours: Any, noise: torch.Tensor, text: torch.Tensor) -> dict[str, Any]:
    """Features (B, T, 263), normalised, by each way."""
    start = noise.permute(0, 2, 1)[:, :, None].contiguous()
    return {
        name: ours.sample(start, None, text, guidance=GUIDANCE, sampler=sampler, respacing=respacing)[
            :, :, 0
        ].transpose(0, 2, 1)
        for name, sampler, respacing in ways(ours.settings.diffusion_steps)
    }


def of_motions(mean: Any, deviation: Any) -> Joints:
    """From (B, T, 263): where the joints are in the world, travel and all."""
    from kinescribe.motion.formats import humanml3d

    return lambda features: np.stack(
        [humanml3d.features_to_joints(one * deviation + mean) for one in features]
    )


def of_frames(mean: Any, deviation: Any) -> Joints:
    """From (B, 67): above the point of the floor that the pelvis is over, in the direction that the body faces."""

    def joints(features: Any) -> Any:
        real = features * deviation[:POSTURE] + mean[:POSTURE]
        pelvis = np.stack([0 * real[:, 3], real[:, 3], 0 * real[:, 3]], axis=-1)
        return np.concatenate([pelvis[:, None], real[:, 4:].reshape(len(real), 21, 3)], axis=1)

    return joints


def distances(found: dict[str, Any], joints: Joints) -> dict[str, dict[str, float]]:
    """From the first way to each other: metres of the joints, in the world and counted from the pelvis.

    ``mean_m``, ``median_m`` and ``worst_m`` are of the samples' mean distances; ``features`` is the mean length of the
    difference of a frame's normalised features.
    """

    def mean(apart: Any) -> Any:
        return apart.reshape(len(apart), -1).mean(axis=1)

    truth, *others = found
    exact = joints(found[truth].astype(float))
    told = {}
    for name in others:
        here = joints(found[name].astype(float))
        apart = mean(np.linalg.norm(here - exact, axis=-1))
        about = np.linalg.norm((here - here[..., :1, :]) - (exact - exact[..., :1, :]), axis=-1)
        told[name] = {
            "mean_m": float(apart.mean()), "median_m": float(np.median(apart)), "worst_m": float(apart.max()),
            "from_pelvis_mean_m": float(about.mean()),
            "features": float(np.linalg.norm(found[name] - found[truth], axis=-1).mean()),
        }  # fmt: skip
    # what the distances are to be seen against: what other noise becomes
    other = mean(np.linalg.norm(exact - np.roll(exact, 1, axis=0), axis=-1))
    told["another noise"] = {"mean_m": float(other.mean()), "median_m": float(np.median(other))}
    return told


def measure(
    samples: int = 64,
    frames: int = 60,
    windows: int = 12,
    weights_samples: int = 4,
    weights_frames: int = FRAMES,
    prompts: tuple[str, ...] = PROMPTS,
    **size: int,
) -> dict[str, Any]:
    """All distances, of schedules of 50 and of 1000 steps."""
    torch.set_num_threads(1)  # thousands of small products: cores would wait for one another
    motions, mean, deviation = world(windows, frames, prompts)
    postures = motions[..., :POSTURE].reshape(-1, POSTURE)
    torch.manual_seed(1)
    worlds: dict[str, Any] = {}
    for name, points, blur, joints in (
        ("known_motions", motions, MOTION_BLUR, of_motions(mean, deviation)),
        ("known_frames", postures, FRAME_BLUR, of_frames(mean, deviation)),
    ):
        noise = torch.randn(samples, *points.shape[1:])
        worlds[name] = {
            "points": len(points), "blur": blur, "samples": samples,
            "schedules": {
                str(steps): distances(in_known_world(steps, points, blur, noise), joints) for steps in (STEPS, 1000)
            },
        }  # fmt: skip
    worlds["known_motions"]["frames"] = frames
    torch.set_num_threads(THREADS)
    ours = random_checkpoint(**size)
    noise, text = torch.randn(weights_samples, weights_frames, 263), torch.randn(1, weights_samples, 512)
    random = distances(with_random_weights(ours, noise, text), of_motions(mean, deviation))
    worlds["random_weights"] = {
        "frames": weights_frames, "samples": weights_samples, "guidance": GUIDANCE,
        "schedules": {str(ours.settings.diffusion_steps): random},
    }  # fmt: skip
    return worlds


if __name__ == "__main__":
    load_tree()
    sys.stdout.write(json.dumps(measure()) + "\n")
