# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker: another Python on this machine that runs ``kinescribe serve`` for models that need PyTorch.

Blender's own process never imports PyTorch. It starts the worker, sends it requests over loopback as to any MMCP
server, and keeps running if the worker crashes.
"""

from .process import Worker, WorkerOptions

__all__ = ["Worker", "WorkerOptions"]
