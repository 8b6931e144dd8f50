# SPDX-License-Identifier: GPL-3.0-or-later
"""Detection of a file's format from its first bytes and the names of its arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from ..errors import FormatError
from ..file_suffixes import EXPECTED_FORMATS
from ..motion import Motion
from . import kimodo, mdm, smpl_npz
from .adjust_motion import FileSpace, adjust_motion
from .asf_read import read_amc_joints
from .bvh_read import read_bvh_joints
from .gltf_read import GltfJoints, list_gltf
from .motion_entries import MotionEntry, make_title
from .native import MARKER_ARRAY, load_native
from .npz_arrays import list_members, list_object_arrays, read_array, read_arrays, read_member_bytes
from .pickled_motions import list_content_motions, list_pickled_motions, list_smpl_entries
from .read_options import ReadOptions
from .restricted_pickle import parse_pickled
from .smpl_conversion import convert_joints, to_smpl
from .smpl_layouts import Y_UP_SPACE, SmplPerson, find_layout, split_people
from .smpl_names import is_rate_name
from .vmd_read import SIGNATURES as VMD_SIGNATURES
from .vmd_read import read_vmd_joints

_OBJECT_ARRAYS = ("body", "sequence_results", "results")
"""Arrays of ``.npz`` files that hold a pickled dictionary: GRAB's and ROMP's. Others are tried after these."""

_MAX_OBJECT_BYTES = 2**27
_NPY_SIGNATURE = b"\x93NUMPY"
# pickle protocols 2 to 5, and a dictionary or list of protocols 0 and 1 of Python 2
_PICKLE_SIGNATURES = (
    b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"(d", b"(l", b"}q", b"]q"
)  # fmt: skip
# gzip and zlib, used by joblib
_COMPRESSED_SIGNATURES = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


def list_motions(path: Path) -> list[MotionEntry]:
    """List the motions in a file, at least one. Raises :class:`FormatError` if it is no motion file."""
    path = Path(path)
    try:
        if path.is_dir():
            raise FormatError("{file} is a folder: choose the motion files in it", file=path.name)
        if path.exists() and not path.is_file():
            # a pipe would be waited for, and could be read only once
            raise FormatError("{file} is no regular file: save the motion to a file first", file=path.name)
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise FormatError(
            "{file} can't be read: {reason}", file=path.name, reason=error.strerror or error
        ) from error
    if start.startswith(b"PK\x03\x04"):
        return _list_zip(path)
    if start.startswith(_NPY_SIGNATURE):
        if b"'|O'" in start[:1024]:
            return list_pickled_motions(path)
        return mdm.list_array_motions(path, read_array(path))
    if start.startswith(b"glTF"):
        return _list_gltf(path)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:9].upper() == b"HIERARCHY":
        return [MotionEntry("", partial(_read_bvh, path))]
    if text[:1] in (b"#", b":") and (kind := _find_acclaim_kind(text)):
        if kind == "asf":
            raise FormatError("{file} is a skeleton without a motion: choose the .amc file", file=path.name)
        return [MotionEntry("", partial(_read_amc, path))]
    if text.startswith(b"{") and b'"' in text[:200]:
        return _list_gltf(path)
    if start[:2] in _PICKLE_SIGNATURES + _COMPRESSED_SIGNATURES:
        return list_pickled_motions(path)
    if start.startswith(VMD_SIGNATURES):
        return [MotionEntry("", partial(_read_vmd, path))]
    if start.startswith((b"Kaydara FBX Binary", b"; FBX")):
        raise FormatError("{file} is FBX, which Blender alone reads: import it there", file=path.name)
    if not start:
        raise FormatError("{file} is empty: choose another file", file=path.name)
    raise FormatError(
        "{file} is no known motion file: choose {expected}", file=path.name, expected=EXPECTED_FORMATS
    )


def _list_zip(path: Path) -> list[MotionEntry]:
    """List the motions in a zip file: NumPy's ``.npz`` or torch's ``.pt``."""
    members = list_members(path)
    if "data.pkl" in members.other_members:
        return list_pickled_motions(path)
    arrays = members.arrays
    if MARKER_ARRAY in arrays:
        return [MotionEntry("", lambda _options: to_smpl(load_native(path)))]
    if arrays >= kimodo.REQUIRED_ARRAYS:
        return [MotionEntry("", partial(_read_kimodo, path))]
    if smpl_npz.has_pose_arrays(arrays):
        return _list_smpl(path)
    joints = mdm.list_joint_names(sorted(arrays))
    objects = [name for name in _OBJECT_ARRAYS if name in arrays] or list_object_arrays(path)
    if objects and not (set(joints) - set(objects) and mdm.is_usual_joint_name(joints[0])):
        return _list_object_arrays(path, objects[0])
    if joints:
        return _list_joints(path, joints, [name for name in arrays if is_rate_name(name)])
    raise FormatError(
        "{file} holds no known motion: choose {expected}", file=path.name, expected=EXPECTED_FORMATS
    )


def _list_smpl(path: Path) -> list[MotionEntry]:
    """List the people in a ``.npz`` of SMPL parameters."""
    arrays = smpl_npz.read_smpl_arrays(path)
    people = split_people(arrays)
    layout = find_layout(arrays)
    return list_smpl_entries(
        path, [SmplPerson(f"person {k}", part, layout) for k, part in enumerate(people, 1)]
    )


def _list_joints(path: Path, names: Sequence[str], rate_names: Sequence[str]) -> list[MotionEntry]:
    """List the motions in the first of these arrays that holds joint positions or features.

    Raises :class:`FormatError`, that of the first array if none does.
    """
    rates = read_arrays(path, rate_names)
    for name in names:
        with suppress(FormatError):
            if entries := mdm.list_named_motions(path, rates | read_arrays(path, [name])):
                return entries
    return mdm.list_array_motions(path, read_arrays(path, names[:1])[names[0]])


def _list_object_arrays(path: Path, name: str) -> list[MotionEntry]:
    """List the motions in a ``.npz`` whose array ``name`` is a pickled dictionary. Raises :class:`FormatError`."""
    content = {name: parse_pickled(read_member_bytes(path, name, _MAX_OBJECT_BYTES), path.name)}
    entries = list_content_motions(path, smpl_npz.read_smpl_arrays(path) | content)
    if not entries:
        raise FormatError(
            "{file} holds no known motion: choose {expected}", file=path.name, expected=EXPECTED_FORMATS
        )
    return entries


def _read_bvh(path: Path, options: ReadOptions) -> Motion:
    joints = read_bvh_joints(path, options.unit or None)
    space = FileSpace("Y" if joints.up_rotation is None else "Z", applied=joints.up_rotation)
    return adjust_motion(convert_joints(joints), space, options)


def _find_acclaim_kind(text: bytes) -> str:
    """Return "amc" for the beginning of an Acclaim motion, "asf" for that of a skeleton, else an empty text."""
    words = text.lower().split()
    if b":bonedata" in words or b":version" in words or b":units" in words:
        return "asf"
    return "amc" if b":fully-specified" in words or b":degrees" in words or b":radians" in words else ""


def _read_amc(path: Path, options: ReadOptions) -> Motion:
    return adjust_motion(convert_joints(read_amc_joints(path, options.unit or None)), FileSpace("Y"), options)


def _read_vmd(path: Path, options: ReadOptions) -> Motion:
    return adjust_motion(convert_joints(read_vmd_joints(path)), Y_UP_SPACE, options)


def _read_kimodo(path: Path, options: ReadOptions) -> Motion:
    return adjust_motion(to_smpl(kimodo.read_kimodo(path)), Y_UP_SPACE, options)


def _list_gltf(path: Path) -> list[MotionEntry]:
    """List the animations in a glTF file."""

    def read(read_joints: Callable[[], GltfJoints], options: ReadOptions) -> Motion:
        return adjust_motion(convert_joints(read_joints()), FileSpace("Y"), options)

    return [
        MotionEntry(make_title(title, f"animation {k}"), partial(read, read_joints))
        for k, (title, read_joints) in enumerate(list_gltf(path), 1)
    ]
