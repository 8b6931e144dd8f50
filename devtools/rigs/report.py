# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of what was measured on the rigs, and what of the project's aims they reach."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..env.console import table

Found = Mapping[str, Any]
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"

MEDIAN, P95, SLIDE, BELOW, JUMP, GAP, SHARE = 1.5, 5.0, 0.01, 0.01, 90.0, 0.01, 0.25
MILLIMETRES, DEGREES, HEAD = 5.0, 1.0, 5.0


def recognition_table(rigs: Iterable[Found]) -> str:
    """Who is recognised as what, by name and by shape alone."""
    heads = [
        "rig",
        "bones",
        "data",
        "recognised as",
        "confidence",
        "not found",
        "wrong",
        "fingers",
        "random names",
    ]
    rows = []
    for rig in rigs:
        found = rig.get("recognition")
        if not found:
            continue
        random = found.get("random", [])
        good = sum(one["good"] for one in random)
        shape = f"{good} of {len(random)}" + (" SWAPPED" if any(one["swapped"] for one in random) else "")
        fingers = f"{found['fingers']} of {found['fingers_there']}" if found.get("fingers_there") else "-"
        family = found.get("family", "-") + ("" if found.get("expected_family", True) else " (another's)")
        rows.append([
            _name(rig), str(rig["bones"]), _data(rig), "asks" if "refused" in found else family,
            f"{found['confidence']:.2f}" if "confidence" in found else "-", _some(found.get("unfound", [])),
            _some(found.get("wrong", [])), fingers, shape,
        ])  # fmt: skip
    return table(heads, rows) if rows else ""


def motion_table(rigs: Iterable[Found]) -> str:
    """What retargeting does on each rig, the worst of the motions; limbs also without foot lock."""
    heads = [
        "rig, worst motion of all", "limbs: median / p95", "with foot lock", "planted feet - source, cm/s",
        "without lock", "below floor, cm", "without lock", "largest step - source", "IK - FK, cm", "keys kept",
        "at most off",
    ]  # fmt: skip
    rows = []
    for rig in rigs:
        motions = rig.get("motions")
        if not motions:
            continue
        good = [one for one in motions.values() if "failed" not in one]
        failed = [name for name, one in motions.items() if "failed" in one]
        if not good:
            rows.append([_name(rig), f"fails: {next(iter(motions.values()))['failed'][:80]}", *["-"] * 9])
            continue
        rows.append([
            _name(rig) + (f" (fails on {', '.join(failed)})" if failed else ""),
            _pair(good, "limbs"), _pair(good, "limbs_locked"),
            f"{100 * _worst(good, _slide('feet_locked')):+.1f}", f"{100 * _worst(good, _slide('feet')):+.1f}",
            f"{100 * _worst(good, lambda m: m['feet_locked']['below']):.1f}",
            f"{100 * _worst(good, lambda m: m['feet']['below']):.1f}",
            f"{_worst(good, lambda m: max(m['jump'], m['jump_locked']) - m['source_jump']):+.0f}",
            _ik(good), *_reduction(good),
        ])  # fmt: skip
    return table(heads, rows) if rows else ""


def aims(rigs: list[Found]) -> str:
    """The project's aims one by one, with how many rigs reach each and who does not."""
    rows = []

    def aim(sentence: str, holds: Callable[[Found], bool | None]) -> None:
        judged = [(rig, verdict) for rig in rigs if (verdict := holds(rig)) is not None]
        short = [_name(rig, True) for rig, verdict in judged if not verdict]
        if judged:
            rows.append([sentence, f"{len(judged) - len(short)} of {len(judged)}", ", ".join(short) or "-"])

    aim("recognised by name, completely, as its own family", _own_name)
    aim("all limbs, spine and head with random names (every try)", _by_shape)
    aim("left and right never swapped", lambda r: not any(o["swapped"] for o in r["recognition"]["random"])
        if "recognition" in r else None)  # fmt: skip
    each = _each
    aim(f"limbs, foot lock off: median {MEDIAN:g}, p95 {P95:g} degrees at most",
        lambda r: each(r, lambda m: m["limbs"]["median"] <= MEDIAN and m["limbs"]["p95"] <= P95))  # fmt: skip
    aim("planted feet at most 1 cm/s faster than the source's",
        lambda r: each(r, lambda m: _slide("feet_locked")(m) <= SLIDE))  # fmt: skip
    aim(
        "no sole more than 1 cm below the floor",
        lambda r: each(r, lambda m: m["feet_locked"]["below"] <= BELOW),
    )
    aim("no step of more than 90 degrees that the source has not",
        lambda r: each(r, lambda m: max(m["jump"], m["jump_locked"]) <= max(JUMP, m["source_jump"])))  # fmt: skip
    aim("faces as the source does, and stands up as it does",
        lambda r: each(r, lambda m: m["up"]["heading"] < 20 and m["up"]["up"] < 25))  # fmt: skip
    aim("head turned from the pelvis as the source's, within 5 degrees",
        lambda r: each(r, lambda m: m["head"] <= HEAD if "head" in m else None))  # fmt: skip
    aim(
        "fingers at ease in their hands",
        lambda r: each(r, lambda m: None if m.get("curl") is None else m["curl"] < 60),
    )
    aim("IK controls within 1 cm of FK", lambda r: each(r, _ik_holds))
    aim("reduction keeps a quarter of the keys at most (median of the motions)", _few_keys)
    aim("reduction within 5 mm and 1 degree", lambda r: each(r, _reduction_holds))
    return table(["aim", "rigs that reach it", "short of it"], rows) if rows else ""


