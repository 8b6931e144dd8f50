# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases of rigs: the bones of each, and how they have to be mapped. No Blender in here.

Each stands for a fault that real characters have shown; the bodies are made up. The same cases are tests
(``test_rig_cases``) and rows of ``python dev.py cases``. Bones are in Blender's world: metres, Z up, facing -Y.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from kinescribe.motion import SMPL_JOINTS, SMPL_PARENTS, MappingError
from kinescribe.motion.mapping.bone_map import require_sure_map, suggest_bones
from kinescribe.motion.rig import Rig, make_plain_rig
from kinescribe.motion.rotations import rotate, rotation_about_axis

from ..rigs.body import Proportions
from .animals import BIRD_NAMES, BoneLine, Triple, make_bird, make_four_legged, make_named_bird

_TO_Y_UP = np.array([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]])


@dataclass(frozen=True)
class RigCase:
    """One case.

    Attributes
    ----------
    name : what the rig is
    bones : name, parent, head and tail of each, parents first
    right : the right bone for each joint; empty for what is no human body
    says : a part of the sentence that asks or refuses; empty: the rig is mapped without asking
    object_name : name of the armature object
    root : the right root bone
    turn : degrees by which the object is turned about the vertical
    origin : where the object is
    """

    name: str
    bones: tuple[BoneLine, ...]
    right: Mapping[str, str] = field(default_factory=dict)
    says: str = ""
    object_name: str = "Rig"
    root: str | None = None
    turn: float = 0.0
    origin: Triple = (0.0, 0.0, 0.0)


def build_rig(case: RigCase) -> Rig:
    """Return the rig of a case."""
    names = [bone[0] for bone in case.bones]
    turn = rotation_about_axis("y", np.radians(case.turn))
    heads, tails = (
        rotate(turn, np.array([bone[k] for bone in case.bones], dtype=float) @ _TO_Y_UP.T) for k in (2, 3)
    )
    return make_plain_rig(
        case.object_name,
        tuple(names),
        tuple(names.index(bone[1]) if bone[1] else -1 for bone in case.bones),
        heads,
        tails,
        axes=rotate(turn, _TO_Y_UP.T),
        origin=rotate(turn, np.array(case.origin) @ _TO_Y_UP.T),
    )


def check_rig(case: RigCase, notes: list[str] | None = None) -> list[str]:
    """Return what is wrong with the bone map of a case; nothing if it is right.

    The sentence that asks or refuses, where the case wants one, is appended to ``notes``.
    """
    rig = build_rig(case)
    suggestion = suggest_bones(rig)
    try:
        require_sure_map(rig, suggestion)
    except MappingError as error:
        if not case.says:
            return [f"refused: {error}"]
        if notes is not None:
            notes.append(str(error))
        faults = [] if case.says in str(error) else [f"does not say {case.says!r}, but {str(error)!r}"]
    else:
        faults = [f"is taken for a human at {suggestion.confidence:.2f}"] if case.says else []
    wrong = {
        joint: (suggestion.bones.get(joint), bone)
        for joint, bone in case.right.items()
        if suggestion.bones.get(joint) != bone
    }
    if wrong:
        faults.append(f"maps (found, right): {wrong}")
    if case.right and not case.says and suggestion.root != case.root:
        faults.append(f"takes {suggestion.root!r} for the root, not {case.root!r}")
    return faults


def read_rig_case(path: Path) -> RigCase:
    """Read a case from a JSON file: "bones" (name, parent, head, tail), "right", and the object's "name"."""
    data = json.loads(path.read_text(encoding="utf-8"))
    names = {str(bone[0]) for bone in data["bones"]}
    root = "root" if "root" in names else None
    says = "became the armature object" if "pelvis" not in data["right"] else ""
    bones = tuple((str(n), str(p or ""), tuple(h), tuple(t)) for n, p, h, t in data["bones"])
    return RigCase(path.parent.name, bones, data["right"], says, data.get("name", "Rig"), root)


