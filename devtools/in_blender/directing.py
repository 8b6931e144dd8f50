# SPDX-License-Identifier: GPL-3.0-or-later
"""``directing OPTIONS``: redo ranges, continue takes, meet own keys and hold objects on rigs of three families.

``OPTIONS`` is a JSON object: how many of each kind over all rigs, see :func:`find_measurement`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..testing.as_extension import PACKAGE
from ..testing.working_tree import load_working_tree
from . import report

RIGS = ("mixamo", "unreal5", "vrm1")
FPS, SECONDS = 24, 5.0


def main(options: dict[str, int]) -> None:
    """Measure on each rig its share of the redos, continuations and own keys."""
    load_working_tree()
    import addon_utils

    from . import rigs_build

    for kind, count in options.items():
        measure = find_measurement(kind)
        for number in range(count):
            rigs_build.empty_scene()
            addon_utils.enable(PACKAGE, default_set=True)
            name = RIGS[number % len(RIGS)]
            report.send_message(kind=kind, rig=name, number=number, **measure(name, number))


def find_measurement(kind: str) -> Callable[[str, int], dict[str, float]]:
    """Return the function that measures a kind on a rig."""
    from . import guided_frames, take_figures

    return {
        "redos": measure_redo,
        "continuations": measure_continuation,
        "own_keys": measure_keys,
        "guides": guided_frames.measure_case,
        "packed": take_figures.measure_packed,
        "pose_keys": take_figures.measure_pose_keys,
        "crowd": take_figures.measure_crowd,
        "holds": measure_held,
    }[kind]


def build_character(name: str) -> Any:
    """Build a rig in an empty scene, active and at the measured frame rate."""
    import bpy

    from ..rigs.specs import spec_named
    from . import rigs_build

    subject = rigs_build.build_rig(spec_named(name))
    bpy.context.scene.render.fps = FPS
    bpy.context.view_layer.objects.active = subject.obj
    return subject


def generate_take(subject: Any, prompt: str, seed: int) -> Any:
    """Generate a take with every option at its default; return the values of its channels."""
    import bpy

    settings = bpy.context.scene.kinescribe
    settings.prompt, settings.seconds, settings.seed = prompt, SECONDS, seed
    bpy.ops.kinescribe.generate()
    return read_channels(subject.obj)


def read_channels(obj: Any) -> dict[tuple[str, int], Any]:
    """Return the values of all F-curves of the Action that plays, by channel, as functions of the frame."""
    from kinescribe.scene.action import get_action, get_fcurves

    return {(curve.data_path, curve.array_index): curve for curve in get_fcurves(get_action(obj), obj)}


def sample_channels(
    curves: dict[tuple[str, int], Any], frames: list[int]
) -> dict[tuple[str, int], list[float]]:
    """Return the values of curves at frames of the scene."""
    return {address: [curve.evaluate(frame) for frame in frames] for address, curve in curves.items()}


def is_same(before: dict[tuple[str, int], list[float]], after: dict[tuple[str, int], list[float]]) -> bool:
    """Return whether channels have the same values, bit by bit; quaternions of the other sign are the same rotation.

    A body that turns around once more between two keys needs the other sign after it.
    """
    if before.keys() != after.keys():
        return False
    paths = {path for path, _ in before}
    for path in paths:
        columns = [index for owner, index in before if owner == path]
        old, new = (
            [list(row) for row in zip(*(values[path, k] for k in columns), strict=True)]
            for values in (before, after)
        )
        is_quaternion = path.endswith("rotation_quaternion")
        for a, b in zip(old, new, strict=True):
            if a != b and not (is_quaternion and a == [-value for value in b]):
                return False
    return True


def measure_seams(subject: Any, start: int, end: int) -> dict[str, float]:
    """Measure the seams on the evaluated rig; ``start`` and ``end`` are counted from the take's first frame."""
    import numpy as np
    from kinescribe.scene.action import get_action
    from kinescribe.scene.record import read_record
    from kinescribe.scene.takes import load_motion

    from ..testing.seam_errors import measure_foot_slide, measure_speed_ratio, range_seams
    from .rigs_read import read_frames

    motion = load_motion(str(read_record(get_action(subject.obj))["motion_id"]))
    heads = read_frames(subject, len(motion)).heads_y_up()
    joints = np.stack(list(heads.values()), axis=1)
    feet = np.stack(
        [heads[f"{side}_{part}"] for side in ("left", "right") for part in ("ankle", "foot")], axis=1
    )
    seams = range_seams(len(motion), start, end)
    return {
        "speed_ratio": max(measure_speed_ratio(joints, FPS, seam) for seam in seams),
        "slide_m": max(measure_foot_slide(motion, seam, feet[..., [0, 2]]) for seam in seams),
    }


def measure_redo(name: str, number: int) -> dict[str, float]:
    """Redo one range with ``kinescribe.redo_range``."""
    import bpy

    from ..testing.take_cases import choose_prompts, choose_range

    old_prompt, prompt = choose_prompts(number)
    subject = build_character(name)
    start, end = choose_range(number, round(SECONDS * FPS))
    frames = [f for f in range(1, round(SECONDS * FPS) + 1) if not start + 1 <= f <= end + 1]
    before = sample_channels(generate_take(subject, old_prompt, number), frames)
    bpy.ops.kinescribe.redo_range(start=start + 1, end=end + 1, prompt=prompt, seed=100 + number)
    after = sample_channels(read_channels(subject.obj), frames)
    return {**measure_seams(subject, start, end), "changed_outside": float(not is_same(before, after))}


def measure_continuation(name: str, number: int) -> dict[str, float]:
    """Continue one take by three seconds with ``kinescribe.continue_take``."""
    import bpy

    from ..testing.take_cases import choose_prompts

    old_prompt, prompt = choose_prompts(number)
    subject = build_character(name)
    count = round(SECONDS * FPS)
    frames = list(range(1, count + 1))
    before = sample_channels(generate_take(subject, old_prompt, number), frames)
    bpy.ops.kinescribe.continue_take(prompt=prompt, seconds=3.0, seed=100 + number)
    after = sample_channels(read_channels(subject.obj), frames)
    return {
        **measure_seams(subject, count, count + 3 * FPS - 1),
        "changed_outside": float(not is_same(before, after)),
    }


def measure_keys(name: str, number: int) -> dict[str, float]:
    """Generate through own keys of a kick, or of a dance, with every option at its default or with reduced keys."""
    from kinescribe.inference.registry import default_backend
    from kinescribe.motion import make_text_request

    from .own_keys import measure_own_keys

    prompt = ("a person kicks", "a person dances")[number % 2]
    poses = default_backend().generate(make_text_request(prompt, 4.0, FPS, number))[0]
    subject = build_character(name)
    return measure_own_keys(subject, poses, "a person walks forward", number, reduce_keys=number % 4 > 1)


def measure_held(name: str, number: int) -> dict[str, float]:
    """Hold a palm to an object over a range of frames."""
    from .holds import measure_hold

    return measure_hold(build_character(name), number, SECONDS, FPS)


if __name__ == "__main__":
    report.run_script(main)
