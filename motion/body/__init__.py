# SPDX-License-Identifier: GPL-3.0-or-later
"""SMPL-family bodies: model files, poses and point caches."""
