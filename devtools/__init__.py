# SPDX-License-Identifier: GPL-3.0-or-later
"""The code behind ``dev.py``: environments, packaging, tests, demo and measurements.

What runs outside an environment of its own uses the standard library alone.
"""
