# SPDX-License-Identifier: GPL-3.0-or-later
"""Load the checkout as the package ``kinescribe``, whatever its folder is called, and never an installed copy.

Without Blender the checkout is imported under that name. With bpy it is linked into a temporary user folder and
imported as Blender imports an extension, ``bl_ext.user_default.kinescribe``; ``kinescribe`` becomes a second name of
it. So there is one set of modules, and preferences, user folder and ``__package__`` are an installed extension's.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_PREPARE = (
    "import sys; sys.path.append(sys.argv.pop(1)); "
    "from devtools.testing.working_tree import load_working_tree; load_working_tree()\n"
)


def load_working_tree() -> None:
    """Make ``import kinescribe`` mean this checkout. Raises RuntimeError if another copy is already loaded."""
    if "kinescribe" not in sys.modules:
        if importlib.util.find_spec("bpy"):
            from . import as_extension

            as_extension.link_extension(ROOT)
        else:
            spec = importlib.util.spec_from_file_location(
                "kinescribe", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
            )
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules["kinescribe"] = module
            spec.loader.exec_module(module)
    loaded = Path(str(sys.modules["kinescribe"].__file__)).resolve().parent
    if loaded != ROOT:
        raise RuntimeError(f"kinescribe is {loaded}, not the working tree {ROOT}")


def code_command(python: str | Path, code: str, *arguments: object) -> list[str]:
    """Return the command that runs ``code`` in a new process of ``python`` in which the checkout is loaded."""
    return [str(python), "-P", "-c", _PREPARE + code, str(ROOT), *(str(value) for value in arguments)]


def module_command(python: str | Path, module: str, *arguments: object) -> list[str]:
    """Return the command that runs ``kinescribe.<module>`` as a script in a new process of ``python``."""
    code = (
        f"import runpy; sys.argv[0] = {module!r}; "
        f"runpy.run_module({'kinescribe.' + module!r}, run_name='__main__', alter_sys=False)"
    )
    return code_command(python, code, *arguments)
