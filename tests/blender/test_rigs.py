# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions on SMPL-X and Mixamo rigs, measured in Blender's evaluated scene. Rigify: ``test_rigs_rigify``."""

from __future__ import annotations

from dataclasses import replace
from math import pi
from pathlib import Path

import bpy
import numpy as np
import pytest
from kinescribe.motion import SMPL_JOINTS, T_POSE, MappingError, Motion, RigError
from kinescribe.motion.mapping.bone_map import map_bones
from kinescribe.motion.rest_alignment import TORSO_JOINTS
from kinescribe.motion.retarget.retarget import RetargetOptions, retarget
from kinescribe.motion.rotations import angle_between, axis_angle_to_quaternion, matrix_to_quaternion, rotate
from kinescribe.motion.smoothing import find_smooth_way
from kinescribe.scene.bone_map import load_bone_map, store_bone_map
from kinescribe.scene.rig import find_armature, read_rig
from mathutils import Matrix, Vector
from rig_kit import A_BODY, MIXAMO_NAMES, T_BODY, assert_within_limits, leg_length, recorded_motion
from rig_stage import animate, build, played, torso_errors, turns, y_up

from devtools.testing.limb_errors import limb_errors
from devtools.testing.motions import make_varied_motion

SMPLX_NAMES = {joint: joint for joint in SMPL_JOINTS}
FBX_IMPORT = Matrix.Diagonal((0.01, 0.01, 0.01, 1.0)) @ Matrix.Rotation(pi / 2, 4, "X")
TURNED = (
    Matrix.Translation((1.5, -0.7, 0.4))
    @ Matrix.Rotation(2.1, 4, "Z")
    @ Matrix.Diagonal((1.4, 1.4, 1.4, 1.0))
)

LOOSE = RetargetOptions(foot_lock=0.0)
"""Every limb as in the motion, wherever that brings the feet."""


def with_prefix(prefix: str, names: dict[str, str]) -> dict[str, str]:
    """All names with a prefix."""
    return {joint: prefix + name for joint, name in names.items()}


RIGS = {
    "smplx T": (T_BODY, SMPLX_NAMES, False, None, False),
    "smplx A, rolled, connected": (A_BODY, SMPLX_NAMES, True, None, True),
    "smplx with prefix, as FBX imports": (
        A_BODY,
        with_prefix("m_avg_", SMPLX_NAMES),
        False,
        FBX_IMPORT,
        False,
    ),
    "mixamo A, as FBX imports": (A_BODY, with_prefix("mixamorig:", MIXAMO_NAMES), True, FBX_IMPORT, True),
    "mixamo T, other prefix, moved": (T_BODY, with_prefix("mixamorig1:", MIXAMO_NAMES), True, TURNED, False),
    "mixamo A without prefix": (A_BODY, MIXAMO_NAMES, False, None, True),
}


def character(name: str) -> bpy.types.Object:
    """One of the rigs above."""
    spec, names, odd_rolls, world, connect = RIGS[name]
    rolls = np.random.default_rng(4) if odd_rolls else None
    return build(spec, names, rolls, world, connect)


@pytest.mark.parametrize("name", RIGS)
def test_limbs_point_as_in_a_made_up_motion(name: str) -> None:
    obj = character(name)
    rig = read_rig(obj)
    bone_map = map_bones(rig)
    assert not bone_map.missing and bone_map.family == name.split()[0]
    motion = make_varied_motion(seconds=1.5)
    animate(obj, retarget(motion, rig, bone_map, LOOSE))
    errors = limb_errors(motion, played(obj, bone_map, len(motion)))
    # nothing but rounding: every limb is aligned on its own
    assert errors.max() < 0.1


