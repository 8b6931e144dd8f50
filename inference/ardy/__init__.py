# SPDX-License-Identifier: GPL-3.0-or-later
"""ARDY, NVIDIA's motion model, in NumPy: from the published folder to motions of its 27 joints.

``load_ardy`` reads a folder. What a motion passes on its way:

``representation``  features of a frame and back, on the joints of ``skeleton``
``statistics``      normalised features
``tokenizer``       four frames of body features as one token, and back
``denoiser``        the two-stage network that predicts clean tokens
``sampler``         from noise to the tokens of one window, with guidance
``offline``, ``streaming``  windows one after the other
``conditions``      paths, poses and targets as features

``config_reader``, ``config``, ``safetensors_reader``, ``tensor_layout`` and ``loading`` read the files.
"""

from __future__ import annotations

from .loading import load_ardy
from .model import ArdyModel

__all__ = ["ArdyModel", "load_ardy"]
