# SPDX-License-Identifier: GPL-3.0-or-later
"""Reduce keys: curves with a key on every frame become curves with few keys, within a tolerance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..motion.constraints.given_frames import find_given_frames
from ..motion.contact.contacts import detect_limb_contacts, find_true_runs
from ..motion.keys.bone_tracks import BoneTrack, channels_to_quaternion
from ..motion.keys.key_reduction import Tolerance, reduce_keys
from ..motion.mapping.bone_map import BoneMap
from ..motion.mapping.families import Family, find_family
from ..motion.motion import Motion
from ..motion.retarget.hip_height import measure_rig_size
from ..motion.retarget.retarget import find_joint_indices
from ..motion.rig import OBJECT_BONE
from ..motion.rotations import Array
from .action import FCurveData
from .channels import Channels
from .pose_state import PoseState

_LEG = ("hip", "knee", "ankle", "foot")
_ARM = ("shoulder", "elbow", "wrist")
_CONTROL_FRACTION = 0.8
"""Fraction of the angular tolerance for controls: errors of several controls add up in the mechanism behind them."""

_IK_FRACTION = 0.5
"""Fraction of the tolerance for inverse kinematics: a knee that is nearly straight moves more than the foot."""


def reduce_channels(
    state: PoseState,
    bone_map: BoneMap,
    motion: Motion,
    channels: Channels,
    tolerance: Tolerance,
    pose_keys: bool = False,
) -> Channels:
    """Return the channels with as few keys as hold every joint within ``tolerance``, on a rig of any size.

    A limb keeps its keys where its contacts begin and end (but not with ``pose_keys``, where that would be a key of
    the whole body), and every bone where poses were given to the model. Any thread may call this.

    Parameters
    ----------
    state : PoseState
        The character.
    bone_map : BoneMap
        Which bone is keyed for which joint.
    motion : Motion
        In which contacts are detected.
    channels : Channels
        Keys on every frame.
    tolerance : Tolerance
        On a body of an adult's size.
    pose_keys : bool
        All bones get their keys at the same frames.
    """
    dense_curves = [c for c in channels.curves if not c.stepped and len(c.values) == len(motion)]
    curves_by_bone: dict[str, dict[tuple[str, int], FCurveData]] = {}
    for curve in dense_curves:
        curves_by_bone.setdefault(curve.group, {})[(property_name(curve), curve.index)] = curve
    rig = state.rig
    tracks = [make_bone_track(state, bone, curves, len(motion)) for bone, curves in curves_by_bone.items()]
    family = find_family(bone_map.family) or Family("custom", "Custom", {})
    limbs = {bone for limb in family.ik_limbs for bone in (limb.control, limb.pole) if bone in curves_by_bone}
    if limbs:
        tolerance = Tolerance(_IK_FRACTION * tolerance.millimetres, _IK_FRACTION * tolerance.degrees)
    elif family.is_control_rig:
        tolerance = Tolerance(tolerance.millimetres, _CONTROL_FRACTION * tolerance.degrees)
    kept_frames = {} if pose_keys else _find_contact_frames(motion, bone_map, family)
    given = np.flatnonzero(np.any([np.zeros(len(motion), bool), *find_given_frames(motion).values()], axis=0))
    kept_frames = {bone: [*kept_frames.get(bone, ()), *given.tolist()] for bone in curves_by_bone}
    reduced_curves: dict[int, FCurveData] = {}
    for track in reduce_keys(
        tracks,
        rig,
        family.constraint_parents,
        tolerance,
        kept_frames,
        measure_rig_size(rig, bone_map),
        aligned=pose_keys,
    ):
        if track.bone == OBJECT_BONE:
            for curve in curves_by_bone[OBJECT_BONE].values():
                reduced_curves[id(curve)] = replace(
                    curve,
                    frames=curve.frames[track.frames],
                    values=curve.values[track.frames],
                    slopes=np.gradient(curve.values)[track.frames] if len(curve.values) > 1 else None,
                )
            continue
        for (name, index), curve in curves_by_bone[track.bone].items():
            values, slopes = (
                (track.location, track.location_slopes)
                if name == "location"
                else (track.rotation, track.rotation_slopes)
            )
            if values is not None and slopes is not None:
                reduced_curves[id(curve)] = replace(
                    curve,
                    frames=curve.frames[track.frames],
                    values=values[:, index],
                    slopes=slopes[:, index],
                )
    return replace(channels, curves=tuple(reduced_curves.get(id(curve), curve) for curve in channels.curves))


def property_name(curve: FCurveData) -> str:
    """Return the name of the property that a curve animates."""
    return curve.data_path.rpartition(".")[2]


def make_bone_track(
    state: PoseState, bone: str, curves: Mapping[tuple[str, int], FCurveData], frames: int
) -> BoneTrack:
    """Return all channels of a bone; those without keys keep their present value.

    Parameters
    ----------
    state : PoseState
        The character.
    bone : str
        The bone.
    curves : mapping
        Its keys by property and index.
    frames : int
        Number of frames of the motion.
    """

    def channel_values(name: str) -> Array | None:
        if not any(key == name for key, _ in curves):
            return None
        values = np.tile(state.read_value(bone, name), (frames, 1))
        for (key, index), curve in curves.items():
            if key == name:
                values[:, index] = curve.values
        return values

    rotation_property = next((name for name, _ in curves if name.startswith("rotation_")), "")
    mode = state.rig.rotation_modes[state.rig.bone_index(bone)]
    rotation = channel_values(rotation_property) if rotation_property else None
    location = channel_values("location")
    own = state.object_state
    if bone == OBJECT_BONE and own is not None:
        # its channels count from the parent; a bone's count from rest
        if rotation is not None:
            rotation = own.from_rotations(channels_to_quaternion(rotation, mode))
        location = None if location is None else own.from_location(location)
        mode = "QUATERNION"
    return BoneTrack(bone, mode, rotation, location)


def _find_contact_frames(motion: Motion, bone_map: BoneMap, family: Family) -> dict[str, Sequence[int]]:
    """Return for each bone the frames, from the motion's first, at which a contact of its limb begins or ends."""
    frames_by_bone: dict[str, Sequence[int]] = {}
    contacts = detect_limb_contacts(motion, find_joint_indices(motion.skeleton))
    for side in ("left", "right"):
        for chain, ends in ((_LEG, ("ankle", "foot")), (_ARM, ("wrist",))):
            touching = np.zeros(len(motion), dtype=bool)
            for end in ends:
                touching |= contacts.get(f"{side}_{end}", touching)
            frames = [frame for first, stop in find_true_runs(touching) for frame in (first, stop - 1)]
            bones = [bone_map.bones.get(f"{side}_{joint}") for joint in chain]
            controls = [limb.control for limb in family.ik_limbs if limb.end_joint == f"{side}_{chain[2]}"]
            frames_by_bone.update(dict.fromkeys([bone for bone in (*bones, *controls) if bone], frames))
    return frames_by_bone
