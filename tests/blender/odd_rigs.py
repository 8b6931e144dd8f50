# SPDX-License-Identifier: GPL-3.0-or-later
"""Armatures that are not human, hold two bodies or have a fault, as specs of ``devtools.rigs``."""

from __future__ import annotations

from dataclasses import replace

import bpy

from devtools.in_blender import rigs_build
from devtools.rigs.spec import RigSpec
from devtools.rigs.specs import spec_named


def armature(lines: str, name: str = "Odd") -> bpy.types.Object:
    """Build an armature of these lines."""
    spec = RigSpec(name, name, (), "made up for a test", lines, {}, ())
    return rigs_build.build_rig(spec).obj


def person(family: str = "mixamo", without: tuple[str, ...] = (), **changes: object) -> bpy.types.Object:
    """Build a family's rig without the bones whose lines contain one of ``without``."""
    spec = spec_named(family)
    kept = [line for line in spec.lines.splitlines() if not any(word in line for word in without)]
    return rigs_build.build_rig(replace(spec, lines="\n".join(kept), **changes)).obj  # type: ignore[arg-type]


DOG = """
    hips < - : @(0, 0.4, 0.6) -> @(0, 0.2, 0.62)
    spine < hips : @(0, 0.2, 0.62) -> @(0, -0.1, 0.63)
    chest < spine : @(0, -0.1, 0.63) -> @(0, -0.4, 0.62)
    neck < chest : @(0, -0.4, 0.62) -> @(0, -0.6, 0.8)
    head < neck : @(0, -0.6, 0.8) -> @(0, -0.8, 0.82)
    jaw < head : @(0, -0.65, 0.77) -> @(0, -0.8, 0.75)
    ear.{L|R} < head : @(0.05, -0.6, 0.88) -> @(0.08, -0.6, 0.97)
    tail1 < hips : @(0, 0.42, 0.62) -> @(0, 0.55, 0.7)
    tail2 < tail1 : @(0, 0.55, 0.7) -> @(0, 0.7, 0.8)
    shoulder.{L|R} < chest : @(0.08, -0.3, 0.62) -> @(0.1, -0.38, 0.48)
    foreleg.{L|R} < shoulder.{L|R} : @(0.1, -0.38, 0.48) -> @(0.1, -0.3, 0.3)
    foreshin.{L|R} < foreleg.{L|R} : @(0.1, -0.3, 0.3) -> @(0.1, -0.32, 0.08)
    forepaw.{L|R} < foreshin.{L|R} : @(0.1, -0.32, 0.08) -> @(0.1, -0.4, 0.02)
    thigh.{L|R} < hips : @(0.08, 0.4, 0.58) -> @(0.1, 0.3, 0.38)
    shin.{L|R} < thigh.{L|R} : @(0.1, 0.3, 0.38) -> @(0.1, 0.45, 0.2)
    hock.{L|R} < shin.{L|R} : @(0.1, 0.45, 0.2) -> @(0.1, 0.42, 0.05)
    paw.{L|R} < hock.{L|R} : @(0.1, 0.42, 0.05) -> @(0.1, 0.33, 0.02)
"""

SPIDER = "body < - : @(0, 0, 0.3) -> @(0, -0.2, 0.3)\n" + "\n".join(
    f"hip{n}.{{L|R}} < body : @(0.08, {y}, 0.3) -> @(0.3, {1.6 * y:.2f}, 0.5)\n"
    f"femur{n}.{{L|R}} < hip{n}.{{L|R}} : @(0.3, {1.6 * y:.2f}, 0.5) -> @(0.5, {2.2 * y:.2f}, 0.3)\n"
    f"tibia{n}.{{L|R}} < femur{n}.{{L|R}} : @(0.5, {2.2 * y:.2f}, 0.3) -> @(0.6, {2.6 * y:.2f}, 0)"
    for n, y in enumerate((-0.15, -0.05, 0.05, 0.15))
)

MACHINE = """
    base < - : @(0, 0, 0) -> @(0, 0, 0.3)
    turret < base : @(0, 0, 0.3) -> @(0, 0, 0.6)
    boom < turret : @(0, -0.1, 0.6) -> @(0, -0.8, 1.2)
    arm < boom : @(0, -0.8, 1.2) -> @(0, -1.4, 0.9)
    bucket < arm : @(0, -1.4, 0.9) -> @(0, -1.5, 0.6)
    wheel_front.{L|R} < base : @(0.4, -0.5, 0.2) -> @(0.6, -0.5, 0.2)
    wheel_back.{L|R} < base : @(0.4, 0.5, 0.2) -> @(0.6, 0.5, 0.2)
"""

CREATURES = {"dog": DOG, "spider": SPIDER, "machine": MACHINE}


def without_names(lines: str) -> str:
    """Return the lines with bones called bone_00, bone_01 and so on."""
    names: dict[str, str] = {}
    for line in lines.splitlines():
        if line.strip():
            name = line.strip().split(" < ")[0]
            letters = "{L|R}" if "{L|R}" in name else ""
            names[name] = f"bone_{len(names):02d}{letters}"
    rows = []
    for line in lines.splitlines():
        if line.strip():
            name, rest = line.strip().split(" < ", 1)
            parent, places = rest.split(" : ", 1)
            rows.append(f"{names[name]} < {names.get(parent, '-')} : {places}")
    return "\n".join(rows)


def two_people(second: str) -> bpy.types.Object:
    """Build two Mixamo characters in one armature; ``second``: pattern of the other's names, "{}" is the first's."""
    lines = [line.strip() for line in spec_named("mixamo").lines.splitlines() if line.strip()]
    moved = []
    for line in lines:
        name, rest = line.split(" < ", 1)
        parent, places = rest.split(" : ", 1)
        above = "-" if parent == "-" else second.format(parent)
        # beside the first; a sided place is mirrored, so both sides are moved by their own sign
        moved.append((second.format(name), above, places))
    first = rigs_build.build_rig(replace(spec_named("mixamo"), scale=1.0, x_rotation=0.0)).obj
    other = rigs_build.build_rig(
        replace(
            spec_named("mixamo"),
            scale=1.0,
            x_rotation=0.0,
            lines="\n".join(f"{a} < {b} : {c}" for a, b, c in moved),
        )
    ).obj
    other.location.x = 1.5
    bpy.context.view_layer.update()
    for obj in bpy.context.view_layer.objects:
        obj.select_set(obj in (first, other))
    bpy.context.view_layer.objects.active = first
    bpy.ops.object.join()
    return first
