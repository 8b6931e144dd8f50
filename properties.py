# SPDX-License-Identifier: GPL-3.0-or-later
"""What is stored in the .blend, on Scene and Object."""

# no "from __future__ import annotations": Blender would evaluate the text of each property's annotation again

from collections.abc import Callable
from typing import Any, ClassVar

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)
from bpy.types import PropertyGroup

MIN_SECONDS = 0.3
MAX_SECONDS = 600.0
MAX_SEED = 2**31 - 1
MAX_RANDOM_SEED = 99_999  # short enough for the list of takes


class KeyTolerances:
    """How far reduced keys may be off: for applying, and for reducing the keys of a result."""

    tolerance_mm: FloatProperty(
        name="Tolerance (mm)",
        description=(
            "How far, in millimetres on a body as large as an adult, a joint may be from where it would be "
            "with all keys"
        ),
        default=5.0,
        min=0.1,
        max=1000.0,
        soft_max=50.0,
        step=50,
        precision=1,
        options={"SKIP_SAVE"},
    )
    tolerance_degrees: FloatProperty(
        name="Tolerance (°)",
        description="How far, in degrees, a bone may be turned from where it would be with all keys",
        default=1.0,
        min=0.01,
        max=90.0,
        soft_max=10.0,
        step=10,
        precision=2,
        options={"SKIP_SAVE"},
    )
    pose_keys: BoolProperty(
        name="Pose Keys",
        description="Give all bones their keys at the same frames, so that each is a pose of the whole body",
        default=False,
        options={"SKIP_SAVE"},
    )


class ApplyOptions(KeyTolerances):
    """Options of applying a motion, shared by the scene's settings and the operator ``kinescribe.apply``.

    The names are those of ``scene.apply.ApplyOptions``. SKIP_SAVE makes the operator take the scene's values
    for options that a call does not pass, not those of the last call; it has no effect on the scene.
    """

    start_frame: IntProperty(
        name="Start Frame",
        description="Frame at which the motion begins",
        default=1,
        min=-1048574,
        max=1048574,
        options={"SKIP_SAVE"},
    )
    at_character: BoolProperty(
        name="At Character",
        description="Begin at the character's present position and heading, instead of the world's origin",
        default=True,
        options={"SKIP_SAVE"},
    )
    root_mode: EnumProperty(
        name="Root Motion",
        description="Which bone moves the character over the ground",
        items=(
            ("HIPS", "Hips", "The hips move over the ground, and a root bone stays where it is"),
            (
                "ROOT",
                "Root Bone",
                "The root bone, or the object if it is the root, moves over the ground and turns, for game engines",
            ),
            ("IN_PLACE", "In Place", "Leave out the movement over the ground"),
        ),
        default="HIPS",
        options={"SKIP_SAVE"},
    )
    foot_lock: FloatProperty(
        name="Foot Lock",
        description="How firmly feet stay in place while they touch the ground",
        default=1.0,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        options={"SKIP_SAVE"},
    )
    hand_lock: FloatProperty(
        name="Hand Lock",
        description="How firmly hands stay in place while the motion holds them still",
        default=0.0,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        options={"SKIP_SAVE"},
    )
    limb_keys: EnumProperty(
        name="Limb Keys",
        description="Which controls of a control rig are keyed for arms and legs",
        items=(
            ("FK", "FK", "Key the rotation of each segment, and switch the limbs to FK"),
            ("IK", "IK", "Key hands, feet and their pole targets, and switch the limbs to IK"),
        ),
        default="FK",
        options={"SKIP_SAVE"},
    )
    relax_fingers: BoolProperty(
        name="Relaxed Fingers",
        description="Curl the fingers a little if the motion does not contain fingers",
        default=True,
        options={"SKIP_SAVE"},
    )
    only_selected: BoolProperty(
        name="Only Selected Bones",
        description="Animate the selected bones only and keep the animation of all others",
        default=False,
        options={"SKIP_SAVE"},
    )
    extend_range: BoolProperty(
        name="Extend Scene Range",
        description="Move the end of the scene to the end of the motion if it is earlier",
        default=False,
        options={"SKIP_SAVE"},
    )
    reduce_keys: BoolProperty(
        name="Reduce Keys",
        description="Keep only the keys that the motion needs, so that it can be edited by hand",
        default=False,
        options={"SKIP_SAVE"},
    )
    into: EnumProperty(
        name="Into",
        description="Where the motion is put",
        items=(
            ("ACTION", "Action", "A new Action that plays at once; the previous one is kept"),
            ("NLA", "NLA Strip", "A strip on a new NLA track above all others"),
            ("STASH", "Stash", "A muted NLA track, for later; the present animation keeps playing"),
        ),
        default="ACTION",
        options={"SKIP_SAVE"},
    )
    blend_frames: IntProperty(
        name="Blend",
        description="Frames over which the motion is blended with the previous animation at its start and its end",
        default=0,
        min=0,
        max=1000,
        soft_max=60,
        options={"SKIP_SAVE"},
    )
    repeat: IntProperty(
        name="Repeat",
        description="How often the motion is played, each time from where it ended",
        default=1,
        min=1,
        max=100,
        soft_max=10,
        options={"SKIP_SAVE"},
    )