_POINTS = {
    "pelvis": "pelvis", "spine1": "belly", "spine2": "waist", "spine3": "chest", "neck": "neck", "head": "head",
}  # fmt: skip
_TAILS = {
    "hip": "knee", "knee": "ankle", "ankle": "foot", "foot": "toe", "collar": "shoulder", "shoulder": "elbow",
    "elbow": "wrist", "wrist": "middle1",
}  # fmt: skip


def make_body(
    names: Mapping[str, str],
    build: Proportions = Proportions(),  # noqa: B008 - frozen
    without: tuple[str, ...] = (),
) -> dict[str, BoneLine]:
    """Return the bones of a body by joint, with a name for each joint and without those that end with ``without``."""
    points = build.points
    lines: dict[str, BoneLine] = {}
    kept = [joint for joint in SMPL_JOINTS if not joint.endswith(without) or not without]
    for joint in kept:
        parent = SMPL_JOINTS[SMPL_PARENTS[SMPL_JOINTS.index(joint)]] if joint != "pelvis" else ""
        while parent and parent not in kept:
            parent = SMPL_JOINTS[SMPL_PARENTS[SMPL_JOINTS.index(parent)]]
        side, _, kind = joint.partition("_")
        if kind:
            mirror = np.array([1.0 if side == "left" else -1.0, 1.0, 1.0])
            head, tail = points[kind] * mirror, points[_TAILS[kind]] * mirror
        else:
            head = points[_POINTS[joint]]
            after = [j for j in list(_POINTS)[list(_POINTS).index(joint) + 1 :] if j in kept]
            tail = points[_POINTS[after[0]]] if after else points["top"]
        lines[joint] = (names[joint], names[parent] if parent else "", _triple(head), _triple(tail))
    return lines


def _triple(point: np.ndarray) -> Triple:
    x, y, z = (float(v) for v in point)
    return (x, y, z)


def _name_joints(pattern: Callable[[str, str], str]) -> dict[str, str]:
    """Return a name for each joint from a function of side ("", "left", "right") and joint without side."""
    names = {}
    for joint in SMPL_JOINTS:
        side, _, kind = joint.partition("_")
        names[joint] = pattern(side, kind) if kind else pattern("", joint)
    return names


def _fill(words: Mapping[str, str], middle: str, limb: str) -> dict[str, str]:
    """Return names of all joints: patterns with ``{word}``, and for limbs ``{Side}``, ``{side}``, ``{S}``, ``{s}``."""

    def name(side: str, kind: str) -> str:
        word = words.get(kind, kind)
        if not side:
            return middle.format(word=word)
        return limb.format(word=word, side=side, Side=side.capitalize(), S=side[0].upper(), s=side[0])

    return _name_joints(name)


def _right(lines: Mapping[str, BoneLine], **changes: str) -> dict[str, str]:
    return {joint: line[0] for joint, line in lines.items()} | changes


_A_POSE = Proportions(arms_down=45.0, legs_out=4.0)
_PLAIN_FEET = ("foot",)

_MEEBITS = _fill(
    {"pelvis": "Hips", "spine1": "Spine", "spine3": "Chest", "neck": "Neck", "head": "Head", "hip": "UpperLeg",
     "knee": "LowerLeg", "ankle": "Foot", "collar": "Shoulder", "shoulder": "UpperArm", "elbow": "LowerArm",
     "wrist": "Hand"},
    "{word}Bone", "{Side}{word}Bone",
)  # fmt: skip
_LAST_WORDS = ("{}_JNT", "{}_joint", "{}Jnt", "{} Bone", "{}.bind", "{}-DEF", "Actor:{}_SHJnt")
_FLAT = {"ankle", "foot", "toe", "knee"}


def _flatten(lines: Mapping[str, BoneLine]) -> dict[str, BoneLine]:
    """Return the bones in the plane y = 0 without feet, so that nothing tells front from back."""
    return {
        joint: (
            name,
            parent,
            (head[0], 0.0, head[2]),
            (tail[0], 0.0, 0.0 if joint.endswith("ankle") else tail[2]),
        )
        for joint, (name, parent, head, tail) in lines.items()
    }


def _make_meebits(turn: float, names: Mapping[str, str] = _MEEBITS) -> RigCase:
    lines = _flatten(make_body(names, without=("foot", "spine2")))
    return RigCase(
        f"{names['left_hip']} is left, turned by {turn:g}", tuple(lines.values()), _right(lines), turn=turn
    )


