# SPDX-License-Identifier: GPL-3.0-or-later
"""A loaded Kimodo checkpoint: from noise to the features of a motion, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...motion.errors import CheckpointError
from ..ardy.layers import CancelCheck, Encoder, MakeEncoder, never_cancel
from ..ardy.representation import columns_to_matrices
from ..ardy.safetensors_reader import read_header, read_tensors
from ..ardy.sampler import StepDone, ignore_step, mix_passes, take_step
from ..ardy.schedule import make_schedule
from ..ardy.statistics import Normalisation, read_normalisation
from ..ardy.tensor_layout import check_layout
from .config import (
    BODY_FEATURES,
    LOCAL_ROOT_FEATURES,
    MODEL_FILE,
    ROOT_FEATURES,
    KimodoConfig,
    read_kimodo_config,
    tensor_shapes,
)
from .network import KimodoNetwork
from .skeleton import JOINT_COUNT

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

_PREFIX = "denoiser.backbone."
_POSITIONS = slice(ROOT_FEATURES, ROOT_FEATURES + 3 * JOINT_COUNT)
_ROTATIONS = slice(_POSITIONS.stop, _POSITIONS.stop + 6 * JOINT_COUNT)
_CONTACTS = slice(-4, None)


@dataclass(frozen=True, eq=False)
class KimodoModel:
    """The network of a checkpoint, and the normalisation of all 369 features of a frame."""

    network: KimodoNetwork
    statistics: Normalisation

    @property
    def config(self) -> KimodoConfig:
        """What its settings say."""
        return self.network.config

    def generate(
        self,
        text_vectors: F32,
        noise: F32,
        steps: int,
        text_weight: float,
        heading: float = 0.0,
        check: CancelCheck = never_cancel,
        step_done: StepDone = ignore_step,
    ) -> F32:
        """Return the normalised features (N, 369) of a motion.

        Parameters
        ----------
        text_vectors : (n, text width)
            Of a text; n may be 0, for no text.
        noise : (N, 369)
            Normal noise.
        steps : int
            Of the sampler.
        text_weight : float
            Weight of guidance by the text.
        heading : float
            Of the first frame, in radians.
        check : CancelCheck
            Called between layers; raises to cancel.
        step_done : StepDone
            Called after each step.
        """
        texts, weights = [self.network.no_text], []
        if len(text_vectors) and np.any(text_vectors) and text_weight:
            texts.append(self.network.embed_text(text_vectors))
            weights.append(text_weight)
        features = noise
        for step in make_schedule(steps, self.config.base_steps):
            clean = mix_passes(
                self.network.predict_features(features, step.timestep, texts, heading, check), weights
            )
            features = take_step(features, clean, step)
            step_done()
        return np.asarray(features, np.float32)

    def read_motion(self, features: F32) -> tuple[F64, F64, NDArray[np.bool_]]:
        """Return what normalised features (N, 369) say.

        Positions of the hips (N, 3) in metres, rotations of the joints in the world (N, 30, 3, 3), and contacts of left
        heel and toe, right heel and toe with the ground (N, 4).
        """
        values = self.statistics.restore(features).astype(float)
        hips = values[:, _POSITIONS][:, :3] + values[:, :3] * [1.0, 0.0, 1.0]
        columns = values[:, _ROTATIONS].reshape(len(values), JOINT_COUNT, 6)
        rotations = np.asarray(columns_to_matrices(columns), float)
        return hips, rotations, np.asarray(values[:, _CONTACTS] > 0.5)


def load_kimodo(
    folder: str | Path, check: CancelCheck = never_cancel, make_encoder: MakeEncoder = Encoder
) -> KimodoModel:
    """Return the model in a folder.

    Raises :class:`CheckpointError` if a file is missing, damaged, or of another model.

    Parameters
    ----------
    folder : str or Path
        As it was published.
    check : CancelCheck
        Called between tensors, perhaps in another thread; raises to cancel.
    make_encoder : MakeEncoder
        Makes the transformer layers.
    """
    folder = Path(folder)
    config = read_kimodo_config(folder)
    root, local_root, body = (
        read_normalisation(folder.joinpath(*config.statistics, name), count)
        for name, count in (
            ("global_root", ROOT_FEATURES),
            ("local_root", LOCAL_ROOT_FEATURES),
            ("body", BODY_FEATURES),
        )
    )
    path = folder / MODEL_FILE
    if not path.is_file():
        raise CheckpointError(
            "The folder {folder} lacks {name}: download the checkpoint again",
            folder=folder.name,
            name=path.name,
        )
    entries = read_header(path)
    names = {name.replace(_PREFIX, ""): name for name in entries}
    check_layout({short: entries[name] for short, name in names.items()}, tensor_shapes(config), path.name)
    tensors = read_tensors(path, entries, list(names.values()), check)
    network = KimodoNetwork(
        config, {short: tensors[name] for short, name in names.items()}, root, local_root, make_encoder
    )
    whole = Normalisation(np.concatenate([root.mean, body.mean]), np.concatenate([root.scale, body.scale]))
    return KimodoModel(network, whole)
