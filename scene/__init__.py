# SPDX-License-Identifier: GPL-3.0-or-later
"""The only package that reads and writes Blender's data: it reads armatures and writes Actions."""
