# SPDX-License-Identifier: GPL-3.0-or-later
"""Options and result of applying a motion, and how an Action's record stores the options."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from ..motion.errors import Note
from ..motion.retarget.retarget import LimbKeys, RootMode


@dataclass(frozen=True)
class ApplyOptions:
    """Options of applying a motion to a character.

    Attributes
    ----------
    start_frame : int
        Scene frame of the motion's first frame.
    at_character : bool
        Begin at the position and heading that the character has at that frame now, or that the guides gave the motion.
        False: begin at the world's origin, facing -Y.
    root_mode : "HIPS", "ROOT" or "IN_PLACE"
        What moves with the root motion, see ``motion.retarget``.
    foot_lock, hand_lock : float
        0 to 1: how firmly feet and hands are held in place during contacts.
    limb_keys : "FK" or "IK"
        Which controls of a control rig's limbs are keyed.
    relax_fingers : bool
        Curl fingers that the motion has no joints for.
    only_selected : bool
        Key the selected bones, and keep the animation of the others.
    extend_range : bool
        Move the end of the scene to the end of the motion if it is earlier; it is never moved to an earlier frame.
    reduce_keys : bool
        Keep only the keys that hold every joint within ``tolerance_mm`` and every bone within ``tolerance_degrees``.
    tolerance_mm : float
        Millimetres on a body of an adult's size.
    tolerance_degrees : float
        Degrees.
    pose_keys : bool
        Reduced keys of all bones are at the same frames.
    into : "ACTION", "NLA" or "STASH"
        Where the Action goes: assigned to the object, into a strip on a new track, or into one on a muted track.
    blend_frames : int
        Frames over which the motion is blended with the previous animation at its start and at its end.
    repeat : int
        How often the motion is played, each time from where it ended.
    """

    start_frame: int
    at_character: bool = True
    root_mode: RootMode = "HIPS"
    foot_lock: float = 1.0
    hand_lock: float = 0.0
    limb_keys: LimbKeys = "FK"
    relax_fingers: bool = True
    only_selected: bool = False
    extend_range: bool = False
    reduce_keys: bool = False
    tolerance_mm: float = 5.0
    tolerance_degrees: float = 1.0
    pose_keys: bool = False
    into: str = "ACTION"
    blend_frames: int = 0
    repeat: int = 1


@dataclass(frozen=True)
class ApplyReport:
    """Result of applying a motion.

    Attributes
    ----------
    action_name : str
        Name of the Action.
    bone_count, key_count : int
        Number of bones and keys that were written.
    first_frame, last_frame : int
        Scene frames of the first and the last key.
    missing_joints : tuple of joint names
        Joints of the motion that have no bone in the rig.
    locked_bones : tuple of bone names
        Bones with locked channels that were not keyed.
    notes : tuple of Note
        Remarks that the user should read.
    """

    action_name: str
    bone_count: int
    key_count: int
    first_frame: int
    last_frame: int
    missing_joints: tuple[str, ...] = ()
    locked_bones: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def frame_count(self) -> int:
        """Number of frames from the first to the last key."""
        return self.last_frame - self.first_frame + 1


def read_recorded_options(record: dict[str, Any]) -> ApplyOptions:
    """Return the options with which an Action was made; defaults for those that the record lacks."""
    defaults = ApplyOptions(int(record.get("start_frame", 1)))
    try:
        stored = json.loads(record.get("options", "{}"))
    except (TypeError, ValueError):
        return defaults
    if not isinstance(stored, dict):
        return defaults
    known = {k: stored[k] for k, v in asdict(defaults).items() if isinstance(stored.get(k), type(v))}
    return replace(defaults, **known)
