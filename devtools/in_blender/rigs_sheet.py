# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw a contact sheet of a motion on a rig: the source above, the rig below, at the same frames.

Both are seen horizontally from the front and the figure's left, without root motion. Left limbs are blue, right ones
orange, and a dark fin marks the front of every bone (the top of a foot) to show twist.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import bpy
import numpy as np
from kinescribe.motion import Motion
from kinescribe.motion.rest_alignment import body_heading
from kinescribe.motion.rotations import quaternion_to_matrix
from mathutils import Matrix, Vector
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from .rigs_build import RigUnderTest
from .rigs_measure import apply_to_rig

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
    """Faces by colour: vertex positions (corners, 3) of each."""

    faces: dict[str, list[Array]] = field(default_factory=dict)

    def add_bone(
        self, start: Array, end: Array, width: float, front: Array, colour: str, transform: Array
    ) -> None:
        """Add a slim box with a fin to its front.

        Parameters
        ----------
        start, end : (3,)
            Ends of the bone at rest.
        width : float
            Width of the box.
        front : (3,)
            Direction of the fin.
        colour : str
            Key of :data:`COLOURS`.
        transform : (4, 4)
            Applied to everything.
        """
        direction = end - start
        length = float(np.linalg.norm(direction))
        if length < 1e-9:
            return
        direction = direction / length
        fin_direction = front - direction * np.dot(front, direction)
        if np.linalg.norm(fin_direction) < 0.2:
            fin_direction = np.array([0.0, 0, 1.0]) - direction * direction[2]
        fin_direction /= np.linalg.norm(fin_direction)
        side = np.cross(direction, fin_direction)
        # widest near the start, like Blender's octahedra, so that the direction can be seen
        rings = [(0.0, 0.35), (0.16, 1.0), (1.0, 0.45)]
        corners = [
            start + s * length * direction + w * width * (a * side + b * fin_direction)
            for s, w in rings
            for a, b in ((1, 1), (-1, 1), (-1, -1), (1, -1))
        ]
        points = (np.c_[np.array(corners), np.ones(12)] @ transform.T)[:, :3]
        quads = [(0, 3, 2, 1), (8, 9, 10, 11)]
        quads += [
            (4 * r + i, 4 * r + (i + 1) % 4, 4 * r + 4 + (i + 1) % 4, 4 * r + 4 + i)
            for r in (0, 1)
            for i in range(4)
        ]
        self.faces.setdefault(colour, []).extend(points[list(quad)] for quad in quads)
        fin = np.array([
            start + 0.1 * length * direction + width * fin_direction,
            start + 0.28 * length * direction + 2.3 * width * fin_direction,
            start + 0.5 * length * direction + width * fin_direction,
        ])  # fmt: skip
        fin = np.concatenate([fin + 0.25 * width * side, fin - 0.25 * width * side])
        fin = (np.c_[fin, np.ones(6)] @ transform.T)[:, :3]
        for face in ((0, 1, 2), (5, 4, 3), (0, 3, 4, 1), (1, 4, 5, 2)):
            self.faces.setdefault("fin", []).append(fin[list(face)])

    def add_mesh(self, obj: bpy.types.Object) -> None:
        """Add the faces of a deformed mesh, all in one colour."""
        posed = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
        data = posed.to_mesh()
        matrix = np.array(posed.matrix_world)
        count = len(data.vertices)
        points = np.empty(3 * count)
        data.vertices.foreach_get("co", points)
        points = (np.c_[points.reshape(count, 3), np.ones(count)] @ matrix.T)[:, :3]
        self.faces.setdefault("skin", []).extend(points[list(face.vertices)] for face in data.polygons)
        posed.to_mesh_clear()

    def rotated(self, angle: float) -> Figure:
        """Return the figure rotated about the vertical by ``angle`` radians."""
        c, s = math.cos(angle), math.sin(angle)
        rotation = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
        return Figure({colour: [face @ rotation.T for face in faces] for colour, faces in self.faces.items()})

    def placed(self, offset: Array, scale: float) -> Figure:
        """Return the figure scaled and then translated by ``offset``."""
        return Figure({c: [scale * face + offset for face in faces] for c, faces in self.faces.items()})


