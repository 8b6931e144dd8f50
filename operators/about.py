# SPDX-License-Identifier: GPL-3.0-or-later
"""Buttons of the preferences: show the credits and the licence, measure and empty the motion cache."""

from pathlib import Path

import bpy
from bpy.props import EnumProperty

from ..preferences import DOCUMENTS
from ..session import session
from .base import ReportsErrors, Result, report_error, report_info


class KINESCRIBE_OT_show_document(bpy.types.Operator):
    """Show or hide this document below"""

    bl_idname = "kinescribe.show_document"
    bl_label = "Show Document"
    bl_options = {"INTERNAL"}

    document: EnumProperty(
        name="Document", items=[(key, title, file) for key, (title, file) in DOCUMENTS.items()]
    )

    def execute(self, context: bpy.types.Context) -> Result:
        """Open or close the document. It is read here, because drawing must not read files."""
        page = session.page
        if page.document == self.document:
            page.document, page.lines = "", ()
            return {"FINISHED"}
        path = Path(__file__).resolve().parent.parent / DOCUMENTS[self.document][1]
        try:
            text = path.read_text(encoding="utf-8")
        except OSError:
            return report_error(self, "{file} is missing: install Kinescribe again", file=path.name)
        page.document, page.lines = self.document, tuple(_strip_markdown(line) for line in text.splitlines())
        return {"FINISHED"}


class KINESCRIBE_OT_measure_cache(ReportsErrors, bpy.types.Operator):
    """Count the motions that are kept and the space they take"""

    bl_idname = "kinescribe.measure_cache"
    bl_label = "Measure Motion Cache"
    bl_options = {"INTERNAL"}

    def run(self, context: bpy.types.Context) -> Result:
        _measure_cache()
        return {"FINISHED"}


class KINESCRIBE_OT_clear_cache(ReportsErrors, bpy.types.Operator):
    """Delete all motions that are kept; keyframes stay, but can no longer be applied again with other options"""

    bl_idname = "kinescribe.clear_cache"
    bl_label = "Clear Motion Cache"
    bl_options = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Ask for confirmation: undo does not restore files."""
        return context.window_manager.invoke_confirm(self, event)

    def run(self, context: bpy.types.Context) -> Result:
        from ..scene import store

        count = store.clear_cache()
        _measure_cache()
        report_info(self, "Deleted {count} motions", count=count)
        return {"FINISHED"}


def _strip_markdown(line: str) -> str:
    """Return a line without Markdown's marks for headings, quotations and code."""
    return line.lstrip("#> ").replace("`", "")


def _measure_cache() -> None:
    from ..scene import store

    session.page.cached_motions, session.page.cached_bytes = store.measure_cache()


register, unregister = bpy.utils.register_classes_factory(
    (KINESCRIBE_OT_show_document, KINESCRIBE_OT_measure_cache, KINESCRIBE_OT_clear_cache)
)
