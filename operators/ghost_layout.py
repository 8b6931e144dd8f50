# SPDX-License-Identifier: GPL-3.0-or-later
"""Where ghosts stand at a frame, in which views they are shown, and which of them is under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..session import session
from .live_state import list_guide_objects

if TYPE_CHECKING:
    from ..scene.ghosts import Ghost

PICK_PIXELS = 9.0
"""Distance from a line of a ghost within which the mouse is on it, at a resolution scale of 1."""

GUIDE_PIXELS = 16.0
"""Distance from a guide's origin within which a click is for the guide."""


def compute_joints(ghost: Ghost, number: int, scene: bpy.types.Scene, frame: int | None = None) -> Any:
    """Return the joints (J, 3) of a ghost, moved aside by its number; the coming motion stands in its place.

    Parameters
    ----------
    ghost : Ghost
        Which.
    number : int
        Its number, from 1.
    scene : bpy.types.Scene
        Frame and spacing.
    frame : int, optional
        Frame of the scene in place of the present one.
    """
    frame = scene.frame_current if frame is None else frame
    index = min(max(frame - ghost.start, 0), len(ghost.positions) - 1)
    return ghost.positions[index] + find_offset(number, scene)


def find_offset(number: int, scene: bpy.types.Scene) -> Any:
    """Return by how much (3,) the ghost with a number, from 1, is moved aside in metres."""
    import numpy as np

    aside = 0.0 if session.ghost_source == "LIVE" else scene.kinescribe.ghost_spacing * number
    return np.array([aside, 0.0, 0.0], dtype=np.float32)


def list_shown(context: bpy.types.Context) -> list[tuple[int, Ghost]]:
    """Return the ghosts that a 3D View shows, with their numbers from 1: those of characters that it shows."""
    space = context.space_data
    if context.scene is None or not isinstance(space, bpy.types.SpaceView3D) or not session.ghosts:
        return []
    objects = context.view_layer.objects
    visible = {
        obj.session_uid for obj in objects if obj.type == "ARMATURE" and obj.visible_in_viewport_get(space)
    }
    return [(number, ghost) for number, ghost in enumerate(session.ghosts, 1) if ghost.character in visible]


def find_ghost(context: bpy.types.Context, x: float, y: float) -> int | None:
    """Return the index of the ghost under a pixel of the 3D View's region; None if there is none."""
    import numpy as np

    region, view = context.region, context.region_data
    if region is None or view is None or region.type != "WINDOW":
        return None
    matrix = np.array(view.perspective_matrix)
    size = np.array([region.width, region.height], dtype=float)
    best, found = PICK_PIXELS * context.preferences.system.ui_scale, None
    for number, ghost in list_shown(context):
        joints = compute_joints(ghost, number, context.scene)
        if not len(ghost.lines):
            continue
        pixels, in_front = project_points(matrix, size, joints)
        ends = pixels[ghost.lines]
        distances = measure_distances(np.array([x, y]), ends[:, 0], ends[:, 1])
        distances[~in_front[ghost.lines].all(axis=1)] = np.inf
        nearest = float(distances.min())
        if nearest < best:
            best, found = nearest, number - 1
    return found


def is_at_guide(context: bpy.types.Context, x: float, y: float) -> bool:
    """Return whether a pixel is at the origin of something that guides a character of the ghosts."""
    import numpy as np

    region, view = context.region, context.region_data
    if region is None or view is None:
        return False
    uids = {ghost.character for ghost in session.ghosts}
    places = [
        tuple(guide.matrix_world.translation)
        for obj in context.view_layer.objects
        if obj.session_uid in uids
        for guide in list_guide_objects(context.scene, obj)
        if guide.type != "CURVE"
    ]
    if not places:
        return False
    size = np.array([region.width, region.height], dtype=float)
    pixels, in_front = project_points(np.array(view.perspective_matrix), size, np.array(places))
    near = np.hypot(*(pixels - [x, y]).T) < GUIDE_PIXELS * context.preferences.system.ui_scale
    return bool((near & in_front).any())


def project_points(matrix: Any, size: Any, points: Any) -> tuple[Any, Any]:
    """Return pixels (N, 2) of points (N, 3) in the world, and whether (N,) they are in front of the eye.

    Parameters
    ----------
    matrix : (4, 4)
        Perspective matrix of the view.
    size : (2,)
        Width and height of the region, pixels.
    points : (N, 3)
        Metres.
    """
    import numpy as np

    clip = points @ matrix[:3, :3].T + matrix[:3, 3]
    depth = points @ matrix[3, :3] + matrix[3, 3]
    in_front = depth > 1e-6
    pixels = (clip[:, :2] / np.where(in_front, depth, 1.0)[:, None] + 1.0) / 2.0 * size
    return pixels, in_front


def measure_distances(point: Any, starts: Any, ends: Any) -> Any:
    """Return the distances (N,) of a point (2,) from segments with ``starts`` and ``ends`` (N, 2)."""
    import numpy as np

    along = ends - starts
    lengths = np.maximum((along**2).sum(axis=1), 1e-12)
    fractions = np.clip(((point - starts) * along).sum(axis=1) / lengths, 0.0, 1.0)
    return np.hypot(*(point - starts - fractions[:, None] * along).T)
