# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions on their way to samples: cut at the labels, mirrored, put on the floor, checked and described."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...motion.layers.body_joints import OTHER_SIDE, PELVIS
from ...motion.layers.motion_layer import heading_from_positions, moving_average
from ...motion.rotations import Array
from .checks import START_HEIGHT, foot_heights, lowest_points
from .kinematics import change_speed, mirror_motion
from .recordings import FPS, Recordings

_LABELS = Path(__file__).resolve().with_name("labels.json")
_MORE_LABELS = Path(__file__).resolve().with_name("labels_more.json")
_FLOATING = "kaykit"  # clips keyed on another body: the root is put down in every frame


@dataclass(frozen=True)
class MotionDraft:
    """A motion and what is known about it, before its sentences are written.

    Attributes
    ----------
    rotations, root : (T, 22, 4) and (T, 3)
        Local quaternions w x y z and the pelvis in metres, 20 frames a second.
    facts : dict
        Action, side, kind, speed and so on; see ``wordings``.
    source : str
        Id of the recording that it is made from.
    loopable : bool
        Whether it goes on as it began (walks, dances), so that any part of it shows the action.
    weight : float
        Factor on its sampling weight within its group of actions.
    whole_window : bool
        Whether the clip is used as one training window, uncut, because its timing counts from its start.
    add_mirrored : bool
        Whether a mirrored copy is added.
    """

    rotations: Array
    root: Array
    facts: dict[str, Any]
    source: str
    loopable: bool
    weight: float = 1.0
    whole_window: bool = False
    add_mirrored: bool = True


def read_labels() -> list[dict[str, Any]]:
    """Read the labels: clip, start and end in seconds, action, and the facts that the action needs.

    Those of ``labels_more.json`` name an entry of its phrases, which follow their own captions in ``text``.
    """
    labels = list(json.loads(_LABELS.read_text(encoding="utf-8"))["labels"])
    more = json.loads(_MORE_LABELS.read_text(encoding="utf-8"))
    for label in more["labels"]:
        facts = {k: v for k, v in label.items() if k != "name"}
        if "name" in label:
            facts["text"] = [*label["text"], *more["phrases"][label["name"]]]
        labels.append(facts)
    return labels


def cut_labelled_drafts(recordings: Recordings, thin: int = 1) -> Iterator[MotionDraft]:
    """Cut the recordings at their labels; only every ``thin``-th label of a kind, but all standing.

    Labels of clips that the recordings do not hold are left out.
    """
    seen: dict[tuple[Any, ...], int] = defaultdict(int)
    for label in read_labels():
        kind = tuple(label.get(k) for k in ("action", "kind", "side", "way", "cls"))
        seen[kind] += 1
        if label["clip"] not in recordings.clips or ((seen[kind] - 1) % thin and label["action"] != "idle"):
            continue
        rotations, root = recordings.cut_clip(label["clip"], label["start"], label["end"])
        if "play_speed" in label:
            rotations, root = change_speed(rotations, root, label["play_speed"])
        facts = {
            k: v
            for k, v in label.items()
            if k not in ("clip", "start", "end", "loop", "play_speed", "weight")
        }
        # there are many frames of climbing on structures, all alike; prompts name ladders and stairs
        weight = 0.35 if facts.get("kind") == "structure" or label["clip"].startswith(_FLOATING) else 1.0
        weight *= float(label.get("weight", 1.0))
        yield MotionDraft(rotations, root, facts, label["clip"], bool(label.get("loop")), weight)


def mirror_draft(draft: MotionDraft) -> MotionDraft:
    """Exchange left and right, in the facts too."""
    rotations, root = mirror_motion(draft.rotations, draft.root)
    facts = dict(draft.facts)
    if "side" in facts:
        facts["side"] = OTHER_SIDE[facts["side"]]
    return replace(draft, rotations=rotations, root=root, facts=facts)


def put_on_floor(draft: MotionDraft, recordings: Recordings) -> MotionDraft:
    """Shift a motion up or down so that the lowest part of the body rests on the floor (toe 0.02 m, ankle 0.08 m).

    Climbing, which leaves the level floor, is returned unchanged.
    """
    if draft.facts["action"] == "climb":
        return draft
    positions = recordings.joint_positions(draft.rotations, draft.root)
    low, standing = lowest_points(positions), positions[:, PELVIS, 1] > 0.6
    root = draft.root.copy()
    if (
        standing.mean() > 0.3
    ):  # in a roll the trunk of this body may be below the floor on which its feet stand
        low = np.where(standing, foot_heights(positions).min(axis=1), np.nan)
        low = low[standing] if not draft.source.startswith(_FLOATING) else lowest_points(positions)
    if draft.source.startswith(_FLOATING):
        root[:, 1] -= moving_average(low[:, None], 5)[:, 0].astype(root.dtype)
    else:
        root[:, 1] -= np.float32(np.percentile(low, 10))
    return replace(draft, root=root)


