# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker: another Python on this machine that runs ``kinescribe serve`` for models that need PyTorch.

Blender's own process never imports PyTorch; it starts the worker, talks to it over loopback like to any MMCP server,
and lives on when it dies.
"""

from .process import Worker, WorkerOptions

__all__ = ["Worker", "WorkerOptions"]
