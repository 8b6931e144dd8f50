# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender's rules for extensions as a checklist: what reviewers of extensions.blender.org look for in a zip.

Sources: https://docs.blender.org/manual/en/latest/advanced/extensions/addons.html,
https://developer.blender.org/docs/handbook/extensions/addon_guidelines/,
https://developer.blender.org/docs/features/extensions/moderation/guidelines/ and
https://extensions.blender.org/terms-of-service. What a person has to judge (pictures of the listing, who maintains it)
is not here; that classes, handlers and keymaps are gone after the extension was disabled is in tests/blender.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("motion", "inference", "scene", "operators", "panels", "translations")


TAGS = {
    "3D View", "Add Curve", "Add Mesh", "Animation", "Bake", "Camera", "Compositing", "Development",
    "Game Engine", "Geometry Nodes", "Grease Pencil", "Import-Export", "Lighting", "Material", "Mesh", "Modeling",
    "Node", "Object", "Paint", "Physics", "Pipeline", "Render", "Rigging", "Scene", "Sculpt", "Sequencer", "System",
    "Text Editor", "Tracking", "User Interface", "UV",
}  # fmt: skip
"""Tags of add-ons on extensions.blender.org."""

REACHES_OTHER_HOSTS = {Path("inference/remote/transport.py"), Path("inference/models/transfer.py")}
"""Files that open connections: to servers, and downloads of models."""

FINDS_SOCKETS = {Path("inference/remote/sockets.py")}
"""Reads the connections of those files, to close them at Cancel."""

READS_BESIDE_ITSELF = {
    Path(name)
    for name in (
        "inference/batch/workers.py",
        "inference/breakdown/chinese_words.py",
        "inference/breakdown/roles.py",
        "inference/breakdown/tables.py",
        "inference/embedded/chinese.py",
        "inference/embedded/counted.py",
        "inference/embedded/manner_lines.py",
        "inference/embedded/part_confidence.py",
        "inference/embedded/part_wording.py",
        "inference/embedded/prompt_normalisation.py",
        "inference/embedded/weights.py",
        "inference/models/command_line.py",
        "inference/serve/trajectory_process.py",
        "operators/about.py",
        "operators/body.py",
        "operators/endpoints.py",
        "operators/fbx_import.py",
        "operators/manual.py",
    )
}
"""Files that find tables, weights, pages or programs beside the code; each new one has to be looked at."""


def list_files() -> list[Path]:
    """Return the Python files that the zip carries."""
    return sorted([*ROOT.glob("*.py"), *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))])


def list_calls() -> Iterator[tuple[Path, ast.Call, str]]:
    """Yield file, call and the name that is called, as it is written."""
    for path in list_files():
        if path.name == "dev.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield path.relative_to(ROOT), node, ast.unparse(node.func)


def test_the_manifest_explains_each_permission_and_names_a_licence() -> None:
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))
    assert manifest["schema_version"] == "1.0.0" and manifest["type"] == "add-on"
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest["version"])
    assert all(entry.startswith("SPDX:GPL-") for entry in manifest["license"])
    for name, reason in manifest["permissions"].items():
        assert name in ("files", "network", "clipboard", "camera", "microphone")
        assert 0 < len(reason) <= 64 and not reason.endswith(".")
    assert len(manifest["tagline"]) <= 64 and not manifest["tagline"].endswith(".")


def test_the_manifest_has_no_empty_value_and_does_not_claim_blenders_name() -> None:
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))
    assert all(value not in ("", [], {}) for value in manifest.values())
    assert "blender" not in manifest["name"].lower()
    assert set(manifest["tags"]) <= TAGS
    assert "generated" not in manifest["build"]
    assert all(re.fullmatch(r"\d{4}(-\d{4})? \S.*", entry) for entry in manifest["copyright"])


def test_code_can_be_reviewed() -> None:
    """Neither compiled nor packed code lies in the rooms; wheels are added by the build, with their hashes."""
    suffixes = {".pyc", ".pyd", ".so", ".dll", ".dylib", ".exe", ".whl", ".zip", ".pyz", ".jar"}
    tracked = [path for room in ROOMS for path in (ROOT / room).rglob("*") if "__pycache__" not in path.parts]
    assert [path.name for path in tracked if path.suffix in suffixes] == []
    longest = max(
        len(line) for path in list_files() for line in path.read_text(encoding="utf-8").splitlines()
    )
    assert longest <= 200, "no packed code in a line"


def test_the_clipboard_is_a_permission_if_it_is_used() -> None:
    uses = [
        path.name for path in list_files() if "window_manager.clipboard" in path.read_text(encoding="utf-8")
    ]
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))
    assert bool(uses) == ("clipboard" in manifest["permissions"]), uses


def test_no_code_is_made_at_run_time() -> None:
    forbidden = ("eval", "exec", "os.system", "os.popen", "pickle.load", "pickle.loads", "marshal.loads")
    wrong = [f"{path}:{call.lineno}" for path, call, name in list_calls() if name in forbidden]
    for path, call, name in list_calls():
        options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        if (
            options.get("shell", "False") != "False"
            or options.get("allow_pickle", "False") != "False"
            or options.get("trust_remote_code", "False") != "False"
            or (name == "torch.load" and options.get("weights_only") != "True")
        ):
            wrong.append(f"{path}:{call.lineno}")
    assert wrong == []


