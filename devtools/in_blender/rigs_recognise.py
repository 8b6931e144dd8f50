# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the recognition of a rig: by its own bone names, and by structure alone with random names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from kinescribe.motion import SMPL_JOINTS, KinescribeError
from kinescribe.motion.mapping import bone_map as mapper
from kinescribe.motion.rig import Rig
from kinescribe.scene.rig import read_rig

from .rigs_build import RigUnderTest

LIMBS = ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")
BODY = tuple(f"{side}_{joint}" for side in ("left", "right") for joint in LIMBS) + ("spine1", "head")


def measure_recognition(subject: RigUnderTest, seeds: int = 5) -> dict[str, Any]:
    """Return what recognition finds with the rig's own names and with ``seeds`` sets of random names."""
    rig = read_rig(subject.obj)
    figures: dict[str, Any] = {"bones": len(rig)}
    try:
        bone_map = mapper.map_bones(rig)
    except KinescribeError as error:
        figures["refused"] = str(error)
        suggest = getattr(mapper, "suggest_bones", None)
        bone_map = suggest(rig) if suggest else None
    if bone_map is not None:
        wrong = _wrong_joints(subject, bone_map.bones)
        figures |= {
            "family": bone_map.family, "confidence": bone_map.confidence, "missing": list(bone_map.missing),
            "root": bone_map.root, "wrong": wrong,
            "unfound": sorted(
                joint for joint in subject.joints if joint in SMPL_JOINTS and joint not in bone_map.bones
            ),
            "fingers": sum(joint in bone_map.bones for joint in subject.joints if joint not in SMPL_JOINTS),
            "fingers_there": sum(joint not in SMPL_JOINTS for joint in subject.joints),
            "expected_family": not subject.family or bone_map.family in subject.family,
        }  # fmt: skip
    figures["random"] = [_recognise_random_names(subject, rig, seed) for seed in range(seeds)]
    return figures


def _wrong_joints(subject: RigUnderTest, bones: Mapping[str, str]) -> list[str]:
    """Return joints that are mapped to another bone than the spec states, as "joint: bone"."""
    wrong = [
        f"{j}: {bones[j]}" for j, right in subject.joints.items() if j in bones and bones[j] not in right
    ]
    if subject.spine:
        order = [subject.spine.index(bones[j]) if bones[j] in subject.spine else -1
                 for j in ("spine1", "spine2", "spine3") if j in bones]  # fmt: skip
        if -1 in order or order != sorted(order):
            wrong.append(
                "spine: " + ", ".join(bones[j] for j in ("spine1", "spine2", "spine3") if j in bones)
            )
    return wrong


def _recognise_random_names(subject: RigUnderTest, rig: Rig, seed: int) -> dict[str, Any]:
    """Recognise the rig with random names and with siblings in random order; bones are judged by their positions."""
    random = np.random.default_rng(seed)
    renamed, old_of = _shuffle_names(rig, random)
    try:
        bone_map = mapper.map_bones(renamed)
    except KinescribeError as error:
        return {"refused": str(error), "good": False, "swapped": False}
    bones = {joint: old_of[bone] for joint, bone in bone_map.bones.items()}
    height = float(np.ptp(rig.heads[:, 1])) or 1.0
    problems, is_swapped = [], False
    for joint in BODY:
        right = subject.joints.get(joint, ())
        if joint not in bones:
            problems.append(f"{joint} not found")
        elif right and not _is_at_same_position(rig, bones[joint], right, height):
            problems.append(f"{joint}: {bones[joint]}")
            other = joint.replace("left", "R").replace("right", "left").replace("R", "right")
            is_swapped |= (
                _is_at_same_position(rig, bones[joint], subject.joints.get(other, ()), height)
                and other != joint
            )
    return {
        "good": not problems,
        "bad": problems,
        "swapped": bool(is_swapped),
        "confidence": bone_map.confidence,
    }


def _is_at_same_position(rig: Rig, bone: str, right: tuple[str, ...], height: float) -> bool:
    position = rig.heads[rig.bone_index(bone)]
    return any(
        bone == name or np.linalg.norm(position - rig.heads[rig.bone_index(name)]) < 0.015 * height
        for name in right
        if name in rig
    )


def _shuffle_names(rig: Rig, random: np.random.Generator) -> tuple[Rig, dict[str, str]]:
    """Return the rig with meaningless names in another depth-first order, and new name to old name."""
    children: dict[int, list[int]] = {}
    for bone, parent in enumerate(rig.parents):
        children.setdefault(parent, []).append(bone)
    order: list[int] = []
    stack = list(random.permutation(children[-1]))
    while stack:
        bone = int(stack.pop())
        order.append(bone)
        stack += [int(child) for child in random.permutation(children.get(bone, []))]
    new_index = {old: new for new, old in enumerate(order)}
    numbers = random.permutation(len(order))
    names = tuple(f"b_{number:03d}" for number in numbers)
    arrays = {
        name: getattr(rig, name)[order]
        for name in ("heads", "tails", "rest_rotations", "pose_heads", "basis", "inherits_rotation", "connected",
                     "local_location", "deform", "selected", "lock_location", "lock_rotation")
    }  # fmt: skip
    renamed = replace(
        rig, bone_names=names, parents=tuple(-1 if rig.parents[o] < 0 else new_index[rig.parents[o]] for o in order),
        rotation_modes=tuple(rig.rotation_modes[o] for o in order), properties={}, **arrays,
    )  # fmt: skip
    return renamed, {names[new]: rig.bone_names[old] for new, old in enumerate(order)}
