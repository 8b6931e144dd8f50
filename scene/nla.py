# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions as strips on NLA tracks: pushed down or stashed, and taken back."""

from __future__ import annotations

import bpy

from .action import LAYERED, slot_of


def push_down(
    obj: bpy.types.Object, action: bpy.types.Action, first: float, last: float, blend: int = 0
) -> str:
    """A strip of ``action`` on a new track above all others, from frame ``first`` to ``last``; the track's name.

    Above other strips it plays between its ends alone, ``blend`` frames coming in and going out; as the only one it
    holds its last pose. The Action itself is not touched, and not unassigned either.
    """
    data = obj.animation_data or obj.animation_data_create()
    below = any(track.strips and not track.mute for track in data.nla_tracks)
    track, strip = _strip(data, obj, action, action.name, first, last)
    strip.extrapolation = "NOTHING" if below else "HOLD"
    if blend and below:
        half = 0.5 * (strip.frame_end - strip.frame_start)
        strip.blend_in = strip.blend_out = min(float(blend), half)
    data.use_nla = True
    return str(track.name)


def stash(obj: bpy.types.Object, action: bpy.types.Action, first: float, last: float) -> str:
    """A strip on a muted and locked track, for later; the track's name, which begins as Blender's own stashes do."""
    data = obj.animation_data or obj.animation_data_create()
    track, strip = _strip(data, obj, action, f"[Action Stash] {action.name}", first, last)
    strip.extrapolation = "NOTHING"
    track.mute = True
    track.lock = True
    return str(track.name)


def strips_of(
    obj: bpy.types.Object, action: bpy.types.Action
) -> list[tuple[bpy.types.NlaTrack, bpy.types.NlaStrip]]:
    """The strips of the object that play ``action``, with their tracks, the lowest first."""
    data = obj.animation_data
    if data is None:
        return []
    return [(track, strip) for track in data.nla_tracks for strip in track.strips if strip.action == action]


def take_strip(obj: bpy.types.Object, track_name: str, action: bpy.types.Action) -> bool:
    """Remove the strip of ``action`` from the track called so, and the track where nothing else is on it.

    Whether it was there.
    """
    data = obj.animation_data
    track = data.nla_tracks.get(track_name) if data else None
    found = [strip for strip in track.strips if strip.action == action] if track else []
    if not found:
        return False
    locked, track.lock = track.lock, False
    for strip in found:
        track.strips.remove(strip)
    if track.strips:
        track.lock = locked
    else:
        data.nla_tracks.remove(track)
    return True


def _strip(
    data: bpy.types.AnimData,
    obj: bpy.types.Object,
    action: bpy.types.Action,
    name: str,
    first: float,
    last: float,
) -> tuple[bpy.types.NlaTrack, bpy.types.NlaStrip]:
    slot = slot_of(action, obj)
    top = data.nla_tracks[-1] if len(data.nla_tracks) else None
    track = data.nla_tracks.new(prev=top)
    track.name = name
    strip = track.strips.new(action.name, int(first), action)
    if LAYERED:
        # an automatic choice may be another object's slot
        strip.action_slot = slot
    strip.action_frame_start, strip.action_frame_end = first, max(last, first + 1.0)
    strip.frame_start_ui, strip.frame_end_ui = first, max(last, first + 1.0)
    strip.blend_type = "REPLACE"
    strip.use_auto_blend = False
    # from 5.0 on a new strip may be without influence
    strip.influence = 1.0
    return track, strip
