# SPDX-License-Identifier: GPL-3.0-or-later
"""A script for the environment "original": ARDY's numbers and speed beside the original's code.

``python -m devtools.bench.ardy_original_measure CHECKOUT`` takes a checkout of that code, and prints JSON in its last
line. Weights are random.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from ..testing.working_tree import load_working_tree

load_working_tree()

import numpy as np  # noqa: E402
import torch  # noqa: E402
from kinescribe.inference.ardy import ArdyModel, load_ardy  # noqa: E402
from kinescribe.inference.ardy.config import FRAMES_PER_TOKEN, ArdyConfig  # noqa: E402
from kinescribe.inference.ardy.config_values import TransformerSizes  # noqa: E402
from kinescribe.inference.ardy.representation import FEATURES, ROOT  # noqa: E402
from kinescribe.inference.ardy.sampler import SamplingOptions  # noqa: E402
from kinescribe.inference.checkpoints.ardy_layers import has_fast_bfloat16, open_ardy  # noqa: E402
from kinescribe.motion import make_text_request  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from ..testing.ardy_files import PUBLISHED, write_checkpoint  # noqa: E402

CHECKPOINTS, WINDOWS = 20, 6
"""Random checkpoints, and windows that are generated with each, one after the other."""

CLIPS = {"4 s at 4 steps": (4.0, 4), "4 s at 10 steps": (4.0, 10), "10 s at 4 steps": (10.0, 4)}
REPEATS = 3

_VISIBLE_SECONDS = 10
_VELOCITIES, _WIDENING = slice(5, 8), 60.0
"""Turn and velocities of the root in the statistics, and how much larger their deviations have to be to fit."""
_NAME = "ARDY-Core-Random"

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Window:
    """What one window is generated from; all arrays are float32.

    Attributes
    ----------
    history : (N, 330), normalised features before it
    text : (1, text width)
    noise : (generated tokens, 20 + latent)
    steps : of the sampler
    weights : of guidance by the text and by constraints
    start, heading : where it begins without a history, in metres and radians
    mask, observed : (N + horizon or more, 330), known features, or None
    """

    history: Array
    text: Array
    noise: Array
    steps: int
    weights: tuple[float, float]
    start: Array
    heading: float
    mask: Array | None
    observed: Array | None


def choose_config(rng: np.random.Generator) -> ArdyConfig:
    """Return small random sizes with the horizons and frame rates that are published, and others than those levels."""

    def choose(*values: int) -> int:
        return int(rng.choice(values))

    latent = choose(4, 8, 12)
    levels = rng.choice([5, 7, 8, 16, 32, 63, 64], latent) if rng.random() < 0.6 else np.full(latent, 64)
    return ArdyConfig(
        fps=choose(20, 25),
        horizon=choose(8, 40, 52),
        text_width=choose(16, 24, 32),
        latent=latent,
        levels=tuple(levels.tolist()),
        denoiser=TransformerSizes(choose(32, 64), choose(48, 96), choose(2, 3), choose(2, 4)),
        tokenizer=TransformerSizes(choose(16, 32), choose(32, 48), choose(2, 3), 2),
        causal_encoder=bool(rng.random() < 0.7),
        causal_decoder=bool(rng.random() < 0.7),
    )


def choose_window(rng: np.random.Generator, config: ArdyConfig, motion: Array) -> Window:
    """Return a window after a motion (N, 330): it sees a random length of it, and has constraints or not."""
    limit = _VISIBLE_SECONDS * config.fps // FRAMES_PER_TOKEN * FRAMES_PER_TOKEN - config.horizon
    visible = min(len(motion), limit)
    if visible and rng.random() < 0.3:
        visible = FRAMES_PER_TOKEN * int(rng.integers(1, visible // FRAMES_PER_TOKEN + 1))
    mask = observed = None
    if rng.random() < 0.6:
        frames = visible + config.horizon + FRAMES_PER_TOKEN * int(rng.integers(0, 4))
        mask = np.zeros((frames, FEATURES), np.float32)
        for frame in rng.choice(frames, int(rng.integers(1, 6))):
            # a point of a path, a pose, or a hand
            columns = ([0, 2], [*range(83)], [*range(5), *range(5, 11), *range(83, 89)])[int(rng.integers(3))]
            mask[frame, columns] = 1
        observed = mask * rng.standard_normal(mask.shape).astype(np.float32)
    has_text = rng.random() < 0.85
    return Window(
        history=motion[len(motion) - visible :],
        text=(rng.standard_normal((1, config.text_width)) * has_text).astype(np.float32),
        noise=rng.standard_normal((config.horizon_tokens, config.token_numbers)).astype(np.float32),
        steps=int(rng.choice([2, 4, 5, 7, 10])),
        weights=((2.0, 2.0), (3.5, 2.0), (2.0, 0.0), (0.0, 2.0))[int(rng.integers(4))],
        start=np.array([rng.normal(), 0, rng.normal()], np.float32),
        heading=float(np.float32(rng.uniform(-3, 3))),
        mask=mask,
        observed=observed,
    )


class Original:
    """A checkpoint that the original's code has loaded."""

    def __init__(self, folder: Path, dtype: torch.dtype = torch.float32) -> None:
        """Load the checkpoint of a folder, to be computed in a type."""
        from ardy.model.load_model import load_model

        self._dtype = dtype
        self.model = load_model(
            folder.name, device="cpu", text_encoder=False, checkpoints_dir=str(folder.parent)
        ).to(dtype)

    def generate_window(self, window: Window, copies: int = 1) -> Array:
        """Return the features (N + horizon, 330) of history and window; ``copies``: how often the batch holds it."""

        def to_batch(values: Any) -> torch.Tensor | None:
            if values is None:
                return None
            return torch.from_numpy(np.repeat(np.asarray(values)[None], copies, axis=0)).to(self._dtype)

        history = window.history
        frames = len(history) + window.noise.shape[0] * FRAMES_PER_TOKEN
        noise = to_batch(window.noise)
        torch.set_default_dtype(self._dtype)
        try:
            with torch.inference_mode(), mock.patch.object(torch, "randn", lambda *_, **__: noise):
                motion = self.model.autoregressive_step(
                    frames if window.mask is None else len(window.mask),
                    window.steps,
                    to_batch(window.mask),
                    to_batch(window.observed),
                    cfg_weight=window.weights,
                    text_feat=to_batch(window.text),
                    text_pad_mask=torch.ones(copies, 1, dtype=torch.bool),
                    init_history_sequence=to_batch(history) if len(history) else None,
                    init_global_translation=to_batch(window.start),
                    init_first_heading_angle=to_batch(np.float32(window.heading)),
                )
        finally:
            torch.set_default_dtype(torch.float32)
        return np.asarray(motion[0].numpy())

    def generate(self, frames: int, steps: int) -> None:
        """Generate a motion of some frames as the original's command line does, with a random text vector."""
        width = self.model.denoiser.llm_shape[-1]
        with torch.inference_mode():
            self.model(
                [""],
                frames,
                steps,
                torch.ones(1, frames, dtype=torch.bool),
                torch.zeros(1),
                None,
                None,
                cfg_weight=(2.0, 2.0),
                text_feat=torch.randn(1, 1, width),
                text_pad_mask=torch.ones(1, 1, dtype=torch.bool),
                progress_bar=iter,
                crop_history_length=160,
            )


