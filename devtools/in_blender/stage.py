# SPDX-License-Identifier: GPL-3.0-or-later
"""A small studio for looking at motions: tiled floor, the way that the hips take, a camera that follows, soft light."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import bpy
import numpy as np

FLOOR, LINE, SHADOW = (0.93, 0.95, 0.98), (0.66, 0.70, 0.76), (0.58, 0.62, 0.69)
WAY, MARK = (0.02, 0.42, 0.50), (0.95, 0.36, 0.08)
SLOPE = (-0.55, 0.42)
"""How far the shadow leans, a metre of height along x and y: the light comes from the camera's right, in front."""
HEIGHT = 0.93
"""What the camera looks at, above the ground: the middle of a standing figure."""


def build(
    scene: bpy.types.Scene, rig: bpy.types.Object, body: bpy.types.Object, hips: str, frames: Sequence[int]
) -> None:
    """Put floor, path, shadow, camera and light around ``rig`` with its mesh ``body``, and follow the bone ``hips``."""
    places = _places(scene, rig, hips, frames)
    _floor(scene, places)
    _shadow(scene, body)
    _way(scene, places, scene.render.fps)
    _camera(scene, rig, places, frames)
    _light(scene)
    rig.hide_render = True
    rig.hide_set(True)


def _places(scene: bpy.types.Scene, rig: bpy.types.Object, hips: str, frames: Sequence[int]) -> np.ndarray:
    """World positions (T, 3) of the hips."""
    found = []
    for frame in frames:
        scene.frame_set(frame)
        found.append(rig.matrix_world @ rig.pose.bones[hips].head)
    return np.array(found)


def _mesh(
    scene: bpy.types.Scene, name: str, faces: Sequence[np.ndarray], colour: tuple[float, float, float]
) -> bpy.types.Object:
    """An object of loose faces, each (corners, 3)."""
    mesh = bpy.data.meshes.new(name)
    ends = np.cumsum([len(face) for face in faces])
    indices = [tuple(range(end - len(face), end)) for face, end in zip(faces, ends, strict=True)]
    mesh.from_pydata(np.concatenate(faces).tolist() if faces else [], [], indices)
    mesh.materials.append(_material(name, colour))
    obj = bpy.data.objects.new(name, mesh)
    scene.collection.objects.link(obj)
    return obj


def _material(name: str, colour: tuple[float, float, float]) -> bpy.types.Material:
    material = bpy.data.materials.new(name)
    material.diffuse_color = (*colour, 1.0)
    material.roughness = 1.0
    return material


def _strip(a: Sequence[float], b: Sequence[float], width: float, height: float) -> np.ndarray:
    """A flat quad (4, 3) from ``a`` to ``b`` on the ground."""
    start, end = np.array(a[:2], dtype=float), np.array(b[:2], dtype=float)
    along = end - start
    across = np.array([-along[1], along[0]]) / max(float(np.linalg.norm(along)), 1e-9) * width / 2
    corners = [start - across, end - across, end + across, start + across]
    return np.array([[x, y, height] for x, y in corners])


def _floor(scene: bpy.types.Scene, places: np.ndarray) -> None:
    """A floor whose end the camera never sees; a line every metre, and near the figure every half metre."""
    low, high = np.floor(places[:, :2].min(axis=0)), np.ceil(places[:, :2].max(axis=0))
    (a, b), (c, d) = low - 40.0, high + 40.0
    _mesh(scene, "Floor", [np.array([[a, b, 0], [c, b, 0], [c, d, 0], [a, d, 0]])], FLOOR)
    lines = [_strip(a, b, 0.016, 0.001) for a, b in _grid(low - 14.0, high + 14.0, 0.0, 1.0)]
    # fine lines far away would only flicker
    lines += [_strip(a, b, 0.006, 0.001) for a, b in _grid(low - 6.0, high + 6.0, 0.5, 1.0)]
    _mesh(scene, "Floor Lines", lines, LINE)


