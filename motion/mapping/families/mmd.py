# SPDX-License-Identifier: GPL-3.0-or-later
"""MikuMikuDance models: the standard Japanese bones, with the side before or after the name, and their English names.

The lower body (``pelvis``) and the upper body are siblings below the centre or groove bone, which carries both.
Legs have a second set of bones ("足D") that copies the first, and that the balls of the feet ("足先EX") are parented
to; the first is keyed. Older models have no "上半身2" and no "親指０". Sources: the table of standard bones in
MikuMikuDance's user guide and semi-standard bones plug-in; the English names are those that models store beside the
Japanese ones, and those that Blender's MMD and Cats add-ons give.
"""

from __future__ import annotations

from .base import Family, name_both_sides

_SIDES = (("左", "L"), ("右", "R"))


def _jp_names(*names: str) -> tuple[str, ...]:
    return tuple(pattern + name + end for name in names for pattern, end in (("{0}", ""), ("", "_{1}")))


MMD = Family(
    "mmd",
    "MikuMikuDance",
    name_both_sides(
        {"pelvis": ("下半身",), "spine1": ("上半身",), "spine2": ("上半身2", "上半身1"), "spine3": ("上半身3",),
         "neck": ("首",), "head": ("頭",), "jaw": ("あご", "顎", "下顎")},
        {"hip": _jp_names("足"), "knee": _jp_names("ひざ", "膝"), "ankle": _jp_names("足首"),
         "foot": _jp_names("足先EX", "つま先"), "collar": _jp_names("肩"), "shoulder": _jp_names("腕"),
         "elbow": _jp_names("ひじ", "肘"), "wrist": _jp_names("手首"),
         **{f"{finger}{n}": _jp_names(*(word + str(n - shift) for word in words))
            for finger, words, shift in (("index", ("人指", "人差指"), 0), ("middle", ("中指",), 0),
                                         ("pinky", ("小指",), 0), ("ring", ("薬指",), 0), ("thumb", ("親指",), 1))
            for n in (1, 2, 3)}},
        *_SIDES,
    ),
    root_names=("全ての親", "センター"),
    constraint_parents={
        name.format(*side): name.replace("D", "").format(*side)
        for bone in ("足D", "ひざD", "足首D")
        for name in (f"{{0}}{bone}", f"{bone}.{{1}}")
        for side in _SIDES
    },
)  # fmt: skip


def _en_names(*names: str) -> tuple[str, ...]:
    return tuple(pattern.replace("~", name) for name in names for pattern in ("{0}~", "~_{1}"))


MMD_ENGLISH = Family(
    "mmd_english",
    "MikuMikuDance (English)",
    name_both_sides(
        {"pelvis": ("lower body", "Hips"), "spine1": ("upper body", "Spine"),
         "spine2": ("upper body 2", "upper body 1", "Chest"), "spine3": ("upper body 3", "Upper Chest"),
         "neck": ("neck",), "head": ("head",), "jaw": ("jaw", "chin")},
        {"hip": _en_names("leg"), "knee": _en_names("knee"), "ankle": _en_names("ankle"),
         "foot": _en_names("leg tip EX", "toe", "toe tip", "toes"), "collar": _en_names("shoulder"),
         "shoulder": _en_names("arm"), "elbow": _en_names("elbow"), "wrist": _en_names("wrist"),
         **{f"{finger}{n}": _en_names(*(word.replace("#", str(n - shift)) for word in words))
            for finger, words, shift in (("index", ("fore#", "index finger#", "IndexFinger#"), 0),
                                         ("middle", ("middle#", "middle finger#"), 0),
                                         ("pinky", ("little#", "little finger#"), 0),
                                         ("ring", ("third#", "ring finger#"), 0), ("thumb", ("thumb#",), 1))
            for n in (1, 2, 3)}},
        ("Left", "L"), ("Right", "R"),
    ),
    root_names=("root", "parent node", "mother", "center"),
)  # fmt: skip
