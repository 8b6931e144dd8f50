# SPDX-License-Identifier: GPL-3.0-or-later
"""``scene.evaluated_bones``, ``constraint_conflicts``: constraints that undo keys, and meshes that stay behind."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from applying import FROM_ORIGIN, apply, heads
from kinescribe.scene.apply import ApplyOptions
from kinescribe.scene.mannequin import add_mannequin


def notes_of(rig: bpy.types.Object, words: str, **options: object) -> list[str]:
    report = apply(rig, options=ApplyOptions(1, at_character=False, foot_lock=0.0, **options))  # type: ignore[arg-type]
    return [str(note) for note in report.notes if words in str(note)]


def insert_bone(rig: bpy.types.Object, name: str, parent: str, child: str) -> bpy.types.PoseBone:
    """Put a bone between two others, where the lower one begins."""
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    bones = rig.data.edit_bones
    new = bones.new(name)
    new.head = bones[child].head
    new.tail = bones[child].head + bones[child].vector * 0.2
    new.parent = bones[parent] if parent else None
    bones[child].use_connect = False
    bones[child].parent = new
    bpy.ops.object.mode_set(mode="OBJECT")
    return rig.pose.bones[name]


def cancel(bone: bpy.types.PoseBone, rig: bpy.types.Object, source: str) -> bpy.types.TransformConstraint:
    """Turn a bone against another one, as the waist cancel bones of MMD do."""
    constraint = bone.constraints.new("TRANSFORM")
    constraint.target, constraint.subtarget = rig, source
    constraint.target_space = constraint.owner_space = "LOCAL"
    constraint.map_from = constraint.map_to = "ROTATION"
    for axis in "xyz":
        setattr(constraint, f"from_min_{axis}_rot", -np.pi)
        setattr(constraint, f"from_max_{axis}_rot", np.pi)
        setattr(constraint, f"to_min_{axis}_rot", np.pi)
        setattr(constraint, f"to_max_{axis}_rot", -np.pi)
        setattr(constraint, f"map_to_{axis}_from", axis.upper())
    constraint.use_motion_extrapolate = True
    return constraint


def test_bones_that_cancel_the_waist_are_turned_off_and_named(rig: bpy.types.Object) -> None:
    apply(rig)
    right = {frame: heads(rig, frame) for frame in (1, 20, 50)}
    other = add_mannequin(bpy.context)
    for side in ("left", "right"):
        cancel(insert_bone(other, f"waist_cancel.{side}", "pelvis", f"{side}_hip"), other, "pelvis")
    (note,) = notes_of(other, "were turned off")
    assert "waist_cancel.left" in note and "waist_cancel.right" in note
    for frame, points in right.items():
        np.testing.assert_allclose(heads(other, frame), points, atol=2e-3)


def test_twist_bones_in_a_limb_keep_their_constraints(rig: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = rig
    twist = insert_bone(rig, "forearm_twist", "left_elbow", "left_wrist")
    bpy.ops.object.mode_set(mode="EDIT")
    bones = rig.data.edit_bones
    bones["forearm_twist"].head = bones["left_elbow"].head.lerp(bones["left_wrist"].head, 0.5)
    bpy.ops.object.mode_set(mode="OBJECT")
    twist = rig.pose.bones["forearm_twist"]
    constraint = twist.constraints.new("COPY_ROTATION")
    constraint.target, constraint.subtarget = rig, "left_shoulder"
    assert not notes_of(rig, "were turned off")


@pytest.mark.parametrize("space", ["WORLD", "POSE", "LOCAL"])
def test_limits_of_every_space_are_named(rig: bpy.types.Object, space: str) -> None:
    limit = rig.pose.bones["left_elbow"].constraints.new("LIMIT_ROTATION")
    limit.owner_space = space
    for axis in "xyz":
        setattr(limit, f"use_limit_{axis}", True)
    found = [note for words in ("Limit Rotation", "otherwise") for note in notes_of(rig, words)]
    assert len(found) == 1 and "left_elbow" in found[0]


def test_a_limited_place_is_named(rig: bpy.types.Object) -> None:
    limit = rig.pose.bones["pelvis"].constraints.new("LIMIT_LOCATION")
    limit.use_max_y = limit.use_min_y = limit.use_max_z = limit.use_min_z = True
    limit.owner_space = "WORLD"
    (note,) = notes_of(rig, "otherwise")
    assert "pelvis" in note


def test_constraints_above_the_body_are_named(rig: bpy.types.Object) -> None:
    carrier = bpy.data.objects.new("Swing", None)
    bpy.context.collection.objects.link(carrier)
    carrier.rotation_euler.x = 0.7
    root = insert_bone(rig, "mount", "", "pelvis")
    copy = root.constraints.new("COPY_ROTATION")
    copy.target = carrier
    (note,) = notes_of(rig, "otherwise")
    assert "mount" in note


def test_limits_that_hold_nothing_back_are_not_named(rig: bpy.types.Object) -> None:
    bone = rig.pose.bones["left_elbow"]
    limit = bone.constraints.new("LIMIT_ROTATION")
    limit.owner_space = "POSE"
    bone.constraints.new("LIMIT_LOCATION")
    frame = bpy.context.scene.frame_current = 7
    assert not notes_of(rig, "otherwise") and not notes_of(rig, "Limit Rotation")
    assert bpy.context.scene.frame_current == frame


class TestParts:
    """Geometry on a root bone that does not move."""

    @pytest.fixture
    def rooted(self, rig: bpy.types.Object) -> bpy.types.Object:
        insert_bone(rig, "root", "", "pelvis")
        return rig

    def skin(self, rig: bpy.types.Object, share: float, bone: str) -> bpy.types.Object:
        """Add a grid with a share of its vertices on one bone, the others on the head."""
        bpy.ops.mesh.primitive_grid_add(x_subdivisions=40, y_subdivisions=40)
        mesh = bpy.context.object
        mesh.name = "Cape"
        count = round(share * len(mesh.data.vertices))
        mesh.vertex_groups.new(name=bone).add(range(count), 1.0, "REPLACE")
        mesh.vertex_groups.new(name="head").add(range(count, len(mesh.data.vertices)), 1.0, "REPLACE")
        mesh.modifiers.new("Armature", "ARMATURE").object = rig
        return mesh

    def test_vertices_on_the_root_are_noticed(self, rooted: bpy.types.Object) -> None:
        self.skin(rooted, 0.1, "root")
        (note,) = notes_of(rooted, "hangs on")
        assert "root" in note and "Cape" in note
        assert not notes_of(rooted, "hangs on", root_mode="ROOT")
        assert not notes_of(rooted, "hangs on", root_mode="IN_PLACE")

    def test_children_of_the_root_are_noticed(self, rooted: bpy.types.Object) -> None:
        prop = bpy.data.objects.new("Hat", None)
        bpy.context.collection.objects.link(prop)
        prop.parent, prop.parent_type, prop.parent_bone = rooted, "BONE", "root"
        (note,) = notes_of(rooted, "hangs on")
        assert "Hat" in note

    @pytest.mark.parametrize(("share", "bone"), [(0.0, "root"), (0.5, "pelvis"), (0.001, "root")])
    def test_what_moves_with_the_body_is_not(self, rooted: bpy.types.Object, share: float, bone: str) -> None:
        self.skin(rooted, share, bone)
        assert not notes_of(rooted, "hangs on")

    def test_nor_does_it_matter_on_the_spot(self, rooted: bpy.types.Object) -> None:
        self.skin(rooted, 0.1, "root")
        from stroll import stroll

        motion = stroll()
        motion.root_translation[:, [0, 2]] = 0.0
        report = apply(rooted, motion, FROM_ORIGIN)
        assert not [note for note in report.notes if "hangs on" in str(note)]
