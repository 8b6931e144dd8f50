# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers over the motion that a network makes: ways of walking and moods, by construction.

They change a gait without moving a foot that stands, so that contacts, paths and counts stay as they are.
"""
