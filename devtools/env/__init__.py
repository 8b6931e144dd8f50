# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments, packaging and the test runner."""
