# SPDX-License-Identifier: GPL-3.0-or-later
"""Models that other machines compute, over MMCP (Motion Model Context Protocol 1.4): ``GET /capabilities``,
``POST /generate``, glTF back. Needs ``requests``, which Blender ships."""

from .backend import RemoteBackend
from .models import RemoteModel, list_models
from .server import Server

__all__ = ["RemoteBackend", "RemoteModel", "Server", "list_models"]
