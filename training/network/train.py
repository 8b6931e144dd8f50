# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the embedded model from the recordings. Can be cut at any time and resumed."""

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

from ...inference.embedded.features import CONTACTS, FEET, JOINTS, ROOT, ROTATIONS, place_matrix
from ..data.dataset import build
from ..data.sample_cache import prepared, read
from .batches import Corpus, Words
from .model import Config, Denoiser
from .warm_start import adopt, state_of

SPARE_WORDS = 400
"""Learned vectors kept free for words that the sentences gain before a run is resumed."""


class Losses:
    """How far a prediction is off: numbers, places, speeds, sliding of planted feet, and where it all leads."""

    def __init__(self, mean: np.ndarray, std: np.ndarray, device: torch.device) -> None:
        self.mean, self.std = torch.tensor(mean, device=device), torch.tensor(std, device=device)
        self.matrix = torch.tensor(place_matrix(), dtype=torch.float32, device=device)

    def places(self, features: Tensor) -> Tensor:
        """Joint positions (B, T, 22, 3) relative to the pelvis, in the heading frame, of features in real units."""
        columns = features[..., ROTATIONS].unflatten(-1, (JOINTS, 6))
        x, y = columns[..., :3], columns[..., 3:]
        z = torch.linalg.cross(x, y)
        matrices = torch.stack([x, y, z], dim=-1).flatten(-3)
        return (matrices @ self.matrix).unflatten(-1, (JOINTS, 3))

    @staticmethod
    def speeds(places: Tensor, features: Tensor) -> Tensor:
        """World velocity (B, T - 1, 22, 3) of each joint per frame, seen from the heading frame."""
        now, then = places[:, :-1], places[:, 1:]
        yaw = features[:, :-1, None, 2]
        cos, sin = yaw.cos(), yaw.sin()
        x = then[..., 0] * cos + then[..., 2] * sin - now[..., 0] + features[:, :-1, None, 0]
        z = then[..., 2] * cos - then[..., 0] * sin - now[..., 2] + features[:, :-1, None, 1]
        y = then[..., 1] - now[..., 1] + (features[:, 1:, None, 3] - features[:, :-1, None, 3])
        return torch.stack([x, y, z], dim=-1)

    def __call__(self, predicted: Tensor, target: Tensor, real: Tensor) -> dict[str, Tensor]:
        """Weighted terms; ``real`` (B, T) says how much each frame counts."""
        weight = real / real.mean()
        error = (predicted - target).pow(2)
        turns = error[..., ROTATIONS] * moving(target[..., ROTATIONS])
        error = torch.cat([error[..., ROOT], turns, error[..., CONTACTS]], dim=-1)
        numbers = lambda part: (error[..., part].mean(-1) * weight).mean()  # noqa: E731
        p, q = predicted * self.std + self.mean, target * self.std + self.mean
        at, should = self.places(p), self.places(q)
        fast, right = self.speeds(at, p), self.speeds(should, q)
        feet = list(FEET)
        planted = q[:, :-1, CONTACTS, None]
        led, lead = p[..., :3].cumsum(1), q[..., :3].cumsum(1)
        mean = lambda values: (values.flatten(2).mean(-1) * weight[:, : values.shape[1]]).mean()  # noqa: E731
        return {
            "rotations": numbers(ROTATIONS),
            "root": numbers(ROOT),
            "contacts": 0.1 * numbers(CONTACTS),
            "places": 0.5 * mean((at - should).pow(2) * moving(should)) / 0.15**2,
            "speeds": 0.3 * mean((fast - right).pow(2)) / 0.03**2,
            "sliding": 0.3 * mean(planted * fast[:, :, feet][..., (0, 2)].pow(2)) / 0.03**2,
            "path": 0.2 * mean((led - lead).pow(2)) / 0.5**2,
        }


def moving(target: Tensor) -> Tensor:
    """How much each number of windows (B, T, ...) counts, (B, 1, ...), 1 on average: the more, the more it moves.

    Where a head nods, all else stands as it happens to stand: nothing tells how, and what nods would be lost in it.
    """
    spread = target.std(1, keepdim=True)
    others = tuple(range(2, target.ndim))
    share = 0.4 + (spread / spread.mean(others, keepdim=True).clamp_min(1e-4)).clamp(max=10.0)
    return share / share.mean(others, keepdim=True)


def noisy(x: Tensor, t: Tensor) -> Tensor:
    """Clean features at noise level ``t`` (B,) of the cosine schedule."""
    angle = (0.5 * math.pi * t)[:, None, None]
    return angle.cos() * x + angle.sin() * torch.randn_like(x)