APPLY_OPTIONS = (*ApplyOptions.__annotations__, *KeyTolerances.__annotations__)
"""Names of all options."""


class KINESCRIBE_PG_bone(PropertyGroup):
    """One row of a bone map."""

    joint: StringProperty(name="Joint", description="Joint of the motion")
    bone: StringProperty(name="Bone", description="Bone that follows the joint")


class KINESCRIBE_PG_switch(PropertyGroup):
    """A custom property of the rig, such as an IK/FK switch, that must be keyed for the motion to play."""

    bone: StringProperty(name="Bone", description="Bone that has the custom property")
    property: StringProperty(name="Property", description="Custom property that is keyed")
    value: FloatProperty(name="Value", description="Value of its key")


class KINESCRIBE_PG_bone_rotation(PropertyGroup):
    """The rotation of one bone in the reference pose."""

    bone: StringProperty(name="Bone")
    # w, x, y, z about the armature's axes
    rotation: FloatVectorProperty(name="Rotation", size=4, default=(1.0, 0.0, 0.0, 0.0))


class KINESCRIBE_PG_take(PropertyGroup):
    """A motion that was made for a character."""

    action: PointerProperty(type=bpy.types.Action, name="Action", description="The keys of the take")
    prompt: StringProperty(name="Prompt", description="What the motion was made from")
    seed: IntProperty(name="Seed", description="Seed of the motion", min=0)
    start: IntProperty(name="Start", description="Frame at which the take begins")
    end: IntProperty(name="End", description="Last frame of the take")
    starred: BoolProperty(name="Star", description="Mark the take as one to be kept")
    model: StringProperty(name="Model", description="Model that made the motion")
    made: StringProperty(name="Made", description="When the take was made")


class Listeners:
    """What operators do when properties change: lists of functions, which they add to and remove from."""

    take_chosen: ClassVar[list[Callable[[Any], None]]] = []
    """Called with the properties of a character whose active take was chosen."""

    part_changed: ClassVar[list[Callable[[Any], None]]] = []
    """Called with a part that was changed."""

    guides_changed: ClassVar[list[Callable[[], None]]] = []
    """Called when something that guides a motion was changed or switched."""

    scene_changed: ClassVar[list[Callable[[bpy.types.Context, str], None]]] = []
    """Called with the name when the scene's prompt, duration or seed was changed."""


def _announce_active_take(self: Any, _context: bpy.types.Context) -> None:
    for listener in Listeners.take_chosen:
        listener(self)


def _announce_part(self: Any, _context: bpy.types.Context) -> None:
    for listener in Listeners.part_changed:
        listener(self)


def _announce_scene_setting(name: str) -> Callable[[Any, bpy.types.Context], None]:
    def announce(_self: Any, context: bpy.types.Context) -> None:
        for listener in Listeners.scene_changed:
            listener(context, name)

    return announce