@pytest.mark.parametrize("action", ["walk", "run", "jump", "kick", "dance", "sit"])
@pytest.mark.parametrize("name", ["smplx A, rolled, connected", "mixamo A, as FBX imports"])
def test_limbs_point_as_in_recordings(shared: Path, name: str, action: str) -> None:
    obj = character(name)
    rig = read_rig(obj)
    bone_map = map_bones(rig)
    motion = recorded_motion(shared, action, seconds=1.5)
    animate(obj, retarget(motion, rig, bone_map, LOOSE))
    assert_within_limits(limb_errors(motion, played(obj, bone_map, len(motion))))


def result_on(
    obj: bpy.types.Object, motion: Motion, options: RetargetOptions | None = None
) -> dict[str, np.ndarray]:
    """Return the tracks of a character's joints during the motion."""
    rig = read_rig(obj)
    bone_map = map_bones(rig)
    animate(obj, retarget(motion, rig, bone_map, options or LOOSE))
    return played(obj, bone_map, len(motion))


def middle_of_hips(tracks: dict[str, np.ndarray]) -> np.ndarray:
    """Track (T, 3) between the hips."""
    return 0.5 * (tracks["left_hip"] + tracks["right_hip"])


def left_of(tracks: dict[str, np.ndarray], frame: int) -> np.ndarray:
    """Horizontal direction from the right to the left hip."""
    across = (tracks["left_hip"] - tracks["right_hip"])[frame] * np.array([1, 0, 1])
    return across / np.linalg.norm(across)


def standing() -> Motion:
    """A body that stands in the T-pose, then walks off sideways without turning."""
    still = make_varied_motion(seconds=1.0)
    root = np.zeros((len(still), 3))
    root[:, 0] = np.linspace(0, 1, len(still))
    root[:, 1] = -T_POSE.rest_positions[:, 1].min() + 0.02
    return Motion(T_POSE, still.fps, root, np.broadcast_to([1.0, 0, 0, 0], still.local_rotations.shape))


@pytest.mark.parametrize("name", RIGS)
def test_standing_body_keeps_its_feet_on_the_floor(name: str) -> None:
    obj = character(name)
    rest = read_rig(obj)
    toe = rest.heads[rest.bone_index(map_bones(rest).bones["left_foot"])]
    tracks = result_on(obj, standing())
    # legs are straightened and brought together, so hips rise, but soles stay where they are at rest
    assert np.abs(tracks["left_foot"][:, 1] - toe[1]).max() < 0.012 * obj.scale.x / 0.01 ** ("FBX" in name)


def test_begins_where_the_character_is_and_faces_as_it_does() -> None:
    obj = build(T_BODY, SMPLX_NAMES, world=TURNED)
    obj.pose.bones["pelvis"].location = (0.3, 0.1, 0.5)
    before = read_rig(obj)
    now = {joint: before.pose_heads[before.bone_index(joint)] for joint in SMPL_JOINTS}
    tracks = result_on(obj, standing())
    start = middle_of_hips(tracks)[0]
    assert np.allclose(start[[0, 2]], middle_of_hips(now)[[0, 2]], atol=1e-4)
    rest_left = before.heads[before.bone_index("left_hip")] - before.heads[before.bone_index("right_hip")]
    assert np.dot(left_of(tracks, 0), rest_left / np.linalg.norm(rest_left)) > 0.9999
    # to its own left, by its own legs' measure
    travel = middle_of_hips(tracks)[-1] - start
    scale = leg_length({joint: before.heads[before.bone_index(joint)] for joint in SMPL_JOINTS}) / 0.797
    assert np.dot(travel, left_of(tracks, 0)) == pytest.approx(scale, rel=0.01)


def test_at_the_origin_it_faces_the_front_view_whatever_the_object_does() -> None:
    obj = build(A_BODY, SMPLX_NAMES, world=TURNED)
    tracks = result_on(obj, standing(), replace(LOOSE, at_character=False))
    assert np.allclose(middle_of_hips(tracks)[0, [0, 2]], 0, atol=1e-4)
    assert left_of(tracks, 0)[0] > 0.9999
    assert 0 < tracks["left_foot"][:, 1].min() < 0.06


