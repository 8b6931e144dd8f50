# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigs of every family as data, what is measured on them, and the pages that say so."""