def draw_sheet(
    subject: RigUnderTest, motion: Motion, title: str, target: Path, frames: Sequence[int] | None = None
) -> None:
    """Apply the motion to the rig and draw both.

    Parameters
    ----------
    subject : RigUnderTest
        The rig.
    motion : Motion
        The source.
    title : str
        Name of the motion.
    target : Path
        PNG file.
    frames : sequence of int, optional
        Frames that are drawn; eight by default.
    """
    apply_to_rig(subject, motion)
    count = len(motion)
    chosen = list(frames or [round(i * (count - 1) / (COLUMNS - 1)) for i in range(COLUMNS)])
    source_figures = [_source_figure(motion, frame) for frame in chosen]
    rig_figures = [_rig_figure(subject, frame + 1) for frame in chosen]
    source_height = (
        float(motion.skeleton.rest_positions[:, 1].max() - motion.skeleton.rest_positions[:, 1].min()) + 0.2
    )
    rows = [
        [figure.placed(-position / size * np.array([1, 1, 0]), 1 / size) for figure, position in figures]
        for figures, size in ((source_figures, source_height), (rig_figures, _rig_height(subject)))
    ]
    with tempfile.TemporaryDirectory() as scratch:
        picture = _render_rows(rows, Path(scratch) / "rows.png")
    _save_page(picture, chosen, motion, f"{title}   on   {subject.label}", target)


def _source_figure(motion: Motion, frame: int) -> tuple[Figure, Array]:
    """Return the motion's own skeleton with its pelvis at the origin, and that position."""
    positions, rotations = motion.world_transforms
    skeleton, rest = motion.skeleton, motion.skeleton.rest_positions @ Z_UP.T
    figure, front = Figure(), np.array([0.0, -1.0, 0.0])
    for j, name in enumerate(skeleton.joint_names):
        transform = np.eye(4)
        transform[:3, :3] = Z_UP @ quaternion_to_matrix(rotations[frame, j]) @ Z_UP.T
        transform[:3, 3] = Z_UP @ positions[frame, j] - transform[:3, :3] @ rest[j]
        ends = [rest[c] for c in skeleton.children[j]]
        if not ends:
            direction = rest[j] - rest[skeleton.parents[j]]
            ends = [
                rest[j]
                + (
                    np.array([0, -0.07, 0])
                    if "foot" in name
                    else 0.09 * direction / np.linalg.norm(direction)
                )
            ]
        for end in ends:
            figure.add_bone(rest[j], end, 0.022, front, _colour_of_side(name, rest[j][0]), transform)
    # a motion at the origin begins facing ahead, whatever the recording's heading was
    first_positions = {name: positions[0, j] for j, name in enumerate(skeleton.joint_names)}
    placed = figure.placed(-(Z_UP @ positions[frame, 0]) * np.array([1, 1, 0]), 1.0)
    return placed.rotated(-body_heading(first_positions) if "left_hip" in first_positions else 0.0), np.zeros(
        3
    )


def _colour_of_side(name: str, x: float) -> str:
    return "middle" if abs(x) < 1e-3 else "left" if x > 0 else "right"


