# SPDX-License-Identifier: GPL-3.0-or-later
"""``formats.restricted_pickle`` and ``pickle_stand_ins``: what is read, and that nothing is executed."""

from __future__ import annotations

import collections
import gzip
import io
import os
import pickle
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinescribe.motion import FormatError
from kinescribe.motion.body.body_pickle import body_pickle_options, find_stand_in
from kinescribe.motion.formats import pickle_stand_ins, restricted_pickle
from kinescribe.motion.formats.restricted_pickle import parse_pickled, read_pickled

from devtools.testing.pickled_files import Storage, Tensor, joblib_stream, torch_archive, torch_stream

CONTENT = {
    "motion": np.arange(24, dtype="f4").reshape(2, 3, 4),
    "transposed": np.arange(6.0).reshape(2, 3).T,
    "text": ["a person walks", "\u8d70"],
    "lengths": np.array([5, 4]),
    "big_endian": np.array([1.5, 2.5], ">f8"),
    "number": np.float64(3),
    "nested": {"k": (1, 2.5, None, True)},
    "ordered": collections.OrderedDict(a=1),
}


def same(got: dict[str, Any]) -> None:
    for key in ("motion", "transposed", "lengths", "big_endian"):
        np.testing.assert_array_equal(got[key], CONTENT[key])
    assert got["text"] == CONTENT["text"] and got["number"] == 3.0 and got["ordered"] == {"a": 1}
    assert got["nested"]["k"] == [1, 2.5, None, True]


@pytest.mark.parametrize("protocol", range(6))
def test_numbers_texts_and_containers_come_out(protocol: int) -> None:
    same(parse_pickled(pickle.dumps(CONTENT, protocol), "x.pkl"))


def test_an_npy_that_holds_an_object_is_read(tmp_path: Path) -> None:
    np.save(tmp_path / "results.npy", np.array(CONTENT, dtype=object), allow_pickle=True)
    same(read_pickled(tmp_path / "results.npy"))


class Asks:
    """An object that is pickled as a function call."""

    def __init__(self, call: Any, *arguments: Any) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self.call, self.arguments


@pytest.mark.parametrize(
    "raw",
    [
        pickle.dumps(Asks(os.system, "touch owned")),
        pickle.dumps(Asks(eval, "open('owned', 'w')")),
        pickle.dumps({"motion": [Asks(os.mkdir, "owned")]}),
        pickle.dumps(Asks(getattr, "a", "upper")),
        b"cos\nsystem\n(S'touch owned'\ntR.",
        b"(ios\nsystem\n.",
        b"(cos\nsystem\nS'touch owned'\no.",
        b"\x80\x02\x82\x01.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x0btouch owned\x85R.",
        b"\x80\x04\x8c\x0bcollections\x8c\x14OrderedDict.__init__\x93.",
        b"\x80\x04\x8c\x05numpy\x8c\x0ddtype.__new__\x93.",
    ],
)
def test_code_is_refused_and_never_runs(raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FormatError, match=r"x\.pkl is"):
        parse_pickled(raw, "x.pkl")
    assert list(tmp_path.iterdir()) == []


def laughs() -> Any:
    lists: list[Any] = ["ha"] * 10
    for _ in range(12):
        lists = [lists] * 10
    return lists


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "damaged"),
        (b".", "damaged"),
        (b"\x80\x04", "damaged"),
        (b"\x80\x04r\xff\xff\xff\x7f.", "damaged"),  # a place in the memo far away
        (
            b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7f.",
            "text that is too long",
        ),  # a text of 2**63 letters
        (b"\x80\x05\x96\xff\xff\xff\xff\xff\xff\xff\x7f.", "damaged"),
        (b"I" + b"9" * 100_000 + b"\n.", "damaged"),
        (b"\x80\x02" + b"]" * 300 + b"a" * 299 + b".", "nested too deep"),
        (pickle.dumps(laughs()), "entries|too deep"),
        (b"\x80\x04V" + b"a\n.", "mixes instructions"),
        (b"\x80\x04\x8f.", "damaged"),  # a set
        (pickle.dumps(object), "uses builtins.object"),
        (pickle.dumps(np.array([object], dtype=object)), "it uses"),
        (pickle.dumps(np.array(["a"])), "type 'U1'"),
        (pickle.dumps(np.zeros(2, "M8[s]")), "type 'M8"),
    ],
)
def test_what_cannot_be_a_result_is_refused_in_one_sentence(raw: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message) as caught:
        parse_pickled(raw, "x.pkl")
    assert "\n" not in str(caught.value)


