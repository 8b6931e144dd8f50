# SPDX-License-Identifier: GPL-3.0-or-later
"""Retargeting: a motion on a rig, its limbs held at contacts, as channels to key."""
