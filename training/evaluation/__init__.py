# SPDX-License-Identifier: GPL-3.0-or-later
"""Evaluation: judged prompts, predicates, motion metrics, contact sheets."""