_BLOCKY = {
    "hip": "leg_upper",
    "knee": "leg_lower",
    "shoulder": "arm_upper",
    "elbow": "arm_lower",
    "pelvis": "base",
}
_BLOCKY_NAMES = tuple(
    _fill(_BLOCKY, middle, limb)
    for middle, limb in (
        ("{word}", "{word}{S}"), ("jnt_{word}", "jnt_{S}_{word}"), ("{word}", "{Side} {word}"),
        ("{word}", "{s}t_{word}"), ("vox_{word}", "vox_{word}_{side}"),
    )
)  # fmt: skip


def _make_genea(place: float) -> RigCase:
    """Return the skeleton of GENEA 2022 and 2023; ``place``: of the twist bones along their limb."""
    words = {
        "hip": "upleg", "knee": "leg", "ankle": "foot", "collar": "shoulder", "shoulder": "arm", "elbow": "forearm",
        "spine1": "spine0", "spine2": "spine1", "spine3": "spine3", "pelvis": "root", "neck": "neck0",
    }  # fmt: skip
    lines = make_body(_fill(words, "b_{word}", "b_{s}_{word}"), _A_POSE, _PLAIN_FEET)
    bones: list[BoneLine] = [("body_world", "", (0, 0, 0), (0, 0, 0.1))]
    for joint, (name, parent, head, tail) in lines.items():
        parent = parent or "body_world"
        s = name[2:4]
        if joint.endswith("shoulder"):
            bones.append((f"p_{s}scap", parent, head, tail))
            parent = f"p_{s}scap"
        for end, upper, twist in (("elbow", "arm", "arm_twist"), ("wrist", "forearm", "wrist_twist"),
                                  ("ankle", "leg", "foot_twist")):  # fmt: skip
            if joint.endswith(end):
                a, b = (np.array(next(x for x in bones if x[0] == f"b_{s}{upper}")[k]) for k in (2, 3))
                at = a + (place if twist != "foot_twist" else 1.0) * (b - a)
                bones.append((f"b_{s}{twist}", f"b_{s}{upper}", _triple(at), _triple(at + 0.1 * (b - a))))
                parent = f"b_{s}{twist}"
        if joint == "spine3":
            at = _triple(np.array(head) - [0, 0, 0.05])
            bones.append(("b_spine2", parent, at, head))
            parent = "b_spine2"
        bones.append((name, parent, head, tail))
    right = _right(lines)
    del right["spine2"]
    return RigCase(f"twist bones at {place:g} of their limb", tuple(bones), right, root="body_world")


_UNREAL = _name_joints(
    lambda side, kind: {
        "spine1": "spine_01", "spine2": "spine_02", "spine3": "spine_03", "neck": "neck_01", "hip": "thigh",
        "knee": "calf", "ankle": "foot", "foot": "ball", "collar": "clavicle", "shoulder": "upperarm",
        "elbow": "lowerarm", "wrist": "hand",
    }.get(kind, kind) + (f"_{side[0]}" if side else "")
)  # fmt: skip
_VRM_SAMPLE = {
    joint: {"pelvis": "hips", "spine1": "spine", "spine3": "chest"}.get(joint, name)
    for joint, name in _name_joints(
        lambda side, kind: {
            "hip": "thigh", "knee": "shin", "ankle": "foot", "foot": "toe", "collar": "shoulder",
            "shoulder": "upper_arm", "elbow": "forearm", "wrist": "hand",
        }.get(kind, kind) + (f".{side[0].upper()}" if side else "")
    ).items()
}  # fmt: skip
_MIXAMO = _name_joints(
    lambda side, kind: "mixamorig:" + side.capitalize() + {
        "pelvis": "Hips", "spine1": "Spine", "spine2": "Spine1", "spine3": "Spine2", "neck": "Neck", "head": "Head",
        "hip": "UpLeg", "knee": "Leg", "ankle": "Foot", "foot": "ToeBase", "collar": "Shoulder", "shoulder": "Arm",
        "elbow": "ForeArm", "wrist": "Hand",
    }[kind]
)  # fmt: skip
_SAY_NOTHING = {joint: f"b_{k:02d}" for k, joint in enumerate(SMPL_JOINTS)}


