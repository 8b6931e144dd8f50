# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts that ``devtools.env.blender`` runs in a Python with bpy, as modules (``-m``), and what they are made of."""