def test_downloaded_files_are_no_code() -> None:
    """There is no updater, and nothing that is downloaded is imported."""
    for path in list_files():
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"api\.github\.com|releases/latest|addon_updater|extensions\.package_install", text
        ), path
        if path.relative_to(ROOT) in REACHES_OTHER_HOSTS:
            assert not re.search(r"importlib|runpy|zipimport", text), path


def test_pip_is_not_run() -> None:
    """Commands with pip are shown or copied, in files that can't run a program."""
    for path in list_files():
        text = path.read_text(encoding="utf-8")
        if re.search(r"[\"' ]pip[\"' ]|ensurepip", text):
            assert not re.search(
                r"subprocess|child_process|os\.(system|popen|spawn|exec)|runpy|import pip\b", text
            ), path


def test_modules_of_blender_and_the_search_path_are_left_alone() -> None:
    wrong = [
        f"{path}:{call.lineno}"
        for path, call, name in list_calls()
        if re.match(r"sys\.(path|modules|meta_path|path_hooks)\.|site\.addsitedir|importlib\.reload", name)
        and not name.endswith((".get", ".items", ".copy", ".values"))
    ]
    for path in list_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, (ast.Assign, ast.Delete)) else []
            targets = [node.target] if isinstance(node, ast.AugAssign) else targets
            changed = [ast.unparse(target) for target in targets]
            if any(
                re.match(r"(sys\.(path|modules|meta_path)|builtins|os\.environ)\b", name) for name in changed
            ):
                wrong.append(f"{path.name}: {changed}")
    assert wrong == []


def test_the_folder_of_the_code_is_only_read() -> None:
    """``__file__`` is used where data and programs beside the code are found, and nowhere else."""
    uses = {path.relative_to(ROOT) for path in list_files() if "__file__" in path.read_text(encoding="utf-8")}
    assert uses == READS_BESIDE_ITSELF


def test_preferences_are_found_by_the_packages_name() -> None:
    """Extensions are modules such as bl_ext.user_default.kinescribe: no name may be written out."""
    for path in list_files():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"addons\[[\"']|addons\.get\([\"']|addons\[__name__", text), path


def test_imports_inside_the_extension_are_relative() -> None:
    for path in list_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                assert (node.module or "").split(".")[0] not in (*ROOMS, "kinescribe", "session"), path
            if isinstance(node, ast.Import):
                assert all(alias.name.split(".")[0] not in (*ROOMS, "kinescribe") for alias in node.names), (
                    path
                )


def test_names_of_classes_begin_with_ours() -> None:
    bases = {
        "Operator": "KINESCRIBE_OT_",
        "Panel": "KINESCRIBE_PT_",
        "Menu": "KINESCRIBE_MT_",
        "UIList": "KINESCRIBE_UL_",
    }
    wrong = []
    for path in list_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ClassDef) or not any(
                isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "bl_idname"
                for line in node.body
            ):
                continue
            for base in node.bases:
                prefix = bases.get(ast.unparse(base).rpartition(".")[2])
                if prefix and not node.name.startswith(prefix):
                    wrong.append(f"{path.name}: {node.name}")
    assert wrong == []


def test_files_of_the_extension_go_to_the_users_folder() -> None:
    """Nothing is written beside the code: an extension's folder may be read-only, and is replaced by updates."""
    texts = "".join(path.read_text(encoding="utf-8") for path in list_files())
    assert "extension_path_user" in texts


def test_online_access_is_asked_before_a_connection() -> None:
    asking = [
        path.name
        for path in (ROOT / "operators").rglob("*.py")
        if "online_access" in path.read_text(encoding="utf-8")
    ]
    assert asking, "bpy.app.online_access decides whether hosts beyond this machine are reached"
    connecting = {
        path.relative_to(ROOT)
        for path in list_files()
        if re.search(
            r"^ *(import|from) (requests|urllib\.request|http\.client)\b",
            path.read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    }
    assert connecting == REACHES_OTHER_HOSTS | FINDS_SOCKETS
    assert "server.check_allowed()" in (ROOT / "inference/remote/transport.py").read_text(encoding="utf-8")
    assert "online_access" in (ROOT / "operators/models.py").read_text(encoding="utf-8"), (
        "downloads of models"
    )


def test_no_address_is_named_that_nobody_owns() -> None:
    """The project has no site yet: none may be named where users are sent to it."""
    texts = [*ROOT.glob("*.md"), *ROOT.glob("*.toml"), *(ROOT / "docs").glob("*.md"), *list_files()]
    wrong = [
        path.name
        for path in texts
        if re.search(r"\bkinescribe\.(org|com|io|net)\b", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ["LICENSE", "CREDITS.md"])
def test_licence_and_credits_travel_with_it(name: str) -> None:
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))
    assert (ROOT / name).is_file() and f"/{name}" not in manifest["build"]["paths_exclude_pattern"]
