# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of a motion of the SMPL body: arms by direction or target, legs by planted feet, trunk and head by angles."""
