# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy the command that makes an environment with PyTorch for the worker: an extension installs nothing itself."""

from __future__ import annotations

import sys
from pathlib import Path

import bpy

from ..preferences import get_preferences
from . import endpoints
from .base import ReportsErrors, Result, report_info


class KINESCRIBE_OT_copy_environment_command(ReportsErrors, bpy.types.Operator):
    """Copy a command that installs a Python with PyTorch. You run it yourself, in a terminal"""

    bl_idname = "kinescribe.copy_environment_command"
    bl_label = "Copy Command"
    bl_options = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Show what the command downloads before it is copied."""
        return context.window_manager.invoke_props_dialog(self, width=520, confirm_text=self.bl_label)

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw where the command is run, what it downloads, how much and from where."""
        column = self.layout.column(align=True)
        if sys.platform == "win32":
            column.label(text="Paste the command into PowerShell; Kinescribe itself installs nothing")
        else:
            column.label(text="Paste the command into a terminal; Kinescribe itself installs nothing")
        column.label(
            text="It downloads PyTorch and three small packages: transformers, safetensors and the MMCP SDK"
        )
        column.label(text="About 3 GB on Linux (with CUDA), 300 MB on Windows and macOS; twice that on disk")
        column.label(text="They come from pypi.org, or from where Python on this computer gets its packages")
        column.label(text="Nothing else is changed; to remove it, delete the folder")

    def run(self, context: bpy.types.Context) -> Result:
        """Copy the command, and enter the Python that it makes if none is chosen."""
        from ..inference.worker.environment_command import build_environment_command, environment_python

        folder = endpoints.log_path().parent / "environment"
        context.window_manager.clipboard = build_environment_command(folder, Path(sys.executable))
        preferences = get_preferences(context)
        if preferences is not None and not preferences.worker_python:
            preferences.worker_python = str(environment_python(folder))
            context.preferences.is_dirty = True
        report_info(self, "Copied the command: run it in a terminal, and press Start when it has ended")
        return {"FINISHED"}


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_OT_copy_environment_command,))
