# SPDX-License-Identifier: GPL-3.0-or-later
"""The only room that reads and writes Blender's data: armatures are read, Actions are written."""
