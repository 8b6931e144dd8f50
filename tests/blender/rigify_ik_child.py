# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in a process of its own, as ``rigify_child`` does: FK and IK keys on a generated Rigify rig, compared."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import conftest  # noqa: E402, F401  (loads the working tree)

from devtools.testing.as_extension import PACKAGE  # noqa: E402

DEFORM = {
    f"{side}_{joint}": f"DEF-{bone}.{side[0].upper()}"
    for side in ("left", "right")
    for joint, bone in {
        "shoulder": "upper_arm", "elbow": "forearm", "wrist": "hand", "hip": "thigh", "knee": "shin",
        "ankle": "foot", "foot": "toe",
    }.items()
}  # fmt: skip

FORGOTTEN = (
    "foot_heel_ik.L", "foot_spin_ik.R", "toe_ik.L", "hand_ik.R", "foot_ik.L", "thigh_ik_target.R", "upper_arm_ik.L",
    "thigh_ik.R", "chest", "hips", "shin_tweak.L", "forearm_tweak.R.001", "tweak_spine.002",
)  # fmt: skip
"""Controls that act on limbs and spine, and that animators leave somewhere."""


def main(shared: Path | None) -> dict[str, object]:
    """Generate a rig, play motions on it by FK and by IK keys, with feet locked, and return the measures."""
    import addon_utils
    import bpy
    import numpy as np
    from control_rigs import scramble_controls
    from kinescribe.motion.contact.contacts import detect_limb_contacts
    from kinescribe.motion.mapping.bone_map import map_bones
    from kinescribe.motion.retarget.retarget import RetargetOptions, find_joint_indices, retarget
    from kinescribe.scene import store
    from kinescribe.scene.apply import ApplyOptions, apply_motion
    from kinescribe.scene.rig import read_rig
    from rig_kit import CLIPS, recorded_motion
    from rig_stage import animate, played

    from devtools.testing.limb_errors import limb_errors
    from devtools.testing.motions import make_varied_motion

    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    addon_utils.enable(PACKAGE, default_set=True)
    addon_utils.enable("rigify", default_set=True)
    bpy.ops.object.armature_human_metarig_add()
    meta = bpy.context.object
    bpy.ops.pose.rigify_generate()
    obj = next(o for o in bpy.data.objects if o.type == "ARMATURE" and o is not meta)
    bone_map = map_bones(read_rig(obj))
    motions = {"made up": make_varied_motion(seconds=1.0)}
    if shared is not None:
        motions |= {action: recorded_motion(shared, action, seconds=1.0) for action in CLIPS}
    feet = ("left_ankle", "left_foot", "right_ankle", "right_foot")

    def result(motion: object, **options: object) -> dict[str, np.ndarray]:
        scramble_controls(obj, list(FORGOTTEN))
        chosen = RetargetOptions(at_character=False, **options)
        animate(obj, retarget(motion, read_rig(obj), bone_map, chosen))
        points = played(obj, bone_map, len(motion), extra=tuple(DEFORM.values()))
        return {joint: points[bone] for joint, bone in DEFORM.items()}

    report: dict[str, object] = {}
    for name, motion in motions.items():
        forward = result(motion, limb_keys="FK")
        inverse = result(motion, limb_keys="IK")
        measures = {
            "apart": max(float(np.linalg.norm(forward[j] - inverse[j], axis=-1).max()) for j in DEFORM),
            "p95": float(np.percentile(limb_errors(motion, forward), 95)),
        }
        if name == "made up":
            on_root = result(motion, limb_keys="IK", root_mode="ROOT")
            measures["apart on root"] = max(
                float(np.linalg.norm(forward[j] - on_root[j], axis=-1).max()) for j in DEFORM
            )
        else:
            contacts = detect_limb_contacts(motion, find_joint_indices(motion.skeleton))
            down = np.stack([contacts[joint] for joint in feet], axis=1)
            down = down[1:] & down[:-1]
            indices = [motion.skeleton.joint_index(joint) for joint in feet]
            speeds = [
                np.linalg.norm(np.diff(track, axis=0), axis=-1) * motion.fps
                for track in (
                    motion.positions[:, indices],
                    np.stack([forward[joint] for joint in feet], axis=1),
                    np.stack([inverse[joint] for joint in feet], axis=1),
                )
            ]
            if down.any():
                measures |= {
                    key: float(speed[down].mean())
                    for key, speed in zip(("source", "foot FK", "foot IK"), speeds, strict=True)
                }
        report[name] = measures
    # and the whole way that users go, with the locks that Rigify puts on its controls and mechanism
    motion = motions["made up"]
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = round(motion.fps), 1.0
    found = []
    for keys in ("FK", "IK"):
        options = ApplyOptions(start_frame=1, at_character=False, limb_keys=keys)
        applied = apply_motion(bpy.context, obj, store.save_motion(motion), options)
        points = played(obj, bone_map, len(motion), extra=tuple(DEFORM.values()))
        found.append({joint: points[bone] for joint, bone in DEFORM.items()})
    forward, inverse = found
    report["applied"] = {
        "apart": max(float(np.linalg.norm(forward[j] - inverse[j], axis=-1).max()) for j in DEFORM),
        "notes": [str(note) for note in applied.notes],
    }
    return report


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    print("MEASURED " + json.dumps(main(folder)))
    sys.stdout.flush()
    os._exit(0)