def generate_window(model: ArdyModel, window: Window) -> Array:
    """Return what Kinescribe's code gives for a window."""
    return model.continue_motion(
        window.history,
        window.text,
        window.noise,
        SamplingOptions(window.steps, *window.weights),
        window.start,
        window.heading,
        window.mask,
        window.observed,
    )


def widen_velocities(folder: Path) -> None:
    """Multiply a checkpoint's deviations of the root's velocities, so that normalised ones are about as large as 1.

    The root of a random network jumps by metres and half turns from frame to frame. With deviations that do not fit,
    its decoder gets velocities of more than a hundred deviations, as none does whose statistics are those of motions.
    """
    path = folder / "stats" / "motion" / "std.npy"
    deviations = np.load(path)
    deviations[_VELOCITIES] *= _WIDENING
    np.save(path, deviations)


def compare_windows(has_fitting_statistics: bool) -> Iterator[dict[str, float]]:
    """Yield the largest differences of the normalised features of each window.

    ``has_fitting_statistics``: whether the checkpoints' deviations fit what random networks make.
    """
    for seed in range(CHECKPOINTS):
        rng = np.random.default_rng(1000 + seed)
        config = choose_config(rng)
        with tempfile.TemporaryDirectory() as scratch:
            folder = write_checkpoint(Path(scratch) / _NAME, config, seed=seed)
            if has_fitting_statistics:
                widen_velocities(folder)
            model, original, exact = load_ardy(folder), Original(folder), Original(folder, torch.float64)
            motion: Array = np.zeros((0, FEATURES), np.float32)
            for _ in range(WINDOWS):
                window = choose_window(rng, config, motion)
                found = {
                    "ours": generate_window(model, window),
                    "original": original.generate_window(window),
                    "batch": original.generate_window(window, copies=2),
                    "exact": exact.generate_window(window),
                }
                differences = {
                    f"{a} to {b}": np.abs(found[a].astype(float) - found[b])
                    for a, b in (
                        ("ours", "original"), ("batch", "original"), ("original", "exact"), ("ours", "exact"),
                    )
                }  # fmt: skip
                differences["roots of ours to original"] = differences["ours to original"][:, ROOT]
                yield {name: float(f"{values.max():.2e}") for name, values in differences.items()}
                motion = np.concatenate([motion, found["original"][len(window.history) :]])


