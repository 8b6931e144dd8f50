# SPDX-License-Identifier: GPL-3.0-or-later
"""A contact sheet of a motion on a rig: the source above, the rig below, the same frames, a line where the floor is.

Both are seen level from the front, to the figure's left; travel over the ground is taken out. Left limbs are blue,
right ones orange, and a dark fin marks the front of every bone (the top of a foot), so that twist can be seen.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from kinescribe.motion import Motion
from kinescribe.motion.rest_alignment import body_heading
from kinescribe.motion.rotations import quaternion_to_matrix

from .rigs_build import Subject
from .rigs_measure import apply

Array = NDArray[np.float64]
COLOURS = {
    "left": (0.10, 0.32, 0.62), "right": (0.85, 0.38, 0.10), "middle": (0.52, 0.55, 0.58), "fin": (0.10, 0.05, 0.06),
    "skin": (0.62, 0.64, 0.66), "floor": (0.16, 0.17, 0.18),
}  # fmt: skip
COLUMNS, CELL = 8, (216, 264)
SPACING = 0.95
YAW = math.radians(38)
HEAD = 46
Z_UP = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])


@dataclass
class Figure:
    """Faces by colour: vertices (V, 3) and index lists."""

    faces: dict[str, list[Array]] = field(default_factory=dict)

    def bone(self, start: Array, end: Array, width: float, front: Array, colour: str, turn: Array) -> None:
        """A slim box from ``start`` to ``end`` at rest with a fin to the front, all moved by ``turn`` (4, 4)."""
        along = end - start
        length = float(np.linalg.norm(along))
        if length < 1e-9:
            return
        along = along / length
        ahead = front - along * np.dot(front, along)
        if np.linalg.norm(ahead) < 0.2:
            ahead = np.array([0.0, 0, 1.0]) - along * along[2]
        ahead /= np.linalg.norm(ahead)
        side = np.cross(along, ahead)
        # widest near the start, as Blender's octahedra are, so that the direction shows
        rings = [(0.0, 0.35), (0.16, 1.0), (1.0, 0.45)]
        corners = [
            start + s * length * along + w * width * (a * side + b * ahead)
            for s, w in rings
            for a, b in ((1, 1), (-1, 1), (-1, -1), (1, -1))
        ]
        points = (np.c_[np.array(corners), np.ones(12)] @ turn.T)[:, :3]
        quads = [(0, 3, 2, 1), (8, 9, 10, 11)]
        quads += [
            (4 * r + i, 4 * r + (i + 1) % 4, 4 * r + 4 + (i + 1) % 4, 4 * r + 4 + i)
            for r in (0, 1)
            for i in range(4)
        ]
        self.faces.setdefault(colour, []).extend(points[list(quad)] for quad in quads)
        fin = np.array([
            start + 0.1 * length * along + width * ahead, start + 0.28 * length * along + 2.3 * width * ahead,
            start + 0.5 * length * along + width * ahead,
        ])  # fmt: skip
        fin = np.concatenate([fin + 0.25 * width * side, fin - 0.25 * width * side])
        fin = (np.c_[fin, np.ones(6)] @ turn.T)[:, :3]
        for face in ((0, 1, 2), (5, 4, 3), (0, 3, 4, 1), (1, 4, 5, 2)):
            self.faces.setdefault("fin", []).append(fin[list(face)])

    def mesh(self, obj: bpy.types.Object) -> None:
        """The faces of a deformed mesh, all one colour."""
        posed = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
        data = posed.to_mesh()
        matrix = np.array(posed.matrix_world)
        count = len(data.vertices)
        points = np.empty(3 * count)
        data.vertices.foreach_get("co", points)
        points = (np.c_[points.reshape(count, 3), np.ones(count)] @ matrix.T)[:, :3]
        self.faces.setdefault("skin", []).extend(points[list(face.vertices)] for face in data.polygons)
        posed.to_mesh_clear()

    def turned(self, angle: float) -> Figure:
        """The figure turned about the vertical, radians."""
        c, s = math.cos(angle), math.sin(angle)
        turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
        return Figure({colour: [face @ turn.T for face in faces] for colour, faces in self.faces.items()})

    def moved(self, by: Array, scale: float) -> Figure:
        """The figure smaller or larger, then elsewhere."""
        return Figure({c: [scale * face + by for face in faces] for c, faces in self.faces.items()})


def sheet(
    subject: Subject, motion: Motion, title: str, target: Path, frames: Sequence[int] | None = None
) -> None:
    """Put the motion on the rig as users do, and draw both."""
    apply(subject, motion)
    count = len(motion)
    chosen = list(frames or [round(i * (count - 1) / (COLUMNS - 1)) for i in range(COLUMNS)])
    theirs = [_source_figure(motion, frame) for frame in chosen]
    own = [_rig_figure(subject, frame + 1) for frame in chosen]
    tall = (
        float(motion.skeleton.rest_positions[:, 1].max() - motion.skeleton.rest_positions[:, 1].min()) + 0.2
    )
    rows = [
        [figure.moved(-place / size * np.array([1, 1, 0]), 1 / size) for figure, place in figures]
        for figures, size in ((theirs, tall), (own, _height(subject)))
    ]
    with tempfile.TemporaryDirectory() as scratch:
        picture = _render(rows, Path(scratch) / "rows.png")
    _page(picture, chosen, motion, f"{title}   on   {subject.label}", target)


def _source_figure(motion: Motion, frame: int) -> tuple[Figure, Array]:
    """The motion's own skeleton as it stands when it is put at the origin, and where its pelvis is over the ground."""
    positions, rotations = motion.world_transforms
    skeleton, rest = motion.skeleton, motion.skeleton.rest_positions @ Z_UP.T
    figure, front = Figure(), np.array([0.0, -1.0, 0.0])
    for j, name in enumerate(skeleton.joint_names):
        turn = np.eye(4)
        turn[:3, :3] = Z_UP @ quaternion_to_matrix(rotations[frame, j]) @ Z_UP.T
        turn[:3, 3] = Z_UP @ positions[frame, j] - turn[:3, :3] @ rest[j]
        ends = [rest[c] for c in skeleton.children[j]]
        if not ends:
            along = rest[j] - rest[skeleton.parents[j]]
            ends = [
                rest[j]
                + (np.array([0, -0.07, 0]) if "foot" in name else 0.09 * along / np.linalg.norm(along))
            ]
        for end in ends:
            figure.bone(rest[j], end, 0.022, front, _side(name, rest[j][0]), turn)
    # a motion at the origin begins facing ahead, however its recording was turned
    begin = {name: positions[0, j] for j, name in enumerate(skeleton.joint_names)}
    placed = figure.moved(-(Z_UP @ positions[frame, 0]) * np.array([1, 1, 0]), 1.0)
    return placed.turned(-body_heading(begin) if "left_hip" in begin else 0.0), np.zeros(3)


