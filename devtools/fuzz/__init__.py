# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged, hostile and very large motion files, read in processes with limits."""
