# SPDX-License-Identifier: GPL-3.0-or-later
"""The mesh of the user's own SMPL or SMPL-X body doing the motion: computed in the worker's Python, then shown."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
from bpy.app.handlers import persistent
from bpy.app.translations import pgettext_iface as iface
from bpy.props import IntProperty, StringProperty

from ..preferences import BODY, own_preferences, places
from ..session import session
from . import endpoints, errands
from .base import ReportsErrors, Result, character, object_by_uid
from .notify import notify, window_context
from .results import own_action

if TYPE_CHECKING:
    from ..inference.body.process import BodyOptions
    from ..scene.body_mesh import Plan

NO_PYTHON = "Choose a Python that has PyTorch and smplx in the preferences of Kinescribe first"
NO_MODEL = "Choose the file of your SMPL or SMPL-X model in the preferences of Kinescribe first"
NO_MOTION = "There is no motion to show yet: generate or import one"
READY = "The body is ready"


@dataclass(frozen=True)
class _Wish:
    """What the body is for: properties of ``kinescribe.add_body``, and the scene by its ``session_uid``."""

    scene: int
    properties: Mapping[str, Any]


_wish: _Wish | None = None


class KINESCRIBE_OT_compute_body(ReportsErrors, bpy.types.Operator):
    """Compute the mesh of your own SMPL or SMPL-X model doing the motion, beside Blender, and show it"""

    bl_idname = "kinescribe.compute_body"
    bl_label = "Compute Body"
    # neither REGISTER nor UNDO: it ends with add_body
    bl_options: set[str] = set()

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there is a Python, a model and a motion, and one at a time."""
        page = own_preferences(context)
        said = ""
        if context.mode not in {"OBJECT", "POSE"}:
            said = "Go to Object Mode or Pose Mode first"
        elif page is None or not page.worker_python.strip():
            said = NO_PYTHON
        elif not page.body_model.strip():
            said = NO_MODEL
        elif busy():
            said = "A body is being computed: wait for it, or cancel it"
        elif not _motion(context):
            said = NO_MOTION
        if said:
            cls.poll_message_set(said)
        return not said

    def run(self, context: bpy.types.Context) -> Result:
        """In the window it is computed by and by; a script waits."""
        from ..inference.body.process import compute_body
        from ..motion import RequestError
        from ..motion.body.point_cache import mesh_beside
        from ..scene.body_mesh import packed, plan

        global _wish
        target = character(context)
        made = plan(context, target, _motion(context))
        options = _options(context, made)
        scene = target.users_scene[0] if target and context.scene not in target.users_scene else context.scene
        _wish = _Wish(
            scene.session_uid,
            {
                "filepath": str(options.output),
                "start_frame": made.start_frame,
                "place": packed(made.place),
                "target": target.session_uid if target else 0,
            },
        )
        steps = [(0, 0)]

        def work(cancelled: Any) -> Path:
            if (
                options.output.is_file() and mesh_beside(options.output).is_file()
            ):  # the same one on the same model
                return options.output
            return compute_body(made.motion, options, lambda *step: steps.__setitem__(0, step), cancelled)

        errand = errands.run(
            BODY, work, "Computing the body", said=lambda: _said(*steps[0]), finish=_finished
        )
        if bpy.app.background:
            errand.join()
            errands.poll()
            if places[BODY].level == "ERROR":
                raise RequestError(places[BODY].sentence)
        return {"FINISHED"}


class KINESCRIBE_OT_cancel_body(bpy.types.Operator):
    """Stop computing the body"""

    bl_idname = "kinescribe.cancel_body"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """While one is computed."""
        return busy()

    def execute(self, _context: bpy.types.Context) -> Result:
        """The timer shows when it has ended."""
        forget()
        return {"FINISHED"}


