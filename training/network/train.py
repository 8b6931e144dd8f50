# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the embedded model from the recordings. Can be interrupted at any time and resumed."""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import math
import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...inference.embedded.features import (
    CONTACT_COLUMNS,
    FOOT_JOINTS,
    NUM_JOINTS,
    ROOT_COLUMNS,
    ROTATION_COLUMNS,
    joint_position_matrix,
)
from ..data.dataset import build_samples
from ..data.sample_cache import encode_samples, read_samples
from .batches import Corpus, TrainingVocabulary
from .model import Denoiser, NetworkConfig
from .warm_start import checkpoint_from_weights, load_partial_state

SPARE_WORDS = 400
"""Free rows of the learned embedding, for new words in the sentences of a resumed run."""


class Losses:
    """Losses on features, joint positions, velocities, sliding of planted feet, and the path on the ground."""

    def __init__(self, mean: np.ndarray, std: np.ndarray, device: torch.device) -> None:
        self.mean, self.std = torch.tensor(mean, device=device), torch.tensor(std, device=device)
        self.position_matrix = torch.tensor(joint_position_matrix(), dtype=torch.float32, device=device)

    def joint_positions(self, features: Tensor) -> Tensor:
        """Return joint positions (B, T, 22, 3) of features in real units, from the pelvis, in the heading frame."""
        columns = features[..., ROTATION_COLUMNS].unflatten(-1, (NUM_JOINTS, 6))
        x, y = columns[..., :3], columns[..., 3:]
        z = torch.linalg.cross(x, y)
        matrices = torch.stack([x, y, z], dim=-1).flatten(-3)
        return (matrices @ self.position_matrix).unflatten(-1, (NUM_JOINTS, 3))

    @staticmethod
    def joint_velocities(positions: Tensor, features: Tensor) -> Tensor:
        """Return world velocities (B, T - 1, 22, 3) of joints, metres a frame, in each frame's heading frame."""
        now, following = positions[:, :-1], positions[:, 1:]
        yaw = features[:, :-1, None, 2]
        cos, sin = yaw.cos(), yaw.sin()
        x = following[..., 0] * cos + following[..., 2] * sin - now[..., 0] + features[:, :-1, None, 0]
        z = following[..., 2] * cos - following[..., 0] * sin - now[..., 2] + features[:, :-1, None, 1]
        y = following[..., 1] - now[..., 1] + (features[:, 1:, None, 3] - features[:, :-1, None, 3])
        return torch.stack([x, y, z], dim=-1)

    def __call__(self, predicted: Tensor, target: Tensor, frame_weights: Tensor) -> dict[str, Tensor]:
        """Return the weighted terms of the loss; ``frame_weights`` (B, T): weight of each frame."""
        weight = frame_weights / frame_weights.mean()
        error = (predicted - target).pow(2)
        rotation_error = error[..., ROTATION_COLUMNS] * motion_weights(target[..., ROTATION_COLUMNS])
        error = torch.cat([error[..., ROOT_COLUMNS], rotation_error, error[..., CONTACT_COLUMNS]], dim=-1)
        feature_loss = lambda part: (error[..., part].mean(-1) * weight).mean()  # noqa: E731
        p, q = predicted * self.std + self.mean, target * self.std + self.mean
        positions, target_positions = self.joint_positions(p), self.joint_positions(q)
        velocities, target_velocities = (
            self.joint_velocities(positions, p),
            self.joint_velocities(target_positions, q),
        )
        feet = list(FOOT_JOINTS)
        planted = q[:, :-1, CONTACT_COLUMNS, None]
        path, target_path = p[..., :3].cumsum(1), q[..., :3].cumsum(1)
        weighted_mean = lambda values: (values.flatten(2).mean(-1) * weight[:, : values.shape[1]]).mean()  # noqa: E731
        return {
            "rotations": feature_loss(ROTATION_COLUMNS),
            "root": feature_loss(ROOT_COLUMNS),
            "contacts": 0.1 * feature_loss(CONTACT_COLUMNS),
            "places": 0.5
            * weighted_mean((positions - target_positions).pow(2) * motion_weights(target_positions))
            / 0.15**2,
            "speeds": 0.3 * weighted_mean((velocities - target_velocities).pow(2)) / 0.03**2,
            "sliding": 0.3 * weighted_mean(planted * velocities[:, :, feet][..., (0, 2)].pow(2)) / 0.03**2,
            "path": 0.2 * weighted_mean((path - target_path).pow(2)) / 0.5**2,
        }


