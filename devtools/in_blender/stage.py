# SPDX-License-Identifier: GPL-3.0-or-later
"""A small studio to look at a motion: tiled floor, path of the hips, following camera, soft light."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import bpy
import numpy as np

FLOOR, LINE, SHADOW = (0.93, 0.95, 0.98), (0.66, 0.70, 0.76), (0.58, 0.62, 0.69)
PATH, MARK = (0.02, 0.42, 0.50), (0.95, 0.36, 0.08)
SHADOW_SLOPE = (-0.55, 0.42)
"""Offset of the shadow along x and y for a metre of height: the light comes from the right in front of the camera."""
TARGET_HEIGHT = 0.93
"""Height of the camera's target: the middle of a standing figure."""


def build_stage(
    scene: bpy.types.Scene, rig: bpy.types.Object, body: bpy.types.Object, hips: str, frames: Sequence[int]
) -> None:
    """Add floor, path, shadow, camera and light to the scene, and hide the armature.

    Parameters
    ----------
    scene : bpy.types.Scene
        Where they are added.
    rig : bpy.types.Object
        The animated armature.
    body : bpy.types.Object
        Its mesh.
    hips : str
        Bone that the camera follows.
    frames : sequence of int
        Frames of the motion.
    """
    positions = _hip_positions(scene, rig, hips, frames)
    _add_floor(scene, positions)
    _add_shadow(scene, body)
    _add_hip_path(scene, positions, scene.render.fps)
    _add_camera(scene, rig, positions, frames)
    _set_up_light(scene)
    rig.hide_render = True
    rig.hide_set(True)


def _hip_positions(
    scene: bpy.types.Scene, rig: bpy.types.Object, hips: str, frames: Sequence[int]
) -> np.ndarray:
    """Return the world positions (T, 3) of the hips."""
    positions = []
    for frame in frames:
        scene.frame_set(frame)
        positions.append(rig.matrix_world @ rig.pose.bones[hips].head)
    return np.array(positions)


def _add_mesh(
    scene: bpy.types.Scene, name: str, faces: Sequence[np.ndarray], colour: tuple[float, float, float]
) -> bpy.types.Object:
    """Add an object of unconnected faces.

    Parameters
    ----------
    scene : bpy.types.Scene
        Where it is added.
    name : str
        Name of object, mesh and material.
    faces : sequence of (corners, 3)
        Vertex positions of each face.
    colour : (float, float, float)
        Its diffuse colour.
    """
    mesh = bpy.data.meshes.new(name)
    ends = np.cumsum([len(face) for face in faces])
    indices = [tuple(range(end - len(face), end)) for face, end in zip(faces, ends, strict=True)]
    mesh.from_pydata(np.concatenate(faces).tolist() if faces else [], [], indices)
    mesh.materials.append(_make_material(name, colour))
    obj = bpy.data.objects.new(name, mesh)
    scene.collection.objects.link(obj)
    return obj


def _make_material(name: str, colour: tuple[float, float, float]) -> bpy.types.Material:
    material = bpy.data.materials.new(name)
    material.diffuse_color = (*colour, 1.0)
    material.roughness = 1.0
    return material


def _ground_strip(a: Sequence[float], b: Sequence[float], width: float, height: float) -> np.ndarray:
    """Return a flat quad (4, 3) from ``a`` to ``b`` on the ground.

    Parameters
    ----------
    a, b : (2,) or (3,)
        Both ends; only x and y count.
    width, height : float
        Width of the quad, and its height above the ground, in metres.
    """
    start, end = np.array(a[:2], dtype=float), np.array(b[:2], dtype=float)
    direction = end - start
    across = np.array([-direction[1], direction[0]]) / max(float(np.linalg.norm(direction)), 1e-9) * width / 2
    corners = [start - across, end - across, end + across, start + across]
    return np.array([[x, y, height] for x, y in corners])


def _add_floor(scene: bpy.types.Scene, positions: np.ndarray) -> None:
    """Add a floor whose edge is out of view, with a line every metre, near the figure every half metre."""
    low, high = np.floor(positions[:, :2].min(axis=0)), np.ceil(positions[:, :2].max(axis=0))
    (a, b), (c, d) = low - 40.0, high + 40.0
    _add_mesh(scene, "Floor", [np.array([[a, b, 0], [c, b, 0], [c, d, 0], [a, d, 0]])], FLOOR)
    lines = [_ground_strip(a, b, 0.016, 0.001) for a, b in _grid_lines(low - 14.0, high + 14.0, 0.0, 1.0)]
    # fine lines far away would flicker
    lines += [_ground_strip(a, b, 0.006, 0.001) for a, b in _grid_lines(low - 6.0, high + 6.0, 0.5, 1.0)]
    _add_mesh(scene, "Floor Lines", lines, LINE)