class KINESCRIBE_PG_part(PropertyGroup):
    """A part of a character's sequence, at frames of the scene."""

    prompt: StringProperty(
        name="Prompt",
        description="What the character does in this part; empty: the model decides",
        update=_announce_part,
    )
    start: IntProperty(name="Start", description="First frame of the part", default=1, update=_announce_part)
    end: IntProperty(name="End", description="Last frame of the part", default=96, update=_announce_part)
    seed: IntProperty(
        name="Seed",
        description="The same part and seed give the same motion",
        min=0,
        max=MAX_SEED,
        update=_announce_part,
    )
    locked: BoolProperty(name="Lock", description="Keep the part as it is when others are made again")
    select: BoolProperty(name="Select", description="The part is selected in the Dope Sheet")
    mute: BoolProperty(
        name="Mute", description="Leave out the prompt: the model decides", update=_announce_part
    )


def _scene_settings() -> Any:
    return bpy.context.scene.kinescribe


def _scene_rate() -> float:
    render = bpy.context.scene.render
    return float(render.fps / render.fps_base)


def _has_own_parts(stored: Any) -> bool:
    return bool(stored.own_parts and stored.parts)


def make_own_parts(stored: Any) -> None:
    """Give a character parts of its own, from the scene's settings, unless it has them already."""
    if _has_own_parts(stored):
        return
    settings, fps = _scene_settings(), _scene_rate()
    start = stored.parts[0].start if stored.parts else bpy.context.scene.frame_current
    rows = [(settings.prompt, settings.seconds)]
    rows += [(row.prompt, row.seconds) for row in settings.directing.segments]
    stored.parts.clear()
    for number, (prompt, seconds) in enumerate(rows):
        frames = max(1, round(seconds * fps))
        part = stored.parts.add()
        part.prompt, part.start, part.end = prompt, start, start + frames - 1
        part.seed = min(settings.seed + number, MAX_SEED)
        start += frames
    stored.own_parts = True


def set_part_frames(stored: Any, index: int, frames: int) -> None:
    """Give a part another length; the parts after it move along."""
    parts = stored.parts
    change = max(1, frames) - (parts[index].end - parts[index].start + 1)
    for part in parts:
        if part.start > parts[index].end:
            part.start += change
            part.end += change
    parts[index].end += change


def _get_prompt(self: Any) -> str:
    return str(self.parts[0].prompt if _has_own_parts(self) else _scene_settings().prompt)


def _set_prompt(self: Any, value: str) -> None:
    make_own_parts(self)
    self.parts[0].prompt = value


def _get_frames(self: Any) -> int:
    if _has_own_parts(self):
        return int(self.parts[0].end - self.parts[0].start + 1)
    return max(1, round(float(_scene_settings().seconds) * _scene_rate()))


def _set_frames(self: Any, value: int) -> None:
    make_own_parts(self)
    set_part_frames(self, 0, value)


def _get_seconds(self: Any) -> float:
    if _has_own_parts(self):
        return _get_frames(self) / _scene_rate()
    return float(_scene_settings().seconds)


def _set_seconds(self: Any, value: float) -> None:
    _set_frames(self, max(1, round(value * _scene_rate())))


def _get_seed(self: Any) -> int:
    return int(self.parts[0].seed if _has_own_parts(self) else _scene_settings().seed)


def _set_seed(self: Any, value: int) -> None:
    make_own_parts(self)
    self.parts[0].seed = value


class KINESCRIBE_PG_segment(PropertyGroup):
    """A prompt that follows the first one."""

    prompt: StringProperty(
        name="Prompt",
        description="What the character does next; empty: the model decides",
        default="a person stands still",
    )
    seconds: FloatProperty(
        name="Duration (s)",
        description="Length of this part in seconds",
        default=3.0,
        min=0.2,
        max=MAX_SECONDS,
        soft_max=30.0,
        step=50,
        precision=2,
    )


def _is_path_object(_self: PropertyGroup, obj: bpy.types.Object) -> bool:
    return obj.type in {"CURVE", "EMPTY"}


PINNABLE_JOINTS = (
    ("left_palm", "Left Palm", ""),
    ("right_palm", "Right Palm", ""),
    ("left_sole", "Left Sole", ""),
    ("right_sole", "Right Sole", ""),
    ("left_wrist", "Left Wrist", ""),
    ("right_wrist", "Right Wrist", ""),
    ("left_ankle", "Left Ankle", ""),
    ("right_ankle", "Right Ankle", ""),
    ("pelvis", "Hips", ""),
)
"""Joints and points of hands and feet that a pin can hold, as items of an enumeration."""

