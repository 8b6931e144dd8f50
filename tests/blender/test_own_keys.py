# SPDX-License-Identifier: GPL-3.0-or-later
"""Own keys are met to 1 cm and 1 degree with every option at its default, also by reduced keys, and by fingers."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.motion import make_text_request

from devtools.in_blender import own_keys, rigs_build
from devtools.rigs.specs import spec_named

pytestmark = pytest.mark.usefixtures("own_cache")

FPS = 24
POSES = EmbeddedBackend().generate(make_text_request("a person kicks", 4.0, FPS, 5))[0]


@pytest.mark.parametrize("settings", [{}, {"reduce_keys": True}], ids=["defaults", "reduced"])
@pytest.mark.parametrize("name", ["mixamo", "unreal5", "vrm1", "daz_genesis9", "mmd_tools"])
def test_own_keys_are_met(name: str, settings: dict[str, object]) -> None:
    subject = rigs_build.build_rig(spec_named(name))
    bpy.context.scene.render.fps = FPS
    missed = own_keys.measure_own_keys(subject, POSES, "a person walks forward", 2, **settings)
    assert missed["position_m"] <= 0.01
    assert missed["angle_degrees"] <= 1.0
    assert np.isfinite(list(missed.values())).all()


def test_bones_that_follow_the_keyed_legs_go_on_following() -> None:
    """The second legs of an MMD rig carry its mesh."""
    subject = rigs_build.build_rig(spec_named("mmd_tools"))
    own_keys.key_own_poses(subject, POSES)
    for frame in own_keys.KEYED_FRAMES:
        bpy.context.scene.frame_set(frame)
        posed = subject.obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones
        for bone in ("足", "ひざ", "足首"):
            for side in (".L", ".R"):
                np.testing.assert_allclose(
                    posed[f"{bone}D{side}"].matrix, posed[bone + side].matrix, atol=1e-5
                )