def motion_weights(target: Tensor) -> Tensor:
    """Return the loss weight (B, 1, ...) of each number of windows (B, T, ...), larger if it moves more; mean 1.

    Without it the loss of a nod is dominated by joints that barely move and whose pose the text doesn't determine.
    """
    spread = target.std(1, keepdim=True)
    others = tuple(range(2, target.ndim))
    weights = 0.4 + (spread / spread.mean(others, keepdim=True).clamp_min(1e-4)).clamp(max=10.0)
    return weights / weights.mean(others, keepdim=True)


def add_noise(x: Tensor, t: Tensor) -> Tensor:
    """Add noise to clean features (B, T, D) at level ``t`` (B,) of the cosine schedule."""
    angle = (0.5 * math.pi * t)[:, None, None]
    return angle.cos() * x + angle.sin() * torch.randn_like(x)


def draw_noise_levels(count: int) -> Tensor:
    """Draw noise levels (count,): the ratio of noise to signal is log-normal around 10, for a quarter around 2.

    Neighbouring frames and joints are similar, so that a motion is still visible in noise of its own size. The text
    decides at ratios of 5 to 100, where most training steps are therefore spent.
    """
    coarse = math.log(10.0) + 1.6 * torch.randn(count)
    fine = math.log(2.0) + 1.2 * torch.randn(count)
    ratio = torch.exp(torch.where(torch.rand(count) < 0.25, fine, coarse)).clamp(0.02, 300.0)
    return torch.atan(ratio) * (2 / math.pi)


def hash_features(corpus: Corpus) -> str:
    """Return a short hash of all training features, which identifies the training set on the model card."""
    digest = hashlib.sha256()
    for motion in corpus.motions:
        digest.update(motion.tobytes())
    return digest.hexdigest()[:16]


def to_cpu(value: Any) -> Any:
    """Copy all tensors in nested containers to the CPU, so that checkpoints of a GPU can be read without one."""
    if isinstance(value, Tensor):
        return value.cpu()
    if isinstance(value, dict):
        return {k: to_cpu(v) for k, v in value.items()}
    if isinstance(value, list):
        return [to_cpu(v) for v in value]
    return value