_JOINT_NUMBERS = (5, 6, 7, 8, 0, 1, 2, 3, 4)
"""What files store for each of them."""

POSE_GUIDES = ("start_pose", "own_keys", "keep_selected")
"""Names of the settings by which poses guide a motion; ``use_`` and the name: whether it counts."""


def _announce_guides(_self: Any, _context: bpy.types.Context) -> None:
    for listener in Listeners.guides_changed:
        listener()


class KINESCRIBE_PG_pin(PropertyGroup):
    """A position that a hand, a foot or the hips have to reach."""

    object: PointerProperty(
        type=bpy.types.Object,
        name="Pin",
        description="Object that is held or touched, or an empty that marks the position",
        update=_announce_guides,
    )
    use: BoolProperty(
        name="Use", description="Let the pin guide the motion", default=True, update=_announce_guides
    )
    joint: EnumProperty(
        name="Joint",
        description="Body part that has to be there",
        items=[(*item, "NONE", number) for number, item in zip(_JOINT_NUMBERS, PINNABLE_JOINTS, strict=True)],
        default="left_wrist",
        update=_announce_guides,
    )
    when: EnumProperty(
        name="When",
        description="Frames at which it has to be there",
        items=(
            ("FRAME", "At Frame", "At one frame", "NONE", 0),
            ("RANGE", "In Range", "From the first to the last frame, following the object", "NONE", 3),
            ("KEYS", "At Keys", "At the frames at which the object itself has keys", "NONE", 1),
            ("ALWAYS", "Always", "On every frame of the motion, following the object", "NONE", 2),
        ),
        update=_announce_guides,
    )
    frame: IntProperty(
        name="Frame",
        description="Frame of the scene at which it has to be there, or the first one",
        default=1,
        update=_announce_guides,
    )
    frame_end: IntProperty(
        name="End",
        description="Last frame of the scene at which it has to be there",
        default=48,
        update=_announce_guides,
    )
    offset: FloatVectorProperty(
        name="Offset",
        description="Where on the object it has to be, in the object's own space",
        subtype="TRANSLATION",
        update=_announce_guides,
    )
    use_rotation: BoolProperty(
        name="Orientation",
        description="Keep the hand or foot turned as it was when the pin was set, and turning with the object",
        update=_announce_guides,
    )
    # w, x, y, z: the bone relative to the object
    rotation: FloatVectorProperty(name="Rotation", size=4, default=(1.0, 0.0, 0.0, 0.0))


class KINESCRIBE_PG_waypoint(PropertyGroup):
    """A place that the character passes."""

    object: PointerProperty(
        type=bpy.types.Object,
        name="Waypoint",
        description="Object that marks the place; its arrow is the direction that the character faces",
        update=_announce_guides,
    )
    use: BoolProperty(
        name="Use", description="Let the waypoint guide the motion", default=True, update=_announce_guides
    )
    use_facing: BoolProperty(
        name="Facing", description="Face in the direction of the arrow there", update=_announce_guides
    )
    use_frame: BoolProperty(
        name="At a Frame",
        description="Pass the waypoint at a frame; off: when the distance says so",
        update=_announce_guides,
    )
    frame: IntProperty(
        name="Frame",
        description="Frame of the scene at which the character is there",
        default=1,
        update=_announce_guides,
    )


class KINESCRIBE_PG_guide(PropertyGroup):
    """A row of the list of guides: which setting or which entry of a list it shows. Rebuilt, never edited."""

    kind: EnumProperty(
        name="Kind",
        items=(
            ("PATH", "Path", ""),
            ("WAYPOINT", "Waypoint", ""),
            ("PIN", "Pin", ""),
            ("POSE", "Pose", ""),
        ),
        options={"HIDDEN", "SKIP_SAVE"},
    )
    # of the list of waypoints or pins, or of POSE_GUIDES
    index: IntProperty(name="Index", options={"HIDDEN", "SKIP_SAVE"})
    # of the scene, which files of 0.1.0 have
    shared: BoolProperty(name="Shared", options={"HIDDEN", "SKIP_SAVE"})


class KINESCRIBE_PG_window(PropertyGroup):
    """``window_manager.kinescribe``: what lists show of the active character, not saved."""

    guides: CollectionProperty(type=KINESCRIBE_PG_guide, name="Guides", options={"SKIP_SAVE"})
    active_guide: IntProperty(
        name="Active Guide", description="The guide whose settings are shown", options={"SKIP_SAVE"}
    )


