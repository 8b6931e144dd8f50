# SPDX-License-Identifier: GPL-3.0-or-later
"""Install zips in fresh Blender processes, and make wheels and extensions for tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from devtools.env import package
from devtools.testing.as_extension import PACKAGE
from devtools.testing.working_tree import ROOT

MARK = "FACTS "

PRELUDE = f"""
import importlib, importlib.util, json, os, sys
import bpy
import addon_utils

PACKAGE = {PACKAGE!r}

def tell(**facts):
    sys.stdout.write({MARK!r} + json.dumps(facts) + "\\n")
    sys.stdout.flush()

def find_package():
    importlib.invalidate_caches()
    spec = importlib.util.find_spec("scipy_openblas32")
    return spec and list(spec.submodule_search_locations)[0]

def list_libraries():
    folder = os.path.join(find_package() or "", "lib")
    return [name for name in os.listdir(folder) if ".so" in name or ".d" in name] if os.path.isdir(folder) else []

def install(path):
    return "FINISHED" in bpy.ops.extensions.package_install_files(
        repo="user_default", filepath=path, enable_on_install=True
    )

def is_enabled():
    return bool(addon_utils.check(PACKAGE)[1]) and hasattr(bpy.types.Scene, "kinescribe")

def generate():
    if not any(obj.type == "ARMATURE" for obj in bpy.data.objects):
        bpy.ops.kinescribe.add_mannequin()
    settings = bpy.context.scene.kinescribe
    settings.prompt, settings.seconds = "a person walks", 1.0
    finished = "FINISHED" in bpy.ops.kinescribe.generate()
    return finished and bpy.context.object.animation_data.action is not None
"""
"""What every script of :func:`ask_fresh_blender` begins with."""


def in_fresh_blender(resources: Path, script: str, *arguments: str) -> str:
    """Run a script in a process of its own that sees ``resources`` as the user folder; return what it printed."""
    temporary = resources / "temporary"  # a process that ends by os._exit leaves its folder there
    temporary.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ, "BLENDER_USER_RESOURCES": str(resources), "PYTHONPATH": str(ROOT),
        "TMPDIR": str(temporary), "TEMP": str(temporary),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=environment,
        capture_output=True,
        timeout=240,
        check=False,
    )
    output = done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")
    assert done.returncode == 0, output
    return output


def ask_fresh_blender(resources: Path, script: str, *arguments: str) -> dict[str, Any]:
    """Run a script after :data:`PRELUDE` and return all facts that it told, later ones in place of earlier ones."""
    said = in_fresh_blender(resources, f"{PRELUDE}\n{script}\nsys.stdout.flush()\nos._exit(0)\n", *arguments)
    facts: dict[str, Any] = {"said": said}
    for line in said.splitlines():
        if line.startswith(MARK):
            facts |= json.loads(line[len(MARK) :])
    return facts


def make_wheel(folder: Path, version: str, tag: str = "any") -> Path:
    """Make a wheel of ``scipy_openblas32`` whose library is no library, and that fails if it is imported."""
    info = f"scipy_openblas32-{version}.dist-info"
    files = {
        "scipy_openblas32/__init__.py": "raise RuntimeError('this package must not be imported')\n",
        "scipy_openblas32/lib/libscipy_openblas.so": "no library\n" * 1000,
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-{tag}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: scipy-openblas32\nVersion: {version}\n",
    }
    record = "".join(f"{name},,{len(text)}\n" for name, text in files.items()) + f"{info}/RECORD,,\n"
    path = folder / f"scipy_openblas32-{version}-py3-none-{tag}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            file.writestr(name, text)
    return path


def add_wheel_to_zip(
    plain: Path, wheel: Path, target: Path, version: str = "", platforms: Sequence[str] = ()
) -> Path:
    """Write the extension's zip with a wheel and return its path.

    Parameters
    ----------
    plain : Path
        The zip for all platforms.
    wheel : Path
        The wheel.
    target : Path
        The zip that is written.
    version : str
        Version of the extension, if it is to be another one.
    platforms : sequence of str
        The platforms that the manifest names, if any.
    """
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "blender_manifest.toml":
                text = package.add_wheels(content.decode("utf-8"), platforms, [f"./wheels/{wheel.name}"])
                if version:
                    text = text.replace(
                        f'version = "{package.read_manifest()["version"]}"', f'version = "{version}"'
                    )
                content = text.encode("utf-8")
            new.writestr(entry, content)
        new.write(wheel, f"wheels/{wheel.name}")
    return target


def make_other_extension(folder: Path, wheel: Path) -> Path:
    """Make the zip of another extension that brings a wheel and does nothing."""
    target = folder / "other.zip"
    text = (ROOT / "blender_manifest.toml").read_text(encoding="utf-8").partition("[permissions]")[0]
    text = text.replace('id = "kinescribe"', 'id = "other"').replace('name = "Kinescribe"', 'name = "Other"')
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("blender_manifest.toml", f'{text}\nwheels = ["./wheels/{wheel.name}"]\n')
        file.writestr("__init__.py", "def register():\n    pass\n\n\ndef unregister():\n    pass\n")
        file.write(wheel, f"wheels/{wheel.name}")
    return target