def noise_levels(count: int) -> Tensor:
    """Random levels t (count,): the ratio of noise to signal is log-normal around 10, for a quarter around 2.

    Neighbouring frames and joints say much the same, so that a motion shows through noise of its own size; what it
    will be is decided at ratios of 5 to 100, and that is where most of the learning must go.
    """
    coarse = math.log(10.0) + 1.6 * torch.randn(count)
    fine = math.log(2.0) + 1.2 * torch.randn(count)
    ratio = torch.exp(torch.where(torch.rand(count) < 0.25, fine, coarse)).clamp(0.02, 300.0)
    return torch.atan(ratio) * (2 / math.pi)


def fingerprint(corpus: Corpus) -> str:
    """Short hash of all training features, to say what the weights were made from."""
    digest = hashlib.sha256()
    for motion in corpus.motions:
        digest.update(motion.tobytes())
    return digest.hexdigest()[:16]


def on_processor(value: Any) -> Any:
    """The same with all tensors on the processor, so that what a GPU has trained can be read without one."""
    if isinstance(value, Tensor):
        return value.cpu()
    if isinstance(value, dict):
        return {k: on_processor(v) for k, v in value.items()}
    if isinstance(value, list):
        return [on_processor(v) for v in value]
    return value


class Run:
    """Network, optimiser and running mean of the weights, as they are written to and read from a checkpoint."""

    def __init__(self, model: Denoiser, card: dict[str, Any]) -> None:
        self.model, self.mean, self.card = model, copy.deepcopy(model).requires_grad_(False), card
        self.optimiser = torch.optim.AdamW(
            model.parameters(), betas=(0.9, 0.98), weight_decay=0.01, fused=True
        )
        self.step, self.spent = 0, 0.0

    def average(self) -> None:
        """Move the running mean a little towards the present weights."""
        keep = min(0.997, (1 + self.step) / (20 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.mean.parameters()), list(self.model.parameters()), 1 - keep)

    def save(self, path: Path, extra: dict[str, Any]) -> None:
        """Write everything needed to go on, or to export, under a temporary name first."""
        state = {"model": self.model.state_dict(), "mean": self.mean.state_dict(),
                 "optimiser": self.optimiser.state_dict(), "step": self.step, "spent": self.spent,
                 "config": self.model.config.as_dict(), "card": self.card, **extra}  # fmt: skip
        state = on_processor(state)
        temporary = path.with_suffix(".partial")
        torch.save(state, temporary)
        temporary.replace(path)

    def load(self, state: dict[str, Any]) -> None:
        """Go on from the contents of a checkpoint of the same configuration."""
        self.model.load_state_dict(state["model"])
        self.mean.load_state_dict(state["mean"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.spent = state["step"], state["spent"]


class Worker:
    """Losses and gradients of one part of a batch; several run side by side on one model."""

    def __init__(self, model: Denoiser, feed: Callable[[], dict[str, np.ndarray]], losses: Losses) -> None:
        self.model, self.feed, self.losses = model, feed, losses
        self.parameters = [p for p in model.parameters() if p.requires_grad]
        self.device = self.parameters[0].device

    def __call__(self) -> tuple[list[Tensor], dict[str, Tensor]]:
        """Gradients in the order of the model's parameters, and the terms of the loss."""
        torch.set_num_threads(1)
        batch = {k: torch.from_numpy(v).to(self.device) for k, v in self.feed().items()}
        x = batch["x"]
        t = noise_levels(len(x)).to(self.device)
        text = self.model.read(batch["static"], batch["ids"], batch["mask"])
        guess = self.model(noisy(x, t), t, text, batch["mask"], batch["given"], batch["known"])
        terms = self.losses(guess, x, batch["real"])
        loss = torch.stack(list(terms.values())).sum()
        return list(torch.autograd.grad(loss, self.parameters)), {k: v.detach() for k, v in terms.items()}


class Ahead:
    """Batches made by threads before they are asked for, so that a fast device need not wait."""

    def __init__(self, makers: Sequence[Callable[[], dict[str, np.ndarray]]]) -> None:
        self.pool = ThreadPoolExecutor(len(makers))
        self.waiting = deque((maker, self.pool.submit(maker)) for maker in makers)

    def __call__(self) -> dict[str, np.ndarray]:
        """The next batch."""
        maker, future = self.waiting.popleft()
        self.waiting.append((maker, self.pool.submit(maker)))
        return future.result()


def workers_of(model: Denoiser, corpus: Corpus, losses: Losses, frames: int, count: int) -> list[Worker]:
    """On a processor, one worker for each thread with its part of the batch; on a GPU one that gets whole batches."""
    gpu = next(model.parameters()).is_cuda
    share = frames if gpu else frames // count
    feeds = [partial(corpus.fork(n).batch, share) for n in range(count)]
    return [Worker(model, Ahead(feeds), losses)] if gpu else [Worker(model, feed, losses) for feed in feeds]


def rate_at(peak: float, step: int, warmup: int, done: float) -> float:
    """Learning rate: up in a straight line, then down along a cosine to nearly nothing when all is done (1)."""
    return peak * min(1.0, (step + 1) / warmup) * max(0.02, 0.5 + 0.5 * math.cos(math.pi * min(1.0, done)))


def begun(args: argparse.Namespace, device: torch.device) -> tuple[Run, Corpus, dict[str, Any]]:
    """The run at its checkpoint, at the weights that it starts from, or at its very beginning; with its samples."""
    rows = read(args.prepared) if args.prepared else prepared(build(args.data, args.seed))
    checkpoint = args.out / "checkpoint.pt"
    old = torch.load(checkpoint, weights_only=True) if args.resume and checkpoint.exists() else None
    warm = state_of(args.start) if args.start and not old else None
    known = old or warm
    # vectors of new words would stay as random as they begin where only a part is trained
    said = [] if args.only and known else [t for s in rows for t in s.sentences]
    words = Words.read(args.words, said, known and known["learned"])
    corpus = Corpus(rows, words, args.seed + (old["step"] if old else 0), known and statistics(known))
    spare = 0 if args.only else SPARE_WORDS
    vocabulary = old["config"]["vocabulary"] if old else 2 + len(words.learned) + spare
    words.learned = {word: i for word, i in words.learned.items() if i < vocabulary}
    model = Denoiser(Config(vocabulary=vocabulary))
    card: dict[str, Any] = {"seed": args.seed, "data": fingerprint(corpus), "samples": len(rows)}
    if warm:
        adopt(model, warm["model"])
        card["from"] = {k: v for k, v in warm["card"].items() if k in ("data", "steps", "minutes", "from")}
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not args.only or name.startswith(tuple(args.only)))
    run = Run(model.to(device), card)
    if old:
        run.load(old)
        run.card = old["card"] | card  # the data may have grown since
    extra = {"statistics": torch.from_numpy(np.stack([corpus.mean, corpus.std])), "learned": words.learned}
    return run, corpus, extra


def statistics(state: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and scale (D,) of the features, of the contents of a checkpoint."""
    mean, std = state["statistics"].numpy()
    return mean, std


def main(argv: list[str] | None = None) -> None:
    """Train for a number of minutes (learning rate falls to zero at their end) and leave checkpoint.pt in --out."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, help="folder of motions.npz and clips.json")
    source.add_argument("--prepared", type=Path, help="samples that were built from it before")
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
    # one thread a worker: several that share each small product spend their time waiting for one another
    os.environ["OMP_NUM_THREADS"] = "1"
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    device = torch.device(args.device)
    run, corpus, extra = begun(args, device)
    parameters = [p for p in run.model.parameters() if p.requires_grad]
    print(
        f"{sum(p.numel() for p in parameters) / 1e6:.2f} M parameters, {len(corpus.motions)} samples",
        flush=True,
    )
    workers = workers_of(
        run.model, corpus, Losses(corpus.mean, corpus.std, device), args.frames, args.workers
    )
    pool = ThreadPoolExecutor(len(workers))
    total, saved, clock = 60 * args.minutes, time.monotonic(), time.monotonic()
    sums: dict[str, Tensor] = {}
    while run.spent < total and run.step < (args.steps or run.step + 1):
        done = max(run.spent / total, run.step / args.steps if args.steps else 0.0)
        rate = rate_at(args.rate, run.step, args.warmup, done)
        for group in run.optimiser.param_groups:
            group["lr"] = rate
        results = list(pool.map(lambda worker: worker(), workers))
        for parameter, *grads in zip(parameters, *(grads for grads, _ in results), strict=True):
            parameter.grad = torch.stack(grads).mean(0) if len(grads) > 1 else grads[0]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        run.optimiser.step()
        run.step += 1
        run.average()
        for _, terms in results:
            for name, value in terms.items():
                sums[name] = sums.get(name, torch.zeros((), device=device)) + value / len(results)
        now = time.monotonic()
        run.spent += now - clock
        clock = now
        if run.step % 50 == 0:
            line = {"step": run.step, "minutes": round(run.spent / 60, 2), "rate": round(rate, 6),
                    **{k: round(float(v) / 50, 4) for k, v in sums.items()}}  # fmt: skip
            sums = {}
            with (args.out / "log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
        if now - saved > 150:
            run.save(args.out / "checkpoint.pt", extra)
            saved = time.monotonic()
    run.save(args.out / "checkpoint.pt", extra)


if __name__ == "__main__":
    main()