class TrainingRun:
    """State of a training run as saved in a checkpoint: network, optimiser, running mean of the weights."""

    def __init__(self, model: Denoiser, card: dict[str, Any]) -> None:
        self.model, self.mean, self.card = model, copy.deepcopy(model).requires_grad_(False), card
        self.optimiser = torch.optim.AdamW(
            model.parameters(), betas=(0.9, 0.98), weight_decay=0.01, fused=True
        )
        self.step, self.seconds_spent = 0, 0.0

    def update_mean(self) -> None:
        """Update the running mean of the weights."""
        keep = min(0.997, (1 + self.step) / (20 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.mean.parameters()), list(self.model.parameters()), 1 - keep)

    def save(self, path: Path, extra: dict[str, Any]) -> None:
        """Write a checkpoint to resume or export from, under a temporary name first."""
        state = {"model": self.model.state_dict(), "mean": self.mean.state_dict(),
                 "optimiser": self.optimiser.state_dict(), "step": self.step, "spent": self.seconds_spent,
                 "config": self.model.config.as_dict(), "card": self.card, **extra}  # fmt: skip
        state = to_cpu(state)
        temporary = path.with_suffix(".partial")
        torch.save(state, temporary)
        temporary.replace(path)

    def load(self, state: dict[str, Any]) -> None:
        """Load the contents of a checkpoint of the same configuration."""
        self.model.load_state_dict(state["model"])
        self.mean.load_state_dict(state["mean"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.seconds_spent = state["step"], state["spent"]


class GradientWorker:
    """Computes losses and gradients of a part of a batch; several run in parallel on one model."""

    def __init__(
        self, model: Denoiser, next_batch: Callable[[], dict[str, np.ndarray]], losses: Losses
    ) -> None:
        self.model, self.next_batch, self.losses = model, next_batch, losses
        self.parameters = [p for p in model.parameters() if p.requires_grad]
        self.device = self.parameters[0].device

    def __call__(self) -> tuple[list[Tensor], dict[str, Tensor]]:
        """Return the gradients in the order of the model's parameters, and the terms of the loss."""
        torch.set_num_threads(1)
        batch = {k: torch.from_numpy(v).to(self.device) for k, v in self.next_batch().items()}
        x = batch["x"]
        t = draw_noise_levels(len(x)).to(self.device)
        text = self.model.encode_text(batch["static"], batch["ids"], batch["mask"])
        predicted = self.model(add_noise(x, t), t, text, batch["mask"], batch["given"], batch["known"])
        terms = self.losses(predicted, x, batch["real"])
        loss = torch.stack(list(terms.values())).sum()
        return list(torch.autograd.grad(loss, self.parameters)), {k: v.detach() for k, v in terms.items()}


class PrefetchQueue:
    """Batches made in advance by threads, so that a fast device does not wait for them."""

    def __init__(self, batch_functions: Sequence[Callable[[], dict[str, np.ndarray]]]) -> None:
        self.pool = ThreadPoolExecutor(len(batch_functions))
        self.pending = deque((draw_batch, self.pool.submit(draw_batch)) for draw_batch in batch_functions)

    def __call__(self) -> dict[str, np.ndarray]:
        """Return the next batch."""
        draw_batch, future = self.pending.popleft()
        self.pending.append((draw_batch, self.pool.submit(draw_batch)))
        return future.result()


def mean_gradients(parts: Sequence[list[Tensor]]) -> list[Tensor]:
    """Return the mean of the workers' gradients; the first worker's are overwritten."""
    first, *others = parts
    for gradients in others:  # in place: stacking them first takes seven times as long
        torch._foreach_add_(first, gradients)
    if others:
        torch._foreach_mul_(first, 1 / len(parts))
    return first


def make_workers(
    model: Denoiser, corpus: Corpus, losses: Losses, frames: int, count: int
) -> list[GradientWorker]:
    """Make the workers of a run: on a CPU one per thread with its part of the batch, on a GPU one for whole batches.

    Parameters
    ----------
    model : Denoiser
        The network that is trained.
    corpus : Corpus
        Training samples.
    losses : Losses
        Terms of the loss.
    frames : int
        Frames in a batch.
    count : int
        Number of threads that compute (CPU) or make batches (GPU).
    """
    is_gpu = next(model.parameters()).is_cuda
    frames_each = frames if is_gpu else frames // count
    batch_functions = [partial(corpus.copy_for_thread(n).draw_batch, frames_each) for n in range(count)]
    return (
        [GradientWorker(model, PrefetchQueue(batch_functions), losses)]
        if is_gpu
        else [GradientWorker(model, draw_batch, losses) for draw_batch in batch_functions]
    )


def learning_rate(peak: float, step: int, warmup: int, progress: float) -> float:
    """Return the learning rate: linear warm-up, then along a cosine down to 2 % of the peak.

    Parameters
    ----------
    peak : float
        Highest learning rate.
    step, warmup : int
        Number of this step, and of steps in which the rate rises.
    progress : float
        Progress of the whole training, 0 to 1.
    """
    return (
        peak * min(1.0, (step + 1) / warmup) * max(0.02, 0.5 + 0.5 * math.cos(math.pi * min(1.0, progress)))
    )


def setup_run(args: argparse.Namespace, device: torch.device) -> tuple[TrainingRun, Corpus, dict[str, Any]]:
    """Set up a run from its checkpoint, from exported weights, or new.

    Returns the run, its samples, and what its checkpoints hold besides the run.
    """
    rows = (
        read_samples(args.prepared) if args.prepared else encode_samples(build_samples(args.data, args.seed))
    )
    checkpoint = args.out / "checkpoint.pt"
    old = torch.load(checkpoint, weights_only=True) if args.resume and checkpoint.exists() else None
    exported = checkpoint_from_weights(args.start) if args.start and not old else None
    previous = old or exported
    # no new words where only a part of the network is trained: their vectors would stay random
    sentences = [] if args.only and previous else [t for s in rows for t in s.sentences]
    words = TrainingVocabulary.read(args.words, sentences, previous and previous["learned"])
    corpus = Corpus(
        rows, words, args.seed + (old["step"] if old else 0), previous and read_statistics(previous)
    )
    spare = 0 if args.only else SPARE_WORDS
    vocabulary = old["config"]["vocabulary"] if old else 2 + len(words.learned) + spare
    words.learned = {word: i for word, i in words.learned.items() if i < vocabulary}
    model = Denoiser(NetworkConfig(vocabulary=vocabulary))
    card: dict[str, Any] = {"seed": args.seed, "data": hash_features(corpus), "samples": len(rows)}
    if exported:
        load_partial_state(model, exported["model"])
        card["from"] = {
            k: v for k, v in exported["card"].items() if k in ("data", "steps", "minutes", "from")
        }
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not args.only or name.startswith(tuple(args.only)))
    run = TrainingRun(model.to(device), card)
    if old:
        run.load(old)
        run.card = old["card"] | card  # the data may have grown since
    extra = {"statistics": torch.from_numpy(np.stack([corpus.mean, corpus.std])), "learned": words.learned}
    return run, corpus, extra


def read_statistics(state: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and scale (D,) of the features from the contents of a checkpoint."""
    mean, std = state["statistics"].numpy()
    return mean, std


def main(argv: list[str] | None = None) -> None:
    """Train for a number of minutes (the learning rate falls to nearly zero) and write checkpoint.pt into --out."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, help="folder of motions.npz and clips.json")
    source.add_argument("--prepared", type=Path, help="samples that sample_cache wrote")
    parser.add_argument("--words", type=Path, required=True, help="words.npz as text_vectors writes it")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=75.0)
    parser.add_argument("--steps", type=int, help="end after so many steps in all, if that is sooner")
    parser.add_argument("--warmup", type=int, default=300, help="steps in which the learning rate rises")
    parser.add_argument("--frames", type=int, default=48 * 80, help="frames in a batch")
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--workers", type=int, default=2, help="threads, each with its part of the batch")
    parser.add_argument(
        "--device", default="cpu", help="cpu, or cuda for a GPU (threads then make batches ahead)"
    )
    parser.add_argument("--only", nargs="+", help="train only what begins with these names, such as swing")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--start", type=Path, help="exported weights to begin from, where nothing is resumed")
    args = parser.parse_args(argv)
    # one thread a worker: threads that share small matrix products mostly wait for each other
    os.environ["OMP_NUM_THREADS"] = "1"
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    device = torch.device(args.device)
    if device.type == "cpu":
        # with few tokens, the backward pass of the fused attention takes a third of a step (the switch also holds here)
        torch.backends.cuda.enable_flash_sdp(False)
    run, corpus, extra = setup_run(args, device)
    parameters = [p for p in run.model.parameters() if p.requires_grad]
    print(
        f"{sum(p.numel() for p in parameters) / 1e6:.2f} M parameters, {len(corpus.motions)} samples",
        flush=True,
    )
    workers = make_workers(
        run.model, corpus, Losses(corpus.mean, corpus.std, device), args.frames, args.workers
    )
    pool = ThreadPoolExecutor(len(workers))
    total, last_save, last_time = 60 * args.minutes, time.monotonic(), time.monotonic()
    sums: dict[str, Tensor] = {}
    while run.seconds_spent < total and run.step < (args.steps or run.step + 1):
        progress = max(run.seconds_spent / total, run.step / args.steps if args.steps else 0.0)
        rate = learning_rate(args.rate, run.step, args.warmup, progress)
        for group in run.optimiser.param_groups:
            group["lr"] = rate
        results = list(pool.map(lambda worker: worker(), workers))
        for parameter, gradient in zip(parameters, mean_gradients([g for g, _ in results]), strict=True):
            parameter.grad = gradient
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        run.optimiser.step()
        run.step += 1
        run.update_mean()
        for _, terms in results:
            for name, value in terms.items():
                sums[name] = sums.get(name, torch.zeros((), device=device)) + value / len(results)
        now = time.monotonic()
        run.seconds_spent += now - last_time
        last_time = now
        if run.step % 50 == 0:
            line = {"step": run.step, "minutes": round(run.seconds_spent / 60, 2), "rate": round(rate, 6),
                    **{k: round(float(v) / 50, 4) for k, v in sums.items()}}  # fmt: skip
            sums = {}
            with (args.out / "log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
        if now - last_save > 150:
            run.save(args.out / "checkpoint.pt", extra)
            last_save = time.monotonic()
    run.save(args.out / "checkpoint.pt", extra)


if __name__ == "__main__":
    main()