def test_in_place_stays_on_the_spot() -> None:
    motion, moved = make_varied_motion(), []
    for root_mode in ("HIPS", "IN_PLACE"):
        tracks = result_on(character("mixamo A, as FBX imports"), motion, replace(LOOSE, root_mode=root_mode))
        moved.append(middle_of_hips(tracks))
    travelling, hips = moved
    sway = travelling - find_smooth_way(travelling, motion.fps)
    off = (hips - hips[0] - (sway - sway[0]))[:, [0, 2]]
    assert np.abs(off).max() < 1e-4, "what is left is the sway, and nothing else"
    assert np.ptp(find_smooth_way(hips, motion.fps)[:, [0, 2]], axis=0).max() < 0.02
    assert np.ptp(hips[:, 1]) > 0.01


def test_a_moved_turned_and_enlarged_master_bone_is_respected() -> None:
    obj = build(T_BODY, SMPLX_NAMES)
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    root = obj.data.edit_bones.new("root")
    root.head, root.tail = (0, 0, 0), (0, 0.3, 0.1)
    root.roll = 0.4
    obj.data.edit_bones["pelvis"].parent = root
    bpy.ops.object.mode_set(mode="OBJECT")
    posed = obj.pose.bones["root"]
    posed.matrix = Matrix.Translation((2, 1, 0.5)) @ Matrix.Rotation(1.2, 4, "Z") @ posed.bone.matrix_local
    posed.scale = (1.5, 1.5, 1.5)
    rig = read_rig(obj)
    bone_map = map_bones(rig)
    assert bone_map.root == "root"
    motion = make_varied_motion(seconds=1.0)
    animate(obj, retarget(motion, rig, bone_map, LOOSE))
    tracks = played(obj, bone_map, len(motion), extra=("root",))
    assert limb_errors(motion, tracks).max() < 0.1
    assert np.allclose(tracks["root"], [2, 0.5, -1], atol=1e-5)
    assert np.allclose(middle_of_hips(tracks)[0, [0, 2]], [2, -1], atol=1e-3)
    toes = result_on(obj, standing())["left_foot"]
    assert np.allclose(toes[:, 1], 0.5 + 1.5 * rig.heads[rig.bone_index("left_foot"), 1], atol=0.02)


@pytest.mark.parametrize("flag", ["use_inherit_rotation", "use_local_location"])
def test_bones_with_other_ways_of_inheriting(flag: str) -> None:
    obj = build(A_BODY, SMPLX_NAMES, np.random.default_rng(2), TURNED)
    for bone in ("pelvis", "left_shoulder", "right_knee", "spine2"):
        setattr(obj.data.bones[bone], flag, False)
    motion = make_varied_motion(seconds=1.0)
    tracks = result_on(obj, motion)
    assert limb_errors(motion, tracks).max() < 0.1
    plain = result_on(build(A_BODY, SMPLX_NAMES, world=TURNED), motion)
    assert np.allclose(middle_of_hips(tracks), middle_of_hips(plain), atol=1e-4)


def test_location_of_a_child_without_local_location_under_a_turned_root() -> None:
    obj = build(T_BODY, SMPLX_NAMES)
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    root = obj.data.edit_bones.new("root")
    root.head, root.tail = (0, 0, 0), (0.1, 0.3, 0.1)
    obj.data.edit_bones["pelvis"].parent = root
    obj.data.edit_bones["pelvis"].use_local_location = False
    bpy.ops.object.mode_set(mode="OBJECT")
    obj.pose.bones["root"].rotation_quaternion = (0.8, 0.1, 0.5, 0.2)
    expected = middle_of_hips(
        result_on(build(T_BODY, SMPLX_NAMES), standing(), replace(LOOSE, at_character=False))
    )
    tracks = result_on(obj, standing(), replace(LOOSE, at_character=False))
    assert np.allclose(middle_of_hips(tracks), expected, atol=1e-4)


