# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts of feet and hands with the ground and with objects, independent of any rig."""
