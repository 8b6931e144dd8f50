# SPDX-License-Identifier: GPL-3.0-or-later
"""Short, single-action, labelled samples for training: recordings cut at the labels, mirrored, varied, layered.

python -m kinescribe.training.dataset DATA_DIR     (or call `summary`)
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...motion.rotations import Array
from ..text.wordings import sentences
from .gesture_timing import START
from .joints import ANKLES, FEET, OTHER_SIDE, SPINE1, WRISTS
from .kinematics import heading, mirror, resampled
from .motion_layers import Layer
from .path_variants import bent, calm_ends, cycle_of, cycled, rested
from .recordings import FPS, Recordings, load
from .repertoire import LENGTHS, STANDING, WALKING, planned
from .sampling_weights import share_of
from .styles import STYLES
from .turning import seconds_of, turn

_HERE = Path(__file__).resolve().parent
# Actions that keep both feet on or near one level floor; the others may leave it (jumps, climbing, acrobatics).
_LEVEL = (
    "walk",
    "turn",
    "idle",
    "sidestep",
    "run",
    "kick",
    "punch",
    "box",
    "crouch",
    "wave",
    "clap",
    "talk",
    "stand",
)
_RESTING = ("kick", "kick_ball", "punch", "jump", "jump_turn", "hop", "turn", "sit_down", "stand_up", "text")
_STEADY = ("walk", "run", "walk_back", "run_back", "sidestep", "skip")


@dataclass
class Sample:
    """One training example. Rotations (T, 22, 4) local wxyz, root (T, 3) metres, 20 frames a second, Y up;
    frame 0 faces +Z and stands at x = z = 0."""

    rotations: np.ndarray
    root: np.ndarray
    sentences: list[str]
    action: str
    weight: float
    source: str
    loopable: bool
    split: str
    whole: bool = False
    """Whether the clip is a window as it stands: its timing is told by the place in it."""


@dataclass(frozen=True)
class _Draft:
    """A motion with what is known about it, before its words are written."""

    rotations: Array
    root: Array
    facts: dict[str, Any]
    source: str
    loopable: bool
    amount: float = 1.0
    whole: bool = False
    mirrored: bool = True


def labels() -> list[dict[str, Any]]:
    """The labels: clip, start and end in seconds, action and what the action needs."""
    data = json.loads((_HERE / "labels.json").read_text(encoding="utf-8"))
    return list(data["labels"])


def measured(places: Array) -> dict[str, float]:
    """Mean forward, leftward speed (m/s, in the facing frame), heading change (degrees), travel (m) and seconds."""
    face = heading(places)
    step = np.diff(places[:, 0], axis=0) * FPS
    ahead = step[:, 0] * np.sin(face[1:]) + step[:, 2] * np.cos(face[1:])
    left = step[:, 0] * np.cos(face[1:]) - step[:, 2] * np.sin(face[1:])
    edge = max(1, min(6, len(face) // 4))
    return {
        "forward": float(ahead.mean()),
        "left": float(left.mean()),
        "turn": float(np.degrees(face[-edge:].mean() - face[:edge].mean())),
        "travel": float(np.linalg.norm(places[-1, 0, [0, 2]] - places[0, 0, [0, 2]])),
        "seconds": len(places) / FPS,
    }


def _drafts_of_labels(rec: Recordings, thin: int = 1) -> Iterator[_Draft]:
    seen: dict[tuple[Any, ...], int] = defaultdict(int)
    for label in labels():
        kind = tuple(label.get(k) for k in ("action", "kind", "side", "way", "cls"))
        seen[kind] += 1
        if (seen[kind] - 1) % thin and label["action"] != "idle":
            continue
        rotations, root = rec.cut(label["clip"], label["start"], label["end"])
        facts = {k: v for k, v in label.items() if k not in ("clip", "start", "end", "loop")}
        # Climbing frames are many and all alike; ladders and stairs are what people ask for.
        amount = 0.35 if facts.get("kind") == "structure" else 1.0
        yield _Draft(rotations, root, facts, label["clip"], bool(label.get("loop")), amount)


def _mirrored(d: _Draft, rec: Recordings) -> _Draft:
    rotations, root = mirror(d.rotations, d.root)
    facts = dict(d.facts)
    if "side" in facts:
        facts["side"] = OTHER_SIDE[facts["side"]]
    return replace(d, rotations=rotations, root=root, facts=facts)


def _grounded(d: _Draft, rec: Recordings) -> _Draft:
    """The same motion with its lowest foot contact on the floor (toe 0.02 m, ankle 0.08 m)."""
    if not d.facts["action"].startswith(_LEVEL):
        return d
    p = rec.places(d.rotations, d.root)
    feet = np.minimum(
        p[:, list(FEET.values()), 1].min(axis=1) - 0.02, p[:, list(ANKLES.values()), 1].min(axis=1) - 0.08
    )
    root = d.root.copy()
    root[:, 1] -= np.float32(np.percentile(feet, 10))
    return replace(d, root=root)


def _speed(action: str, value: float) -> str | None:
    value = abs(value)
    slow, fast = {"run": (2.4, 4.2), "walk_back": (0.6, 1.3), "sidestep": (0.0, 1.3)}.get(action, (0.8, 1.5))
    return "slow" if value < slow else "fast" if value > fast else None


def _described(d: _Draft, rec: Recordings) -> _Draft | None:
    """The draft with measured facts added (side of a turn, degrees, speed); None when it belies its label."""
    facts = dict(d.facts)
    action = facts["action"]
    rotations, root = rec.placed(d.rotations, d.root)
    m = measured(rec.places(rotations, root))
    if action in ("walk", "run"):
        if m["forward"] < 0.15:
            return None
        facts["speed"] = _speed(action, m["forward"])
    elif action in ("walk_back", "run_back"):
        if m["forward"] > -0.15:
            return None
        facts["speed"] = _speed(action, m["forward"])
    elif action == "sidestep":
        if (m["left"] > 0) != (facts["side"] == "left"):
            return None
        facts["speed"] = _speed(action, m["left"])
    elif action in ("walk_turn", "run_turn", "turn"):
        if abs(m["turn"]) < 20:
            return None
        facts["side"] = "left" if m["turn"] > 0 else "right"
        size = abs(m["turn"])
        if facts.get("kind") not in ("circle", "curve"):  # any part of those is true, whatever its angle
            facts["degrees"] = round(size / 45) * 45 if size > 35 else None
        if "kind" not in facts:
            if action == "turn":
                facts["kind"] = "quarter" if size < 120 else "around" if size < 250 else "spin"
            elif size < 60:
                facts["kind"] = "veer"
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
    return replace(d, rotations=rotations, root=root, facts=facts)


def _varied(d: _Draft, rec: Recordings, rng: np.random.Generator) -> Iterator[_Draft]:
    """Copies at other speeds, and straight walks and runs bent into curves and circles."""
    action = d.facts["action"]
    if action in _STEADY or action.startswith(("walk_", "run_")):
        paces: tuple[float, ...] = (0.85, 1.15)
    elif action in ("idle", "dance", "text", "talk", "sit"):
        paces = ()
    else:
        paces = (0.88, 1.12)
    if action == "walk":
        paces = (float(rng.choice([0.85, 1.15])),)
    if action == "run":
        paces = (0.85, 1.2, 1.4)
    for pace in paces:
        pace *= float(rng.uniform(0.97, 1.03))
        rotations, root = resampled(d.rotations, d.root, pace)
        yield replace(d, rotations=rotations, root=root, amount=d.amount * 0.5)
    if not d.loopable and len(d.root) < 3.2 * FPS and action in _RESTING:
        yield from _rested(d, rec, rng)
    if action in (*_STEADY, "crawl") and d.loopable and len(d.root) >= 20:
        yield from _cycled(d, rec, rng)


def _rested(d: _Draft, rec: Recordings, rng: np.random.Generator) -> Iterator[_Draft]:
    """The short action inside a few seconds of rest, as it is asked for most often."""
    places = rec.places(d.rotations, d.root)
    first, last = calm_ends(places)
    for _ in range(2 if first or last else 0):
        spare = int(rng.uniform(3.0, 4.6) * FPS) - len(d.root)
        if spare < 8:
            continue
        # always about as long after the start: a time that nothing tells would be averaged away
        before = int(rng.integers(3, 7)) if first else 0
        rotations, root = rested(d.rotations, d.root, places, before, spare - before if last else 0)
        yield replace(d, rotations=rotations, root=root, amount=d.amount * 0.6)


def _cycled(d: _Draft, rec: Recordings, rng: np.random.Generator) -> Iterator[_Draft]:
    """Longer steady gaits from one good stride cycle, straight and led along curves and circles."""
    action = d.facts["action"]
    places = rec.places(d.rotations, d.root)
    first, last, gap = cycle_of(places, *((11, 19) if action.startswith("run") else (16, 30)))
    if gap > 0.05:
        return
    if action != "walk" or rng.random() < 0.3:
        frames = int(rng.integers(70, 121))
        yield replace(
            d, **_gait(d, rec, places, frames, (first, last), 0.0), amount=1.2 if action == "run" else 0.6
        )
    if action not in ("walk", "run"):
        return
    for _ in range(1 if action == "walk" else 2):
        round_ = rng.random() < 0.35  # a circle is small enough for most of it to be walked within a window
        rate = float(rng.uniform(38, 60) if round_ else rng.uniform(18, 36)) * (
            1.3 if action == "run" else 1.0
        )
        angle = float(rng.uniform(300, 400)) if round_ else float(rng.uniform(50, 200))
        frames = int(np.clip(angle / rate * FPS, 50, 150))
        rate *= 1.0 if rng.random() < 0.5 else -1.0
        kind = "circle" if abs(rate) * frames / FPS > 200 else "curve"
        motion = _gait(d, rec, places, frames, (first, last), np.radians(rate))
        yield _Draft(
            **motion, facts={"action": f"{action}_turn", "kind": kind}, source=d.source, loopable=True
        )


def _gait(
    d: _Draft, rec: Recordings, places: Array, frames: int, cycle: tuple[int, int], rate: float
) -> dict[str, Array]:
    rotations, root = cycled(d.rotations, d.root, places, frames, cycle)
    if rate:
        rotations, root = bent(rotations, root, rate)
    return {"rotations": rotations, "root": root}


def _gestures(drafts: list[_Draft], rec: Recordings, rng: np.random.Generator, thin: int) -> Iterator[_Draft]:
    """Authored gestures over recorded standing and walking, in clips that are whole windows."""
    stands = [d for d in drafts if d.facts["action"] == "idle" and "kind" not in d.facts]
    for entry in STANDING.values():
        for i in range(max(2, entry.clips // thin)):
            frames, manner = planned(entry, rng)
            base, layer = _standing(stands, rec, rng, frames)
            facts = entry.make(layer, rng, "left" if i % 2 else "right", manner)
            yield _laid(layer, dict(facts), base, entry.mirrored)
    for i in range(150 // thin):
        degrees = float(rng.choice([45, 90, 90, 90, 135, 180, 180, 270, 360])) + float(rng.uniform(-8, 8))
        speed = str(rng.choice(["slow", "fast", "", "", ""]))
        pace = {"slow": 0.6, "fast": 1.5, "": 1.0}[speed]
        need = int((seconds_of(degrees, pace) + START + 0.3) * FPS)
        lengths = [n for n in LENGTHS if n >= need] or [max(LENGTHS)]
        frames = int(rng.choice(lengths[:3]))
        base, layer = _standing(stands, rec, rng, frames)
        facts = turn(layer, rng, "left" if i % 2 else "right", degrees, pace) | (
            {"speed": speed} if speed else {}
        )
        yield _laid(layer, dict(facts), base, True)
    walks = [d for d in drafts if d.facts["action"] == "walk" and d.loopable and len(d.root) >= 40]
    for name, entry in WALKING.items():
        for i in range(max(2, entry.clips // thin)):
            frames, manner = planned(entry, rng)
            base, layer = _walking(walks, rec, rng, frames)
            facts = entry.make(layer, rng, "left" if i % 2 else "right", manner)
            yield _laid(layer, dict(facts) | {"action": f"walk_{name}"}, base, entry.mirrored)
    for name, (style, count, pace) in STYLES.items():
        for _ in range(max(2, count // thin)):
            base, layer = _walking(walks, rec, rng, int(rng.integers(70, 121)))
            layer = Layer(rec, *resampled(layer.rotations, layer.root, pace * float(rng.uniform(0.94, 1.06))))
            style(layer, rng)
            yield replace(_laid(layer, {"action": f"walk_{name}"}, base, True), loopable=True, whole=False)


def _walking(
    walks: list[_Draft], rec: Recordings, rng: np.random.Generator, frames: int
) -> tuple[_Draft, Layer]:
    """A straight walk of some frames: a part of a recording, or one good stride of it again and again."""
    for _ in range(200):
        base = walks[int(rng.integers(len(walks)))]
        spare = len(base.root) - frames
        if spare >= 0 and rng.random() < 0.7:
            first = int(rng.integers(0, spare + 1))
            motion = base.rotations[first : first + frames], base.root[first : first + frames]
        else:
            places = rec.places(base.rotations, base.root)
            first, last, gap = cycle_of(places, 16, 30)
            if gap > 0.05:
                continue
            motion = cycled(base.rotations, base.root, places, frames, (first, last))
        return base, Layer(rec, *rec.placed(*motion))
    raise ValueError(f"no straight walk of {frames} frames in the recordings")


def _standing(
    stands: list[_Draft], rec: Recordings, rng: np.random.Generator, frames: int
) -> tuple[_Draft, Layer]:
    """A random part of a standing recording in which both hands hang and the character hardly turns."""
    for _ in range(200):
        base = stands[int(rng.integers(len(stands)))]
        first = int(rng.integers(0, max(1, len(base.root) - frames)))
        part = replace(
            base, rotations=base.rotations[first : first + frames], root=base.root[first : first + frames]
        )
        if len(part.root) == frames and _hands_down(part, rec):
            return part, Layer(rec, *rec.placed(part.rotations, part.root))
    raise ValueError(f"no calm standing of {frames} frames in the recordings")


def _hands_down(d: _Draft, rec: Recordings) -> bool:
    """Whether both hands hang and the character hardly turns, all the time."""
    p = rec.places(d.rotations, d.root)
    hands = p[:, list(WRISTS.values()), 1].max(axis=1)
    return bool((hands < p[:, SPINE1, 1] + 0.05).all() and np.ptp(heading(p)) < 0.3)


def _laid(layer: Layer, facts: dict[str, Any], base: _Draft, mirrored: bool) -> _Draft:
    rotations, root = layer.rotations.astype(np.float32), layer.root.astype(np.float32)
    return _Draft(rotations, root, facts, base.source, False, whole=True, mirrored=mirrored)


def _clean(d: _Draft, rec: Recordings) -> bool:
    """Whether no joint jumps within one frame more than fast human motion does."""
    p = rec.places(d.rotations, d.root)
    if len(p) < 12 or not np.isfinite(p).all():
        return False
    pop = np.linalg.norm(np.diff(p, 2, axis=0), axis=-1)
    calm = d.facts["action"].startswith(("walk", "idle", "turn", "sit", "stand_up", "climb", "talk"))
    return bool(pop[:, 0].max() < 0.15 and (not calm or pop.max() < 0.4))


def _test_clips(drafts: list[_Draft]) -> set[str]:
    """About 8 % of the clips, chosen by name, but never the only two clips of an action."""
    clips = defaultdict(set)
    for d in drafts:
        clips[str(d.facts.get("cls", d.facts["action"]))].add(d.source)
        clips[share_of(d.facts)[0]].add(d.source)
    chosen = {c for c in {d.source for d in drafts} if zlib.crc32(c.encode()) % 100 < 9}
    for group in clips.values():
        while len(group - chosen) < max(2, 0.7 * len(group)) and group & chosen:
            chosen -= {min(group & chosen)}
    return chosen


def build(data_dir: Path, seed: int = 0, thin: int = 1, authored: bool = True) -> list[Sample]:
    """All samples, with mirrored copies, variants and gesture layers; `thin` > 1 gives a quick selection of them.

    Without ``authored`` only the recordings and their mirrored copies, which take a moment. Raises FileNotFoundError
    without the recordings.
    """
    rec = load(Path(data_dir))
    rng = np.random.default_rng(seed)
    cut = [_grounded(d, rec) for d in _drafts_of_labels(rec, thin)]
    cut = [d for d in cut if _clean(d, rec)]
    tests = _test_clips(cut)
    whole = list(cut)
    for d in cut if authored else ():
        whole += _varied(d, rec, rng)
    whole += [_grounded(d, rec) for d in _gestures(cut, rec, rng, thin)] if authored else []
    whole += [_mirrored(d, rec) for d in whole if d.mirrored]
    whole = [e for d in whole if (e := _described(d, rec)) is not None]
    return _weighted(whole, tests)


def _weighted(drafts: list[_Draft], tests: set[str]) -> list[Sample]:
    """Samples whose weights give each group its share of attention, longer ones a little more."""
    groups: dict[str, float] = defaultdict(float)
    loads = []
    for d in drafts:
        group, share = share_of(d.facts)
        load_ = d.amount * min(len(d.root) / FPS, 8.0) ** 0.5
        loads.append((group, share, load_))
        if d.source not in tests:
            groups[group] += load_
    words: dict[str, list[str]] = {}
    out = []
    for d, (group, share, load_) in zip(drafts, loads, strict=True):
        key = json.dumps(d.facts, sort_keys=True)
        if key not in words:
            words[key] = sentences(d.facts)
        out.append(
            Sample(
                rotations=d.rotations.astype(np.float32),
                root=d.root.astype(np.float32),
                sentences=words[key],
                action=_name(d.facts),
                weight=share * load_ / max(groups[group], 1e-6),
                source=d.source,
                loopable=d.loopable,
                split="test" if d.source in tests else "train",
                whole=d.whole,
            )
        )
    return out


def _name(facts: dict[str, Any]) -> str:
    """The coarse class: the action, with its side or way where the action has one."""
    if facts["action"] == "text":
        return str(facts.get("cls", "other"))
    tail = facts.get("side") or (facts.get("way") if facts["action"] == "climb" else None)
    return f"{facts['action']}_{tail}" if tail else str(facts["action"])


def summary(samples: list[Sample]) -> str:
    """A table: class, samples, seconds, share of the training weight, an example sentence."""
    rows: dict[str, list[Any]] = {}
    total = sum(s.weight for s in samples if s.split == "train")
    for s in samples:
        row = rows.setdefault(s.action, [0, 0.0, 0.0, 0, s.sentences[-1]])
        row[0] += 1
        row[1] += len(s.root) / FPS
        row[2] += s.weight / total if s.split == "train" else 0.0
        row[3] += s.split == "test"
    lines = [f"{'action':20} samples  test  seconds  weight  example"]
    for name, (count, seconds, weight, test, text) in sorted(rows.items(), key=lambda r: -r[1][2]):
        lines.append(f"{name:20} {count:7d} {test:5d} {seconds:8.0f} {100 * weight:6.2f}%  {text}")
    unique = len({t for s in samples for t in s.sentences})
    minutes = sum(len(s.root) for s in samples) / FPS / 60
    lines.append(f"{len(samples)} samples, {minutes:.0f} minutes, {unique} different sentences")
    return "\n".join(lines)


def main(data_dir: str) -> None:
    """Print the table of the training set."""
    print(summary(build(Path(data_dir))))


if __name__ == "__main__":
    import sys

    main(sys.argv[1] if len(sys.argv) > 1 else str(_HERE.parents[2] / "shared" / "data"))
