# SPDX-License-Identifier: GPL-3.0-or-later
"""The library's wheel: unpacked where it can be, and the extension works where it can't.

Blender (``wheel_manager.py``, ``addon_utils.py``) unpacks the wheels of enabled extensions into a folder of the user.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from installing import add_wheel_to_zip, ask_fresh_blender, make_other_extension, make_wheel

from devtools.env import package, wheels

INSTALL = """
try:
    install(sys.argv[1])
    tell(error="")
except RuntimeError as error:
    tell(error=str(error))
if not is_enabled():  # the operator gave up before it came to that
    addon_utils.enable(PACKAGE, default_set=True)
"""
"""Install the zip and enable it in any case, as a user would in the preferences."""

STATE = """
tell(is_enabled=is_enabled(), found=find_package(), libraries=list_libraries(), is_generated=generate())
"""
NEWER = "9999.0.0"
"""A version that Blender prefers to the pinned one."""


@pytest.fixture(scope="module")
def blender_version() -> str:
    """Which Blender runs the tests, such as "4.5"."""
    import bpy

    return ".".join(str(number) for number in bpy.app.version[:2])


@pytest.fixture(scope="module")
def plain_zip(blender_version: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip for all platforms."""
    return package.build_zip(tmp_path_factory.mktemp("plain"), blender=blender_version)


