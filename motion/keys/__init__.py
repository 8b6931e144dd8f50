# SPDX-License-Identifier: GPL-3.0-or-later
"""Key reduction: fewer keys and their Bezier handles."""
