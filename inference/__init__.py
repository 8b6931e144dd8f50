# SPDX-License-Identifier: GPL-3.0-or-later
"""A request goes in, motions come out. Nothing here knows Blender."""