def _rig_figure(subject: RigUnderTest, frame: int) -> tuple[Figure, Array]:
    """Return the rig's mesh, or its deforming bones if it has none, and the position of its pelvis."""
    bpy.context.scene.frame_set(frame)
    obj = subject.obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    figure, world = Figure(), obj.matrix_world
    pelvis = np.array(world @ obj.pose.bones[subject.position_bones["pelvis"]].head)
    if subject.meshes:
        for mesh in subject.meshes:
            figure.add_mesh(mesh)
        return figure, pelvis
    front, height = np.array([0.0, -1.0, 0.0]), _rig_height(subject)
    shown = set(subject.position_bones.values())
    for bone in subject.obj.data.bones:
        # a root bone stays behind while the body moves and would only clutter the picture
        if not (bone.use_deform or bone.name in shown) or bone.name == subject.root:
            continue
        rest = world @ bone.matrix_local
        start = world @ bone.head_local
        end = subject.visual_tails.get(bone.name, world @ bone.tail_local)
        transform = np.array(world @ obj.pose.bones[bone.name].matrix @ rest.inverted())
        width = min(max(0.09 * (end - start).length, 0.004 * height), 0.016 * height)
        figure.add_bone(
            np.array(start),
            np.array(end),
            width,
            front,
            _colour_of_side(bone.name, start.x / height),
            transform,
        )
    return figure, pelvis


def _rig_height(subject: RigUnderTest) -> float:
    """Return the height of the rig at rest from the floor to about its crown, in world units."""
    if subject.top is not None:
        return max(subject.top, 1e-6)
    head = (subject.obj.matrix_world @ subject.obj.data.bones[subject.position_bones["head"]].head_local).z
    return float(max(1.13 * head, 1e-6))


def _render_rows(rows: Sequence[Sequence[Figure]], path: Path) -> Image.Image:
    """Return a picture of rows of figures of height 1, each row on its own floor."""
    scene = bpy.data.scenes.new("Sheet")
    right, view_direction = (
        np.array([math.cos(YAW), math.sin(YAW), 0.0]),
        np.array([math.sin(YAW), -math.cos(YAW), 0.0]),
    )
    columns, tall = len(rows[0]), CELL[1] / CELL[0] * SPACING
    faces: dict[str, list[Array]] = {}
    for k, row in enumerate(rows):
        drop = np.array([0.0, 0.0, -k * tall])
        for i, figure in enumerate(row):
            for colour, own in figure.placed(i * SPACING * right + drop, 1.0).faces.items():
                faces.setdefault(colour, []).extend(own)
        ends = (-SPACING * right, columns * SPACING * right)
        strip = [(ends[0], 0.0), (ends[1], 0.0), (ends[1], -0.006), (ends[0], -0.006)]
        faces.setdefault("floor", []).append(np.array([end + drop + [0, 0, z] for end, z in strip]))
    for colour, own in faces.items():
        _add_faces(scene, colour, own)
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
    camera.matrix_world = Matrix.Translation(Vector(middle + 20 * view_direction)) @ level
    _set_up_render(scene, (CELL[0] * columns, CELL[1] * len(rows)), path)
    # without a graphics card the first render of a process may fail because there is no OpenGL context
    for _ in range(2):
        bpy.ops.render.render(write_still=True, scene=scene.name)
        if path.exists():
            break
    bpy.data.scenes.remove(scene)
    with Image.open(path) as image:
        return image.convert("RGB")


def _set_up_render(scene: bpy.types.Scene, size: tuple[int, int], path: Path) -> None:
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


def _add_faces(scene: bpy.types.Scene, colour: str, faces: Sequence[Array]) -> None:
    mesh = bpy.data.meshes.new(colour)
    ends = np.cumsum([len(face) for face in faces])
    indices = [tuple(range(end - len(face), end)) for face, end in zip(faces, ends, strict=True)]
    mesh.from_pydata(np.concatenate(faces).tolist(), [], indices)
    material = bpy.data.materials.new(colour)
    material.diffuse_color = (*COLOURS[colour], 1.0)
    material.roughness = 1.0
    mesh.materials.append(material)
    scene.collection.objects.link(bpy.data.objects.new(colour, mesh))


def _save_page(picture: Image.Image, frames: Sequence[int], motion: Motion, title: str, target: Path) -> None:
    """Save the picture with a title, the seconds of each column and the name of each row.

    Parameters
    ----------
    picture : Image
        The rendered rows.
    frames : sequence of int
        Frame of each column.
    motion : Motion
        The source.
    title : str
        Heading.
    target : Path
        PNG file.
    """
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
