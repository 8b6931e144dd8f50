# SPDX-License-Identifier: GPL-3.0-or-later
"""Pickled files as torch and joblib write them, made without torch and joblib.

The layouts were compared with files that joblib 1.6 and torch 2.13 wrote.
"""

from __future__ import annotations

import collections
import io
import pickle
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np

_STORAGES = {
    "float32": "FloatStorage",
    "float64": "DoubleStorage",
    "int64": "LongStorage",
    "float16": "HalfStorage",
}


class Wrapper:
    """Stand-in for joblib's ``NumpyArrayWrapper``."""


class Storage:
    """Stand-in for torch's typed storages, which a file refers to by a key."""

    def __init__(self, kind: str, array: np.ndarray) -> None:
        self.kind, self.array = kind, array


class Tensor:
    """An array that is pickled as a tensor."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = np.ascontiguousarray(array)

    def __reduce__(self) -> tuple[Any, ...]:
        storage = Storage(_STORAGES[self.array.dtype.name], self.array)
        steps = tuple(s // self.array.itemsize for s in self.array.strides)
        rebuild = sys.modules["torch._utils"]._rebuild_tensor_v2
        return rebuild, (storage, 0, self.array.shape, steps, False, collections.OrderedDict())


def _rebuild_tensor_v2(*_: Any) -> None:
    """Stand-in for torch's function; only its name is pickled."""


@contextmanager
def replaced_modules(modules: dict[str, ModuleType]) -> Iterator[None]:
    """Context manager: replace modules in ``sys.modules``."""
    previous = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name, module in previous.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


@contextmanager
def _stand_in_modules() -> Iterator[None]:
    """Context manager: provide the modules whose names such pickles mention."""
    torch, utils, joblib, layout = (
        ModuleType(n) for n in ("torch", "torch._utils", "joblib", "joblib.numpy_pickle")
    )
    for name in _STORAGES.values():
        setattr(torch, name, type(name, (), {"__module__": "torch"}))
    _rebuild_tensor_v2.__module__ = "torch._utils"
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2
    torch._utils, joblib.numpy_pickle = utils, layout
    Wrapper.__module__, Wrapper.__qualname__, Wrapper.__name__ = (
        "joblib.numpy_pickle", "NumpyArrayWrapper", "NumpyArrayWrapper",
    )  # fmt: skip
    layout.NumpyArrayWrapper = Wrapper
    with replaced_modules({m.__name__: m for m in (torch, utils, joblib, layout)}):
        yield


class _Saver(pickle.Pickler):
    """Pickler that numbers the storages that it finds."""

    def __init__(self, file: io.BytesIO, legacy: bool) -> None:
        super().__init__(file, protocol=2)
        self.storages: list[Storage] = []
        self._legacy = legacy

    def persistent_id(self, obj: Any) -> Any:
        if not isinstance(obj, Storage):
            return None
        self.storages.append(obj)
        kind = getattr(sys.modules["torch"], obj.kind)
        pid = ("storage", kind, str(len(self.storages) - 1), "cpu", obj.array.size)
        return (*pid, None) if self._legacy else pid


def torch_archive(content: Any) -> bytes:
    """Return the file that ``torch.save`` writes for dictionaries, lists and tensors."""
    pickled, packed = io.BytesIO(), io.BytesIO()
    with _stand_in_modules():
        saver = _Saver(pickled, legacy=False)
        saver.dump(content)
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("results/data.pkl", pickled.getvalue())
        archive.writestr("results/byteorder", b"little")
        for k, storage in enumerate(saver.storages):
            archive.writestr(f"results/data/{k}", storage.array.tobytes())
        archive.writestr("results/version", b"3\n")
    return packed.getvalue()


def torch_stream(content: Any) -> bytes:
    """Return the file that torch wrote for them before version 1.6."""
    file = io.BytesIO()
    pickle.dump(0x1950A86A20F9469CFC6C, file, protocol=2)
    pickle.dump(1001, file, protocol=2)
    pickle.dump({"protocol_version": 1001, "little_endian": True}, file, protocol=2)
    with _stand_in_modules():
        saver = _Saver(file, legacy=True)
        saver.dump(content)
    pickle.dump([str(k) for k in range(len(saver.storages))], file, protocol=2)
    for storage in saver.storages:
        file.write(storage.array.size.to_bytes(8, "little") + storage.array.tobytes())
    return file.getvalue()


class _Dumper(pickle._Pickler):
    """Pickler that writes the numbers of an array behind the array's description."""

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        if not isinstance(obj, np.ndarray):
            super().save(obj, save_persistent_id)
            return
        wrapper = Wrapper()
        fortran = obj.flags.f_contiguous and not obj.flags.c_contiguous
        wrapper.__dict__.update(
            subclass=np.ndarray, shape=obj.shape, order="F" if fortran else "C", dtype=obj.dtype, allow_mmap=True,
            numpy_array_alignment_bytes=16,
        )  # fmt: skip
        super().save(wrapper, save_persistent_id)
        self.framer.commit_frame(force=True)
        padding = 16 - (self.file.tell() + 1) % 16
        self.file.write(bytes([padding]) + b"\xff" * padding + obj.tobytes("A"))


def joblib_stream(content: Any) -> bytes:
    """Return the file that ``joblib.dump`` writes for dictionaries, lists and arrays."""
    file = io.BytesIO()
    with _stand_in_modules():
        dumper = _Dumper(file, protocol=4)
        dumper.file = file
        dumper.dump(content)
    return file.getvalue()
