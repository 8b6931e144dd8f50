# SPDX-License-Identifier: GPL-3.0-or-later
"""Measurements of speed, memory, load and accuracy."""
