# SPDX-License-Identifier: GPL-3.0-or-later
"""Retarget a motion to a rig, hold its limbs at contacts, and convert it to channels to key."""
