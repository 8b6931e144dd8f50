# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender's start-up script: play the module ``plays.$GUI_PLAY``."""

import importlib
import os
import sys
from pathlib import Path

# this is Blender's own Python, which knows nothing of the tests' folder
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

driver = importlib.import_module("harness.driver")
played = importlib.import_module(f"plays.{os.environ['GUI_PLAY']}")
driver.play(played.steps(), float(os.environ["GUI_LIMIT"]))
