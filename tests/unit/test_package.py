# SPDX-License-Identifier: GPL-3.0-or-later
"""The zip holds the extension only, also from a checkout with other files; pip installs the command line."""

from __future__ import annotations

import compileall
import fnmatch
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from devtools.env import environments, package, sbom
from devtools.testing.working_tree import ROOT

REQUIRED = {
    "LICENSE", "CREDITS.md", "blender_manifest.toml", "__init__.py", "preferences.py", "session.py",
    "properties/__init__.py", "inference/backend.py", "motion/motion.py",
}  # fmt: skip
ROOMS = ("operators", "panels", "properties", "scene", "motion", "inference", "translations")
DATA = (
    "inference/embedded/weights/*.npz",
    "inference/embedded/weights/card.json",
    "inference/breakdown/*.json",
    "inference/embedded/*.json",
    "inference/py.typed",
    "motion/py.typed",
    "manual/*.html",
    "manual/images/*",
)


def is_allowed(name: str) -> bool:
    """Python files of the rooms, the data that they read, and the few files at the top."""
    top = name.split("/")[0]
    return (
        name in REQUIRED
        or (top in ROOMS and name.endswith(".py"))
        or any(fnmatch.fnmatch(name, p) for p in DATA)
    )


def build(source: Path, target: Path) -> set[str]:
    python = environments.environment_python(environments.cache_folder() / "env" / "blender-4.2")
    if not python.exists():
        pytest.skip("needs the environment blender-4.2: python dev.py test makes it")
    with zipfile.ZipFile(package.build_zip(target, source)) as file:
        names = file.namelist()
    assert len(names) == len(set(names))
    return {name for name in names if not name.endswith("/")}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Make a clean clone of the working tree in its present state."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("needs a git checkout")
    folder = tmp_path / "clone"
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


def test_zip_of_a_clean_clone_is_the_extension_alone(clone: Path, tmp_path: Path) -> None:
    names = build(clone, tmp_path / "dist")
    assert sorted(name for name in names if not is_allowed(name)) == []
    assert sorted(REQUIRED - names) == []
    here = {
        p.relative_to(clone).as_posix() for room in ROOMS for p in (clone / room).rglob("*") if p.is_file()
    }
    assert sorted(here - names) == [], "a file of a room is left out of the zip"


def test_two_checkouts_of_one_commit_give_one_hash(clone: Path, tmp_path: Path) -> None:
    """Whatever dates and rights the files have, and in which folder they lie."""
    other = tmp_path / "elsewhere" / "checkout"
    shutil.copytree(clone, other)
    for number, path in enumerate(sorted(other.rglob("*.py"))):
        os.utime(path, (1_500_000_000 + number, 1_600_000_000 + number))
        path.chmod(0o600 if number % 2 else 0o755)
    built = []
    for place, source in enumerate((clone, other)):
        folder = tmp_path / str(place)
        build(source, folder)
        (path,) = folder.glob("*.zip")
        bill = sbom.write_bill_of_materials(path, "1.0")
        package.copy_licences(folder, source)
        assert path.stat().st_size <= 45e6
        built.append({found.name: found.read_bytes() for found in folder.iterdir()})
        assert bill.name in built[-1]
    assert built[0] == built[1]
    assert {name for name in built[0] if not name.endswith((".zip", ".cdx.json"))} == {
        "LICENSE",
        "CREDITS.md",
    }


def test_zip_stays_the_same_after_pip_install_and_work_in_the_tree(clone: Path, tmp_path: Path) -> None:
    before = build(clone, tmp_path / "dist")
    installed = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--no-deps", "--target", str(tmp_path / "installed"), "."],
        cwd=clone, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if installed.returncode and "Could not find a version" in installed.stdout + installed.stderr:
        pytest.skip("pip finds no setuptools: no package index in reach")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    compileall.compile_dir(str(clone), quiet=2, maxlevels=3)
    for litter in (
        "build/lib/kinescribe/x.py", "dist/kinescribe-0.1.0.zip", "kinescribe.egg-info/PKG-INFO", "out/demo/demo.blend",
        ".venv/lib/x.py", ".pytest_cache/README.md", "kinescribe-0.1.0.zip", "motion/.DS_Store",
    ):  # fmt: skip
        (clone / litter).parent.mkdir(parents=True, exist_ok=True)
        (clone / litter).write_bytes(b"litter")
    assert build(clone, tmp_path / "again") == before


def test_manifest_keeps_to_blenders_limits() -> None:
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))
    assert (manifest["id"], manifest["name"], manifest["blender_version_min"]) == (
        "kinescribe",
        "Kinescribe",
        "4.2.0",
    )
    assert manifest["license"] == ["SPDX:GPL-3.0-or-later"]
    assert set(manifest["permissions"]) == {"files", "network", "clipboard"}
    assert set(manifest["tags"]) == {"Animation", "Rigging", "Import-Export"}
    assert manifest["maintainer"] and "website" not in manifest, "no site of the project exists yet"
    assert "bl_info" not in (ROOT / "__init__.py").read_text(encoding="utf-8")
    for sentence in (manifest["tagline"], *manifest["permissions"].values()):
        assert len(sentence) <= 64
        assert not sentence.endswith(".")


def test_pip_installs_every_package_of_its_rooms() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(project["tool"]["setuptools"]["packages"]) - {"kinescribe"}
    here = {
        ".".join(["kinescribe", *path.parent.relative_to(ROOT).parts])
        for room in ("inference", "motion")
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert listed == here - {"kinescribe.inference.package_main"}


def test_versions_agree() -> None:
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == manifest["version"]


def test_weights_stay_small() -> None:
    size = sum(
        p.stat().st_size for p in (ROOT / "inference").rglob("*") if p.is_file() and p.suffix != ".pyc"
    )
    assert size <= 40e6
