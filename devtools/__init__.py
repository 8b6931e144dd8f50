# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``dev.py`` is made of: environments, packaging, tests, demo and measurements. Standard library alone."""
