# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion models: a request in, motions out. No module here imports ``bpy``."""
