# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions of the whole body that are set by key poses, for actions that the network does not know."""