class KINESCRIBE_PG_directing(PropertyGroup):
    """``scene.kinescribe.directing``: constraints of the motion beside the prompt."""

    path: PointerProperty(
        type=bpy.types.Object,
        name="Path",
        description="Curve that the character follows, or an empty whose children are waypoints by their names",
        poll=_is_path_object,
        update=_announce_guides,
    )
    use_path: BoolProperty(
        name="Use", description="Let the path guide the motion", default=True, update=_announce_guides
    )
    waypoints: CollectionProperty(type=KINESCRIBE_PG_waypoint, name="Waypoints")
    from_character: BoolProperty(
        name="From the Character",
        description="Walk from the character's position to the start of the path, instead of starting on the path",
        default=True,
    )
    facing: EnumProperty(
        name="Facing",
        description="Direction that the character faces while it follows the path",
        items=(
            ("FREE", "As Prompted", "As the prompt describes it, such as sideways or backward"),
            ("ALONG", "Along Path", "Always forward along the path"),
        ),
    )
    pins: CollectionProperty(type=KINESCRIBE_PG_pin, name="Pins")
    start_pose: BoolProperty(
        name="Start from Current Pose",
        description="Begin the motion in the character's current pose",
        default=False,
        update=_announce_guides,
    )
    use_start_pose: BoolProperty(
        name="Use", description="Let the pose guide the motion", default=True, update=_announce_guides
    )
    own_keys: BoolProperty(
        name="Use Own Keys",
        description="Keep the poses at the keys of the character's own animation",
        default=False,
        update=_announce_guides,
    )
    use_own_keys: BoolProperty(
        name="Use", description="Let the pose guide the motion", default=True, update=_announce_guides
    )
    keep_selected: BoolProperty(
        name="Keep Selected Bones",
        description="Keep the animation of the selected bones, and generate only the rest of the body",
        default=False,
        update=_announce_guides,
    )
    use_keep_selected: BoolProperty(
        name="Use", description="Let the pose guide the motion", default=True, update=_announce_guides
    )
    segments: CollectionProperty(type=KINESCRIBE_PG_segment, name="Then")
    active_segment: IntProperty(name="Active Part")
    transition: FloatProperty(
        name="Transition",
        description="Seconds of the transition from one part to the next",
        default=0.8,
        min=0.1,
        max=5.0,
        soft_max=2.0,
        step=10,
        precision=1,
    )
    loop: BoolProperty(
        name="Loop",
        description="End the motion in the pose in which it begins, so that it can be repeated",
        default=False,
    )
    variations: IntProperty(
        name="Variations",
        description="Number of motions to generate at once, to choose from",
        default=1,
        min=1,
        max=8,
    )


