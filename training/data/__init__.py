# SPDX-License-Identifier: GPL-3.0-or-later
"""Training samples: recordings, authored gestures, variants of both."""