def test_a_rig_below_a_turned_and_scaled_empty() -> None:
    obj = build(A_BODY, SMPLX_NAMES, np.random.default_rng(6))
    for scale, turn in ((0.01, (0.3, 1.0, -0.5)), (2.5, (0.0, 0.0, 2.0))):
        empty = bpy.data.objects.new("Group", None)
        bpy.context.collection.objects.link(empty)
        empty.scale, empty.rotation_euler, empty.location = (scale,) * 3, turn, (3, -1, 0.5)
        obj.parent = empty
        obj.scale, obj.rotation_euler = (1.5,) * 3, (0.2, 0.0, 0.1)
        motion = make_varied_motion(seconds=1.0)
        for options in (LOOSE, replace(LOOSE, at_character=False)):
            assert limb_errors(motion, result_on(obj, motion, options)).max() < 0.1
        obj.animation_data_clear()


@pytest.mark.parametrize("name", ["mixamo A, as FBX imports", "mixamo T, other prefix, moved"])
def test_a_root_bone_carries_the_root_motion_and_nothing_else_changes(name: str) -> None:
    obj = character(name)
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    bones = obj.data.edit_bones
    root, hips = bones.new("Root"), next(bone for bone in bones if bone.name.endswith("Hips"))
    root.head = obj.matrix_world.inverted() @ Vector((0.0, 0.0, 0.0))
    root.tail, root.roll = root.head + hips.vector, 0.7
    hips.parent = root
    bpy.ops.object.mode_set(mode="OBJECT")
    rig = read_rig(obj)
    bone_map = map_bones(rig)
    assert bone_map.root == "Root"
    motion = make_varied_motion(seconds=1.5)
    tracks = []
    for mode in ("HIPS", "ROOT"):
        animate(obj, retarget(motion, rig, bone_map, replace(LOOSE, root_mode=mode)))
        tracks.append(played(obj, bone_map, len(motion), extra=("Root",)))
    hips_mode, root_mode = tracks
    for joint in bone_map.bones:
        assert np.allclose(root_mode[joint], hips_mode[joint], atol=1e-4)
    assert np.ptp(hips_mode["Root"], axis=0).max() < 1e-6
    travel = root_mode["Root"] - middle_of_hips(root_mode)
    assert np.ptp(root_mode["Root"][:, 1]) < 1e-4 and np.ptp(root_mode["Root"][:, 2]) > 0.5
    assert np.abs(travel[:, [0, 2]]).max() < 0.3 * obj.scale.x / 0.01 ** ("FBX" in name)


def test_twist_bones_keep_the_skin_from_wrapping() -> None:
    """As the Unreal mannequin has them: beside the chain, a share of the limb's turn each."""
    obj = build(T_BODY, SMPLX_NAMES, np.random.default_rng(9))
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    bones = obj.data.edit_bones
    arm = bones["left_shoulder"]
    twist = bones.new("upperarm_twist_01_l")
    twist.head, twist.tail = arm.head + 0.1 * arm.vector, arm.head + 0.5 * arm.vector
    twist.parent = arm
    bpy.ops.object.mode_set(mode="OBJECT")
    rig = read_rig(obj)
    bone_map = map_bones(rig)
    still = standing()
    local = still.local_rotations.copy()
    along = T_POSE.rest_offsets[SMPL_JOINTS.index("left_elbow")]
    local[:, SMPL_JOINTS.index("left_shoulder")] = axis_angle_to_quaternion(
        np.linspace(0, 1.5, len(still))[:, None] * along / np.linalg.norm(along)
    )
    animate(obj, retarget(replace(still, local_rotations=local), rig, bone_map, LOOSE))
    found = matrix_to_quaternion(
        turns(obj, ("left_collar", "left_shoulder", "upperarm_twist_01_l"), (1, len(still)))
    )
    turned = angle_between(found[0], found[1])
    assert turned[1] == pytest.approx(1.5, abs=0.01)
    assert turned[2] == pytest.approx(0.15, abs=0.02)


