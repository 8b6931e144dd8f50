# SPDX-License-Identifier: GPL-3.0-or-later
"""Wheels of OpenBLAS are what was pinned, and zips depend on their content alone (``devtools/env``)."""

from __future__ import annotations

import hashlib
import os
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from devtools.env import environments, package, wheels
from devtools.env.console import CommandError
from devtools.testing.working_tree import ROOT

CONTENT = b"a wheel of this test"


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only known wheel, of the platform "test-x64"; its path in a cache folder of the test's own."""
    wheel = wheels.Wheel("test-x64", ("test_x64",), hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setattr(wheels, "WHEELS", {"test-x64": wheel})
    monkeypatch.setattr(wheels, "wheels_folder", lambda: tmp_path / "wheels")
    (tmp_path / "wheels").mkdir()
    return tmp_path / "wheels" / wheel.file_name


def make_pip(folder: Path, content: bytes | None) -> Path:
    """Make a program that takes the place of Python and pip: it downloads ``content``, or nothing at all."""
    if sys.platform == "win32":
        pytest.skip("the program that stands for pip is a script with #!")
    path = folder / "python"
    code = [
        f"#!{sys.executable}",
        "import pathlib, sys",
        "folder = pathlib.Path(sys.argv[sys.argv.index('--dest') + 1])",
        "tag = sys.argv[sys.argv.index('--platform') + 1]",
        f"content = {content!r}",
        "if content is None:",
        "    sys.exit('ERROR: no index in reach')",
        f"name = 'scipy_openblas32-{wheels.VERSION}-py3-none-' + tag + '.whl'",
        "(folder / name).write_bytes(content)",
    ]
    path.write_text("\n".join(code) + "\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_wheel_in_the_cache_is_used_without_pip(cached: Path, tmp_path: Path) -> None:
    cached.write_bytes(CONTENT)
    assert wheels.fetch_wheel("test-x64", tmp_path / "no python") == cached


@pytest.mark.parametrize("before", [None, b"", CONTENT[:-1]])
def test_a_missing_or_damaged_wheel_is_downloaded(
    before: bytes | None, cached: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if before is not None:
        cached.write_bytes(before)
    assert wheels.fetch_wheel("test-x64", make_pip(tmp_path, CONTENT)).read_bytes() == CONTENT
    assert cached.name in capsys.readouterr().out
    assert [path.name for path in cached.parent.iterdir()] == [cached.name]


def test_another_file_than_the_pinned_one_is_never_kept(cached: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="SHA-256") as raised:
        wheels.fetch_wheel("test-x64", make_pip(tmp_path, b"another file"))
    assert not isinstance(raised.value, wheels.WheelUnavailableError), "the plain zip must not hide this"
    assert list(cached.parent.iterdir()) == []


def test_without_network_or_wheel_the_error_says_so(cached: Path, tmp_path: Path) -> None:
    with pytest.raises(wheels.WheelUnavailableError, match="no index in reach"):
        wheels.fetch_wheel("test-x64", make_pip(tmp_path, None))
    with pytest.raises(
        wheels.WheelUnavailableError, match="there is no wheel of scipy-openblas32 for plan9-mips"
    ):
        wheels.fetch_wheel("plan9-mips", tmp_path)


def test_platforms_of_wheels_are_what_blender_makes_of_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    tags = {
        "windows-x64": "win_amd64", "windows-arm64": "win_arm64", "macos-x64": "macosx_10_13_x86_64",
        "macos-arm64": "macosx_11_0_arm64", "linux-x64": "manylinux_2_27_x86_64.manylinux_2_28_x86_64",
        "linux-arm64": "manylinux_2_27_aarch64.manylinux_2_28_aarch64",
    }  # fmt: skip
    assert {name: wheel.file_name.split("-")[-1] for name, wheel in wheels.WHEELS.items()} == {
        name: f"{tag}.whl" for name, tag in tags.items()
    }
    for system, machine, name in (
        ("Windows", "AMD64", "windows-x64"), ("Windows", "ARM64", "windows-arm64"), ("Darwin", "arm64", "macos-arm64"),
        ("Darwin", "x86_64", "macos-x64"), ("Linux", "x86_64", "linux-x64"), ("Linux", "aarch64", "linux-arm64"),
    ):  # fmt: skip
        monkeypatch.setattr("platform.system", lambda system=system: system)
        monkeypatch.setattr("platform.machine", lambda machine=machine: machine)
        assert wheels.name_this_platform() == name


def test_the_manifest_takes_platforms_and_wheels() -> None:
    text = (ROOT / "blender_manifest.toml").read_text(encoding="utf-8")
    plain = tomllib.loads(text)
    assert "wheels" not in plain and "platforms" not in plain
    listed = tomllib.loads(package.add_wheels(text, ["linux-x64"], ["./wheels/a.whl", "./wheels/b.whl"]))
    assert listed == {**plain, "platforms": ["linux-x64"], "wheels": ["./wheels/a.whl", "./wheels/b.whl"]}


def test_a_zip_depends_on_the_content_of_its_files_alone(tmp_path: Path) -> None:
    written = []
    for number, names in enumerate((["b.py", "a.py", "c.whl"], ["c.whl", "a.py", "b.py"])):
        folder = tmp_path / str(number)
        folder.mkdir()
        with zipfile.ZipFile(folder / "x.zip", "w") as file:
            for name in names:
                (folder / name).write_text(f"content of {name}", encoding="utf-8")
                os.utime(folder / name, (1_500_000_000 + 1e6 * number,) * 2)
                (folder / name).chmod((0o600, 0o755)[number])
                stored = zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED
                file.write(folder / name, name, compress_type=stored)
        before = (folder / "x.zip").read_bytes()
        package.normalise_zip(folder / "x.zip")
        written.append((before, (folder / "x.zip").read_bytes()))
    assert written[0][0] != written[1][0], "this test changes nothing that matters"
    assert written[0][1] == written[1][1]
    with zipfile.ZipFile(tmp_path / "0" / "x.zip") as file:
        assert {entry.filename: file.read(entry) for entry in file.infolist()} == {
            name: f"content of {name}".encode() for name in ("a.py", "b.py", "c.whl")
        }
        assert file.getinfo("c.whl").compress_type == zipfile.ZIP_STORED


def test_a_zip_over_the_limit_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_ZIP_BYTES", 1000)
    with pytest.raises(CommandError, match="the limit is 1,000"):
        package.build_zip(tmp_path, blender=needed_blender())


def needed_blender() -> str:
    """Return the Blender whose tool builds; skip the test if its environment is not there."""
    if not environments.environment_python(environments.cache_folder() / "env" / "blender-4.2").exists():
        pytest.skip("needs the environment blender-4.2: python dev.py test makes it")
    return "4.2"


def test_platform_zips_hold_the_plain_zip_and_one_wheel(tmp_path: Path) -> None:
    blender, name = needed_blender(), wheels.name_this_platform()
    try:
        (path,) = package.build_platform_zips(tmp_path / "dist", [name], blender=blender)
    except wheels.WheelUnavailableError as error:
        pytest.skip(str(error))
    plain_path = package.build_zip(tmp_path / "plain", blender=blender)
    assert path.name == f"{plain_path.stem}-{name.replace('-', '_')}.zip"
    with zipfile.ZipFile(path) as file, zipfile.ZipFile(plain_path) as plain:
        (added,) = set(file.namelist()) - set(plain.namelist())
        assert set(plain.namelist()) < set(file.namelist())
        assert hashlib.sha256(file.read(added)).hexdigest() == wheels.WHEELS[name].sha256
        for entry in plain.namelist():
            assert entry == "blender_manifest.toml" or file.read(entry) == plain.read(entry)
        manifest = tomllib.loads(file.read("blender_manifest.toml").decode("utf-8"))
    for values in (manifest, manifest["build"]["generated"]):
        assert (values["platforms"], values["wheels"]) == ([name], [f"./{added}"])
    again = package.build_platform_zips(tmp_path / "again", [name], blender=blender)[0]
    assert again.read_bytes() == path.read_bytes()


def test_without_a_wheel_the_plain_zip_is_built_and_a_line_says_so(
    cached: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = package.build_zip_for_this_machine(tmp_path / "dist", blender=needed_blender())
    assert path.name == f"kinescribe-{package.read_manifest()['version']}.zip"
    assert "The zip without OpenBLAS is used: there is no wheel" in capsys.readouterr().out
