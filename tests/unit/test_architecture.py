# SPDX-License-Identifier: GPL-3.0-or-later
"""The structure of the code: imports run one way, Blender and heavy packages are used in their folders only."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

MAY_IMPORT = {
    "motion": set(),
    "inference": {"motion"},
    "scene": {"motion"},
    "session": set(),
    "properties": set(),
    "preferences": {"session"},
    "operators": {"scene", "inference", "motion", "properties", "preferences", "session"},
    "panels": {"properties", "preferences", "session", "operators"},
    "translations": set(),
    "training": {"inference", "motion"},
    "__init__": {"properties", "preferences", "operators", "panels", "translations"},
}
"""What each room may import of the others (properties: also the plain numbers and words of motion/)."""
MAY_IMPORT["properties"] = {"motion"}

BPY_ROOMS = {"__init__", "operators", "panels", "scene", "properties", "preferences", "translations"}
EXTENSION = [room for room in MAY_IMPORT if room != "training"]
OUTSIDE = {
    "motion": {"numpy"},
    "inference": {"numpy", "requests", "urllib3"},  # urllib3 comes with requests
    "scene": {
        "numpy",
        "bpy",
        "mathutils",
        "addon_utils",
        "bpy_extras",
        "rna_prop_ui",
        "bl_math",
        "bpy_types",
    },
    "operators": {"numpy", "bpy", "mathutils", "bpy_extras"},
    "panels": {"bpy", "blf", "bpy_extras", "gpu", "gpu_extras"},
    "session": set(),
    "properties": {"bpy"},
    "preferences": {"bpy"},
    "translations": {"bpy"},
    "__init__": set(),
}
"""Packages beside the standard library that a room of the extension may import."""

WORKER = (ROOT / "inference" / "checkpoints", ROOT / "inference" / "body" / "mesh.py")
WORKER_OUTSIDE = {"torch", "safetensors", "transformers", "smplx"}
"""What other people's models need; they run in a process of their own, never in Blender's."""

SERVE = ROOT / "inference" / "serve"
SERVE_OUTSIDE = {"motionmcp", "fastapi", "starlette", "uvicorn", "pydantic", "ray", "threadpoolctl"}
"""What the server needs, which runs outside Blender too."""


def files(room: str) -> list[Path]:
    """Python files of a room: one module at the top, or a folder."""
    single = ROOT / f"{room}.py"
    return [single] if single.is_file() else sorted((ROOT / room).rglob("*.py"))


def trees(room: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in files(room):
        yield path, ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path, tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """(line, kind, name) of every import, also inside functions: kind is "room" for one of ours, else "outside"."""
    depth = len(path.relative_to(ROOT).parts) - 1
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, "outside", alias.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0:
                yield node.lineno, "outside", str(node.module).split(".")[0]
            elif node.level > depth + 1:
                yield node.lineno, "outside", "." * node.level + str(node.module or "")
            elif node.level == depth + 1:
                for name in (
                    [node.module.split(".")[0]] if node.module else [alias.name for alias in node.names]
                ):
                    yield node.lineno, "room", name


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_arrows_run_one_way(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path, tree in trees(room)
        for line, kind, name in imports(path, tree)
        if kind == "room" and name != room and name not in MAY_IMPORT[room]
    ]
    assert not wrong


@pytest.mark.parametrize("room", EXTENSION)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    """In particular: no bpy below scene/, NumPy alone in motion/, torch in the worker only, relative imports inside."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path, tree in trees(room)
        for line, kind, name in imports(path, tree)
        if kind == "outside" and name not in sys.stdlib_module_names and name not in OUTSIDE[room]
        if not (name in WORKER_OUTSIDE and any(path.is_relative_to(w) for w in WORKER))
        if not (name in SERVE_OUTSIDE and path.is_relative_to(SERVE))
    ]
    assert not wrong


SUB_ROOMS = {
    "motion": {
        "contact": set(),
        "constraints": set(),
        "keys": set(),
        "layers": set(),
        "mapping": set(),
        "formats": {"mapping"},
        "retarget": {"constraints", "contact", "mapping"},
        "body": {"formats", "mapping", "retarget"},
    },
    "training": {
        "text": set(),
        "data": {"text"},
        "network": {"data", "text"},
        "evaluation": {"data"},
    },
    "devtools": {
        "env": set(),
        "testing": {"env", "rigs"},
        "bench": {"env", "testing"},
        "fuzz": {"env", "testing"},
        "rigs": {"env"},
        "in_blender": {"rigs", "testing"},
    },
}
"""What each folder of a room may import of the others; all may import the files beside the folders."""


