# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in a process of its own: a Rigify rig is generated and animated, and what was measured is printed as JSON.

After Rigify has run, the bpy module may crash or hang while it exits; ``os._exit`` spares us that.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import conftest  # noqa: E402, F401  (loads the working tree)

from devtools.testing.as_extension import PACKAGE  # noqa: E402


def main(shared: Path | None) -> dict[str, object]:
    """Generate a rig, play motions on it, and return the measures."""
    import addon_utils
    import bpy
    import numpy as np
    from kinescribe.motion import SMPL_JOINTS, T_POSE, Motion
    from kinescribe.motion.mapping.bone_map import map_bones
    from kinescribe.motion.retarget.retarget import RetargetOptions, retarget
    from kinescribe.scene import store
    from kinescribe.scene.apply import ApplyOptions, apply_motion
    from kinescribe.scene.rig import read_rig
    from rig_kit import CLIPS, leg_length, lowest_toe, recorded_motion
    from rig_stage import animate, played, torso_errors

    from devtools.testing.limb_errors import joint_tracks, limb_errors
    from devtools.testing.motions import make_varied_motion

    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    addon_utils.enable(PACKAGE, default_set=True)
    addon_utils.enable("rigify", default_set=True)
    bpy.ops.object.armature_human_metarig_add()
    meta = bpy.context.object
    meta_map = map_bones(read_rig(meta))
    bpy.ops.pose.rigify_generate()
    obj = next(o for o in bpy.data.objects if o.type == "ARMATURE" and o is not meta)
    rig = read_rig(obj)
    bone_map = map_bones(rig)
    report: dict[str, object] = {
        "bones": len(rig),
        "family": bone_map.family,
        "missing": list(bone_map.missing),
        "confidence": bone_map.confidence,
        "switches": len(bone_map.switches),
        "meta_family": meta_map.family,
        "meta_missing": list(meta_map.missing),
    }
    motions = {"made up": make_varied_motion(seconds=1.0)}
    if shared is not None:
        motions |= {action: recorded_motion(shared, action, seconds=1.0) for action in CLIPS}
    deform = {
        f"{side}_{joint}": f"DEF-{bone}.{side[0].upper()}"
        for side in ("left", "right")
        for joint, bone in {
            "shoulder": "upper_arm", "elbow": "forearm", "wrist": "hand", "hip": "thigh", "knee": "shin",
            "ankle": "foot", "foot": "toe",
        }.items()
    }  # fmt: skip
    # the deform bones between these share their bend among themselves
    torso = {
        "pelvis": "DEF-spine",
        "spine3": "DEF-spine.003",
        "neck": "neck",
        "head": "DEF-spine.006",
    }
    rest = {joint: rig.heads[rig.bone_index(bone)] for joint, bone in bone_map.bones.items()}
    scale = leg_length(rest) / leg_length(dict(zip(SMPL_JOINTS, T_POSE.rest_positions, strict=True)))

    def measures(motion: Motion) -> dict[str, float]:
        points = played(obj, bone_map, len(motion), extra=tuple(deform.values()))
        tracks = {joint: points[bone] for joint, bone in deform.items()}
        errors = limb_errors(motion, tracks)
        return {
            "median": float(np.median(errors)),
            "p95": float(np.percentile(errors, 95)),
            "torso": float(torso_errors(obj, torso, motion).max()),
            "toe_error": lowest_toe(tracks) - scale * lowest_toe(joint_tracks(motion)),
        }

    limits = {}
    for name, motion in motions.items():
        # what the user may have left behind on controls that act on the spine and on the whole rig
        obj.pose.bones["chest"].rotation_quaternion = (0.9, 0.2, 0.1, 0.0)
        obj.pose.bones["hips"].location = (0.1, 0.0, 0.05)
        obj.pose.bones["root"].location = (0.3, -0.2, 0.0)
        obj.pose.bones["root"].rotation_quaternion = (0.92, 0.0, 0.0, 0.39)
        animate(obj, retarget(motion, read_rig(obj), bone_map, RetargetOptions(foot_lock=0.0)))
        limits[name] = measures(motion)
    # and the whole way that users go: mapping, rotation modes as the rig has them, a new Action
    motion = motions["made up"]
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = round(motion.fps), 1.0
    apply_motion(bpy.context, obj, store.save_motion(motion), ApplyOptions(start_frame=1, foot_lock=0.0))
    limits["applied"] = measures(motion)
    report["limits"] = limits
    return report


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    result = main(folder)
    print("MEASURED " + json.dumps(result))
    sys.stdout.flush()
    os._exit(0)