def _side(name: str, x: float) -> str:
    return "middle" if abs(x) < 1e-3 else "left" if x > 0 else "right"


def _rig_figure(subject: Subject, frame: int) -> tuple[Figure, Array]:
    """The rig's skin where it has one, else its deforming bones, and where its pelvis is."""
    bpy.context.scene.frame_set(frame)
    obj = subject.obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    figure, world = Figure(), obj.matrix_world
    pelvis = np.array(world @ obj.pose.bones[subject.readings["pelvis"]].head)
    if subject.meshes:
        for mesh in subject.meshes:
            figure.mesh(mesh)
        return figure, pelvis
    front, tall = np.array([0.0, -1.0, 0.0]), _height(subject)
    shown = set(subject.readings.values())
    for bone in subject.obj.data.bones:
        # a root bone stays behind while the body travels: it would only lie about
        if not (bone.use_deform or bone.name in shown) or bone.name == subject.root:
            continue
        rest = world @ bone.matrix_local
        start = world @ bone.head_local
        end = subject.ends.get(bone.name, world @ bone.tail_local)
        turn = np.array(world @ obj.pose.bones[bone.name].matrix @ rest.inverted())
        width = min(max(0.09 * (end - start).length, 0.004 * tall), 0.016 * tall)
        figure.bone(np.array(start), np.array(end), width, front, _side(bone.name, start.x / tall), turn)
    return figure, pelvis


def _height(subject: Subject) -> float:
    """Height of the rig at rest in world units, from the floor to about its crown."""
    if subject.top is not None:
        return max(subject.top, 1e-6)
    head = (subject.obj.matrix_world @ subject.obj.data.bones[subject.readings["head"]].head_local).z
    return float(max(1.13 * head, 1e-6))


