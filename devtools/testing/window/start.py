# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender's start-up script: play the module that ``$GUI_PLAY`` names."""

import importlib
import os
import sys
from pathlib import Path

# Blender's own Python does not have the checkout on its path
sys.path.append(str(Path(__file__).resolve().parents[3]))

from devtools.testing.window import driver

played = importlib.import_module(os.environ["GUI_PLAY"])
driver.start_play(played.steps(), float(os.environ["GUI_LIMIT"]))
