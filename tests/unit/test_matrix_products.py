# SPDX-License-Identifier: GPL-3.0-or-later
"""Matrix products: every method gives the same products, and the choice depends on what is installed only."""

import ctypes
import os
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from kinescribe.inference import matrix_products, openblas
from kinescribe.motion import BackendError

from devtools.testing.working_tree import code_command

needs_openblas = pytest.mark.skipif(
    openblas.find_library() is None, reason="scipy-openblas32 is not installed"
)
METHODS = [
    pytest.param(name, marks=needs_openblas if name == "openblas" else ()) for name in matrix_products.METHODS
]


def draw_matrices(*shape: int) -> np.ndarray:
    return np.random.default_rng(len(shape)).normal(size=shape).astype(np.float32)


def list_operands() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    joined = draw_matrices(2, 6, 3 * 4 * 8)
    q, k, v = (joined[..., n * 32 : (n + 1) * 32].reshape(2, 6, 4, 8).transpose(0, 2, 1, 3) for n in range(3))
    return {
        "matrices": (draw_matrices(5, 7), draw_matrices(7, 3)),
        "one row": (draw_matrices(1, 7), draw_matrices(7, 3)),
        "one column": (draw_matrices(5, 7), draw_matrices(7, 1)),
        "outer product": (draw_matrices(5, 1), draw_matrices(1, 3)),
        "transposed": (draw_matrices(7, 5).T, draw_matrices(3, 7).T),
        "heads of attention": (q, k.swapaxes(-1, -2)),
        "weights of attention": (draw_matrices(2, 4, 6, 6), v),
        "one stack for another": (draw_matrices(4, 9, 8), draw_matrices(2, 4, 6, 8).swapaxes(-1, -2)),
        "one matrix for a stack": (draw_matrices(3, 5, 7), draw_matrices(7, 3)),
        "no contiguous axis": (draw_matrices(5, 14)[:, ::2], draw_matrices(14, 6)[::2, ::3]),
        "backwards": (draw_matrices(5, 7)[::-1], draw_matrices(7, 3)[:, ::-1]),
        "stack backwards": (draw_matrices(3, 5, 7)[::-1], draw_matrices(3, 7, 2)),
        "misaligned": (np.frombuffer(bytes(4) + draw_matrices(5, 7).tobytes(), np.float32, 35, 4).reshape(5, 7),
                       draw_matrices(7, 3)),
        "read-only": (np.broadcast_to(draw_matrices(7), (5, 7)), draw_matrices(7, 3)),
        "no rows": (draw_matrices(0, 7), draw_matrices(7, 3)),
        "nothing to sum": (draw_matrices(5, 0), draw_matrices(0, 3)),
        "stack with nothing to sum": (draw_matrices(2, 5, 0), draw_matrices(2, 0, 3)),
        "network": (draw_matrices(50, 256), draw_matrices(256, 768)),
    }  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", list_operands())
def test_product_is_that_of_double_precision(method: str, name: str) -> None:
    a, b = list_operands()[name]
    product = matrix_products.METHODS[method](a, b)
    assert product.dtype == np.float32
    np.testing.assert_allclose(product, a.astype(float) @ b.astype(float), atol=1e-4)


@needs_openblas
def test_wrong_operands_are_refused_before_the_library_reads_memory() -> None:
    multiply = openblas.load_openblas().multiply
    good = draw_matrices(4, 6)
    for a, b in (
        (good, draw_matrices(5, 3)),
        (good.astype(float), draw_matrices(6, 3)),
        (draw_matrices(2, 4, 6), draw_matrices(2, 5, 3)),
        (draw_matrices(2, 4, 6), draw_matrices(3, 6, 3)),
    ):
        with pytest.raises(ValueError, match=r"product|broadcast"):
            multiply(a, b)


