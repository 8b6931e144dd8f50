# SPDX-License-Identifier: GPL-3.0-or-later
"""Helpers that tests and measurements share: the checkout as a package, example motions and files, a Blender window."""
