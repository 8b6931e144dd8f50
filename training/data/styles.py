# SPDX-License-Identifier: GPL-3.0-or-later
"""Walking styles over recorded walks: the manners that inference lays over a gait, each a little stronger or weaker."""

from __future__ import annotations

import numpy as np

from ...inference.layers.gait_layer import GaitLayer
from ...inference.layers.gesture_timing import Rng
from ...inference.layers.manners import MANNERS
from ...motion import Motion
from ...motion.contact.contacts import detect_contacts
from ...motion.rotations import Array
from ...motion.skeleton import Skeleton
from .recordings import FPS

STYLES: dict[str, tuple[int, float]] = {
    # number of clips, speed relative to the recording
    "sneak": (30, 0.8),
    "sad": (26, 0.75),
    "zombie": (26, 0.75),
    "old": (26, 0.65),
    "proud": (24, 1.0),
    "drunk": (26, 0.8),
    "happy": (24, 1.08),
    "angry": (24, 1.15),
    "tired": (24, 0.65),
    "scared": (24, 0.75),
    "swagger": (26, 0.85),
    "tiptoe": (26, 0.7),
    "limp": (30, 0.75),
}
"""How many clips of each of ``MANNERS`` are made."""


def lay_style(name: str, skeleton: Skeleton, rotations: Array, root: Array, rng: Rng) -> GaitLayer:
    """Return a recorded walk with a manner, which favours the right side.

    Parameters
    ----------
    name
        A key of ``STYLES``.
    skeleton
        Of the SMPL body.
    rotations : (T, 22, 4)
        Local quaternions of the walk.
    root : (T, 3) metres
        Its pelvis.
    rng : numpy Generator
        Draws the strength.
    """
    motion = Motion(skeleton, FPS, root.astype(np.float64), rotations.astype(np.float64))
    layer = GaitLayer(skeleton, rotations, root, detect_contacts(motion))
    MANNERS[name](layer, np.full(len(root), rng.uniform(0.85, 1.15)), "right")
    return layer