class KINESCRIBE_OT_add_body(ReportsErrors, bpy.types.Operator):
    """Show a computed body where the character's motion begins"""

    bl_idname = "kinescribe.add_body"
    bl_label = "Add Body"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    filepath: StringProperty(options={"HIDDEN", "SKIP_SAVE"})
    place: StringProperty(name="Place", options={"HIDDEN", "SKIP_SAVE"})
    target: IntProperty(options={"HIDDEN", "SKIP_SAVE"})
    start_frame: IntProperty(
        name="Start Frame", description="Frame at which the motion begins", options={"SKIP_SAVE"}
    )

    def run(self, context: bpy.types.Context) -> Result:
        """The mesh with its cache; the character stays selected."""
        from ..scene import body_mesh

        place = body_mesh.unpacked(self.place)
        target = object_by_uid(self.target) if self.target else None
        body = body_mesh.add_body(context, Path(self.filepath), self.start_frame, place, target)
        self.report({"INFO"}, f"{body.name} shows the motion")
        return {"FINISHED"}


def busy() -> bool:
    """Whether a body is being computed."""
    return places.get(BODY, errands.Shown()).busy


def forget() -> None:
    """Show no body that is not there yet."""
    global _wish
    _wish = None
    errands.leave(BODY)


def _said(done: int, total: int) -> str:
    """How far it is."""
    return iface("Frame {done} of {total}").format(done=done, total=total) if total else ""


def _finished(_path: Path) -> errands.Shown:
    """Show it, as one undo step; Blender is free."""
    global _wish
    wish, _wish = _wish, None
    if wish is None:
        return errands.Shown()
    scene = next((s for s in bpy.data.scenes if s.session_uid == wish.scene), None)
    if scene is None:
        return errands.Shown(sentence="The body was dropped: its scene was removed", level="ERROR")
    window = {} if bpy.context.window else window_context()
    try:
        with bpy.context.temp_override(**window, scene=scene, view_layer=scene.view_layers[0]):
            bpy.ops.kinescribe.add_body("EXEC_DEFAULT", True, **wish.properties)
    except RuntimeError as error:
        return errands.Shown(sentence=str(error).strip().removeprefix("Error: "), level="ERROR")
    notify(iface(READY))
    return errands.Shown(sentence=READY)


def _motion(context: bpy.types.Context) -> str:
    """Id of the motion that the character plays, else of the last one."""
    action = own_action(character(context))
    own = action["kinescribe"].get("motion_id") if action is not None else None
    return str(own or session.generation.motion_id)


def _options(context: bpy.types.Context, made: Plan) -> BodyOptions:
    """How it is computed; the same motion on the same model has the same file."""
    from ..inference.body.process import BodyOptions
    from ..motion import RequestError
    from ..scene.store import motion_id

    page = own_preferences(context)
    model = Path(bpy.path.abspath(page.body_model.strip()))
    try:
        status_of = model.stat()
    except OSError as error:
        raise RequestError(
            f"{model.name} can't be read ({error.strerror or error}): choose your SMPL or SMPL-X model in the "
            "preferences"
        ) from None
    mark = repr((motion_id(made.motion), made.manner, str(model), status_of.st_size, status_of.st_mtime_ns))
    name = hashlib.sha256(mark.encode("utf-8", "replace")).hexdigest()[:24]
    log = endpoints.log_path()
    return BodyOptions(
        python=Path(bpy.path.abspath(page.worker_python.strip())),
        package=Path(__file__).resolve().parent.parent,
        log=log.with_name("body.log"),
        model=model,
        output=log.parent.parent / "bodies" / f"{name}.pc2",
        manner=made.manner,
    )


@persistent
def _file_loaded(*_args: object) -> None:
    forget()


_classes = (KINESCRIBE_OT_compute_body, KINESCRIBE_OT_cancel_body, KINESCRIBE_OT_add_body)


def register() -> None:
    """Register the operators, and listen for the load of another file."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    bpy.app.handlers.load_post.append(_file_loaded)


def unregister() -> None:
    """Take them back; what is computed is left."""
    forget()
    bpy.app.handlers.load_post.remove(_file_loaded)
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
