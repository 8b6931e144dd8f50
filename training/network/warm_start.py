# SPDX-License-Identifier: GPL-3.0-or-later
"""Start training from exported weights, even if the network has new inputs since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...inference.embedded.weights import read_weights


def checkpoint_from_weights(folder: Path) -> dict[str, Any]:
    """Return exported weights like a checkpoint: ``model``, ``config``, ``statistics``, ``learned``, ``card``.

    Matrices are transposed back to torch's (out, in). The optimiser's state is not in exported weights.
    """
    w = read_weights(folder)
    model = {}
    for name, array in w.arrays.items():
        if name in ("mean", "std"):
            continue
        is_matrix = array.ndim == 2 and name.endswith(".weight") and name != "learned.weight"
        model[name] = torch.from_numpy(np.ascontiguousarray(array.T if is_matrix else array))
    statistics = np.stack([w.arrays["mean"], w.arrays["std"]])
    return {"model": model, "config": w.config, "statistics": torch.from_numpy(statistics),
            "learned": w.learned_ids, "card": w.card}  # fmt: skip


def load_partial_state(model: torch.nn.Module, old: dict[str, Tensor]) -> list[str]:
    """Copy ``old`` parameters into the model; return the names of those that are new or larger in the model.

    New parameters and rows stay as initialised; new columns of a matrix become zero, so that the output is unchanged at
    first.
    """
    changed = []
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name not in old:
                changed.append(name)
                continue
            value = old[name]
            if value.shape == parameter.shape:
                parameter.copy_(value)
                continue
            changed.append(name)
            rows = tuple(slice(n) for n in value.shape)
            if parameter.ndim == 2 and value.shape[1] != parameter.shape[1]:
                parameter.zero_()
            parameter[rows].copy_(value)
    return changed
