# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of settings."""

MIN_SECONDS = 0.3
MAX_SECONDS = 600.0
MAX_SEED = 2**31 - 1
MAX_RANDOM_SEED = 99_999  # short enough for the list of takes
