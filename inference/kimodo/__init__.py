# SPDX-License-Identifier: GPL-3.0-or-later
"""Kimodo, NVIDIA's motion model, from its published folder, for SOMA's 30 joints: a prompt to a motion.

``load_kimodo`` reads a folder. It shares ARDY's layers, files and final pass (``inference.ardy``):

``config``    settings and names of tensors
``network``   the two-stage network that predicts clean features
``model``     statistics, the sampler, and motions from features
``skeleton``  SOMA's joints, and their poses on ``T_POSE``
``backend``   requests in, motions out
"""

from __future__ import annotations

from .backend import KimodoBackend
from .config import is_kimodo
from .model import KimodoModel, load_kimodo

__all__ = ["KimodoBackend", "KimodoModel", "is_kimodo", "load_kimodo"]
