# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Blender with its window on a virtual screen, driven like an animator would and photographed.

``install`` makes the folder that Blender lives in, ``room`` runs a command inside it, ``screen`` (inside the room)
starts the virtual screen and Blender, ``start`` and ``driver`` (inside Blender) play the steps of a play.
"""