def start_on_floor(draft: MotionDraft, recordings: Recordings) -> MotionDraft | None:
    """Let a motion begin where its body first touches the floor, at most half a second later; None if it does not."""
    if draft.facts["action"] == "climb":
        return draft
    low = lowest_points(recordings.joint_positions(draft.rotations[:11], draft.root[:11]))
    grounded = np.flatnonzero(low < START_HEIGHT)
    if not len(grounded):
        return None
    first = int(grounded[0])
    if not first:
        return draft
    rotations, root = recordings.move_to_origin(draft.rotations[first:], draft.root[first:])
    return replace(draft, rotations=rotations, root=root)


def is_clean(draft: MotionDraft, recordings: Recordings) -> bool:
    """Return whether a motion is long enough and no joint jumps within one frame more than fast human motion does."""
    p = recordings.joint_positions(draft.rotations, draft.root)
    if len(p) < 12 or not np.isfinite(p).all():
        return False
    jumps = np.linalg.norm(np.diff(p, 2, axis=0), axis=-1)
    calm = draft.facts["action"].startswith(("walk", "idle", "turn", "sit", "stand_up", "climb", "talk"))
    return bool(jumps[:, 0].max() < 0.15 and (not calm or jumps.max() < 0.4))


def measure_motion(positions: Array) -> dict[str, float]:
    """Measure joint positions (T, 22, 3).

    ``forward`` and ``left``: mean speed in the facing frame (m/s); ``turn``: heading change (degrees, left positive);
    ``travel``: distance on the ground between first and last frame (m); ``seconds``: length.
    """
    face = heading_from_positions(positions)
    step = np.diff(positions[:, 0], axis=0) * FPS
    ahead = step[:, 0] * np.sin(face[1:]) + step[:, 2] * np.cos(face[1:])
    left = step[:, 0] * np.cos(face[1:]) - step[:, 2] * np.sin(face[1:])
    edge = max(1, min(6, len(face) // 4))
    return {
        "forward": float(ahead.mean()),
        "left": float(left.mean()),
        "turn": float(np.degrees(face[-edge:].mean() - face[:edge].mean())),
        "travel": float(np.linalg.norm(positions[-1, 0, [0, 2]] - positions[0, 0, [0, 2]])),
        "seconds": len(positions) / FPS,
    }


def classify_speed(action: str, value: float) -> str | None:
    """Return "slow", "fast" or None for a speed (m/s) of a gait."""
    value = abs(value)
    slow, fast = {"run": (2.4, 4.2), "walk_back": (0.6, 1.3), "sidestep": (0.0, 1.3)}.get(action, (0.8, 1.5))
    return "slow" if value < slow else "fast" if value > fast else None


def describe_draft(draft: MotionDraft, recordings: Recordings) -> MotionDraft | None:
    """Add measured facts (side of a turn, degrees, speed); None if the motion contradicts its label."""
    facts = dict(draft.facts)
    action = facts["action"]
    rotations, root = recordings.move_to_origin(draft.rotations, draft.root)
    m = measure_motion(recordings.joint_positions(rotations, root))
    if action in ("walk", "run"):
        if m["forward"] < 0.15:
            return None
        facts["speed"] = classify_speed(action, m["forward"])
    elif action in ("walk_back", "run_back"):
        if m["forward"] > -0.15:
            return None
        facts["speed"] = classify_speed(action, m["forward"])
    elif action == "sidestep":
        if (m["left"] > 0) != (facts["side"] == "left"):
            return None
        facts["speed"] = classify_speed(action, m["left"])
    elif action in ("walk_turn", "run_turn", "turn"):
        if abs(m["turn"]) < 20:
            return None
        facts |= _turn_facts(facts, m["turn"])
    elif action == "jump_turn":
        facts["side"] = "left" if m["turn"] > 0 else "right"
        facts["degrees"] = int(round(abs(m["turn"]) / 90) * 90)
    if action == "jump":
        facts["way"] = "again" if facts.get("count") else "once"
        if facts["way"] == "again" and facts["kind"] == "up":
            facts["way"] = "again_up"
    if action in ("punch", "kick") and facts.get("count"):
        facts["kind"] = "again"
    facts = {k: v for k, v in facts.items() if v is not None}
    return replace(draft, rotations=rotations, root=root, facts=facts)


def _turn_facts(facts: dict[str, Any], degrees: float) -> dict[str, Any]:
    """Return side, size and kind of a turn, on the spot or while moving, from its heading change."""
    size = abs(degrees)
    out: dict[str, Any] = {"side": "left" if degrees > 0 else "right"}
    if facts.get("kind") not in ("circle", "curve"):  # any part of those is true, whatever its angle
        out["degrees"] = round(size / 45) * 45 if size > 35 else None
    if "kind" not in facts:
        if facts["action"] == "turn":
            out["kind"] = "quarter" if size < 120 else "around" if size < 250 else "spin"
        elif size < 60:
            out["kind"] = "veer"
    return out
