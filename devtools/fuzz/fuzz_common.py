# SPDX-License-Identifier: GPL-3.0-or-later
"""Good files of 20 MB in the layouts of tools and data sets, made by lengthening the made-up files of the cases.

The cases' modules are loaded only when a file is built: ``dev.py`` runs without NumPy.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

CASES_OF_20_MB: dict[str, tuple[str, int]] = {
    "ASF/AMC of 20 MB": ("cmu.amc", 700),
    "HumanML3D joints of 20 MB": ("joints-24.npy", 888),
    "Motion-X of 20 MB": ("motion-x.npy", 198),
    "AIST++ of 20 MB": ("aist.pkl", 850),
    "EDGE of 20 MB": ("edge.pkl", 434),
    "TRAM of 20 MB": ("tram.npy", 583),
    "PromptHMR of 20 MB": ("prompthmr.pkl", 42),
    "4D-Humans of 20 MB": ("phalp.pkl", 240),
    "ROMP of 20 MB": ("romp.npz", 360),
    "PHC of 20 MB": ("phc.pkl", 186),
    "InterHuman of 20 MB": ("interhuman.pkl", 462),
    "SLAHMR of 20 MB": ("slahmr.npz", 308),
    "GRAB of 20 MB": ("grab.npz", 247),
    "rotation matrices of 20 MB": ("matrices.npz", 291),
}
"""The case that is lengthened, and how many times its motion is repeated."""

RESULTS_OF_20_MB: dict[str, int] = {
    "GVHMR of 20 MB": 55_000,
    "WHAM of 20 MB": 11_500,
    "MDM of 20 MB": 39_500,
    "MDM's SMPL parameters of 20 MB": 25_000,
    "HumanML3D features of 20 MB": 19_900,
}
"""Results of tools, and their frames."""


def build_common_file(name: str, path: Path) -> None:
    """Write the file of this name, and beside it the skeleton that an AMC file needs."""
    from ..testing.working_tree import load_working_tree

    load_working_tree()
    if name in RESULTS_OF_20_MB:
        path.write_bytes(_build_result(name, RESULTS_OF_20_MB[name]))
        return
    import numpy as np

    from ..testing.file_cases import CASES

    case_name, times = CASES_OF_20_MB[name]
    case = next(case for case in CASES if case.name == case_name)
    seed = path.with_name(case_name)
    case.write(seed)
    if seed.suffix == ".amc":
        path.write_text(_lengthen_amc(seed.read_text(encoding="utf-8"), times), encoding="utf-8")
        seed.with_suffix(".asf").replace(path.with_suffix(".asf"))
    elif seed.suffix == ".npz":
        with np.load(seed, allow_pickle=True) as arrays:
            content = {key: _lengthen(arrays[key], times) for key in arrays.files}
        with path.open("wb") as file:
            np.savez(file, **content)
    elif seed.suffix == ".npy":
        with path.open("wb") as file:
            np.save(file, _lengthen(np.load(seed, allow_pickle=True), times), allow_pickle=True)
    else:
        import pickle

        # from the project's own seed
        path.write_bytes(pickle.dumps(_lengthen(pickle.loads(seed.read_bytes()), times)))
    seed.unlink()


def _build_result(name: str, frames: int) -> bytes:
    """Return a result of a tool with a walk of this length."""
    import io

    import numpy as np
    from kinescribe.motion.formats import humanml3d

    from ..testing import result_files as results
    from ..testing.motions import make_walk
    from ..testing.pickled_files import joblib_stream, torch_archive

    turned = results.make_smpl_walk(frames)
    if name.startswith("GVHMR"):
        return torch_archive(results.gvhmr_results(turned))
    if name.startswith("WHAM"):
        return joblib_stream(results.wham_results(turned))
    builders: dict[str, Callable[[], Any]] = {
        "MDM of": lambda: np.array(results.mdm_results(make_walk(frames)), dtype=object),
        "MDM's": lambda: np.array(results.smpl_params(turned), dtype=object),
        "HumanML3D": lambda: humanml3d.joints_to_features(
            humanml3d.move_to_start(make_walk(frames).positions)
        ).astype(np.float32),
    }
    file = io.BytesIO()
    np.save(file, next(build for key, build in builders.items() if name.startswith(key))(), allow_pickle=True)
    return file.getvalue()


def _lengthen(content: Any, times: int) -> Any:
    """Return content with what belongs to a frame repeated, so that the motion is ``times`` as long."""
    import numpy as np

    from ..testing.made_files import FRAMES

    if isinstance(content, np.ndarray):
        if content.dtype == object:
            result = content.copy()
            result[()] = _lengthen(content[()], times)
            return result
        axes = [axis for axis, length in enumerate(content.shape) if length == FRAMES]
        return np.concatenate([content] * times, axis=axes[0]) if axes else content
    if isinstance(content, list):
        # copies, which a pickle stores one by one
        return (
            [copy.deepcopy(row) for _ in range(times) for row in content]
            if len(content) == FRAMES
            else content
        )
    if isinstance(content, dict):
        if len(content) == FRAMES:
            rows = [copy.deepcopy(row) for _ in range(times) for row in content.values()]
            return {f"img/{k:06d}.jpg": row for k, row in enumerate(rows)}
        return {key: _lengthen(value, times) for key, value in content.items()}
    return content


def _lengthen_amc(text: str, times: int) -> str:
    """Return an AMC file whose frames are repeated and counted on."""
    head, *frames = text.split("\n1\n")
    lines = f"1\n{frames[0]}".splitlines()
    starts = [k for k, line in enumerate(lines) if line.isdecimal()]
    blocks = ["\n".join(lines[a + 1 : b]) for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)]
    return "\n".join([head, *(f"{k}\n{block}" for k, block in enumerate(blocks * times, 1))]) + "\n"