@needs_openblas
@pytest.mark.parametrize("variables", [
    {},
    {"OPENBLAS_NUM_THREADS": "1"},
    {"OPENBLAS_NUM_THREADS": "many"},
    {"OPENBLAS_NUM_THREADS": "-3", "OMP_NUM_THREADS": "99999999999999999999"},
    {"OPENBLAS_NUM_THREADS": "1000"},
])  # fmt: skip
def test_results_are_equal_bit_by_bit_whatever_the_environment_says(variables: dict[str, str]) -> None:
    """A seed gives one file on a machine: the number of threads must not depend on the environment."""
    product = openblas.load_openblas().multiply(draw_matrices(50, 256), draw_matrices(256, 768))
    code = (
        "import sys, numpy as np; from kinescribe.inference.openblas import load_openblas\n"
        "a, b = (np.random.default_rng(2).normal(size=s).astype(np.float32) for s in ((50, 256), (256, 768)))\n"
        "sys.stdout.buffer.write(load_openblas().multiply(a, b).tobytes())"
    )
    process = subprocess.run(
        code_command(sys.executable, code),
        env={**os.environ, **variables},
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert process.stdout == product.tobytes()


@needs_openblas
@pytest.mark.skipif(sys.platform == "darwin" or "86" not in os.uname().machine, reason="a core type of x86")
def test_a_processor_without_avx2_multiplies(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "from kinescribe.inference.openblas import load_openblas; print(load_openblas().description)"
    process = subprocess.run(
        code_command(sys.executable, code), env={**os.environ, "OPENBLAS_CORETYPE": "Nehalem"},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "Nehalem" in process.stdout


def install_library(
    folder: Path, content: bytes, stated_size: int, name: str = "libscipy_openblas.so"
) -> Path:
    """Write a package with a library as an installer does."""
    file = folder / openblas.PACKAGE / "lib" / name
    listing = folder / f"{openblas.PACKAGE}-1.0.dist-info" / "RECORD"
    for path in (file, listing):
        path.parent.mkdir(parents=True)
    file.write_bytes(content)
    listing.write_text(f"{openblas.PACKAGE}/lib/{file.name},sha256=00,{stated_size}\r\n", encoding="utf-8")
    return file


def forget_library(monkeypatch: pytest.MonkeyPatch, file: Path | None) -> None:
    """Let the next product look for the library again and find ``file``."""
    monkeypatch.delenv(matrix_products.VARIABLE, raising=False)
    monkeypatch.setattr(openblas, "_outcome", [])
    monkeypatch.setattr(openblas, "find_library", lambda: file)


def fake_configuration(monkeypatch: pytest.MonkeyPatch, **names: object) -> None:
    """Let NumPy seem to be built in another way."""
    monkeypatch.setattr(np, "__config__", types.SimpleNamespace(**names))
    monkeypatch.setattr(matrix_products, "has_fast_numpy", matrix_products.has_fast_numpy.__wrapped__)


CONFIGURATIONS = {
    "PyPI": ({"CONFIG": {"Build Dependencies": {"blas": {"name": "scipy-openblas"}}}}, "numpy"),
    "macOS": ({"CONFIG": {"Build Dependencies": {"blas": {"name": "accelerate"}}}}, "numpy"),
    "Debian": ({"CONFIG": {"Build Dependencies": {"blas": {"name": "blas"}}}}, "einsum"),
    "Blender": ({"CONFIG": {"Build Dependencies": {"blas": {"name": "none", "found": False}}}}, "einsum"),
    "old PyPI": ({"openblas64__info": {"libraries": ["openblas64_"]}, "get_info": len}, "numpy"),
    "old Blender": ({"openblas64__info": {}, "blas_opt_info": {}, "get_info": len}, "einsum"),
    "nothing known": ({}, "einsum"),
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_without_openblas_the_build_configuration_decides(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    configuration, expected = CONFIGURATIONS[name]
    forget_library(monkeypatch, None)
    fake_configuration(monkeypatch, **configuration)
    assert matrix_products.choose_method() == expected
    note = matrix_products.explain_slowness()
    assert (note is None) == (expected == "numpy")
    assert note is None or "OpenBLAS is not installed" in str(note)


@pytest.mark.parametrize("content", [b"", b"\x7fELF but nothing else", b"MZ"])
def test_a_damaged_library_leaves_the_fallback(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = install_library(tmp_path, content, len(content))
    forget_library(monkeypatch, file)
    fake_configuration(monkeypatch)
    assert matrix_products.choose_method() == "einsum"
    assert "cannot be loaded" in str(matrix_products.explain_slowness())
    a, b = draw_matrices(5, 7), draw_matrices(7, 3)
    np.testing.assert_allclose(matrix_products.select_product()(a, b), a @ b, atol=1e-5)


@needs_openblas
@pytest.mark.parametrize("kept", [0, 1000, 500_000, 20_000_000])
def test_a_library_that_is_not_unpacked_completely_is_not_loaded(
    kept: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loading it would end the process with a bus error."""
    original = openblas.find_library()
    assert original is not None
    content = original.read_bytes()
    file = install_library(tmp_path, content[:kept], len(content))
    forget_library(monkeypatch, file)
    with pytest.raises(BackendError, match="not unpacked completely"):
        openblas.load_openblas()
    for listing in tmp_path.glob("*.dist-info/RECORD"):
        listing.unlink()
    forget_library(monkeypatch, file)
    with pytest.raises(BackendError, match="not unpacked completely"):
        openblas.load_openblas()


@pytest.mark.parametrize("reason", [
    "failed to map segment from shared object: Operation not permitted",  # a folder mounted with noexec
    "[WinError 1260] This program is blocked by group policy",
    "[WinError 5] Access is denied",
])  # fmt: skip
def test_a_library_that_a_policy_blocks_leaves_the_fallback_and_a_sentence(
    reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_name: str) -> None:
        raise PermissionError(reason)

    file = install_library(tmp_path, b"library", 7)
    forget_library(monkeypatch, file)
    fake_configuration(monkeypatch)
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    assert matrix_products.choose_method() == "einsum"
    note = str(matrix_products.explain_slowness())
    assert note.startswith("Generating is slow here: OpenBLAS cannot be loaded") and reason in note
    a, b = draw_matrices(5, 7), draw_matrices(7, 3)
    np.testing.assert_allclose(matrix_products.select_product()(a, b), a @ b, atol=1e-5)


def test_another_library_under_that_name_leaves_the_fallback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import _ctypes

    content = Path(_ctypes.__file__).read_bytes()
    forget_library(monkeypatch, install_library(tmp_path, content, len(content), "foreign.so"))
    # not called like OpenBLAS, because it stays loaded, and threadpoolctl knows libraries by their names
    with pytest.raises(BackendError, match="cannot be loaded"):
        openblas.load_openblas()


@needs_openblas
def test_a_library_that_calculates_wrongly_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    file = openblas.find_library()
    forget_library(monkeypatch, file)
    monkeypatch.setattr(openblas.OpenBlas, "multiply", lambda self, a, b: np.zeros((5, 5), np.float32))
    with pytest.raises(BackendError, match="calculates wrongly"):
        openblas.load_openblas()


def test_the_installed_package_is_found_without_importing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / openblas.PACKAGE
    (folder / "lib").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise SystemExit('imported')")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, openblas.PACKAGE, raising=False)
    assert openblas.find_library() is None
    for system, name in {
        "linux": "libscipy_openblas.so", "darwin": "libscipy_openblas.dylib", "win32": "libscipy_openblas-ab12.dll",
    }.items():  # fmt: skip
        (folder / "lib" / name).touch()
        monkeypatch.setattr(sys, "platform", system)
        found = openblas.find_library()
        assert found is not None and found.name == name


def test_a_method_can_be_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(matrix_products.VARIABLE, "einsum")
    assert matrix_products.choose_method() == "einsum"
    monkeypatch.setenv(matrix_products.VARIABLE, "fastest")
    assert matrix_products.choose_method() in matrix_products.METHODS


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("rows", [0, 1, 13])
def test_a_weight_is_multiplied_bit_by_bit_alike_by_any_number_of_threads(
    method: str, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(matrix_products.VARIABLE, method)
    monkeypatch.setattr(matrix_products, "_MIN_SHARED_NUMBERS", 1)
    x, weight, bias = draw_matrices(rows, 40), draw_matrices(700, 60)[:, 3:43], draw_matrices(700)

    def finish(part: np.ndarray, columns: slice) -> None:
        part += bias[columns]

    expected = x.astype(float) @ weight.T.astype(float) + bias
    results = []
    for processors in (1, 2, 4):
        monkeypatch.setattr(matrix_products, "_count_processors", lambda count=processors: count)
        with matrix_products.share_threads():
            results.append(matrix_products.multiply_weight(x, weight, finish))
    results.append(matrix_products.multiply_weight(x, weight, finish))
    np.testing.assert_allclose(results[0], expected, atol=1e-4)
    assert len({result.tobytes() for result in results}) == 1
    np.testing.assert_allclose(matrix_products.multiply_weight(x, weight), expected - bias, atol=1e-4)


def test_another_function_computes_all_products_of_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    x, weight, bias = draw_matrices(5, 40), draw_matrices(700, 60)[:, 3:43], draw_matrices(700)
    expected = matrix_products.multiply_weight(x, weight)
    asked: list[tuple[int, ...]] = []

    def multiply(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        asked.append((*a.shape, *b.shape))
        return a @ b

    def finish(part: np.ndarray, columns: slice) -> None:
        part += bias[columns]

    monkeypatch.setenv(matrix_products.VARIABLE, "einsum")
    with matrix_products.use_product(multiply):
        result = matrix_products.multiply_weight(x, weight, finish)
        assert matrix_products.select_product() is multiply
    np.testing.assert_allclose(result, expected + bias, atol=1e-4)
    assert asked == [(5, 40, 40, 700)]
    assert matrix_products.select_product() is not multiply
    matrix_products.multiply_weight(x, weight)
    assert len(asked) == 1


def test_an_error_in_a_thread_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(matrix_products.VARIABLE, "einsum")
    monkeypatch.setattr(matrix_products, "_MIN_SHARED_NUMBERS", 1)
    monkeypatch.setattr(matrix_products, "_count_processors", lambda: 2)

    def finish(_part: np.ndarray, columns: slice) -> None:
        if columns.start:
            raise ZeroDivisionError

    with matrix_products.share_threads(), pytest.raises(ZeroDivisionError):
        matrix_products.multiply_weight(draw_matrices(3, 40), draw_matrices(700, 40), finish)