class KINESCRIBE_PG_map(PropertyGroup):
    """``object.kinescribe``: the takes of an armature, and which of its bones follows which joint of a motion."""

    takes: CollectionProperty(type=KINESCRIBE_PG_take, name="Takes")
    active_take: IntProperty(
        name="Active Take",
        description="The take that the character plays: choose another to see it at the same frames",
        min=0,
        update=_announce_active_take,
    )
    parts: CollectionProperty(type=KINESCRIBE_PG_part, name="Parts")
    active_part: IntProperty(name="Active Part", min=0)
    own_parts: BoolProperty(
        name="Own Parts",
        description="The parts belong to this character; off: they follow the prompt of the scene",
    )
    directing: PointerProperty(type=KINESCRIBE_PG_directing, name="Directing")
    prompt: StringProperty(
        name="Prompt",
        description="What this character should do, as one English sentence",
        get=_get_prompt,
        set=_set_prompt,
    )
    seconds: FloatProperty(
        name="Duration (s)",
        description="Length of the motion in seconds",
        min=MIN_SECONDS,
        max=MAX_SECONDS,
        soft_max=30.0,
        step=50,
        precision=2,
        get=_get_seconds,
        set=_set_seconds,
    )
    frames: IntProperty(
        name="Frames",
        description="Length of the motion in frames of the scene",
        min=1,
        get=_get_frames,
        set=_set_frames,
    )
    seed: IntProperty(
        name="Seed",
        description="The same prompt, duration and seed always give the same motion",
        min=0,
        max=MAX_SEED,
        get=_get_seed,
        set=_set_seed,
    )
    task: EnumProperty(
        name="Task",
        description="What the button does",
        items=(
            ("GENERATE", "Generate", "Make a new take from the prompt or the parts"),
            ("CONTINUE", "Continue", "Go on after the take that plays, which stays as it is"),
            ("RANGE", "Redo Range", "Make a range of frames again; all other frames stay as they are"),
            ("BODY", "Redo Bones", "Make the selected bones again; all others stay as they are"),
        ),
    )
    prompt_text: PointerProperty(
        type=bpy.types.Text,
        name="Prompt Text",
        description="Text of Blender's Text Editor that is the prompt",
    )
    next_prompt: StringProperty(
        name="Prompt", description="What the new frames show; empty: what the take shows there"
    )
    next_seconds: FloatProperty(
        name="Duration (s)",
        description="Length of the new frames in seconds",
        default=3.0,
        min=0.2,
        max=MAX_SECONDS,
        soft_max=30.0,
        step=50,
        precision=2,
    )
    range_start: IntProperty(name="Start", description="First frame that is made again")
    range_end: IntProperty(
        name="End",
        description="Last frame that is made again; both 0: the preview range, or the selected keys",
    )
    arrive: BoolProperty(
        name="Arrive",
        description="Parts after one that is made again stay where they are; off: they move along",
    )
    blend: IntProperty(
        name="Blend",
        description="Frames over which new frames meet those that stay",
        default=8,
        min=1,
        max=100,
    )

    bone_map: CollectionProperty(type=KINESCRIBE_PG_bone, name="Bone Map")
    switches: CollectionProperty(type=KINESCRIBE_PG_switch, name="Rig Settings")
    reference: CollectionProperty(type=KINESCRIBE_PG_bone_rotation, name="Reference Pose")
    family: StringProperty(name="Rig Family", description="Kind of rig that was detected")
    label: StringProperty(name="Rig Family", description="The kind of rig by its usual name")
    root: StringProperty(
        name="Root Bone",
        description="Separate bone above the hips that moves the whole rig, if there is one",
    )
    confidence: FloatProperty(
        name="Confidence", description="Confidence of the detection", min=0.0, max=1.0, subtype="FACTOR"
    )
    state: EnumProperty(
        name="State",
        description="Where the bone map comes from",
        items=(
            ("FOUND", "Found", "Detected with high confidence"),
            (
                "SUGGESTED",
                "Suggested",
                "Detected with low confidence: accept it before a motion can be applied",
            ),
            ("ACCEPTED", "Accepted", "Accepted by the user, or from a preset or a file"),
        ),
    )
    doubt: StringProperty(name="Doubt", description="Reason to doubt the bone map")
    has_ik: BoolProperty(
        name="IK Controls", description="The rig has controls of hands and feet that can be keyed instead"
    )


class KINESCRIBE_PG_override(PropertyGroup):
    """The bone map of a library override, which can't have one on the object: see ``scene.character``."""

    object: PointerProperty(type=bpy.types.Object, name="Character")
    map: PointerProperty(type=KINESCRIBE_PG_map, name="Bone Map")


def _follow_start(self: Any, _context: bpy.types.Context) -> None:
    if self.use_current_frame != (self.start != "FRAME"):
        self.use_current_frame = self.start != "FRAME"


def _follow_current_frame(self: Any, _context: bpy.types.Context) -> None:
    if self.use_current_frame == (self.start == "FRAME"):
        self.start = "TAKE" if self.use_current_frame else "FRAME"