def _grid(
    low: np.ndarray, high: np.ndarray, offset: float, every: float
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Both ends (2,) of lines along x and along y, ``every`` metres from ``low + offset`` to ``high``."""
    x, y = (np.arange(low[i] + offset, high[i] + 1e-6, every) for i in (0, 1))
    return [(np.array([at, low[1]]), np.array([at, high[1]])) for at in x] + [
        (np.array([low[0], at]), np.array([high[0], at])) for at in y
    ]


def _way(scene: bpy.types.Scene, places: np.ndarray, fps: int) -> None:
    """The way of the hips on the floor, with a mark every half second, as far as marks stand clear of one another."""
    smooth = _smooth(places, 0.12 * fps)
    steps = [(a, b) for a, b in pairwise(smooth) if np.linalg.norm(b - a) > 1e-4]
    if steps:
        _mesh(scene, "Way", [_strip(a, b, 0.03, 0.003) for a, b in steps], WAY)
    marks: list[np.ndarray] = []
    for place in smooth[:: max(1, fps // 2)]:
        if not marks or np.linalg.norm((place - marks[-1])[:2]) > 0.12:
            marks.append(place)
    turn = np.linspace(0, 2 * math.pi, 16, endpoint=False)
    disc = 0.035 * np.stack([np.cos(turn), np.sin(turn), 0 * turn], axis=1)
    _mesh(scene, "Half Seconds", [disc + [x, y, 0.005] for x, y, _ in marks], MARK)


def _shadow(scene: bpy.types.Scene, body: bpy.types.Object) -> None:
    """The body once more, laid flat on the floor along the light by geometry nodes: cheaper than shadow volumes."""
    shadow = _mesh(scene, "Shadow", [], SHADOW)
    tree = bpy.data.node_groups.new("Shadow", "GeometryNodeTree")
    tree.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    nodes, link = tree.nodes, tree.links.new
    source, flat, paint = (
        nodes.new(f"GeometryNode{n}") for n in ("ObjectInfo", "SetPosition", "SetMaterial")
    )
    smooth, out = nodes.new("GeometryNodeSetShadeSmooth"), nodes.new("NodeGroupOutput")
    source.transform_space = "RELATIVE"
    source.inputs["Object"].default_value = body
    smooth.inputs["Shade Smooth"].default_value = False
    paint.inputs["Material"].default_value = shadow.active_material
    # position * (1, 1, 0) + height * (slope, slope, 0), just above the floor and below its lines
    apart, join, place = (
        nodes.new("ShaderNodeSeparateXYZ"),
        nodes.new("ShaderNodeCombineXYZ"),
        nodes.new("GeometryNodeInputPosition"),
    )
    link(place.outputs[0], apart.inputs[0])
    for axis, slope in enumerate(SLOPE):
        lean = nodes.new("ShaderNodeMath")
        lean.operation = "MULTIPLY_ADD"
        link(apart.outputs[2], lean.inputs[0])
        lean.inputs[1].default_value = slope
        link(apart.outputs[axis], lean.inputs[2])
        link(lean.outputs[0], join.inputs[axis])
    join.inputs[2].default_value = 0.0006
    link(source.outputs["Geometry"], smooth.inputs[0])
    link(smooth.outputs[0], flat.inputs["Geometry"])
    link(join.outputs[0], flat.inputs["Position"])
    link(flat.outputs[0], paint.inputs["Geometry"])
    link(paint.outputs[0], out.inputs[0])
    shadow.modifiers.new("Shadow", "NODES").node_group = tree


def _smooth(places: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian over time, the ends held."""
    reach = max(1, math.ceil(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(sigma, 1e-6)) ** 2)
    kernel /= kernel.sum()
    padded = np.pad(places, ((reach, reach), (0, 0)), mode="edge")
    return np.stack([np.convolve(padded[:, axis], kernel, mode="valid") for axis in range(3)], axis=1)


def _camera(scene: bpy.types.Scene, rig: bpy.types.Object, places: np.ndarray, frames: Sequence[int]) -> None:
    """Three quarters from the front of the first pose, following the hips without their bounce."""
    data = bpy.data.cameras.new("Camera")
    data.sensor_fit, data.sensor_height, data.lens, data.clip_start = "VERTICAL", 24.0, 40.0, 0.5
    camera = bpy.data.objects.new("Camera", data)
    scene.collection.objects.link(camera)
    scene.camera = camera
    turn, tilt, distance = math.radians(34), math.radians(20), 4.0
    facing = rig.matrix_world.to_euler().z
    # the figure faces -Y: the camera stands in front of it, to its left
    away = (
        np.array([math.sin(turn) * math.cos(tilt), -math.cos(turn) * math.cos(tilt), math.sin(tilt)])
        * distance
    )
    c, s = math.cos(facing), math.sin(facing)
    away = np.array([c * away[0] - s * away[1], s * away[0] + c * away[1], away[2]])
    camera.rotation_euler = (math.pi / 2 - tilt, 0.0, turn + facing)
    target = _smooth(places, 0.3 * scene.render.fps)
    ground = min(0.0, float(places[:, 2].min()))
    # climbing is followed, crouching and hopping are seen
    target[:, 2] = ground + HEIGHT + np.maximum(0.0, target[:, 2] - ground - 1.05)
    for frame, place in zip(frames, target + away, strict=True):
        camera.location = place
        camera.keyframe_insert("location", frame=frame)


def _light(scene: bpy.types.Scene) -> None:
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.view_settings.view_transform = "Standard"
    shading = scene.display.shading
    shading.light, shading.studio_light, shading.color_type = "STUDIO", "paint.sl", "MATERIAL"
    shading.show_shadows = shading.show_cavity = False  # seconds a picture without a graphics card
    shading.show_specular_highlight = True
    world = bpy.data.worlds.new("Studio")
    world.color = (0.66, 0.68, 0.70)  # as the floor looks in this light
    scene.world = world
