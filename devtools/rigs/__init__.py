# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigs of every family as data, measurements on them, and the pages that state the results."""