def _make_root_object(name: str, names: Mapping[str, str]) -> RigCase:
    """Return a rig whose root node became the armature object."""
    lines = make_body(names, _A_POSE)
    return RigCase(f"root is the object {name}", tuple(lines.values()), _right(lines), object_name=name)


def _make_hips_object(name: str, names: Mapping[str, str]) -> RigCase:
    """Return a rig whose hips became the armature object."""
    lines = make_body(names, _A_POSE)
    bones = tuple(
        (bone, "" if parent == names["pelvis"] else parent, head, tail)
        for joint, (bone, parent, head, tail) in lines.items()
        if joint != "pelvis"
    )
    # without a pelvis, structure can't tell the rest by itself
    right = {
        j: bone
        for j, bone in _right(lines).items()
        if j not in ("pelvis", "spine2") and names is not _SAY_NOTHING
    }
    return RigCase(
        f"hips are the object {name}",
        bones,
        right,
        "became the armature object",
        name,
        origin=lines["pelvis"][2],
    )


def _make_beside_the_pelvis(names: Mapping[str, str], root: str) -> RigCase:
    """Return a rig whose legs hang on the root, beside the pelvis."""
    lines = make_body(names, without=("spine2",))
    bones = [(root, "", (0.0, 0.0, 0.0), (0.0, 0.0, 0.1))]
    for joint, (bone, parent, head, tail) in lines.items():
        bones.append((bone, root if joint == "pelvis" or joint.endswith("hip") else parent, head, tail))
    return RigCase(f"legs beside the {names['pelvis']}", tuple(bones), _right(lines), root=root)


_SEYMOUR = _fill(
    {"spine1": "spine", "spine3": "chest", "collar": "clavicle", "shoulder": "humerus", "elbow": "ulna", "foot": "toe"},
    "{word}", "{s}_{word}",
)  # fmt: skip
_SEYMOUR_VARIANT = _fill(
    {"spine1": "Spine", "spine3": "Chest", "pelvis": "Pelvis", "hip": "UpLeg", "knee": "LowLeg", "ankle": "Foot",
     "foot": "Toe", "collar": "Clavicle", "shoulder": "UpArm", "elbow": "LowArm", "wrist": "Palm"},
    "{word}", "{word}_{S}",
)  # fmt: skip


def _make_animal(name: str, bones: tuple[BoneLine, ...], says: str = "recognised") -> RigCase:
    return RigCase(name, bones, {}, says)


def _make_two_hips() -> RigCase:
    """Return a body with a second pair of hips and legs, half a metre beside the first."""
    first = make_body(_MIXAMO)
    shift = np.array([1.2, 0.0, 0.0])
    second = [
        (f"{n}.001", f"{p}.001" if p else "", _triple(np.array(h) + shift), _triple(np.array(t) + shift))
        for n, p, h, t in first.values()
    ]
    return RigCase("two bodies", (*first.values(), *second), _right(first), "it holds two characters")


def _make_named(pattern: str, names: Mapping[str, str]) -> RigCase:
    """Return a body of a known family whose names all end with the same word, in a pose that structure can't read."""
    words = {joint: pattern.format(name.removeprefix("mixamorig:")) for joint, name in names.items()}
    lines = make_body(words, Proportions(arms_down=88.0, legs_out=0.0))
    return RigCase(f"{words['left_hip']} is the left hip", tuple(lines.values()), _right(lines))


def _make_second_hips(name: str, at: str, is_above: bool) -> RigCase:
    """Return a body with a second bone that is called hips, above or beside the one that carries spine and legs."""
    lines = make_body(_MIXAMO, _A_POSE)
    head, tail = (_triple(Proportions().points[at] + np.array([0, 0, up])) for up in (0.0, 0.05))
    hips = lines["pelvis"]
    if is_above:
        bones = ((name, "", head, tail), (hips[0], name, *hips[2:]), *list(lines.values())[1:])
    else:
        bones = (*lines.values(), (name, hips[0], head, tail))
    return RigCase(f"two hips, {name}", bones, _right(lines))