def _grid_lines(
    low: np.ndarray, high: np.ndarray, offset: float, spacing: float
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return both ends (2,) of lines along x and along y.

    Parameters
    ----------
    low, high : (2,)
        Corners of the area.
    offset : float
        Distance of the first line from ``low``.
    spacing : float
        Distance between lines.
    """
    x, y = (np.arange(low[i] + offset, high[i] + 1e-6, spacing) for i in (0, 1))
    return [(np.array([at, low[1]]), np.array([at, high[1]])) for at in x] + [
        (np.array([low[0], at]), np.array([high[0], at])) for at in y
    ]


def _add_hip_path(scene: bpy.types.Scene, positions: np.ndarray, fps: int) -> None:
    """Add the path of the hips on the floor, with a mark every half second where marks don't overlap."""
    smooth = _smooth_positions(positions, 0.12 * fps)
    steps = [(a, b) for a, b in pairwise(smooth) if np.linalg.norm(b - a) > 1e-4]
    if steps:
        _add_mesh(scene, "Path", [_ground_strip(a, b, 0.03, 0.003) for a, b in steps], PATH)
    marks: list[np.ndarray] = []
    for position in smooth[:: max(1, fps // 2)]:
        if not marks or np.linalg.norm((position - marks[-1])[:2]) > 0.12:
            marks.append(position)
    angles = np.linspace(0, 2 * math.pi, 16, endpoint=False)
    disc = 0.035 * np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1)
    _add_mesh(scene, "Half Seconds", [disc + [x, y, 0.005] for x, y, _ in marks], MARK)


def _add_shadow(scene: bpy.types.Scene, body: bpy.types.Object) -> None:
    """Add the body projected onto the floor along the light by geometry nodes, which costs less than shadow volumes."""
    shadow = _add_mesh(scene, "Shadow", [], SHADOW)
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
    for axis, slope in enumerate(SHADOW_SLOPE):
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


def _smooth_positions(positions: np.ndarray, sigma: float) -> np.ndarray:
    """Return positions smoothed over time by a Gaussian of ``sigma`` frames, the first and last being repeated."""
    half_width = max(1, math.ceil(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-half_width, half_width + 1) / max(sigma, 1e-6)) ** 2)
    kernel /= kernel.sum()
    padded = np.pad(positions, ((half_width, half_width), (0, 0)), mode="edge")
    return np.stack([np.convolve(padded[:, axis], kernel, mode="valid") for axis in range(3)], axis=1)


def _add_camera(
    scene: bpy.types.Scene, rig: bpy.types.Object, positions: np.ndarray, frames: Sequence[int]
) -> None:
    """Add a camera at three quarters from the front that follows the hips without their bounce."""
    data = bpy.data.cameras.new("Camera")
    data.sensor_fit, data.sensor_height, data.lens, data.clip_start = "VERTICAL", 24.0, 40.0, 0.5
    camera = bpy.data.objects.new("Camera", data)
    scene.collection.objects.link(camera)
    scene.camera = camera
    yaw, tilt, distance = math.radians(34), math.radians(20), 4.0
    heading = rig.matrix_world.to_euler().z
    # the figure faces -Y: the camera stands in front of it and to its left
    offset = (
        np.array([math.sin(yaw) * math.cos(tilt), -math.cos(yaw) * math.cos(tilt), math.sin(tilt)]) * distance
    )
    c, s = math.cos(heading), math.sin(heading)
    offset = np.array([c * offset[0] - s * offset[1], s * offset[0] + c * offset[1], offset[2]])
    camera.rotation_euler = (math.pi / 2 - tilt, 0.0, yaw + heading)
    target = _smooth_positions(positions, 0.3 * scene.render.fps)
    ground = min(0.0, float(positions[:, 2].min()))
    # the camera follows climbing, but not crouching and hopping
    target[:, 2] = ground + TARGET_HEIGHT + np.maximum(0.0, target[:, 2] - ground - 1.05)
    for frame, position in zip(frames, target + offset, strict=True):
        camera.location = position
        camera.keyframe_insert("location", frame=frame)


def _set_up_light(scene: bpy.types.Scene) -> None:
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.view_settings.view_transform = "Standard"
    shading = scene.display.shading
    shading.light, shading.studio_light, shading.color_type = "STUDIO", "paint.sl", "MATERIAL"
    shading.show_shadows = shading.show_cavity = (
        False  # would take seconds per picture without a graphics card
    )
    shading.show_specular_highlight = True
    world = bpy.data.worlds.new("Studio")
    world.color = (0.66, 0.68, 0.70)  # as the floor looks in this light
    scene.world = world