def test_a_file_of_nothing_but_instructions_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restricted_pickle, "MAX_STEPS", 1000)
    for step in (b"]", b"]\x94", b"}", b"N2"):
        with pytest.raises(FormatError, match="more than 1000 instructions"):
            parse_pickled(b"\x80\x04" + step * 2000 + b".", "x.pkl")


def test_what_was_packed_is_unpacked_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = pickle.dumps(CONTENT)
    same(parse_pickled(zlib.compress(raw), "x.pkl"))
    same(parse_pickled(gzip.compress(raw), "x.pkl"))
    with pytest.raises(FormatError, match="damaged"):
        parse_pickled(zlib.compress(raw)[:-20], "x.pkl")
    monkeypatch.setattr(restricted_pickle, "MAX_UNPACKED", 2**16)
    with pytest.raises(FormatError, match="unpacks to more"):
        parse_pickled(zlib.compress(bytes(2**20)), "x.pkl")


def test_joblib_s_arrays_are_read_where_they_lie() -> None:
    content = {k: CONTENT[k] for k in ("motion", "transposed", "lengths", "big_endian", "text")}
    found = parse_pickled(joblib_stream(content), "x.pkl")
    for key in ("motion", "transposed", "lengths", "big_endian"):
        np.testing.assert_array_equal(found[key], CONTENT[key])
    assert found["text"] == CONTENT["text"]


@pytest.mark.parametrize("cut", [1, 10, 100, 300])
def test_joblib_s_files_that_are_cut_short_are_refused(cut: int) -> None:
    with pytest.raises(FormatError, match="damaged"):
        parse_pickled(joblib_stream({"motion": np.zeros((9, 9))})[:-cut], "x.pkl")


@pytest.mark.parametrize("save", [torch_archive, torch_stream])
def test_both_layouts_of_torch_are_read(save: Callable[[Any], bytes]) -> None:
    arrays = [np.arange(6, dtype=kind).reshape(2, 3) for kind in ("f4", "f8", "i8", "f2")]
    found = parse_pickled(save({"part": [Tensor(a) for a in arrays], "none": None}), "x.pt")
    for got, array in zip(found["part"], arrays, strict=True):
        assert got.dtype == array.dtype
        np.testing.assert_array_equal(got, array)


