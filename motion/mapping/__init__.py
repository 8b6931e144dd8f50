# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bone of a rig stands for which joint: by names of rig families, by structure, or both."""
