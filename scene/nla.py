# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions as strips on NLA tracks: push down, stash, remove."""

from __future__ import annotations

import bpy

from .action import LAYERED, find_slot


def push_down_action(
    obj: bpy.types.Object, action: bpy.types.Action, first: float, last: float, blend_frames: int = 0
) -> str:
    """Put ``action`` into a strip on a new track above all others; return the track's name.

    Above other strips it plays between its ends alone; as the only one it holds its last pose. The Action itself is not
    changed, and not unassigned either.

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    action : bpy.types.Action
        The Action.
    first, last : float
        Frames of the strip.
    blend_frames : int
        Frames of blending in and out, above other strips.
    """
    data = obj.animation_data or obj.animation_data_create()
    has_strips_below = any(track.strips and not track.mute for track in data.nla_tracks)
    track, strip = _add_strip(data, obj, action, action.name, first, last)
    strip.extrapolation = "NOTHING" if has_strips_below else "HOLD"
    if blend_frames and has_strips_below:
        half = 0.5 * (strip.frame_end - strip.frame_start)
        strip.blend_in = strip.blend_out = min(float(blend_frames), half)
    data.use_nla = True
    return str(track.name)


def show_strips_beside(obj: bpy.types.Object) -> str | None:
    """Let strips play before and after the Action that is assigned; return the extrapolation that it had.

    Blender's default lets the Action hold its first and last pose, which hides all strips at every frame. None: no
    strip plays, or the Action does not hold its poses anyway.
    """
    data = obj.animation_data
    if data is None or data.action_extrapolation == "NOTHING":
        return None
    if not any(track.strips and not track.mute for track in data.nla_tracks):
        return None
    before = str(data.action_extrapolation)
    data.action_extrapolation = "NOTHING"
    return before


def stash_action(obj: bpy.types.Object, action: bpy.types.Action, first: float, last: float) -> str:
    """Put ``action`` into a strip on a muted and locked track, for later use; return the track's name.

    ``first`` and ``last`` are frames of the strip. The name begins like those of Blender's own stashed Actions.
    """
    data = obj.animation_data or obj.animation_data_create()
    track, strip = _add_strip(data, obj, action, f"[Action Stash] {action.name}", first, last)
    strip.extrapolation = "NOTHING"
    track.mute = True
    track.lock = True
    return str(track.name)


def find_strips(
    obj: bpy.types.Object, action: bpy.types.Action
) -> list[tuple[bpy.types.NlaTrack, bpy.types.NlaStrip]]:
    """Return the object's strips that play ``action``, with their tracks, the lowest first."""
    data = obj.animation_data
    if data is None:
        return []
    return [(track, strip) for track in data.nla_tracks for strip in track.strips if strip.action == action]


def remove_strip(obj: bpy.types.Object, track_name: str, action: bpy.types.Action) -> bool:
    """Remove the strip of ``action`` from the track, and the track if it is empty then.

    Return False if there was no such strip.
    """
    data = obj.animation_data
    track = data.nla_tracks.get(track_name) if data else None
    if data is None or track is None:
        return False
    strips = [strip for strip in track.strips if strip.action == action]
    if not strips:
        return False
    was_locked, track.lock = track.lock, False
    for strip in strips:
        track.strips.remove(strip)
    if track.strips:
        track.lock = was_locked
    else:
        data.nla_tracks.remove(track)
    return True


def _add_strip(
    data: bpy.types.AnimData,
    obj: bpy.types.Object,
    action: bpy.types.Action,
    name: str,
    first: float,
    last: float,
) -> tuple[bpy.types.NlaTrack, bpy.types.NlaStrip]:
    """Add a track above all others with a strip of ``action``; return both.

    Parameters
    ----------
    data : bpy.types.AnimData
        The object's animation data.
    obj : bpy.types.Object
        The armature.
    action : bpy.types.Action
        The Action.
    name : str
        Name of the track.
    first, last : float
        Frames of the strip.
    """
    slot = find_slot(action, obj)
    top = data.nla_tracks[-1] if len(data.nla_tracks) else None
    track = data.nla_tracks.new(prev=top)
    track.name = name
    strip = track.strips.new(action.name, int(first), action)
    if LAYERED:
        # Blender's automatic choice may be the slot of another object
        strip.action_slot = slot
    strip.action_frame_start, strip.action_frame_end = first, max(last, first + 1.0)
    strip.frame_start_ui, strip.frame_end_ui = first, max(last, first + 1.0)
    strip.blend_type = "REPLACE"
    strip.use_auto_blend = False
    # from 5.0 on a new strip may have an influence of 0
    strip.influence = 1.0
    return track, strip