def _render(rows: Sequence[Sequence[Figure]], path: Path) -> Image.Image:
    """A picture of rows of figures of height 1, each row on its own floor."""
    scene = bpy.data.scenes.new("Sheet")
    right, away = (
        np.array([math.cos(YAW), math.sin(YAW), 0.0]),
        np.array([math.sin(YAW), -math.cos(YAW), 0.0]),
    )
    columns, tall = len(rows[0]), CELL[1] / CELL[0] * SPACING
    faces: dict[str, list[Array]] = {}
    for k, row in enumerate(rows):
        drop = np.array([0.0, 0.0, -k * tall])
        for i, figure in enumerate(row):
            for colour, own in figure.moved(i * SPACING * right + drop, 1.0).faces.items():
                faces.setdefault(colour, []).extend(own)
        ends = (-SPACING * right, columns * SPACING * right)
        strip = [(ends[0], 0.0), (ends[1], 0.0), (ends[1], -0.006), (ends[0], -0.006)]
        faces.setdefault("floor", []).append(np.array([end + drop + [0, 0, z] for end, z in strip]))
    for colour, own in faces.items():
        _object(scene, colour, own)
    data = bpy.data.cameras.new("Sheet")
    data.type, data.sensor_fit, data.ortho_scale, data.clip_end = (
        "ORTHO",
        "HORIZONTAL",
        columns * SPACING,
        100.0,
    )
    camera = bpy.data.objects.new("Sheet", data)
    scene.collection.objects.link(camera)
    scene.camera = camera
    middle = (columns - 1) / 2 * SPACING * right + np.array([0.0, 0.0, (1 - len(rows) / 2) * tall - 0.07])
    level = Matrix.Rotation(YAW, 4, "Z") @ Matrix.Rotation(math.pi / 2, 4, "X")
    camera.matrix_world = Matrix.Translation(Vector(middle + 20 * away)) @ level
    _look(scene, (CELL[0] * columns, CELL[1] * len(rows)), path)
    # without a graphics card the first picture of a process may fail for want of a context
    for _ in range(2):
        bpy.ops.render.render(write_still=True, scene=scene.name)
        if path.exists():
            break
    bpy.data.scenes.remove(scene)
    with Image.open(path) as image:
        return image.convert("RGB")


def _look(scene: bpy.types.Scene, size: tuple[int, int], path: Path) -> None:
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.resolution_percentage = 100
    scene.view_settings.view_transform = "Standard"
    shading = scene.display.shading
    shading.light, shading.studio_light, shading.color_type = "STUDIO", "paint.sl", "MATERIAL"
    scene.display.render_aa = "5"
    scene.world = bpy.data.worlds.new("Sheet")
    scene.world.color = (0.80, 0.82, 0.84)
    scene.render.filepath = str(path)


def _object(scene: bpy.types.Scene, colour: str, faces: Sequence[Array]) -> None:
    mesh = bpy.data.meshes.new(colour)
    ends = np.cumsum([len(face) for face in faces])
    indices = [tuple(range(end - len(face), end)) for face, end in zip(faces, ends, strict=True)]
    mesh.from_pydata(np.concatenate(faces).tolist(), [], indices)
    material = bpy.data.materials.new(colour)
    material.diffuse_color = (*COLOURS[colour], 1.0)
    material.roughness = 1.0
    mesh.materials.append(material)
    scene.collection.objects.link(bpy.data.objects.new(colour, mesh))


def _page(picture: Image.Image, frames: Sequence[int], motion: Motion, title: str, target: Path) -> None:
    """The picture under a title, with the seconds of each column and the name of each row."""
    page = Image.new("RGB", (picture.width, HEAD + picture.height), (250, 250, 250))
    page.paste(picture, (0, HEAD))
    draw = ImageDraw.Draw(page)
    draw.text((10, 6), title, fill=(20, 22, 26), font=ImageFont.load_default(18))
    for k, name in enumerate(("source", "rig")):
        draw.text((6, HEAD + k * CELL[1] + 4), name, fill=(60, 64, 70), font=ImageFont.load_default(13))
    for i, frame in enumerate(frames):
        text = f"{frame / motion.fps:.2f} s"
        draw.text((CELL[0] * i + 8, HEAD - 16), text, fill=(90, 94, 100), font=ImageFont.load_default(12))
    target.parent.mkdir(parents=True, exist_ok=True)
    page.save(target, optimize=True)
