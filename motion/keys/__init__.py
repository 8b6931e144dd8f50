# SPDX-License-Identifier: GPL-3.0-or-later
"""Fewer keys: key reduction and Bezier handles."""
