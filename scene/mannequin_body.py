# SPDX-License-Identifier: GPL-3.0-or-later
"""The mannequin's mesh, computed: tapered shells for the limbs and balls at the joints, in the T-pose.

Coordinates are those of ``motion``: metres, Y up, facing +Z, left is +X. Only the left side is described; the right
side mirrors it. Each shell moves with one joint and the balls hide the gaps, so no pose can crease the mesh; only the
waist bends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..motion import T_POSE

Array = NDArray[np.float64]
Weights = dict[str, float]

SHELL_SLOT, JOINT_SLOT = 0, 1
"""Material slots: the light shells, and the dark balls between them."""

PELVIS_HEIGHT = 0.965
"""Height of the pelvis above the floor, in metres."""

JOINT_POSITIONS: dict[str, Array] = dict(
    zip(T_POSE.joint_names, T_POSE.rest_positions + [0.0, PELVIS_HEIGHT, 0.0], strict=True)
)
"""Joint positions (3,) in the T-pose, on the floor."""

_X, _Y, _Z = np.eye(3)


@dataclass
class FigureMesh:
    """A mesh that is built part by part.

    Attributes
    ----------
    vertices : list of (3,)
        Metres, Y up.
    faces : list of vertex indices
        Triangles and quads.
    materials : list of int
        Material slot of each face.
    weights : list of joint name to weight
        Skin weights of each vertex.
    """

    vertices: list[Array] = field(default_factory=list)
    faces: list[tuple[int, ...]] = field(default_factory=list)
    materials: list[int] = field(default_factory=list)
    weights: list[Weights] = field(default_factory=list)

    def add_part(
        self,
        rings: Sequence[Array],
        joint: str | Sequence[Weights],
        material: int = SHELL_SLOT,
        mirrored: bool = True,
    ) -> None:
        """Add the surface over ``rings`` and close both ends.

        Parameters
        ----------
        rings : sequence of (N, 3)
            Cross-sections, counter-clockwise seen from the end that they lead to.
        joint : str or sequence of weights
            The joint that moves the part, or skin weights for each ring.
        material : int
            Material slot.
        mirrored : bool
            Add the part of the right side too.
        """
        ring_weights = [{joint: 1.0}] * len(rings) if isinstance(joint, str) else list(joint)
        self._skin_rings(rings, ring_weights, material)
        if mirrored:
            mirrored_rings = [(ring * [-1.0, 1.0, 1.0])[::-1] for ring in rings]
            self._skin_rings(
                mirrored_rings,
                [{n.replace("left", "right"): w for n, w in m.items()} for m in ring_weights],
                material,
            )

    def _skin_rings(self, rings: Sequence[Array], ring_weights: Sequence[Weights], material: int) -> None:
        start, count = len(self.vertices), len(rings[0])
        for ring, weights in zip(rings, ring_weights, strict=True):
            self.vertices.extend(ring)
            self.weights.extend([weights] * count)
        quads = [
            (a + i, a + (i + 1) % count, a + count + (i + 1) % count, a + count + i)
            for a in range(start, start + count * (len(rings) - 1), count)
            for i in range(count)
        ]
        last = start + count * (len(rings) - 1)
        first_pole, last_pole = len(self.vertices), len(self.vertices) + 1
        self.vertices.extend([np.mean(rings[0], axis=0), np.mean(rings[-1], axis=0)])
        self.weights.extend([ring_weights[0], ring_weights[-1]])
        fans = [(first_pole, start + (i + 1) % count, start + i) for i in range(count)]
        fans += [(last_pole, last + i, last + (i + 1) % count) for i in range(count)]
        self.faces.extend([*quads, *fans])
        self.materials.extend([material] * (len(quads) + len(fans)))


def make_ring(
    centre: ArrayLike,
    side: Array,
    front: Array,
    half_width: float,
    half_front: float,
    half_back: float | None = None,
    roundness: float = 2.0,
    count: int = 16,
) -> Array:
    """Return points (count, 3) of a superellipse.

    Parameters
    ----------
    centre : (3,)
        Its centre.
    side, front : (3,) unit vectors
        Axes of width and depth.
    half_width, half_front, half_back : float
        Metres; by default the back is as deep as the front.
    roundness : float
        The exponent: 2 is an ellipse, larger values approach a rectangle.
    count : int
        Number of points.
    """
    angle = (np.arange(count) + 0.5) * 2 * np.pi / count
    c, s = np.cos(angle), np.sin(angle)
    u = half_width * np.sign(c) * np.abs(c) ** (2 / roundness)
    depth = np.where(s > 0, half_front, half_front if half_back is None else half_back)
    v = depth * np.sign(s) * np.abs(s) ** (2 / roundness)
    return np.asarray(np.asarray(centre) + u[:, None] * side + v[:, None] * front)


def smooth_profile(profile: ArrayLike, steps: int = 2) -> Array:
    """Return a profile (N, K) with ``steps`` rows for each given one, on a Catmull-Rom spline through all of them."""
    p = np.asarray(profile, dtype=float)
    if steps == 1:
        return p
    padded = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    rows = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for t in np.arange(steps) / steps:
            rows.append(b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))))
    return np.array([*rows, p[-1]])


def make_ball(centre: ArrayLike, radius: float | Array, count: int = 16) -> list[Array]:
    """Return rings of an ellipsoid with the given radius, or radii along x, y, z."""
    radii = np.broadcast_to(radius, 3)
    rings = []
    for angle in np.linspace(-0.5, 0.5, 10)[1:-1] * np.pi:
        middle = centre + radii * _Y * np.sin(angle)
        rings.append(
            make_ring(middle, _X, -_Z, radii[0] * np.cos(angle), radii[2] * np.cos(angle), count=count)
        )
    return rings


def make_limb(
    start: Array,
    end: Array,
    profile: ArrayLike,
    front: Array = _Z,
    roundness: float = 2.0,
    count: int = 16,
    steps: int = 2,
) -> list[Array]:
    """Return rings of a shell between two points, with both ends rounded off.

    Parameters
    ----------
    start, end : (3,)
        Ends of the axis.
    profile : rows of (fraction of the axis, half width, half depth, shift to the front, shift to the side)
        Metres.
    front : (3,)
        Direction of the depth.
    roundness : float
        See :func:`make_ring`.
    count : int
        Points of a ring.
    steps : int
        Rings for each row of the profile.
    """
    along = (end - start) / np.linalg.norm(end - start)
    front = front - np.dot(front, along) * along
    front /= np.linalg.norm(front)
    side = np.cross(front, along)
    rows = smooth_profile(profile, steps)
    rings = []
    for t, width, depth, forward, sideways in _round_ends(rows, float(np.linalg.norm(end - start))):
        centre = start + t * (end - start) + forward * front + sideways * side
        rings.append(make_ring(centre, side, front, width, depth, roundness=roundness, count=count))
    return rings


def _round_ends(rows: Array, length: float) -> Array:
    """Return the profile with two shrinking rows added at either end: a bevel of a quarter of the radius."""

    def bevel_end(row: Array, outwards: float) -> list[Array]:
        bevel = 0.28 * min(row[1], row[2])
        caps = []
        for angle in (0.3 * np.pi, 0.5 * np.pi):
            cap = row.copy()
            cap[0] += outwards * bevel * np.sin(angle) / length
            cap[1:3] -= bevel * (1 - np.cos(angle))
            caps.append(cap)
        return caps

    return np.array([*bevel_end(rows[0], -1.0)[::-1], *rows, *bevel_end(rows[-1], 1.0)])


def build_figure() -> FigureMesh:
    """Build the whole figure in the T-pose."""
    body = FigureMesh()
    _add_torso(body)
    _add_head(body)
    _add_leg(body)
    _add_foot(body)
    _add_arm(body)
    _add_hand(body)
    return body


def _stack_rings(rows: ArrayLike, roundness: float, steps: int = 2, count: int = 24) -> list[Array]:
    """Return horizontal rings.

    Parameters
    ----------
    rows : rows of (height, z of the centre, half width, half depth to the front, half depth to the back)
        Metres.
    roundness : float
        See :func:`make_ring`.
    steps : int
        Rings for each row.
    count : int
        Points of a ring.
    """
    return [
        make_ring([0.0, y, z], _X, -_Z, width, back, front, roundness, count)
        for y, z, width, front, back in smooth_profile(rows, steps)
    ]


def _add_torso(body: FigureMesh) -> None:
    chest = [
        (1.196, 0.002, 0.058, 0.050, 0.048),
        (1.199, 0.002, 0.088, 0.076, 0.072),
        (1.214, 0.003, 0.108, 0.091, 0.085),
        (1.270, 0.006, 0.132, 0.108, 0.096),
        (1.335, 0.006, 0.150, 0.115, 0.106),
        (1.395, -0.003, 0.157, 0.107, 0.106),
        (1.437, -0.014, 0.141, 0.088, 0.092),
        (1.466, -0.024, 0.106, 0.068, 0.072),
        (1.486, -0.031, 0.072, 0.050, 0.052),
        (1.492, -0.033, 0.046, 0.034, 0.036),
    ]
    body.add_part(_stack_rings(chest, 2.35), "spine3", mirrored=False)

    waist = [
        (1.000, -0.004, 0.080, 0.070, 0.066),
        (1.040, -0.005, 0.100, 0.084, 0.078),
        (1.090, -0.007, 0.097, 0.081, 0.075),
        (1.140, -0.006, 0.094, 0.079, 0.072),
        (1.200, -0.002, 0.097, 0.081, 0.075),
        (1.260, 0.000, 0.080, 0.070, 0.070),
    ]
    rings = _stack_rings(waist, 2.1)
    heights = [float(points[0, 1]) for points in rings]
    body.add_part(rings, [_spine_weights(y) for y in heights], JOINT_SLOT, mirrored=False)

    pelvis = [
        (0.836, 0.000, 0.034, 0.046, 0.050),
        (0.844, -0.002, 0.064, 0.068, 0.072),
        (0.872, -0.008, 0.102, 0.086, 0.094),
        (0.918, -0.011, 0.142, 0.096, 0.108),
        (0.965, -0.009, 0.150, 0.100, 0.104),
        (1.018, -0.006, 0.137, 0.097, 0.093),
        (1.054, -0.005, 0.117, 0.090, 0.082),
        (1.066, -0.005, 0.094, 0.075, 0.068),
        (1.068, -0.005, 0.060, 0.048, 0.044),
    ]
    body.add_part(_stack_rings(pelvis, 2.25), "pelvis", mirrored=False)


def _spine_weights(height: float) -> Weights:
    """Return skin weights at a height: linear between the joints of the spine, along which the waist bends."""
    names = ("pelvis", "spine1", "spine2", "spine3")
    heights = [0.99, 1.075, 1.185, 1.265]
    position = float(np.interp(height, heights, np.arange(4)))
    lower = min(int(position), 2)
    upper = position - lower
    return {name: w for name, w in ((names[lower], 1 - upper), (names[lower + 1], upper)) if w > 0}


def _add_head(body: FigureMesh) -> None:
    neck, head = JOINT_POSITIONS["neck"], JOINT_POSITIONS["head"]
    profile = [(0, 0.060, 0.058, 0, 0), (0.5, 0.052, 0.053, 0, 0), (1, 0.051, 0.054, 0, 0)]
    column = make_limb(neck - [0, 0.07, 0.0], head + [0, 0.025, -0.010], profile, count=20)
    body.add_part(column, "neck", JOINT_SLOT, mirrored=False)
    skull = [
        (1.524, 0.064, 0.014, 0.010, 0.024),
        (1.528, 0.056, 0.031, 0.030, 0.038),
        (1.544, 0.042, 0.049, 0.052, 0.056),
        (1.572, 0.028, 0.063, 0.070, 0.080),
        (1.610, 0.018, 0.073, 0.083, 0.098),
        (1.652, 0.012, 0.079, 0.089, 0.105),
        (1.692, 0.008, 0.078, 0.086, 0.099),
        (1.724, 0.004, 0.067, 0.075, 0.084),
        (1.746, 0.000, 0.047, 0.054, 0.058),
        (1.756, -0.002, 0.024, 0.029, 0.030),
        (1.759, -0.002, 0.008, 0.010, 0.010),
    ]
    rings = _stack_rings(skull, 2.1, steps=3, count=32)
    for points in rings:
        _shape_face(points)
    body.add_part(rings, "head", mirrored=False)


def _shape_face(points: Array) -> None:
    """Push brow and nose out of the front of a ring of the head, in place, so that it shows where the head looks."""
    x, y, z = points.T
    front = np.clip((z - 0.05) / 0.04, 0.0, 1.0)
    nose = np.exp(-((x / 0.012) ** 2)) * np.interp(y, [1.575, 1.586, 1.600, 1.655], [0.0, 0.012, 0.013, 0.0])
    eyes = np.exp(-(((np.abs(x) - 0.032) / 0.018) ** 2) - ((y - 1.632) / 0.014) ** 2) * 0.007
    points[:, 2] += front * (nose - eyes)


def _add_leg(body: FigureMesh) -> None:
    hip, knee, ankle = (
        JOINT_POSITIONS["left_hip"],
        JOINT_POSITIONS["left_knee"],
        JOINT_POSITIONS["left_ankle"],
    )
    body.add_part(make_ball(hip + [0.012, 0.0, 0.0], 0.078), "left_hip", JOINT_SLOT)
    thigh = [
        (0.10, 0.068, 0.074, 0.002, 0.022),
        (0.20, 0.078, 0.086, 0.004, 0.016),
        (0.40, 0.074, 0.082, 0.008, 0.008),
        (0.70, 0.061, 0.067, 0.006, 0.000),
        (0.89, 0.051, 0.054, 0.004, 0.000),
    ]
    body.add_part(make_limb(hip, knee, thigh), "left_hip")
    body.add_part(make_ball(knee, 0.050), "left_knee", JOINT_SLOT)
    shin = [
        (0.11, 0.047, 0.050, 0.000, 0.000),
        (0.22, 0.052, 0.057, -0.008, 0.002),
        (0.38, 0.050, 0.056, -0.010, 0.003),
        (0.65, 0.038, 0.042, -0.004, 0.000),
        (0.90, 0.031, 0.034, 0.000, 0.000),
    ]
    body.add_part(make_limb(knee, ankle, shin), "left_knee")
    body.add_part(make_ball(ankle, 0.036), "left_ankle", JOINT_SLOT)


def _add_foot(body: FigureMesh) -> None:
    ankle, toes = JOINT_POSITIONS["left_ankle"], JOINT_POSITIONS["left_foot"]
    along = (toes - ankle) * [1.0, 0.0, 1.0]
    length = float(np.linalg.norm(along))
    along /= length
    side = np.cross(_Y, along)

    def make_shoe(rows: ArrayLike) -> list[Array]:
        rings = []
        for s, width, top, shift in smooth_profile(rows):
            # three tenths of the height lie below the widest line, squeezed flat by clipping at the floor
            centre = ankle * [1, 0, 1] + along * s + side * shift + _Y * 0.3 * top
            points = make_ring(centre, side, _Y, width, 0.7 * top, 0.42 * top, 2.4)
            points[:, 1] = np.maximum(points[:, 1], 0.0)
            rings.append(points)
        return rings

    heel = [
        (-0.066, 0.012, 0.040, 0.0),
        (-0.060, 0.024, 0.052, 0.0),
        (-0.040, 0.034, 0.064, 0.0),
        (0.000, 0.038, 0.072, 0.0),
        (0.050, 0.040, 0.066, 0.0),
        (length - 0.025, 0.045, 0.050, 0.0),
        (length - 0.004, 0.045, 0.044, 0.0),
        (length + 0.004, 0.034, 0.034, 0.0),
    ]
    body.add_part(make_shoe(heel), "left_ankle")
    hinge = [(0, 0.019, 0.019, 0, 0), (1, 0.019, 0.019, 0, 0)]
    body.add_part(
        make_limb(toes - 0.038 * side, toes + 0.038 * side, hinge, steps=1), "left_foot", JOINT_SLOT
    )
    tip = [
        (length + 0.007, 0.034, 0.032, 0.0),
        (length + 0.014, 0.045, 0.041, 0.0),
        (length + 0.035, 0.045, 0.037, 0.0),
        (length + 0.058, 0.038, 0.031, -0.002),
        (length + 0.072, 0.026, 0.024, -0.004),
        (length + 0.078, 0.012, 0.016, -0.005),
    ]
    body.add_part(make_shoe(tip), "left_foot")


def _add_arm(body: FigureMesh) -> None:
    shoulder, elbow, wrist = (
        JOINT_POSITIONS["left_shoulder"],
        JOINT_POSITIONS["left_elbow"],
        JOINT_POSITIONS["left_wrist"],
    )
    clavicle = [(0.0, 0.042, 0.032, 0, 0), (0.5, 0.046, 0.040, 0, 0), (0.86, 0.034, 0.032, 0, 0)]
    body.add_part(make_limb(JOINT_POSITIONS["left_collar"], shoulder, clavicle), "left_collar")
    body.add_part(make_ball(shoulder, 0.057), "left_shoulder", JOINT_SLOT)
    upper = [
        (0.14, 0.046, 0.047, 0.000, 0.000),
        (0.28, 0.049, 0.050, 0.002, 0.000),
        (0.55, 0.043, 0.043, 0.003, 0.000),
        (0.87, 0.035, 0.035, 0.000, 0.000),
    ]
    body.add_part(make_limb(shoulder, elbow, upper), "left_shoulder")
    body.add_part(make_ball(elbow, 0.036), "left_elbow", JOINT_SLOT)
    lower = [
        (0.12, 0.034, 0.035, 0.000, 0.000),
        (0.30, 0.039, 0.040, 0.000, 0.000),
        (0.60, 0.033, 0.034, 0.000, 0.000),
        (0.93, 0.023, 0.026, 0.000, 0.000),
    ]
    body.add_part(make_limb(elbow, wrist, lower), "left_elbow")
    body.add_part(make_ball(wrist, 0.026), "left_wrist", JOINT_SLOT)


def _add_hand(body: FigureMesh) -> None:
    wrist = JOINT_POSITIONS["left_wrist"]
    palm = [
        (0.14, 0.015, 0.024, 0.000, 0.000),
        (0.45, 0.017, 0.036, 0.002, 0.000),
        (0.80, 0.015, 0.041, 0.002, 0.000),
        (0.98, 0.012, 0.040, 0.001, 0.000),
    ]
    body.add_part(make_limb(wrist, wrist + 0.1 * _X, palm, roundness=2.6), "left_wrist")
    # index to little finger: distance to the front, where it starts, length of its three phalanges together
    fingers = ((0.031, 0.097, 0.074), (0.010, 0.101, 0.082), (-0.011, 0.098, 0.076), (-0.031, 0.092, 0.060))
    for forward, start, length in fingers:
        knuckle = wrist + [start, 0.0, forward]
        middle = knuckle + [0.52 * length, -0.06 * length, 0.05 * forward]
        tip = knuckle + [0.97 * length, -0.26 * length, 0.02 * forward]
        straight = [(-0.1, 0.0095, 0.0095, 0, 0), (1.02, 0.0085, 0.0085, 0, 0)]
        tapered = [(-0.02, 0.0085, 0.0085, 0, 0), (0.8, 0.0075, 0.0075, 0, 0), (1.0, 0.0055, 0.0055, 0, 0)]
        body.add_part(make_limb(knuckle, middle, straight, count=8, steps=1), "left_wrist")
        body.add_part(make_limb(middle, tip, tapered, count=8, steps=1), "left_wrist")
    root, bend, tip = wrist + [[0.030, -0.004, 0.024], [0.062, -0.012, 0.054], [0.094, -0.016, 0.066]]
    base = [(-0.2, 0.012, 0.013, 0, 0), (1, 0.010, 0.010, 0, 0)]
    end = [(-0.05, 0.010, 0.010, 0, 0), (0.75, 0.009, 0.009, 0, 0), (1, 0.006, 0.006, 0, 0)]
    body.add_part(make_limb(root, bend, base, _Y, count=8, steps=1), "left_wrist")
    body.add_part(make_limb(bend, tip, end, _Y, count=8, steps=1), "left_wrist")