class RandomVector:
    """A text encoder that gives every sentence the same random vector of the published width."""

    def __init__(self) -> None:
        """Choose the vector."""
        self._vector = np.random.default_rng(0).standard_normal(PUBLISHED.text_width, dtype=np.float32)

    def encode(self, sentences: Any) -> NDArray[np.float32]:
        """Return a vector (sentences, width) for each sentence."""
        return np.repeat(self._vector[None], len(sentences), axis=0)


def measure_speed() -> dict[str, dict[str, float]]:
    """Return the median seconds of each clip: of the original's generation, and of ours with all that follows it.

    All take turns, with random weights at the published sizes, PyTorch's layers and its own number of threads.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = write_checkpoint(Path(scratch) / _NAME, PUBLISHED, "BF16")
        original = Original(folder)
        backends = {"worker": open_ardy(folder, RandomVector())}
        if has_fast_bfloat16():
            backends["worker, bfloat16"] = open_ardy(folder, RandomVector(), use_bfloat16=True)

        def make_functions(seconds: float, steps: int) -> dict[str, Callable[[], object]]:
            request = make_text_request("a person walks forward", seconds, 24.0, diffusion_steps=steps)
            functions: dict[str, Callable[[], object]] = {
                "original": lambda: original.generate(round(seconds * PUBLISHED.fps), steps)
            }
            for name, backend in backends.items():
                functions[name] = lambda backend=backend: backend.generate(request)
            return functions

        for function in make_functions(1.0, 2).values():
            function()
        return {clip: _time_in_turns(make_functions(*sizes)) for clip, sizes in CLIPS.items()}


def _time_in_turns(functions: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median seconds of each function."""
    seconds: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(REPEATS):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def main(checkout: Path, part: str) -> None:
    """Measure "windows" or "speed" with the code of a checkout, and print the figures as JSON."""
    sys.path.append(str(checkout))
    if part == "windows":
        torch.set_num_threads(1)  # threads only cost time in networks this small
        figures: Any = {name: list(compare_windows(name == "fitting")) for name in ("fitting", "random")}
    else:
        figures = measure_speed()
    sys.stdout.write(f"\n{json.dumps({part: figures})}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
