# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties are held, not timed: a machine with other work to do must fail no test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