@pytest.fixture(scope="module")
def platform_zip(blender_version: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip with OpenBLAS for this machine."""
    try:
        (path,) = package.build_platform_zips(
            tmp_path_factory.mktemp("platform"), [wheels.name_this_platform()], blender=blender_version
        )
    except wheels.WheelUnavailableError as error:
        pytest.skip(f"the zip without OpenBLAS is tested: {error}")
    return path


def damage_wheel(wheel: Path) -> None:
    """Damage the compressed library in the wheel: the list of its files stays readable."""
    content = bytearray(wheel.read_bytes())
    start = content.index(b"libscipy_openblas.so") + len(b"libscipy_openblas.so") + 4
    content[start : start + 8] = bytes(8)
    wheel.write_bytes(content)


def test_library_is_found_at_once_and_after_a_restart(platform_zip: Path, tmp_path: Path) -> None:
    load = """
import ctypes
library = ctypes.CDLL(os.path.join(find_package(), "lib", list_libraries()[0]))
library.scipy_openblas_get_config.restype = ctypes.c_char_p
tell(config=library.scipy_openblas_get_config().decode("ascii"))
"""
    facts = ask_fresh_blender(tmp_path, INSTALL + STATE + load, str(platform_zip))
    assert facts["error"] == "" and facts["is_enabled"] and facts["is_generated"], facts["said"]
    assert facts["config"].startswith(f"OpenBLAS {wheels.VERSION} ")
    script = "tell(before=find_package())\naddon_utils.enable(PACKAGE, default_set=True)" + STATE + load
    again = ask_fresh_blender(tmp_path, script)
    assert again["before"] == again["found"] == facts["found"], again["said"]
    assert again["is_enabled"] and again["is_generated"] and again["config"] == facts["config"]


def test_disabling_removes_the_loaded_library_and_enabling_brings_it_back(
    platform_zip: Path, tmp_path: Path
) -> None:
    script = """
import ctypes
loaded = ctypes.CDLL(os.path.join(find_package(), "lib", list_libraries()[0]))
addon_utils.disable(PACKAGE, default_set=True)
tell(left=find_package(), threads=loaded.scipy_openblas_get_num_threads() > 0)
addon_utils.enable(PACKAGE, default_set=True)
"""
    facts = ask_fresh_blender(tmp_path, INSTALL + script + STATE, str(platform_zip))
    assert facts["left"] is None and facts["threads"], facts["said"]
    assert facts["libraries"] and facts["is_enabled"] and facts["is_generated"], facts["said"]


LOCK = """
import builtins, shutil, zipfile
real_unlink = os.unlink

def refuse_to_unlink(path, *more, **named):
    if str(path).endswith("libscipy_openblas.so"):
        raise PermissionError(13, "in use by another process", str(path))
    return real_unlink(path, *more, **named)

def refuse_to_write(path, mode="r", *more, **named):
    if "w" in mode and str(path).endswith("libscipy_openblas.so") and os.path.exists(path):
        raise PermissionError(13, "in use by another process", str(path))
    return builtins.open(path, mode, *more, **named)

def lock():
    os.unlink = os.remove = refuse_to_unlink
    zipfile.open = refuse_to_write

def list_folders():
    return sorted(os.listdir(os.path.dirname(folder)))
"""
"""Make libraries behave as they do on Windows while they are loaded: they can be renamed, not removed or replaced."""


def test_a_locked_library_is_put_aside_when_it_is_disabled(plain_zip: Path, tmp_path: Path) -> None:
    archive = add_wheel_to_zip(plain_zip, make_wheel(tmp_path, "0.3.1"), tmp_path / "first.zip")
    script = """
folder = find_package()
lock()
addon_utils.disable(PACKAGE, default_set=True)
tell(disabled=list_folders())
addon_utils.enable(PACKAGE, default_set=True)
"""
    user = tmp_path / "user"
    facts = ask_fresh_blender(user, LOCK + INSTALL + script + STATE, str(archive))
    assert facts["disabled"] == [".~stale~0001"], facts["said"]
    assert facts["libraries"] and facts["is_enabled"] and facts["is_generated"], facts["said"]
    # the file of the last process is gone at the next start
    assert ask_fresh_blender(user, "tell(found=find_package())")["found"]
    assert not list(user.rglob(".~stale~0001"))


def test_the_extension_is_removed_while_the_library_is_locked(plain_zip: Path, tmp_path: Path) -> None:
    archive = add_wheel_to_zip(plain_zip, make_wheel(tmp_path, "0.3.1"), tmp_path / "kinescribe.zip")
    script = """
folder = find_package()
lock()
(index,) = [i for i, r in enumerate(bpy.context.preferences.extensions.repos) if r.module == "user_default"]
bpy.ops.extensions.package_uninstall(repo_index=index, pkg_id="kinescribe")
tell(enabled=is_enabled(), left=list_folders())
"""
    user = tmp_path / "user"
    facts = ask_fresh_blender(user, LOCK + INSTALL + script, str(archive))
    assert not facts["enabled"] and facts["left"] == [".~stale~0001"], facts["said"]
    assert not (user / "extensions" / "user_default" / "kinescribe").exists()
    assert ask_fresh_blender(user, "tell(found=find_package())")["found"] is None
    assert not list(user.rglob("libscipy_openblas*"))


@pytest.mark.parametrize("new_wheel", ["0.3.1", NEWER])
def test_an_update_while_the_library_is_locked(new_wheel: str, plain_zip: Path, tmp_path: Path) -> None:
    """With the same wheel nothing changes; another one can't be unpacked before the extension is enabled again."""
    first = add_wheel_to_zip(plain_zip, make_wheel(tmp_path, "0.3.1"), tmp_path / "first.zip")
    second = add_wheel_to_zip(
        plain_zip, make_wheel(tmp_path, new_wheel), tmp_path / "second.zip", version="9.0.0"
    )
    script = """
folder = find_package()
lock()
try:
    install(sys.argv[2])
    tell(update_error="")
except RuntimeError as error:
    tell(update_error=str(error))
"""
    user = tmp_path / "user"
    facts = ask_fresh_blender(user, LOCK + INSTALL + script + STATE, str(first), str(second))
    assert facts["is_enabled"] and facts["is_generated"], facts["said"]
    manifest = user / "extensions" / "user_default" / "kinescribe" / "blender_manifest.toml"
    assert 'version = "9.0.0"' in manifest.read_text(encoding="utf-8")
    if new_wheel == "0.3.1":
        assert facts["update_error"] == "" and facts["libraries"], facts["said"]
    else:
        assert "in use" in facts["update_error"] and not facts["libraries"], facts["said"]
    assert_unpacked_after_enabling_again(user)


def assert_unpacked_after_enabling_again(user: Path) -> None:
    """Disable and enable the extension in a new process: the wheel is unpacked."""
    script = """
addon_utils.enable(PACKAGE, default_set=True)
addon_utils.disable(PACKAGE, default_set=True)
addon_utils.enable(PACKAGE, default_set=True)
tell(is_enabled=is_enabled(), libraries=list_libraries())
"""
    facts = ask_fresh_blender(user, script)
    assert facts["libraries"] and facts["is_enabled"], facts["said"]


@pytest.mark.parametrize("version", ["0.3.1", NEWER])
def test_another_extension_brings_a_wheel_of_the_same_package(
    version: str, plain_zip: Path, tmp_path: Path
) -> None:
    """Blender keeps the highest version for both; each can be disabled alone."""
    archive = add_wheel_to_zip(plain_zip, make_wheel(tmp_path, "0.3.1"), tmp_path / "kinescribe.zip")
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    other = make_other_extension(tmp_path, make_wheel(other_folder, version))
    script = """
tell(unpacked=[name for name in os.listdir(os.path.dirname(find_package())) if name.endswith(".dist-info")])
other = PACKAGE.rpartition(".")[0] + ".other"
addon_utils.disable(other, default_set=True)
tell(without_other=list_libraries(), is_generated_without_other=generate())
addon_utils.enable(other, default_set=True)
addon_utils.disable(PACKAGE, default_set=True)
tell(without_ours=list_libraries())
"""
    first = "install(sys.argv[2])\n"
    facts = ask_fresh_blender(tmp_path / "user", first + INSTALL + STATE + script, str(archive), str(other))
    assert facts["is_enabled"] and facts["is_generated"], facts["said"]
    highest = NEWER if version == NEWER else "0.3.1"
    assert facts["unpacked"] == [f"scipy_openblas32-{highest}.dist-info"], facts["said"]
    assert facts["without_other"] and facts["is_generated_without_other"] and facts["without_ours"]


FULL_DISK = """
import errno, zipfile
real_extract = zipfile.ZipFile.extract

def extract(self, member, *more):
    if getattr(member, "filename", member).endswith("libscipy_openblas.so"):
        raise OSError(errno.ENOSPC, "No space left on device")
    return real_extract(self, member, *more)

zipfile.ZipFile.extract = extract
"""


def test_the_disk_is_full_while_the_wheel_is_unpacked(plain_zip: Path, tmp_path: Path) -> None:
    archive = add_wheel_to_zip(plain_zip, make_wheel(tmp_path, "0.3.1"), tmp_path / "kinescribe.zip")
    user = tmp_path / "user"
    facts = ask_fresh_blender(user, FULL_DISK + INSTALL + STATE, str(archive))
    assert "No space left" in facts["error"], facts["said"]
    assert facts["is_enabled"] and facts["is_generated"] and not facts["libraries"], facts["said"]
    assert_unpacked_after_enabling_again(user)


def test_the_folder_for_wheels_cannot_be_written(plain_zip: Path, tmp_path: Path) -> None:
    archive = add_wheel_to_zip(plain_zip, make_wheel(tmp_path, "0.3.1"), tmp_path / "kinescribe.zip")
    user = tmp_path / "user"
    (user / "extensions").mkdir(parents=True)
    (user / "extensions" / ".local").write_text("a file: no folder can be made here", encoding="utf-8")
    facts = ask_fresh_blender(user, INSTALL + STATE, str(archive))
    assert facts["error"], facts["said"]
    assert facts["is_enabled"] and facts["is_generated"] and facts["found"] is None, facts["said"]


@pytest.mark.parametrize("damage", ["library", "cut off"])
def test_a_damaged_wheel(damage: str, plain_zip: Path, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "0.3.1")
    if damage == "library":
        damage_wheel(wheel)
    else:
        wheel.write_bytes(wheel.read_bytes()[:200])
    archive = add_wheel_to_zip(plain_zip, wheel, tmp_path / "kinescribe.zip")
    facts = ask_fresh_blender(tmp_path / "user", INSTALL + STATE, str(archive))
    assert facts["error"], facts["said"]
    assert facts["is_enabled"] and facts["is_generated"] and not facts["libraries"], facts["said"]


def test_a_wheel_for_another_platform_is_left_packed(plain_zip: Path, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "0.3.1", tag="android_24_arm64_v8a")
    archive = add_wheel_to_zip(plain_zip, wheel, tmp_path / "kinescribe.zip")
    facts = ask_fresh_blender(tmp_path / "user", INSTALL + STATE, str(archive))
    assert facts["error"] == "" and facts["found"] is None, facts["said"]
    assert facts["is_enabled"] and facts["is_generated"], facts["said"]


def test_blender_refuses_the_zip_of_another_platform(
    blender_version: str, plain_zip: Path, tmp_path: Path
) -> None:
    other = next(name for name in wheels.WHEELS if name != wheels.name_this_platform())
    archive = add_wheel_to_zip(
        plain_zip, make_wheel(tmp_path, "0.3.1"), tmp_path / "kinescribe.zip", platforms=[other]
    )
    facts = ask_fresh_blender(
        tmp_path / "user", "install(sys.argv[1])\ntell(enabled=is_enabled())", str(archive)
    )
    assert facts["enabled"] is False
    assert f"isn't one of ({other})" in facts["said"]
