# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Blender with its window on a virtual screen, driven by simulated mouse and keyboard, and photographed.

``install`` makes the Debian system that Blender lives in, ``sandbox`` runs a command inside it, ``screen`` (inside)
starts the virtual screen and Blender, ``start`` and ``driver`` (inside Blender) play the steps of a play.
"""