def test_extra_spine_bones_share_the_bend() -> None:
    obj = build(T_BODY, SMPLX_NAMES)
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    lower, upper = obj.data.edit_bones["spine1"], obj.data.edit_bones["spine2"]
    extra = obj.data.edit_bones.new("extra")
    extra.head, extra.tail = 0.5 * (lower.head + upper.head), upper.head
    extra.parent = lower
    upper.parent = extra
    bpy.ops.object.mode_set(mode="OBJECT")
    motion = make_varied_motion(seconds=1.0)
    rig = read_rig(obj)
    result = retarget(motion, rig, map_bones(rig), LOOSE)
    assert "extra" in result.rotations
    animate(obj, result)
    assert limb_errors(motion, played(obj, map_bones(rig), len(motion))).max() < 0.1
    # halfway between its neighbours: as far from the one as from the other
    a, b = result.rotations["extra"], result.rotations["spine2"]
    assert np.allclose(np.abs(a[:, 0]), np.abs(b[:, 0]), atol=1e-6)


def test_body_that_lies_at_rest_is_put_upright() -> None:
    flat = Matrix.Translation((1, 2, 0.3)) @ Matrix.Rotation(-pi / 2, 4, "X")
    obj = build(T_BODY, SMPLX_NAMES)
    obj.matrix_world = flat
    motion = make_varied_motion(seconds=1.0)
    tracks = result_on(obj, motion)
    assert limb_errors(motion, tracks).max() < 0.1
    assert np.all(tracks["head"][:, 1] > tracks["pelvis"][:, 1])


def test_every_rotation_mode_is_read() -> None:
    obj = build(T_BODY, SMPLX_NAMES)
    modes = ["QUATERNION", "XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX", "AXIS_ANGLE"]
    for bone, mode in zip(obj.pose.bones, modes, strict=False):
        bone.rotation_mode = mode
    assert list(read_rig(obj).rotation_modes[: len(modes)]) == modes


def test_rig_is_read_as_it_stands() -> None:
    obj = build(A_BODY, SMPLX_NAMES, np.random.default_rng(1), TURNED)
    obj.pose.bones["left_elbow"].rotation_quaternion = (0.8, 0.6, 0, 0)
    obj.pose.bones["left_elbow"]["strength"] = 0.5
    obj.pose.bones["spine1"].lock_location = (True, False, True)
    rig = read_rig(obj)
    assert [rig.bone_names[p] if p >= 0 else None for p in rig.parents] == [
        bone.parent.name if bone.parent else None for bone in obj.data.bones
    ]
    for bone in obj.pose.bones:
        i = rig.bone_index(bone.name)
        head = np.array(obj.matrix_world @ bone.head)
        assert np.allclose(rig.pose_heads[i], y_up(head), atol=1e-5)
        assert np.allclose(rig.heads[i], y_up(np.array(obj.matrix_world @ bone.bone.head_local)), atol=1e-5)
        along = y_up(
            np.array(obj.matrix_world.to_3x3() @ (bone.bone.matrix_local.to_3x3() @ Vector((0, 0, 1))))
        )
        assert np.allclose(rotate(rig.rest_rotations[i], [0, 0, 1]), along / np.linalg.norm(along), atol=1e-5)
        assert np.allclose(rig.basis[i], np.array(bone.matrix_basis), atol=1e-6)
    assert rig.scale == pytest.approx([1.4] * 3, rel=1e-5)
    assert rig.properties == {"left_elbow": ("strength",)}
    assert rig.lock_location[rig.bone_index("spine1")].tolist() == [True, False, True]
    assert not rig.lock_location[rig.bone_index("neck")].any()