def test_a_storage_inside_of_a_pickle_is_a_file_of_its_own() -> None:
    """As tensors are pickled without ``torch.save``, in ``*_smpl_params.npy`` for one."""
    stream = torch_stream(Storage("FloatStorage", np.arange(6, dtype="f4")))
    raw = (
        b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(ctorch.storage\n_load_from_bytes\n(B"
        + len(stream).to_bytes(4, "little") + stream
        + b"tRK\x01(K\x02K\x02t(K\x01K\x02t\x89ccollections\nOrderedDict\n)RtR."
    )  # fmt: skip
    np.testing.assert_array_equal(parse_pickled(raw, "x.npy"), [[1, 3], [2, 4]])


def test_views_of_one_tensor_are_not_copied_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickle_stand_ins, "MAX_COPIED", 1000)
    spread = tensor(0, (20, 20), (0, 1))
    assert parse_pickled(torch_file({"data.pkl": tensor(0, (250,), (1,)), "data/0": bytes(1000)}), "x")[
        "a"
    ].size
    with pytest.raises(FormatError, match="have to be copied"):
        parse_pickled(torch_file({"data.pkl": spread, "data/0": bytes(1000)}), "x.pt")


def torch_file(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"archive/{name}", data)
    return packed.getvalue()


def tensor(offset: int, size: tuple[int, ...], stride: tuple[int, ...], key: str = "0") -> bytes:
    """What torch writes for a tensor: a call over a reference to its numbers."""
    # by hand, because nothing of torch is here
    reference = (
        b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX" + len(key).to_bytes(4, "little") + key.encode()
    )
    reference += b"X\x03\x00\x00\x00cpuK\x06tQ"
    numbers = b"".join(b"K" + bytes([n]) for n in size)
    steps = b"".join(b"K" + bytes([n]) for n in stride)
    return (
        b"\x80\x02}X\x01\x00\x00\x00actorch._utils\n_rebuild_tensor_v2\n(" + reference
        + b"K" + bytes([offset]) + b"(" + numbers + b"t(" + steps + b"t\x89ccollections\nOrderedDict\n)RtRs."
    )  # fmt: skip


def test_tensors_of_a_torch_archive_are_read_with_their_strides() -> None:
    numbers = np.arange(6, dtype="<f4")
    raw = torch_file({"data.pkl": tensor(1, (2, 2), (1, 2)), "data/0": numbers.tobytes()})
    np.testing.assert_array_equal(parse_pickled(raw, "x.pt")["a"], [[1, 3], [2, 4]])


@pytest.mark.parametrize(
    ("pickled", "data"),
    [
        (tensor(3, (2, 2), (1, 2)), {"data/0": bytes(24)}),  # beyond its numbers
        (tensor(0, (200, 200), (200, 200)), {"data/0": bytes(24)}),
        (tensor(0, (2,), (1,), "../../etc"), {"data/0": bytes(24)}),
        (tensor(0, (2,), (1,)), {}),
        (b"\x80\x02X\x01\x00\x00\x00aQ.", {}),
    ],
)
def test_tensors_that_lie_are_refused(pickled: bytes, data: dict[str, bytes]) -> None:
    with pytest.raises(FormatError):
        parse_pickled(torch_file({"data.pkl": pickled, **data}), "x.pt")


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restricted_pickle, "MAX_BYTES", 1000)
    raw = torch_file({"data.pkl": tensor(0, (2,), (1,)), "data/0": bytes(4000)})
    with pytest.raises(FormatError, match="unpacks to more"):
        parse_pickled(raw, "x.pt")


@pytest.mark.parametrize("length", [2**20, 2**34, 2**62, 2**64 - 1])
@pytest.mark.parametrize("code", [pickle.BYTEARRAY8, pickle.BINBYTES8, pickle.BINUNICODE8])
def test_nothing_is_allocated_for_a_length_that_is_only_stated(code: bytes, length: int) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(FormatError):
            parse_pickled(b"\x80\x05" + code + length.to_bytes(8, "little") + b"abc.", "x.pkl")
        assert tracemalloc.get_traced_memory()[1] < 2**19
    finally:
        tracemalloc.stop()


def test_a_name_of_several_lines_is_one_in_the_sentence() -> None:
    with pytest.raises(FormatError, match=r"it uses os path\.sys tem, which") as refusal:
        parse_pickled(b"\x80\x04" + call_name("os\npath", "sys\r\ntem") + b".", "x.pkl")
    assert len(str(refusal.value).splitlines()) == 1


def test_bytes_that_may_be_changed_are_read() -> None:
    array = np.arange(5.0)
    raw = pickle.dumps({"a": array}, 5)
    assert pickle.BYTEARRAY8 in raw
    np.testing.assert_array_equal(parse_pickled(raw, "x.pkl")["a"], array)


@settings(max_examples=300)
@given(st.integers(0, 5), st.data())
def test_damaged_files_are_refused_or_read_never_more(protocol: int, data: st.DataObject) -> None:
    raw = bytearray(pickle.dumps(CONTENT, protocol))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        parse_pickled(bytes(raw), "x.pkl")
    except FormatError as error:
        assert str(error).startswith("x.pkl is")


