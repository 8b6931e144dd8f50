# SPDX-License-Identifier: GPL-3.0-or-later
"""Suffixes and names of the motion files, apart from their readers, which take longer to import."""

from __future__ import annotations

READ_SUFFIXES: tuple[str, ...] = (
    ".npz",
    ".npy",
    ".pt",
    ".pkl",
    ".bvh",
    ".glb",
    ".gltf",
    ".vrma",
    ".amc",
    ".vmd",
)
"""Usual suffixes of the files that can be read, for file dialogs; in Blender also .fbx."""

WRITE_SUFFIXES: tuple[str, ...] = (".npz", ".bvh", ".glb")
"""Suffixes of the files that ``formats.write_motion`` writes."""

EXPECTED_FORMATS = (
    "AMASS, SMPL, HY-Motion or Kimodo .npz, MDM or HumanML3D .npy, GVHMR .pt, WHAM .pkl, BVH, VMD or glTF"
)
"""The formats that can be read, for messages."""