def test_selection_is_read() -> None:
    obj = build(T_BODY, SMPLX_NAMES)
    owner = obj.pose.bones if bpy.app.version >= (5, 0, 0) else obj.data.bones
    for bone in owner:
        bone.select = bone.name in ("head", "left_knee")
    rig = read_rig(obj)
    assert {name for name, on in zip(rig.bone_names, rig.selected, strict=True) if on} == {
        "head",
        "left_knee",
    }


def test_a_mesh_stands_for_the_armature_that_deforms_it() -> None:
    armature = build(T_BODY, SMPLX_NAMES)
    by_modifier = bpy.data.objects.new("Skin", bpy.data.meshes.new("Skin"))
    by_modifier.modifiers.new("Armature", "ARMATURE").object = armature
    child = bpy.data.objects.new("Hat", bpy.data.meshes.new("Hat"))
    child.parent = armature
    loose = bpy.data.objects.new("Rock", bpy.data.meshes.new("Rock"))
    loose.modifiers.new("Armature", "ARMATURE")
    assert [find_armature(o) for o in (armature, by_modifier, child)] == [armature] * 3
    assert find_armature(loose) is None and find_armature(None) is None


def test_map_is_stored_on_the_object() -> None:
    obj = build(T_BODY, SMPLX_NAMES)
    assert load_bone_map(obj) is None
    bone_map = replace(map_bones(read_rig(obj)), switches=(("head", "follow", 1.0),), confidence=0.75)
    store_bone_map(obj, bone_map)
    obj.name = "Somebody else"
    assert load_bone_map(obj) == bone_map


def test_scales_that_cannot_be_animated_are_refused() -> None:
    obj = build(T_BODY, SMPLX_NAMES)
    bone_map = map_bones(read_rig(obj))
    obj.scale = (-1, 1, 1)
    with pytest.raises(RigError, match="mirrored"):
        retarget(standing(), read_rig(obj), bone_map, LOOSE)
    obj.scale = (1, 2, 1)
    with pytest.raises(RigError, match="evenly"):
        retarget(standing(), read_rig(obj), bone_map, LOOSE)


def test_empty_armature_is_no_character() -> None:
    obj = bpy.data.objects.new("Empty", bpy.data.armatures.new("Empty"))
    bpy.context.collection.objects.link(obj)
    with pytest.raises(MappingError, match="no bones"):
        map_bones(read_rig(obj))


@pytest.mark.parametrize(
    ("file", "family"),
    [
        ("mesh2motion_human.glb", "unreal4"),
        ("kenney_human.glb", "kenney"),
        ("rocketbox_female_01.fbx", "biped"),
        ("rocketbox_male_08.fbx", "biped"),
    ],
)
def test_real_characters(shared: Path, file: str, family: str) -> None:
    path = shared / "rigs" / file
    if path.suffix == ".glb":
        bpy.ops.import_scene.gltf(filepath=str(path))
    else:
        bpy.ops.import_scene.fbx(filepath=str(path))
    obj = next(o for o in bpy.data.objects if o.type == "ARMATURE")
    rig = read_rig(obj)
    bone_map = map_bones(rig)
    assert (bone_map.family, bone_map.missing) == (family, ())
    motion = recorded_motion(shared, "dance", seconds=1.0)
    tracks = result_on(obj, motion)
    assert_within_limits(limb_errors(motion, tracks))


@pytest.mark.parametrize("name", RIGS)
def test_torso_and_head_turn_as_the_motion_says(name: str) -> None:
    obj = character(name)
    rig = read_rig(obj)
    bone_map = map_bones(rig)
    motion = make_varied_motion(seconds=1.0)
    animate(obj, retarget(motion, rig, bone_map, LOOSE))
    assert torso_errors(obj, {joint: bone_map.bones[joint] for joint in TORSO_JOINTS}, motion).max() < 0.1
