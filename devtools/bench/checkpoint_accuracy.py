# SPDX-License-Identifier: GPL-3.0-or-later
"""A script for the environment with torch: the distance between ten steps of ``dpm++`` and many steps, in metres.

All samplers begin with the same noise and add none later, so that they approach the same motion. Three denoisers are
sampled: a network of the published size with random weights, with guidance, and two exact ones. Those belong to
mixtures of Gaussians, for which the best prediction is a formula. The centres are whole motions of the embedded model,
few and far apart, or all single frames of these motions, which lie close together, so that it is decided late which
frame a sample becomes. Joints are HumanML3D's 22, recovered from features as HumanML3D does (single frames: relative to
the pelvis). The last line of the output is JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ..testing.working_tree import load_working_tree

FRAMES, WIDTH, LAYERS, STEPS, GUIDANCE = 196, 512, 8, 50, 2.5
"""The published size of MDM, and how it is usually sampled."""

THREADS = 2

SamplerSetup = tuple[str, str, Any]
"""Name, sampler and respacing."""

PROMPTS = (
    "a person walks forward", "a person walks backward", "a person runs", "a person jumps", "a person turns left",
    "a person kicks with the right leg", "a person punches", "a person sits down", "a person dances",
    "a person waves with the right hand", "a person bows", "a person walks in a circle",
)  # fmt: skip
MOTION_SIGMA, FRAME_SIGMA = 0.2, 0.5
"""Deviation of the Gaussians around motions and frames, in units of the normalised features."""

POSE_FEATURES = 67
"""Features of a single frame that determine its joints: four of the root, and 21 positions."""

JointDecoder = Callable[[Any], Any]
"""Normalised features (B, ..., F) to joints in metres (B, ..., 22, 3)."""


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


def sampler_setups(steps: int) -> list[SamplerSetup]:
    """Return all samplers that are compared, the most accurate first."""
    setups: list[SamplerSetup] = [("ddim, all steps", "ddim", None)]
    if steps > STEPS:
        setups.append((f"ddim, {STEPS} steps", "ddim", [STEPS]))
    return [
        *setups,
        ("ddim, 10 steps", "ddim", [10]),
        ("dpm++, 10 steps", "dpm++", "logsnr10"),
        ("dpm++, 20 steps", "dpm++", "logsnr20"),
    ]


def motion_features(
    windows_per_motion: int, frames: int, prompts: tuple[str, ...] = PROMPTS
) -> tuple[Any, Any, Any]:
    """Return normalised features (N, frames, 263) of the embedded model's motions, their mean and deviation (263,).

    Parameters
    ----------
    windows_per_motion : int
        Pieces that are cut out of each motion.
    frames : int
        Length of a piece.
    prompts : tuple of str
        One motion of six seconds each.
    """
    from kinescribe.inference.registry import default_backend
    from kinescribe.motion import make_text_request
    from kinescribe.motion.formats import humanml3d

    clips = []
    for seed, prompt in enumerate(prompts):
        (motion,) = default_backend().generate(make_text_request(prompt, 6.0, 20.0, seed))
        joints = motion.positions
        for start in np.linspace(0, len(joints) - frames - 1, windows_per_motion).astype(int):
            normalised = humanml3d.move_to_start(joints[start : start + frames + 1])
            clips.append(humanml3d.joints_to_features(normalised))
    features = np.stack(clips)
    mean = features.mean(axis=(0, 1))
    # one deviation for each kind of feature, as in HumanML3D, so that nearly constant features aren't amplified
    deviation = np.empty(263)
    for first, last in ((0, 1), (1, 3), (3, 4), (4, 67), (67, 193), (193, 259), (259, 263)):
        deviation[first:last] = features[..., first:last].std(axis=(0, 1)).mean()
    return (features - mean) / deviation, mean, deviation


def exact_denoiser(
    points: torch.Tensor, sigma: float, plan: Any
) -> Callable[[torch.Tensor, int], torch.Tensor]:
    """Return the exact denoiser of a mixture of Gaussians with deviation ``sigma`` around ``points`` (N, D).

    It returns the mean of the clean samples that a noisy sample (B, D) can come from.
    """

    def predict(x: torch.Tensor, i: int) -> torch.Tensor:
        alpha_bar = float(plan.alpha_bar[i])
        variance = alpha_bar * sigma**2 + 1 - alpha_bar
        weights = torch.softmax(-(torch.cdist(x, alpha_bar**0.5 * points) ** 2) / (2 * variance), dim=-1)
        mean = weights @ points
        return mean + alpha_bar**0.5 * sigma**2 / variance * (x - alpha_bar**0.5 * mean)

    return predict


def sample_known_distribution(steps: int, points: Any, sigma: float, noise: torch.Tensor) -> dict[str, Any]:
    """Sample a mixture of Gaussians with its exact denoiser.

    Parameters
    ----------
    steps : int
        Steps of the diffusion schedule.
    points : (N, ...) normalised features
        Centres of the Gaussians.
    sigma : float
        Their deviation.
    noise : (B, ...)
        Initial noise.

    Returns
    -------
    dict
        Samples of the shape of ``noise``, by name of the sampler.
    """
    from kinescribe.inference.checkpoints.sampling import sample_ddim, sample_dpm_solver
    from kinescribe.inference.checkpoints.schedule import make_schedule

    flat = torch.from_numpy(points.reshape(len(points), -1)).double()
    start = noise.reshape(len(noise), -1).double()
    samples = {}
    for name, sampler, respacing in sampler_setups(steps):
        plan = make_schedule("cosine", steps, respacing)
        predict = exact_denoiser(flat, sigma, plan)
        sample = (
            sample_dpm_solver(predict, start, plan)
            if sampler == "dpm++"
            else sample_ddim(predict, start, plan, 0.0, lambda _step: start)
        )
        samples[name] = sample.reshape(noise.shape).numpy()
    return samples


def sample_random_weights(checkpoint: Any, noise: torch.Tensor, text: torch.Tensor) -> dict[str, Any]:
    """Return normalised features (B, T, 263) by name of the sampler, from a network with random weights."""
    start = noise.permute(0, 2, 1)[:, :, None].contiguous()
    return {
        name: checkpoint.sample(start, None, text, guidance=GUIDANCE, sampler=sampler, respacing=respacing)[
            :, :, 0
        ].transpose(0, 2, 1)
        for name, sampler, respacing in sampler_setups(checkpoint.settings.diffusion_steps)
    }


def make_motion_decoder(mean: Any, deviation: Any) -> JointDecoder:
    """Return a decoder from normalised features (B, T, 263) to joints in the world, root motion included."""
    from kinescribe.motion.formats import humanml3d

    return lambda features: np.stack(
        [humanml3d.features_to_joints(one * deviation + mean) for one in features]
    )


def make_frame_decoder(mean: Any, deviation: Any) -> JointDecoder:
    """Return a decoder from normalised features (B, 67) of single frames to joints, the pelvis above the origin."""

    def decode_frames(features: Any) -> Any:
        features_in_metres = features * deviation[:POSE_FEATURES] + mean[:POSE_FEATURES]
        pelvis = np.stack(
            [0 * features_in_metres[:, 3], features_in_metres[:, 3], 0 * features_in_metres[:, 3]], axis=-1
        )
        return np.concatenate(
            [pelvis[:, None], features_in_metres[:, 4:].reshape(len(features_in_metres), 21, 3)], axis=1
        )

    return decode_frames


def compare_samplers(samples: dict[str, Any], decode: JointDecoder) -> dict[str, dict[str, float]]:
    """Return distances of the joints, in metres, between the first sampler's result and each other sampler's.

    ``mean_m``, ``median_m`` and ``worst_m`` are taken over the samples' mean distances in the world,
    ``from_pelvis_mean_m`` over distances relative to the pelvis. ``features`` is the mean length of the difference of a
    frame's normalised features.
    """

    def sample_means(values: Any) -> Any:
        return values.reshape(len(values), -1).mean(axis=1)

    reference_name, *others = samples
    reference = decode(samples[reference_name].astype(float))
    figures = {}
    for name in others:
        positions = decode(samples[name].astype(float))
        world_distances = sample_means(np.linalg.norm(positions - reference, axis=-1))
        pelvis_distances = np.linalg.norm(
            (positions - positions[..., :1, :]) - (reference - reference[..., :1, :]), axis=-1
        )
        figures[name] = {
            "mean_m": float(world_distances.mean()), "median_m": float(np.median(world_distances)),
            "worst_m": float(world_distances.max()),
            "from_pelvis_mean_m": float(pelvis_distances.mean()),
            "features": float(np.linalg.norm(samples[name] - samples[reference_name], axis=-1).mean()),
        }  # fmt: skip
    # for comparison: the distance between samples of different noise
    noise_distances = sample_means(np.linalg.norm(reference - np.roll(reference, 1, axis=0), axis=-1))
    figures["another noise"] = {
        "mean_m": float(noise_distances.mean()),
        "median_m": float(np.median(noise_distances)),
    }
    return figures


def measure_accuracy(
    samples: int = 64,
    frames: int = 60,
    windows_per_motion: int = 12,
    weights_samples: int = 4,
    weights_frames: int = FRAMES,
    prompts: tuple[str, ...] = PROMPTS,
    **size: int,
) -> dict[str, Any]:
    """Return all distances, with schedules of 50 and of 1000 steps.

    Parameters
    ----------
    samples : int
        Samples from each mixture of Gaussians.
    frames : int
        Length of a motion in the mixture of motions.
    windows_per_motion : int
        Pieces of each motion in the mixtures.
    weights_samples, weights_frames : int
        Number and length of the samples from random weights.
    prompts : tuple of str
        Motions that the mixtures are made of.
    **size
        Width and layers of the network with random weights.
    """
    torch.set_num_threads(1)  # the products are small: threads would mostly wait for one another
    motions, mean, deviation = motion_features(windows_per_motion, frames, prompts)
    poses = motions[..., :POSE_FEATURES].reshape(-1, POSE_FEATURES)
    torch.manual_seed(1)
    figures: dict[str, Any] = {}
    for name, points, sigma, joints in (
        ("known_motions", motions, MOTION_SIGMA, make_motion_decoder(mean, deviation)),
        ("known_frames", poses, FRAME_SIGMA, make_frame_decoder(mean, deviation)),
    ):
        noise = torch.randn(samples, *points.shape[1:])
        figures[name] = {
            "points": len(points), "blur": sigma, "samples": samples,
            "schedules": {
                str(steps): compare_samplers(sample_known_distribution(steps, points, sigma, noise), joints)
                for steps in (STEPS, 1000)
            },
        }  # fmt: skip
    figures["known_motions"]["frames"] = frames
    torch.set_num_threads(THREADS)
    ours = random_checkpoint(**size)
    noise, text = torch.randn(weights_samples, weights_frames, 263), torch.randn(1, weights_samples, 512)
    random_figures = compare_samplers(
        sample_random_weights(ours, noise, text), make_motion_decoder(mean, deviation)
    )
    figures["random_weights"] = {
        "frames": weights_frames, "samples": weights_samples, "guidance": GUIDANCE,
        "schedules": {str(ours.settings.diffusion_steps): random_figures},
    }  # fmt: skip
    return figures


if __name__ == "__main__":
    load_working_tree()
    sys.stdout.write(json.dumps(measure_accuracy()) + "\n")