def speed_table(rigs: Iterable[Found]) -> str:
    """Seconds of each part on the generated Rigify rig."""
    runs = [one for rig in rigs for one in rig.get("speed", [])]
    if not runs:
        return ""
    parts = [
        "rig read", "mapping", "retargeting", "foot lock", "channels", "writing", "together", "whole apply"
    ]  # fmt: skip
    rows = [
        [
            f"{one['frames']} frames, {one['bones']} bones, {said}",
            *(f"{one[kind][part]:.3f} s" for part in parts),
        ]
        for one in runs
        for kind, said in (("seconds", "by the clock"), ("cpu", "processor"))
    ]
    return table(["Rigify, generated", *parts], rows)


def _name(rig: Found, plain: bool = False) -> str:
    return str(rig["label"]) + ("" if plain or rig["real"] else " *")


def _data(rig: Found) -> str:
    return "real" if rig["rig"].startswith(("real", "rigify")) else str(rig["positions"])


def _some(names: list[str], most: int = 2) -> str:
    return (
        ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
        if names
        else "-"
    )


def _worst(motions: Iterable[Found], figure: Callable[[Found], float]) -> float:
    return max(figure(motion) for motion in motions)


def _slide(key: str) -> Callable[[Found], float]:
    return lambda motion: float(motion[key]["speed"] - motion[key]["source_speed"])


def _pair(motions: list[Found], key: str) -> str:
    return (
        f"{_worst(motions, lambda m: m[key]['median']):.2f} / {_worst(motions, lambda m: m[key]['p95']):.2f}"
    )


def _parts(motions: Iterable[Found], key: str) -> tuple[list[Found], list[str]]:
    found = [motion[key] for motion in motions if motion.get(key)]
    return [one for one in found if "failed" not in one], [one["failed"] for one in found if "failed" in one]


def _ik(motions: list[Found]) -> str:
    found, failed = _parts(motions, "ik")
    if failed:
        return "fails"
    keyed = [one for one in found if one["keyed"]]
    return f"{100 * max(one['gap'] for one in keyed):.1f}" if keyed else "-"


def _reduction(motions: list[Found]) -> list[str]:
    found, failed = _parts(motions, "reduced")
    if failed or not found:
        return ["fails" if failed else "-", "-"]
    shares = [one["share"] for one in found]
    if min(shares) == 1.0:
        return ["-", "-"]
    return [
        f"{100 * statistics.median(shares):.0f} %, at most {100 * max(shares):.0f} %",
        f"{max(one['mm'] for one in found):.1f} mm, {max(one['degrees'] for one in found):.1f}°",
    ]


def _each(rig: Found, holds: Callable[[Found], bool | None]) -> bool | None:
    """Whether all motions hold; None where nothing was measured."""
    if "motions" not in rig:
        return None
    verdicts = [False if "failed" in motion else holds(motion) for motion in rig["motions"].values()]
    known = [verdict for verdict in verdicts if verdict is not None]
    return all(known) if known else None


def _own_name(rig: Found) -> bool | None:
    found = rig.get("recognition")
    if found is None:
        return None
    return not (
        "refused" in found or found.get("unfound") or found.get("wrong") or not found.get("expected_family")
    )


def _by_shape(rig: Found) -> bool | None:
    return all(one["good"] for one in rig["recognition"]["random"]) if "recognition" in rig else None


def _ik_holds(motion: Found) -> bool | None:
    part = motion.get("ik")
    if not part:
        return None
    return "failed" not in part and bool(part["keyed"]) and part["gap"] <= GAP


def _few_keys(rig: Found) -> bool | None:
    found, failed = _parts(rig.get("motions", {}).values(), "reduced")
    if not found and not failed:
        return None
    return not failed and statistics.median(one["share"] for one in found) <= SHARE


def _reduction_holds(motion: Found) -> bool | None:
    part = motion.get("reduced")
    if not part:
        return None
    return "failed" not in part and part["mm"] <= MILLIMETRES and part["degrees"] <= DEGREES
