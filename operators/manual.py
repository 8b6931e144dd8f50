# SPDX-License-Identifier: GPL-3.0-or-later
"""Open the manual, which is in the extension's folder; it needs no network."""

from pathlib import Path

import bpy
from bpy.props import StringProperty

from .base import Result, report_error

FOLDER = Path(__file__).resolve().parent.parent / "manual"

_PAGES = (
    ("bpy.ops.kinescribe.*part*", "directing.html#parts"),
    ("bpy.ops.kinescribe.*strip*", "directing.html#in-the-time-line"),
    ("bpy.ops.kinescribe.*take*", "directing.html#takes"),
    ("bpy.ops.kinescribe.*variation*", "directing.html#takes"),
    ("bpy.ops.kinescribe.*ghost*", "directing.html#takes"),
    ("bpy.ops.kinescribe.*live*", "directing.html#live"),
    ("bpy.ops.kinescribe.*p*th*", "directing.html#guides"),
    ("bpy.ops.kinescribe.*pin*", "directing.html#guides"),
    ("bpy.ops.kinescribe.run_batch*", "batches.html"),
    ("bpy.ops.kinescribe.*import*", "formats.html"),
    ("bpy.ops.kinescribe.*export*", "formats.html"),
    ("bpy.ops.kinescribe.*body*", "formats.html#the-bodys-mesh"),
    ("bpy.ops.kinescribe.*bone*", "rigs.html"),
    ("bpy.ops.kinescribe.*server*", "servers.html"),
    ("bpy.ops.kinescribe.*worker*", "servers.html"),
    ("bpy.ops.kinescribe.*environment*", "checkpoints.html"),
    ("bpy.ops.kinescribe.*model*", "ardy.html"),
    ("bpy.ops.kinescribe.*", "index.html"),
    ("bpy.types.kinescribe_pg_part.*", "directing.html#parts"),
    ("bpy.types.kinescribe_pg_take.*", "directing.html#takes"),
    ("bpy.types.kinescribe_pg_directing.*", "directing.html#guides"),
    ("bpy.types.kinescribe_pg_pin.*", "directing.html#guides"),
    ("bpy.types.kinescribe_pg_map.*", "directing.html"),
    ("bpy.types.kinescribe_pg_*", "index.html"),
)
"""Pattern of an operator or property, in lower case, and its page: for Online Manual in the right-click menu."""


class KINESCRIBE_OT_open_manual(bpy.types.Operator):
    """Open this page of the manual in a browser; it came with the extension and needs no network"""

    bl_idname = "kinescribe.open_manual"
    bl_label = "Manual"
    bl_options = {"INTERNAL"}

    page: StringProperty(name="Page", default="index.html", options={"SKIP_SAVE"})

    def execute(self, _context: bpy.types.Context) -> Result:
        """Open the page."""
        name, hash_mark, anchor = self.page.partition("#")
        path = FOLDER / Path(name).name
        if not path.is_file():
            return report_error(self, "{file} is missing: install Kinescribe again", file=path.name)
        bpy.ops.wm.url_open(url=path.as_uri() + hash_mark + anchor)
        return {"FINISHED"}


def list_pages() -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the address of the manual and its pages, as Blender's Online Manual needs them."""
    return f"{FOLDER.as_uri()}/", _PAGES


def register() -> None:
    """Register the operator and the pages."""
    bpy.utils.register_class(KINESCRIBE_OT_open_manual)
    bpy.utils.register_manual_map(list_pages)


def unregister() -> None:
    """Remove both."""
    bpy.utils.unregister_manual_map(list_pages)
    bpy.utils.unregister_class(KINESCRIBE_OT_open_manual)