def sub_rooms(room: str) -> set[str]:
    """Names of the folders of a room that hold Python files."""
    return {path.name for path in (ROOT / room).iterdir() if path.is_dir() and any(path.glob("*.py"))}


@pytest.mark.parametrize("room", SUB_ROOMS)
def test_arrows_inside_a_room_run_one_way(room: str) -> None:
    assert sub_rooms(room) == set(SUB_ROOMS[room])
    wrong = []
    for path, tree in trees(room):
        inside = path.relative_to(ROOT / room).parts
        own = inside[0] if len(inside) > 1 else ""
        package = path.relative_to(ROOT).parent.parts
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or not node.level:
                continue
            base = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
            for target in ([*base, alias.name] for alias in node.names):
                names = [name for name in target if name]
                other = names[1] if len(names) > 1 and names[0] == room else ""
                if own and other in SUB_ROOMS[room] and other != own and other not in SUB_ROOMS[room][own]:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} imports {other}")
    assert not wrong


@pytest.mark.parametrize("room", ["motion"])
def test_the_files_at_the_top_of_a_room_import_no_folder_of_it(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in trees(room)
        if path.parent == ROOT / room
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for name in ([node.module.split(".")[0]] if node.module else [alias.name for alias in node.names])
        if name in SUB_ROOMS[room]
    ]
    assert not wrong


def test_what_needs_torch_is_imported_inside_functions_only() -> None:
    """Other people's models are loaded where one is asked for, and never with the rest of the extension."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in EXTENSION
        for path, tree in trees(room)
        if not any(path.is_relative_to(w) for w in WORKER)
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        if re.search(r"\bcheckpoints\b|\bbody\.mesh\b|\bmesh import write_body\b", ast.unparse(node))
    ]
    assert not wrong


def test_training_never_imports_bpy() -> None:
    found = [path for path, tree in trees("training") for _, _, name in imports(path, tree) if name == "bpy"]
    assert not found


def test_nothing_heavy_at_module_level() -> None:
    """requests is imported where it is used, so that enabling the extension stays quick."""
    wrong = []
    for room in EXTENSION:
        for path, tree in trees(room):
            top = ast.Module([n for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))], [])
            wrong += [
                f"{path}:{line}" for line, _, name in imports(path, top) if name in {"requests", "urllib3"}
            ]
    assert not wrong


@pytest.mark.parametrize("room", ["operators", "panels", "preferences", "properties"])
def test_blender_does_not_evaluate_the_text_of_properties(room: str) -> None:
    """With ``from __future__ import annotations`` it would, for each of them, whenever the extension is enabled."""
    for path, tree in trees(room):
        annotations = [node.annotation for node in ast.walk(tree) if isinstance(node, ast.AnnAssign)]
        declares = any(
            isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Property") for node in annotations
        )
        postpones = any(
            isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body
        )
        assert not (declares and postpones), f"{path} declares properties: quote forward references instead"


@pytest.mark.parametrize("room", EXTENSION)
def test_the_extension_neither_prints_nor_touches_the_import_path(room: str) -> None:
    wrong = []
    for path, tree in trees(room):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                if path != ROOT / "inference" / "cli.py":
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} prints")
            elif (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and (node.value.id, node.attr) in {("sys", "path"), ("os", "fork"), ("os", "_exit")}
                # a script that a process of its own runs, which ends with it
                and (path.name, node.attr) != ("fbx_child.py", "_exit")
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} uses {node.value.id}.{node.attr}")
    assert not wrong


@pytest.mark.parametrize("room", EXTENSION)
def test_no_except_swallows_everything(room: str) -> None:
    """``except Exception: pass`` hides bugs; a named error may be passed over."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in trees(room)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
        and all(isinstance(statement, ast.Pass) for statement in node.body)
    ]
    assert not wrong


