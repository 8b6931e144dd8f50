# SPDX-License-Identifier: GPL-3.0-or-later
"""The network in PyTorch: batches, training, export."""
