# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of the measurements on rigs, and how many rigs reach each of the project's aims."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..env.console import markdown_table

Figures = Mapping[str, Any]
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"

MAX_MEDIAN, MAX_P95, MAX_SLIDE, MAX_BELOW, MAX_STEP, MAX_IK_GAP, MAX_KEY_FRACTION = (
    1.5,
    5.0,
    0.01,
    0.01,
    90.0,
    0.01,
    0.25,
)
MAX_MILLIMETRES, MAX_DEGREES, MAX_HEAD_DEGREES = 5.0, 1.0, 5.0


def recognition_table(rigs: Iterable[Figures]) -> str:
    """Return the table of recognition, by bone names and by structure alone."""
    headings = [
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
        recognition = rig.get("recognition")
        if not recognition:
            continue
        random = recognition.get("random", [])
        recognised = sum(one["good"] for one in random)
        random_cell = f"{recognised} of {len(random)}" + (
            " SWAPPED" if any(one["swapped"] for one in random) else ""
        )
        fingers = (
            f"{recognition['fingers']} of {recognition['fingers_there']}"
            if recognition.get("fingers_there")
            else "-"
        )
        family = recognition.get("family", "-") + (
            "" if recognition.get("expected_family", True) else " (another's)"
        )
        rows.append([
            _rig_label(rig), str(rig["bones"]), _data_source(rig), "asks" if "refused" in recognition else family,
            f"{recognition['confidence']:.2f}" if "confidence" in recognition else "-",
            _first_names(recognition.get("unfound", [])), _first_names(recognition.get("wrong", [])),
            fingers, random_cell,
        ])  # fmt: skip
    return markdown_table(headings, rows) if rows else ""


def motion_table(rigs: Iterable[Figures]) -> str:
    """Return the table of retargeting: per rig the worst of all motions, limbs also without foot lock."""
    headings = [
        "rig, worst motion of all", "limbs: median / p95", "with foot lock", "planted feet - source, cm/s",
        "without lock", "below floor, cm", "without lock", "largest step - source", "IK - FK, cm", "keys kept",
        "at most off",
    ]  # fmt: skip
    rows = []
    for rig in rigs:
        motions = rig.get("motions")
        if not motions:
            continue
        measured = [one for one in motions.values() if "failed" not in one]
        failed = [name for name, one in motions.items() if "failed" in one]
        if not measured:
            rows.append(
                [_rig_label(rig), f"fails: {next(iter(motions.values()))['failed'][:80]}", *["-"] * 9]
            )
            continue
        rows.append([
            _rig_label(rig) + (f" (fails on {', '.join(failed)})" if failed else ""),
            _median_and_p95(measured, "limbs"), _median_and_p95(measured, "limbs_locked"),
            f"{100 * _largest(measured, _extra_slide('feet_locked')):+.1f}",
            f"{100 * _largest(measured, _extra_slide('feet')):+.1f}",
            f"{100 * _largest(measured, lambda m: m['feet_locked']['below']):.1f}",
            f"{100 * _largest(measured, lambda m: m['feet']['below']):.1f}",
            f"{_largest(measured, lambda m: max(m['jump'], m['jump_locked']) - m['source_jump']):+.0f}",
            _ik_cell(measured), *_reduction_cells(measured),
        ])  # fmt: skip
    return markdown_table(headings, rows) if rows else ""


def aims_table(rigs: list[Figures]) -> str:
    """Return the table of the project's aims, with the number of rigs that reach each and those that do not."""
    rows = []

    def add_aim(text: str, condition: Callable[[Figures], bool | None]) -> None:
        verdicts = [(rig, verdict) for rig in rigs if (verdict := condition(rig)) is not None]
        failing = [_rig_label(rig, True) for rig, verdict in verdicts if not verdict]
        if verdicts:
            rows.append(
                [text, f"{len(verdicts) - len(failing)} of {len(verdicts)}", ", ".join(failing) or "-"]
            )

    add_aim("recognised by name, completely, as its own family", _is_recognised_by_name)
    add_aim("all limbs, spine and head with random names (every try)", _is_recognised_by_structure)
    add_aim("left and right never swapped", lambda r: not any(o["swapped"] for o in r["recognition"]["random"])
        if "recognition" in r else None)  # fmt: skip
    holds_for_all = _holds_for_all_motions
    add_aim(f"limbs, foot lock off: median {MAX_MEDIAN:g}, p95 {MAX_P95:g} degrees at most",
        lambda r: holds_for_all(r, lambda m: m["limbs"]["median"] <= MAX_MEDIAN
                       and m["limbs"]["p95"] <= MAX_P95))  # fmt: skip
    add_aim("planted feet at most 1 cm/s faster than the source's",
        lambda r: holds_for_all(r, lambda m: _extra_slide("feet_locked")(m) <= MAX_SLIDE))  # fmt: skip
    add_aim(
        "no sole more than 1 cm below the floor",
        lambda r: holds_for_all(r, lambda m: m["feet_locked"]["below"] <= MAX_BELOW),
    )
    add_aim("no step of more than 90 degrees that the source does not have",
        lambda r: holds_for_all(r, lambda m: max(m["jump"], m["jump_locked"])
                       <= max(MAX_STEP, m["source_jump"])))  # fmt: skip
    add_aim("faces and stands up as the source does",
        lambda r: holds_for_all(r, lambda m: m["up"]["heading"] < 20 and m["up"]["up"] < 25))  # fmt: skip
    add_aim("head rotated relative to the pelvis as the source's, within 5 degrees",
        lambda r: holds_for_all(r, lambda m: m["head"] <= MAX_HEAD_DEGREES if "head" in m else None))  # fmt: skip
    add_aim(
        "fingers relaxed in their hands",
        lambda r: holds_for_all(r, lambda m: None if m.get("curl") is None else m["curl"] < 60),
    )
    add_aim("IK controls within 1 cm of FK", lambda r: holds_for_all(r, _ik_is_accurate))
    add_aim("reduction keeps a quarter of the keys at most (median of the motions)", _keeps_few_keys)
    add_aim("reduction within 5 mm and 1 degree", lambda r: holds_for_all(r, _reduction_is_accurate))
    return markdown_table(["aim", "rigs that reach it", "short of it"], rows) if rows else ""


def speed_table(rigs: Iterable[Figures]) -> str:
    """Return the table of seconds that each part takes on the generated Rigify rig."""
    runs = [figures for rig in rigs for figures in rig.get("speed", [])]
    if not runs:
        return ""
    parts = [
        "rig read", "mapping", "retargeting", "foot lock", "channels", "writing", "together", "whole apply"
    ]  # fmt: skip
    rows = [
        [
            f"{one['frames']} frames, {one['bones']} bones, {clock}",
            *(f"{one[kind][part]:.3f} s" for part in parts),
        ]
        for one in runs
        for kind, clock in (("seconds", "by the clock"), ("cpu", "processor"))
    ]
    return markdown_table(["Rigify, generated", *parts], rows)


def _rig_label(rig: Figures, without_star: bool = False) -> str:
    return str(rig["label"]) + ("" if without_star or rig["real"] else " *")


def _data_source(rig: Figures) -> str:
    return "real" if rig["rig"].startswith(("real", "rigify")) else str(rig["positions"])


def _first_names(names: list[str], limit: int = 2) -> str:
    return (
        ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")
        if names
        else "-"
    )


def _largest(motions: Iterable[Figures], figure: Callable[[Figures], float]) -> float:
    return max(figure(motion) for motion in motions)


def _extra_slide(key: str) -> Callable[[Figures], float]:
    return lambda motion: float(motion[key]["speed"] - motion[key]["source_speed"])


def _median_and_p95(motions: list[Figures], key: str) -> str:
    return f"{_largest(motions, lambda m: m[key]['median']):.2f} / {_largest(motions, lambda m: m[key]['p95']):.2f}"


def _split_failed(motions: Iterable[Figures], key: str) -> tuple[list[Figures], list[str]]:
    figures = [motion[key] for motion in motions if motion.get(key)]
    return [one for one in figures if "failed" not in one], [
        one["failed"] for one in figures if "failed" in one
    ]


def _ik_cell(motions: list[Figures]) -> str:
    figures, failed = _split_failed(motions, "ik")
    if failed:
        return "fails"
    keyed = [one for one in figures if one["keyed"]]
    return f"{100 * max(one['gap'] for one in keyed):.1f}" if keyed else "-"


def _reduction_cells(motions: list[Figures]) -> list[str]:
    figures, failed = _split_failed(motions, "reduced")
    if failed or not figures:
        return ["fails" if failed else "-", "-"]
    fractions = [one["share"] for one in figures]
    if min(fractions) == 1.0:
        return ["-", "-"]
    return [
        f"{100 * statistics.median(fractions):.0f} %, at most {100 * max(fractions):.0f} %",
        f"{max(one['mm'] for one in figures):.1f} mm, {max(one['degrees'] for one in figures):.1f}°",
    ]


def _holds_for_all_motions(rig: Figures, condition: Callable[[Figures], bool | None]) -> bool | None:
    """Return whether a condition holds for all motions of a rig; None if it was not measured."""
    if "motions" not in rig:
        return None
    verdicts = [False if "failed" in motion else condition(motion) for motion in rig["motions"].values()]
    known = [verdict for verdict in verdicts if verdict is not None]
    return all(known) if known else None


def _is_recognised_by_name(rig: Figures) -> bool | None:
    recognition = rig.get("recognition")
    if recognition is None:
        return None
    return not (
        "refused" in recognition
        or recognition.get("unfound")
        or recognition.get("wrong")
        or not recognition.get("expected_family")
    )


def _is_recognised_by_structure(rig: Figures) -> bool | None:
    return all(one["good"] for one in rig["recognition"]["random"]) if "recognition" in rig else None


def _ik_is_accurate(motion: Figures) -> bool | None:
    part = motion.get("ik")
    if not part:
        return None
    return "failed" not in part and bool(part["keyed"]) and part["gap"] <= MAX_IK_GAP


def _keeps_few_keys(rig: Figures) -> bool | None:
    figures, failed = _split_failed(rig.get("motions", {}).values(), "reduced")
    if not figures and not failed:
        return None
    return not failed and statistics.median(one["share"] for one in figures) <= MAX_KEY_FRACTION


def _reduction_is_accurate(motion: Figures) -> bool | None:
    part = motion.get("reduced")
    if not part:
        return None
    return "failed" not in part and part["mm"] <= MAX_MILLIMETRES and part["degrees"] <= MAX_DEGREES