def call_name(module: str, name: str) -> bytes:
    """The instructions that put a name's stand-in on the stack."""
    return b"".join(b"\x8c" + bytes([len(text)]) + text.encode() for text in (module, name)) + b"\x93"


def changes(module: str, name: str, attribute: str, is_slot: bool) -> bytes:
    """A pickle that gives the stand-in of a name another attribute, then returns an empty dictionary."""
    state = b"}\x8c" + bytes([len(attribute)]) + attribute.encode() + b"Ns"
    return b"\x80\x04" + call_name(module, name) + (b"N" + state + b"\x86" if is_slot else state) + b"b0}."


@pytest.mark.parametrize("is_slot", [True, False])
@pytest.mark.parametrize(
    ("module", "name", "attribute"),
    [
        ("torch._utils", "_rebuild_tensor_v2", "to_value"),
        ("torch._utils", "_rebuild_parameter", "__code__"),
        ("numpy.core.multiarray", "scalar", "to_value"),
        ("numpy", "dtype", "to_numpy"),
        ("numpy.core.numeric", "_frombuffer", "__defaults__"),
        ("builtins", "dict", "__defaults__"),
        ("collections", "OrderedDict", "update"),
        ("torch", "FloatStorage", "upper"),
    ],
)
def test_a_file_cannot_change_the_reader(module: str, name: str, attribute: str, is_slot: bool) -> None:
    stand_in = restricted_pickle._STAND_INS[module, name]
    before = dict(vars(stand_in)) if hasattr(stand_in, "__dict__") else {}
    with pytest.raises(FormatError, match=r"changes something that it has not made|damaged"):
        parse_pickled(changes(module, name, attribute, is_slot), "x.pkl")
    assert (dict(vars(stand_in)) if hasattr(stand_in, "__dict__") else {}) == before
    same(parse_pickled(pickle.dumps(CONTENT), "x.pkl"))


@pytest.mark.parametrize("module", ["chumpy.ch", "scipy.sparse"])
def test_a_file_cannot_change_the_classes_of_body_models(module: str) -> None:
    name = "Ch" if module == "chumpy.ch" else "csc_matrix"
    before = dict(vars(find_stand_in(module, name)))
    with pytest.raises(FormatError):
        parse_pickled(changes(module, name, "to_value", True), "x.pkl", body_pickle_options(frozenset("a")))
    assert dict(vars(find_stand_in(module, name))) == before


COLLIDING = [k * (2**61 - 1) for k in range(1, 5)]


@pytest.mark.parametrize(
    "raw",
    [
        pickle.dumps(dict.fromkeys(COLLIDING)),
        pickle.dumps(dict.fromkeys(COLLIDING), 0),
        pickle.dumps(collections.OrderedDict.fromkeys(COLLIDING)),
        pickle.dumps(dict.fromkeys([(k,) for k in COLLIDING])),
        pickle.dumps({-COLLIDING[3]: 1}),
        b"\x80\x04(\x8a\x08" + COLLIDING[0].to_bytes(8, "little") + b"Nd.",
        b"\x80\x04" + call_name("collections", "OrderedDict") + b"]](\x8a\x08"
        + COLLIDING[0].to_bytes(8, "little") + b"Neaa\x85R.",
        b"Nip%d\n0}." % COLLIDING[0],
        b"Np%d\n0}." % COLLIDING[1],
    ],
)  # fmt: skip
def test_keys_whose_hashes_can_be_chosen_are_refused(raw: bytes) -> None:
    with pytest.raises(FormatError, match=r"a key that is|damaged"):
        parse_pickled(raw, "x.pkl")


def test_keys_of_results_are_kept() -> None:
    content = {0: 1, 2**31: 2, "a": 3, b"b": 4, 0.5: 5}
    assert parse_pickled(pickle.dumps(content), "x.pkl") == content


def test_a_module_s_state_beside_its_tensors_is_ignored() -> None:
    content = collections.OrderedDict(a=1)
    content._metadata = {"": {"version": 1}}  # type: ignore[attr-defined]
    assert parse_pickled(pickle.dumps(content), "x.pkl") == {"a": 1}
