# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinescribe's models for any MMCP client: the SDK's server with jobs, cancelling, batching, tokens and a health route.

Runs outside Blender (``pip install "kinescribe[serve]"``).
"""
