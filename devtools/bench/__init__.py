# SPDX-License-Identifier: GPL-3.0-or-later
"""Measurements: speed, memory, load and accuracy, with the reports they write."""