class KINESCRIBE_PG_scene(ApplyOptions, PropertyGroup):
    """``scene.kinescribe``: what to generate and how to apply it."""

    # no maxlen: a prompt that is too long is an error with a message, and not cut silently
    prompt: StringProperty(
        name="Prompt",
        description="What the character should do, as one English sentence",
        default="a person walks forward",
        update=_announce_scene_setting("prompt"),
    )
    seconds: FloatProperty(
        name="Duration (s)",
        description="Length of the motion in seconds",
        default=4.0,
        min=MIN_SECONDS,
        max=MAX_SECONDS,
        soft_max=30.0,
        step=50,
        precision=2,
        update=_announce_scene_setting("seconds"),
    )
    seed: IntProperty(
        name="Seed",
        description="The same prompt, duration and seed always give the same motion",
        default=0,
        min=0,
        max=MAX_SEED,
        update=_announce_scene_setting("seed"),
    )
    random_seed: BoolProperty(
        name="New Seed Each Time",
        description="Choose another seed whenever a motion is generated",
        default=False,
    )
    model: StringProperty(
        name="Model",
        description=(
            "Empty: the embedded model; ardy: the downloaded model ARDY; else the name of a server, a slash and the "
            "name of its model"
        ),
        default="",
    )
    quality: EnumProperty(
        name="Quality",
        description="How much time a downloaded model takes for a motion",
        items=(
            ("DRAFT", "Draft", "4 steps: quick, for trying out"),
            ("GOOD", "Good", "7 steps"),
            ("BEST", "Best", "10 steps: as many as the model was made for"),
        ),
        default="GOOD",
    )
    # kept for scripts and files of earlier versions: False is the start "FRAME"
    use_current_frame: BoolProperty(
        name="Start at Current Frame",
        description="Begin the motion at the frame that is current when it is requested",
        default=True,
        update=_follow_current_frame,
    )
    start: EnumProperty(
        name="Start",
        description="Frame at which a new take begins; a take that was made keeps its place",
        items=(
            ("TAKE", "As the Take", "Where the take that plays begins; the first one at the playhead"),
            ("PLAYHEAD", "Playhead", "At the current frame"),
            ("AFTER", "After the Take", "After the last frame of the take that plays"),
            ("FRAME", "Frame", "At the frame that is entered"),
        ),
        update=_follow_start,
    )
    override_maps: CollectionProperty(type=KINESCRIBE_PG_override, name="Bone Maps of Overrides")
    directing: PointerProperty(type=KINESCRIBE_PG_directing, name="Directing")
    show_strips: BoolProperty(
        name="Kinescribe Parts",
        description="Show the parts of the character as strips in the Dope Sheet and the Timeline",
        default=True,
    )
    ghost_spacing: FloatProperty(
        name="Spacing",
        description="Distance between the ghosts; 0: in place",
        default=1.0,
        min=0.0,
        max=100.0,
        soft_max=3.0,
        subtype="DISTANCE",
    )
    show_guides: BoolProperty(
        name="Guides",
        description="Show in the 3D View which way paths lead and when, and what pins hold",
        default=True,
    )
    show_subtitles: BoolProperty(
        name="Prompts as Subtitles",
        description="Show the prompt of the part at the current frame in the 3D View",
    )


_classes = (
    KINESCRIBE_PG_take,
    KINESCRIBE_PG_part,
    KINESCRIBE_PG_bone,
    KINESCRIBE_PG_switch,
    KINESCRIBE_PG_bone_rotation,
    KINESCRIBE_PG_segment,
    KINESCRIBE_PG_pin,
    KINESCRIBE_PG_waypoint,
    KINESCRIBE_PG_guide,
    KINESCRIBE_PG_window,
    KINESCRIBE_PG_directing,
    KINESCRIBE_PG_map,
    KINESCRIBE_PG_override,
    KINESCRIBE_PG_scene,
)


def register() -> None:
    """Add ``Scene.kinescribe``, ``Object.kinescribe``, and the motions that Actions hold."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    bpy.types.Scene.kinescribe = PointerProperty(type=KINESCRIBE_PG_scene)
    bpy.types.Object.kinescribe = PointerProperty(type=KINESCRIBE_PG_map)
    bpy.types.WindowManager.kinescribe = PointerProperty(type=KINESCRIBE_PG_window)
    # a registered property, which Blender does not list among an Action's custom properties
    bpy.types.Action.kinescribe_motion = StringProperty(
        name="Motion", description="The motion of the take, packed", options={"HIDDEN"}
    )


def unregister() -> None:
    """Remove them; values that a .blend stores stay in the file."""
    del bpy.types.Action.kinescribe_motion
    del bpy.types.WindowManager.kinescribe
    del bpy.types.Object.kinescribe
    del bpy.types.Scene.kinescribe
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
