# SPDX-License-Identifier: GPL-3.0-or-later
"""Client of MMCP servers (Motion Model Context Protocol 1.4).

``GET /capabilities`` lists models, ``POST /generate`` returns glTF. Needs ``requests``, which Blender ships.
"""

from .backend import RemoteBackend
from .models import RemoteModel, list_models
from .server import Server

__all__ = ["RemoteBackend", "RemoteModel", "Server", "list_models"]
