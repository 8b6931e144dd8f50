# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches: a table of jobs in, one motion file for each sample out, resumed where they were interrupted."""
