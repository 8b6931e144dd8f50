# SPDX-License-Identifier: GPL-3.0-or-later
"""Direct a take that exists: continue it, redo a range of frames, a part of its sequence, or some of its joints.

Every function takes a backend and the take's motion at its own frame rate, and returns one motion for each sample.
Frames are counted from the motion's first one, ranges include their last frame, and frames outside of a range keep
every bit. All arguments are checked before the model runs (``RequestError``). The functions block, know nothing of
Blender, and may run in any thread; ``progress`` and ``cancelled`` are those of :meth:`.Backend.generate`.
"""

from .continue_motion import continue_motion
from .parts import Part, check_parts, check_range, find_part
from .redo_part import redo_part
from .redo_range import DEFAULT_BLEND_FRAMES, redo_range

__all__ = [
    "DEFAULT_BLEND_FRAMES",
    "Part",
    "check_parts",
    "check_range",
    "continue_motion",
    "find_part",
    "redo_part",
    "redo_range",
]
