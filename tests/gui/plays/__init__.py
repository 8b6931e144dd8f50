# SPDX-License-Identifier: GPL-3.0-or-later
"""What an animator does in the window, step by step; played inside Blender by ``devtools.testing.window.start``."""
