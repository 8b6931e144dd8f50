# SPDX-License-Identifier: GPL-3.0-or-later
"""Applying a motion to characters that come from another file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import pytest
from applying import apply, heads, select
from kinescribe.motion import RigError
from kinescribe.motion.mapping.bone_map import map_bones
from kinescribe.motion.skeleton import MAPPED_JOINTS
from kinescribe.scene.action import get_action, get_fcurves
from kinescribe.scene.apply import ApplyOptions
from kinescribe.scene.bone_map import load_bone_map, store_bone_map, store_reference_pose
from kinescribe.scene.character import bone_map_properties
from kinescribe.scene.mannequin import add_mannequin
from kinescribe.scene.record import read_record
from kinescribe.scene.rig import read_rig
from stroll import stroll

pytestmark = pytest.mark.usefixtures("own_cache")


class TestLinked:
    @pytest.fixture
    def library(self, tmp_path: Path) -> Path:
        """A file with an animated mannequin in a collection."""
        rig = add_mannequin(bpy.context)
        apply(rig, stroll(seed=1))
        collection = bpy.data.collections.new("Character")
        bpy.context.scene.collection.children.link(collection)
        for obj in (rig, *rig.children):
            collection.objects.link(obj)
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
        with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, data):
            data.collections = ["Character"]
        return tmp_path

    def test_a_linked_rig_is_refused(self, library: Path) -> None:
        bpy.context.scene.collection.children.link(bpy.data.collections["Character"])
        linked = next(o for o in bpy.data.objects if o.type == "ARMATURE")
        with pytest.raises(RigError, match="library override"):
            apply(linked)

    @pytest.mark.parametrize("only_selected", [False, True])
    def test_an_override_is_animated(self, library: Path, only_selected: bool) -> None:
        rig = self.override()
        select(rig, "left_elbow")
        before = get_action(rig)
        assert before.library is not None
        report = apply(rig, stroll(seed=2), ApplyOptions(1, only_selected=only_selected))
        action = get_action(rig)
        assert action.library is None and report.bone_count == (1 if only_selected else 22)
        assert len(get_fcurves(action, rig)) == 22 * 4 + 3
        bpy.ops.wm.save_as_mainfile(filepath=str(library / "shot.blend"))
        bpy.ops.wm.open_mainfile(filepath=str(library / "shot.blend"))
        rig = next(o for o in bpy.data.objects if o.type == "ARMATURE" and o.override_library)
        assert read_record(get_action(rig))["seed"] == 2
        assert heads(rig, 20)[0, 2] - heads(rig, 1)[0, 2] > 0.3

    @pytest.mark.parametrize("mapped", [False, True])
    def test_an_override_has_a_map_of_its_own(self, library: Path, mapped: bool) -> None:
        shot = str(library / "shot.blend")
        if not mapped:
            bpy.ops.wm.open_mainfile(filepath=str(library / "library.blend"))
            next(o for o in bpy.data.objects if o.type == "ARMATURE").property_unset("kinescribe")
            bpy.ops.wm.save_mainfile()
            bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
            with bpy.data.libraries.load(str(library / "library.blend"), link=True) as (_, data):
                data.collections = ["Character"]
        rig = self.override()
        of_library = load_bone_map(rig)
        assert (of_library is not None) == mapped

        recognised = map_bones(read_rig(rig))
        few = {joint: bone for joint, bone in recognised.bones.items() if "elbow" not in joint}
        switches = (("head", "follow", 1.0), ("neck", "follow", 0.5))
        mine = replace(recognised, bones=few, missing=("left_elbow", "right_elbow"), switches=switches)
        for bone_map in (recognised, mine, replace(mine, switches=switches[:1])):
            store_bone_map(rig, bone_map)
            assert load_bone_map(rig) == bone_map
            assert len(bone_map_properties(rig).bone_map) == len(MAPPED_JOINTS)
            bpy.ops.wm.save_as_mainfile(filepath=shot)
            bpy.ops.wm.open_mainfile(filepath=shot)
            rig = next(o for o in bpy.data.objects if o.type == "ARMATURE" and o.override_library)
            assert load_bone_map(rig) == bone_map

    def test_a_correction_begins_with_the_library_s_map(self, library: Path) -> None:
        rig = self.override()
        before = load_bone_map(rig)
        assert before is not None and bone_map_properties(rig) == rig.kinescribe
        maps = bpy.context.scene.kinescribe.override_maps
        maps.add()  # of an object that is gone
        store_reference_pose(rig, {"head": (0.0, 1.0, 0.0, 0.0)})
        assert load_bone_map(rig) == replace(before, reference={"head": (0.0, 1.0, 0.0, 0.0)})
        assert len(rig.kinescribe.reference) == 0, "the library's own must stay as it is"
        assert [entry.object for entry in maps] == [rig], "what belonged to a deleted character is not kept"

    @staticmethod
    def override() -> bpy.types.Object:
        bpy.data.collections["Character"].override_hierarchy_create(
            bpy.context.scene, bpy.context.view_layer, do_fully_editable=True
        )
        return next(o for o in bpy.data.objects if o.type == "ARMATURE" and o.override_library)

    def test_an_override_that_is_not_editable_is_refused(self, library: Path) -> None:
        bpy.data.collections["Character"].override_hierarchy_create(
            bpy.context.scene, bpy.context.view_layer, do_fully_editable=False
        )
        rig = next(o for o in bpy.data.objects if o.type == "ARMATURE" and o.override_library)
        assert rig.override_library.is_system_override
        with pytest.raises(RigError, match="editable"):
            apply(rig)