def _below(lines: Mapping[str, BoneLine], root: str) -> tuple[BoneLine, ...]:
    """Return the bones below a root bone on the floor."""
    top = (root, "", (0.0, 0.0, 0.0), (0.0, 0.0, 0.1))
    return (top, *((n, p or root, h, t) for n, p, h, t in lines.values()))


def _list_cases() -> tuple[RigCase, ...]:
    sample = make_body(_VRM_SAMPLE, _A_POSE, ("spine2",))
    numbered = make_body({**_VRM_SAMPLE, "spine2": "spine.001", "spine3": "spine.002"}, _A_POSE)
    plain = make_body(_SAY_NOTHING, _A_POSE)
    return (
        *(_make_meebits(turn) for turn in (0.0, 90.0, 180.0)),
        *(_make_meebits(180.0, names) for names in _BLOCKY_NAMES),
        *(_make_genea(place) for place in (0.0, 0.5, 1.0)),
        RigCase("hips above spine", tuple(sample.values()), _right(sample)),
        RigCase("hips above spine, root", _below(sample, "root"), _right(sample), root="root"),
        RigCase("hips above numbered spine", tuple(numbered.values()), _right(numbered)),
        RigCase("hips above numbered spine, root", _below(numbered, "root"), _right(numbered), root="root"),
        _make_root_object("root", _UNREAL),
        _make_root_object("Bip001", _MIXAMO),
        _make_hips_object("mixamorig:Hips", _MIXAMO),
        _make_hips_object("mixamorig:Hips.001", _MIXAMO),
        _make_hips_object("pelvis", _UNREAL),
        _make_hips_object("hips", _VRM_SAMPLE),
        _make_hips_object("b_00", _SAY_NOTHING),
        *(
            RigCase(f"{names['pelvis']} below {root}", _below(body, root), _right(body), root=root)
            for names in (_MIXAMO, _UNREAL, _VRM_SAMPLE)
            for body in (make_body(names, _A_POSE, ("spine2",) if names is _VRM_SAMPLE else ()),)
            for root in ("master", "COG", "Armature", "Bip001", "motion")
        ),
        _make_beside_the_pelvis(_SEYMOUR, "root"),
        _make_beside_the_pelvis(_SEYMOUR_VARIANT, "Root"),
        *(_make_named(pattern, names) for pattern in _LAST_WORDS for names in (_UNREAL, _MIXAMO)),
        RigCase("names say nothing", tuple(plain.values()), _right(plain)),
        RigCase("names say nothing, turned", tuple(plain.values()), _right(plain), turn=130.0),
        _make_two_hips(),
        _make_second_hips("Hips", "pelvis", True),
        _make_second_hips("mixamorig:hips.001", "pelvis", True),
        _make_second_hips("mixamorig:Hips_2", "belly", False),
        _make_animal("bird", make_bird()),
        _make_animal("bird, names say nothing", make_bird(wing="b{S}{}", leg="c{S}{}")),
        _make_animal("bird, upright", make_bird(lean=85.0, tail=False)),
        _make_animal("bird, upright, names say nothing", make_bird(0.5, 80.0, "b{S}{}", "c{S}{}", False)),
        _make_animal("bird under human names", make_bird(0.5, 85.0, "arm{}.{S}", "leg{}.{S}")),
        *(
            _make_animal(f"bird under {f}'s names", make_named_bird(f, 60.0 + 12.0 * k))
            for k, f in enumerate(BIRD_NAMES)
        ),
        _make_animal("dog", make_four_legged()),
        _make_animal("dog, names say nothing", make_four_legged(fore="b{S}{}", hind="c{S}{}")),
        _make_animal("horse", make_four_legged(1.4, 0.9)),
        _make_animal("horse, names say nothing", make_four_legged(1.4, 0.9, "b{S}{}", "c{S}{}")),
        _make_animal("giraffe", make_four_legged(1.8, 2.5, "b{S}{}", "c{S}{}")),
    )


RIG_CASES: tuple[RigCase, ...] = _list_cases()


def find_case(name: str) -> RigCase:
    """Return the case with a name."""
    return next(replace(case) for case in RIG_CASES if case.name == name)
