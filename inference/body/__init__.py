# SPDX-License-Identifier: GPL-3.0-or-later
"""The mesh of a SMPL-family body doing a motion, from model files that the user owns.

``mesh`` needs PyTorch and the package ``smplx`` and runs in the worker's Python only; ``process`` starts it from
Blender, watches it and ends it.
"""
