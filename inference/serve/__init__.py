# SPDX-License-Identifier: GPL-3.0-or-later
"""An MMCP server for Kinescribe's models: the SDK's server with jobs, cancelling, batches, tokens and a health route.

Runs outside Blender (``pip install ".[serve]"`` in a checkout).
"""