def every_python_file() -> list[Path]:
    """Tracked and new Python files, as git sees them; all outside hidden and build folders where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    return [p for p in ROOT.rglob("*.py") if not {"build", "dist", "out"} & set(p.relative_to(ROOT).parts)]


def test_every_file_states_its_licence() -> None:
    bare = []
    for path in every_python_file():
        head = path.read_text(encoding="utf-8").splitlines()[:2]
        if "# SPDX-License-Identifier: GPL-3.0-or-later" not in head:
            bare.append(str(path.relative_to(ROOT)))
    assert not bare


TABLES = {"translations/chinese.py", "translations/german.py"}
"""Files without logic: a text after the other. Splitting them would only hide where something is."""


def test_files_stay_small() -> None:
    """A file over 500 lines holds more than one idea."""
    long = {
        p.relative_to(ROOT).as_posix()
        for p in every_python_file()
        if p.read_text(encoding="utf-8").count("\n") > 500
    }
    assert not long - TABLES


Function = tuple[Path, str]
"""File and name of a function, or of all methods of that name in the file."""


def asserts(function: ast.FunctionDef) -> bool:
    """Return whether a function asserts or expects an error, without the functions that it calls."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            if name == "raises" or name.startswith("assert_"):
                return True
    return any(isinstance(node, ast.Assert) for node in ast.walk(function))


def imported_names(tree: ast.Module, path: Path, folders: list[Path]) -> dict[str, Function]:
    """Return what a test file imports from files of ``folders``; a whole file has the name "" of a function."""
    found: dict[str, Function] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            bases = [path.parents[node.level - 1]] if node.level else [path.parent, *folders]
            module = (node.module or "").replace(".", "/")
            for base in bases:
                for alias in node.names:
                    if module and (base / f"{module}.py").is_file():
                        found[alias.asname or alias.name] = (base / f"{module}.py", alias.name)
                    elif (base / module / f"{alias.name}.py").is_file():
                        found[alias.asname or alias.name] = (base / module / f"{alias.name}.py", "")
        elif isinstance(node, ast.Import):
            for base in [path.parent, *folders]:
                for alias in node.names:
                    if (base / f"{alias.name}.py").is_file():
                        found[alias.asname or alias.name] = (base / f"{alias.name}.py", "")
    return found


def called_functions(
    function: ast.FunctionDef, path: Path, own: set[str], imported: dict[str, Function]
) -> set[Function]:
    """Return the functions that a function may call: of its own file, and imported into it."""
    called: set[Function] = set()
    arguments = {argument.arg for argument in function.args.args}
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name in arguments:  # a fixture of this file, or of a conftest.py beside or above it
                called |= {(path, name)} | {(up / "conftest.py", name) for up in path.parents[:3]}
            called.add((path, name) if name in own else imported.get(name, (path, name)))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            value, name = node.func.value, node.func.attr
            module = imported.get(value.id) if isinstance(value, ast.Name) else None
            if module is not None and not module[1]:
                called.add((module[0], name))
            elif name in own:
                called.add((path, name))
    return called


def find_empty_tests(folder: Path) -> list[str]:
    """Return the tests below ``folder`` that assert nothing, neither themselves nor in a helper that they call.

    A helper counts if it stands in the test's own file or is imported into it, and not because a function of another
    file has its name.
    """
    calls: dict[Function, set[Function]] = {}
    asserting: set[Function] = set()
    tests: dict[Function, int] = {}
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        imported = imported_names(tree, path, [folder, folder.parent])
        for function in functions:
            key = (path, function.name)
            calls.setdefault(key, set()).update(
                called_functions(function, path, {f.name for f in functions}, imported)
            )
            if function.name.startswith("test_"):
                tests[key] = function.lineno
            if asserts(function):
                asserting.add(key)
    before = -1
    while len(asserting) != before:
        before = len(asserting)
        asserting |= {key for key, called in calls.items() if called & asserting}
    return [f"{path.relative_to(folder)}:{line} {name}" for (path, name), line in tests.items()
            if (path, name) not in asserting]  # fmt: skip


def test_every_test_can_fail() -> None:
    assert not find_empty_tests(ROOT / "tests")


def test_a_test_that_calls_the_namesake_of_a_checking_helper_is_found(tmp_path: Path) -> None:
    files = {
        "kit.py": "def check(x):\n    assert x\n\ndef check_twice(x):\n    check(x)\n",
        "unit/conftest.py": "def checked():\n    assert True\n",
        "unit/test_good.py": "import kit\nfrom kit import check_twice\n\ndef test_one():\n    check_twice(1)\n\n"
        "def test_two():\n    kit.check(2)\n\ndef test_three(checked):\n    checked()\n",
        "unit/test_bad.py": "def check(x):\n    return x\n\ndef test_four():\n    check(4)\n\n"
        "def test_five(checked):\n    pass\n",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert [line.split()[1] for line in find_empty_tests(tmp_path)] == ["test_four", "test_five"]


def test_the_working_tree_is_what_is_tested() -> None:
    import kinescribe

    assert Path(str(kinescribe.__file__)).resolve().parent == ROOT
