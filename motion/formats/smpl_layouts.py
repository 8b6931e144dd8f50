# SPDX-License-Identifier: GPL-3.0-or-later
"""Where tools and data sets put SMPL parameters: names of arrays, frame rates, axes, and people in nested results.

The public code that writes each layout:

* AIST++: ``smpl_poses``, ``smpl_scaling``, ``smpl_trans``, 60 frames a second (aist_plusplus/loader.py, utils.py,
  github.com/google/aistplusplus_api). EDGE: ``smpl_poses``, ``smpl_trans``, ``full_pose``, 30 (model/diffusion.py), and
  its slices of AIST++, ``pos``, ``q``, 60 (data/filter_split_data.py, dataset/dance_dataset.py,
  github.com/Stanford-TML/EDGE).
* TRAM: ``pred_rotmat`` (T, 24, 3, 3), ``pred_trans`` (T, 1, 3) in camera space (lib/models/hmr_vimo.py,
  github.com/yufu-wang/tram).
* PromptHMR: ``people[id]["smplx_world"]`` with ``pose`` (T, 165) and ``trans``, ``smplx_cam`` with ``rotmat`` too
  (pipeline/world.py, phmr_vid.py, github.com/yufu-wang/PromptHMR).
* 4D-Humans and PHALP: for each frame ``tid``, ``smpl`` (matrices ``global_orient``, ``body_pose``) and ``camera`` of
  each person (phalp/trackers/PHALP.py, github.com/brjathu/PHALP).
* CLIFF: ``pose`` (N, 24, 3, 3) and ``global_t`` of the people in N images (demo.py,
  github.com/huawei-noah/noah-research).
* ROMP and BEV: ``sequence_results`` by track with lists of ``smpl_thetas`` and ``cam_trans``, else ``results`` by image
  (simple_romp/romp/utils.py, github.com/Arthur151/ROMP).
* SLAHMR: ``trans`` (B, T, 3), ``root_orient``, ``pose_body`` of B people (slahmr/optim/base_scene.py,
  github.com/vye16/slahmr).
* GRAB: ``body`` with ``params``, ``framerate`` 120 (README.md, grab/grab_preprocessing.py, github.com/otaheri/GRAB).
* InterHuman: ``person1`` and ``person2``, halved to 30 frames a second by its reader, Z up (utils/preprocess.py,
  utils/utils.py, github.com/tr3e/InterGen).
* PHC: by sequence ``pose_aa`` (T, 72), ``trans_orig`` (T, 3), ``fps``, Z up as in AMASS
  (scripts/data_process/convert_amass_data.py, github.com/ZhengyiLuo/PHC).
* WHAM: ``pose_world``, ``trans_world``, Y up, else ``pose`` and ``trans`` of the camera (demo.py,
  github.com/yohanshin/WHAM). GVHMR: ``smpl_params_global``, Y up, else ``smpl_params_incam``, 30 (tools/demo/demo.py,
  github.com/zju3dv/GVHMR).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .adjust_motion import FileSpace
from .npz_arrays import AnyArray
from .smpl_names import (
    BODY_NAMES,
    POSE_NAMES,
    POSE_WIDTHS,
    ROOT_NAMES,
    TRANSLATION_NAMES,
    find_frame_rate,
    has_poses,
    name_plainly,
)

_MAX_PEOPLE = 1000
_MAX_DEPTH = 5

AMASS_SPACE = FileSpace("Z", label="Z up as in AMASS")
Y_UP_SPACE = FileSpace("Y", is_stated=True)
CAMERA_SPACE = FileSpace("-Y", is_stated=True, label="as the camera sees it")


@dataclass(frozen=True)
class SmplLayout:
    """What the layout of a file says about its numbers.

    Attributes
    ----------
    tool : the tool or data set, empty if unknown
    space : the coordinates
    fps : frames per second where the file does not state them
    fps_reason : why, for the notes; empty: assumed
    """

    tool: str = ""
    space: FileSpace = AMASS_SPACE
    fps: float = 30.0
    fps_reason: str = ""


@dataclass(frozen=True)
class SmplPerson:
    """SMPL parameters of one person in a file.

    Attributes
    ----------
    title : name of the person, empty for the only one
    arrays : parameters by their names
    layout : what the layout says
    """

    title: str
    arrays: Mapping[str, AnyArray]
    layout: SmplLayout


def find_layout(arrays: Mapping[Any, Any]) -> SmplLayout:
    """Return the layout of SMPL parameters by the names of their arrays."""
    names = set(arrays)
    if "Rh" in names:  # only HY-Motion stores the rotations of the pelvis twice
        return SmplLayout("HY-Motion", Y_UP_SPACE)
    if "smpl_scaling" in names:
        return SmplLayout(space=FileSpace("Y"), fps=60.0, fps_reason="as in AIST++")
    if {"pos", "q"} <= names:
        return SmplLayout(space=FileSpace("Y"), fps=60.0, fps_reason="as in EDGE's slices of AIST++")
    if {"smpl_poses", "full_pose"} <= names:
        return SmplLayout("EDGE", FileSpace("Z"), fps_reason="as EDGE writes")
    if "pred_rotmat" in names:
        return SmplLayout("TRAM", CAMERA_SPACE)
    if "pose_world" in names:
        return SmplLayout("WHAM", Y_UP_SPACE)
    if "smpl_thetas" in names:
        return SmplLayout("ROMP", CAMERA_SPACE)
    if {"pose", "global_t"} <= names:
        return SmplLayout("CLIFF", CAMERA_SPACE)
    if "pose_aa" in names:
        return SmplLayout("PHC")
    if {"pose", "trans"} <= names and "poses" not in names:
        return SmplLayout(space=FileSpace("-Y", label="as the camera sees it"))
    if "motion_intent" in names or ("obj_name" in names and "sbj_id" in names):
        return SmplLayout("GRAB", FileSpace("Z"), fps=120.0, fps_reason="as in GRAB")
    return SmplLayout()


def list_people(content: Any) -> list[SmplPerson]:
    """List the people whose SMPL parameters unpickled content holds, however deep; empty if there are none."""
    if isinstance(content, dict):
        tracks = _collect_phalp_tracks(content)
        if tracks:
            return tracks
        if isinstance(content.get("sequence_results"), dict) and content["sequence_results"]:
            return list_people(content["sequence_results"])
        for by_frame in (content, content.get("results")):
            if isinstance(by_frame, dict) and (joined := _join_frames(by_frame)):
                return list_people(joined)
    people: list[SmplPerson] = []
    for title, arrays, layout in _walk(content, "", {}, SmplLayout(), 0):
        parts = split_people(arrays)
        for k, part in enumerate(parts, 1):
            name = title if len(parts) == 1 else f"{title} person {k}".strip()
            people.append(SmplPerson(name, part, layout))
        if len(people) > _MAX_PEOPLE:
            return []
    return people


def _walk(
    content: Any, title: str, outer: Mapping[Any, Any], layout: SmplLayout, depth: int
) -> Iterator[tuple[str, dict[str, AnyArray], SmplLayout]]:
    """Yield title, arrays and layout of each dictionary of SMPL parameters.

    Parameters
    ----------
    content : unpickled content
    title : names that lead to it
    outer : what the dictionaries above state, such as the frame rate
    layout : layout of the dictionaries above
    depth : number of dictionaries above
    """
    if depth > _MAX_DEPTH:
        return
    content = _stack_frames(content) or content
    if isinstance(content, list):
        content = dict(enumerate(content, 1)) if len(content) <= _MAX_PEOPLE else {}
    if not isinstance(content, dict):
        return
    content = name_plainly({key: stack_rows(value) for key, value in content.items()})
    layout = _refine_layout(content, layout)
    if has_poses(content):
        rate = find_frame_rate(content)
        if rate is None:
            rate = find_frame_rate(outer)
        arrays = {str(key): value for key, value in content.items() if isinstance(value, np.ndarray)}
        arrays |= {
            str(key): np.asarray(value)
            for key, value in content.items()
            if isinstance(value, (bool, int, float, str)) and isinstance(key, str)
        }
        if rate is not None:
            arrays["fps"] = rate
        own = find_layout(content)
        if own != SmplLayout() and not layout.tool:
            layout = own
            if own.tool == "WHAM":
                arrays = {key: value for key, value in arrays.items() if key not in ("pose", "trans")}
        yield title, arrays, layout
        return
    outer = {**outer, **{k: v for k, v in content.items() if not isinstance(v, (dict, list))}}
    children = {key: value for key, value in content.items() if isinstance(value, (dict, list))}
    if find_frame_rate(outer) is None:
        # a part beside the motion may describe it
        rates = (find_frame_rate(part) for part in children.values() if isinstance(part, dict))
        if (rate := next((rate for rate in rates if rate is not None), None)) is not None:
            outer["fps"] = rate
    # where there is a motion in the world, the one that the camera sees is left out
    groups = [
        {k: v for k, v in children.items() if is_world == _is_world_key(k)} for is_world in (True, False)
    ]
    for group in groups:
        found = False
        for key, value in group.items():
            is_name = not (isinstance(key, str) and key in _PLAIN_KEYS)
            name = f"{title} {_title_key(key)}".strip() if is_name else title
            for person in _walk(value, name, outer, _child_layout(str(key), layout), depth + 1):
                found = True
                yield person
        if found:
            return


_LEAST_FRAMES = 8
"""Fewer dictionaries with one pose each are people, not frames."""


def _stack_frames(content: Any) -> dict[str, Any]:
    """Return parameters that are stored frame by frame as those of one motion; empty if they are stored otherwise."""
    frames = list(content.values()) if isinstance(content, dict) else content
    if not isinstance(frames, list) or len(frames) < _LEAST_FRAMES:
        return {}
    if not all(isinstance(frame, dict) for frame in frames):
        return {}
    frames = [name_plainly(frame) for frame in frames]
    if not all(_is_one_pose(frame) for frame in frames):
        return {}
    stacked: dict[str, Any] = {}
    for name in (*ROOT_NAMES, *BODY_NAMES, *POSE_NAMES, *TRANSLATION_NAMES):
        rows = stack_rows([frame.get(name) for frame in frames])
        if isinstance(rows, np.ndarray) and rows.size:
            stacked[name] = rows if rows.shape[-2:] == (3, 3) else rows.reshape(len(rows), -1)
    if (rate := find_frame_rate(frames[0])) is not None:
        stacked["fps"] = rate
    return stacked


def _is_one_pose(frame: Mapping[Any, Any]) -> bool:
    """Return whether a dictionary holds the SMPL parameters of one frame."""
    if not has_poses(frame):
        return False
    arrays = [frame[name] for name in (*ROOT_NAMES, *BODY_NAMES, *POSE_NAMES) if name in frame]
    widths = {3, 63, 69, *POSE_WIDTHS}
    return all(
        isinstance(a, np.ndarray) and a.size in widths | {3 * width for width in widths} for a in arrays
    )


def _is_world_key(key: object) -> bool:
    return any(word in str(key).lower() for word in ("world", "global"))


_PLAIN_KEYS = frozenset((
    "people", "smplx_world", "smplx_cam", "smpl_params_global", "smpl_params_incam", "body", "params", "results",
    "sequence_results",
))  # fmt: skip
"""Keys that say nothing about a person."""


def _title_key(key: object) -> str:
    return f"person {key}" if isinstance(key, (int, float)) or str(key).isdecimal() else str(key)[:40]


def _refine_layout(content: Mapping[Any, Any], layout: SmplLayout) -> SmplLayout:
    if "person1" in content and "person2" in content:
        return SmplLayout("InterHuman", FileSpace("Z"), fps=60.0, fps_reason="as in InterHuman")
    if "people" in content and ("camera_world" in content or "camera" in content):
        return replace(layout, tool="PromptHMR", space=FileSpace("Y"))
    found = find_layout(content)
    return found if found.tool == "GRAB" else layout


def _child_layout(key: str, layout: SmplLayout) -> SmplLayout:
    """Return the layout of what is stored under ``key``."""
    if key == "smpl_params_global":
        return SmplLayout("GVHMR", Y_UP_SPACE, fps_reason="as GVHMR's videos")
    if key == "smpl_params_incam":
        return SmplLayout("GVHMR", CAMERA_SPACE, fps_reason="as GVHMR's videos")
    if key == "smplx_world":
        return replace(layout, tool="PromptHMR", space=FileSpace("Y"))
    if key == "smplx_cam":
        return replace(layout, tool="PromptHMR", space=CAMERA_SPACE)
    return layout


def split_people(arrays: Mapping[str, AnyArray]) -> list[dict[str, AnyArray]]:
    """Return the arrays of each person: some files stack people, (B, T, 3). One person's are returned as they are."""
    trans = next((arrays[n] for n in TRANSLATION_NAMES if n in arrays), None)
    body = next((arrays[n] for n in (*BODY_NAMES, *POSE_NAMES) if n in arrays), None)
    if body is None or body.ndim < 3:
        return [dict(arrays)]
    is_stacked = body.shape[-1] in (63, 69, *POSE_WIDTHS) if body.shape[-2:] != (3, 3) else body.ndim == 5
    if trans is not None:
        is_stacked = is_stacked and trans.ndim == 3 and trans.shape[:2] == body.shape[:2]
    if not is_stacked or len(body) > _MAX_PEOPLE:
        return [dict(arrays)]
    count, frames = body.shape[:2]
    return [
        {
            name: array[k]
            if array.ndim > 1 and len(array) == count and array.shape[1:2] in ((frames,), (1,))
            else array
            for name, array in arrays.items()
        }
        for k in range(count)
    ]


def stack_rows(value: Any) -> Any:
    """Return a list of equal arrays of numbers as one array; other values as they are."""
    if (
        isinstance(value, list)
        and value
        and isinstance(value[0], np.ndarray)
        and value[0].dtype.kind in "fiu"
        and all(isinstance(row, np.ndarray) and row.shape == value[0].shape for row in value)
    ):
        return np.stack(value)
    return value


def _collect_phalp_tracks(content: Mapping[Any, Any]) -> list[SmplPerson]:
    """List the people of PHALP's results, which are stored by frame; frames without a person repeat the last one."""
    frames = [frame for frame in content.values() if isinstance(frame, dict)]
    if not frames or not all(isinstance(frame.get("smpl"), list) and "tid" in frame for frame in frames):
        return []
    tracks: dict[int, list[tuple[int, Mapping[str, Any], Any]]] = {}
    for number, frame in enumerate(frames):
        cameras = frame.get("camera")
        identities = frame["tid"] if isinstance(frame["tid"], list) else np.asarray(frame["tid"]).tolist()
        for k, (identity, parameters) in enumerate(zip(identities, frame["smpl"], strict=False)):
            if isinstance(parameters, dict) and isinstance(identity, (int, float)):
                camera = cameras[k] if isinstance(cameras, (list, np.ndarray)) and k < len(cameras) else None
                tracks.setdefault(int(identity), []).append((number, parameters, camera))
    people = []
    for identity, steps in sorted(tracks.items())[:_MAX_PEOPLE]:
        numbers = [number for number, _, _ in steps]
        # the last known pose at every frame from the first to the last
        order = np.searchsorted(numbers, np.arange(numbers[0], numbers[-1] + 1), side="right") - 1
        arrays: dict[str, AnyArray] = {}
        for name in ("global_orient", "body_pose"):
            rows = stack_rows([parameters.get(name) for _, parameters, _ in steps])
            if isinstance(rows, np.ndarray):
                arrays[name] = rows[order]
        cameras = stack_rows(
            [None if camera is None else np.asarray(camera, float).reshape(-1) for _, _, camera in steps]
        )
        if isinstance(cameras, np.ndarray) and cameras.shape[1:] == (3,):
            arrays["transl"] = cameras[order]
        if len(arrays) >= 2:
            people.append(SmplPerson(f"person {identity}", arrays, SmplLayout("PHALP", CAMERA_SPACE)))
    return people


def _join_frames(content: Mapping[Any, Any]) -> dict[str, Any]:
    """Return results that are stored by image as those of each person; empty if they are stored in another way.

    Each image has the rows of its people. Where they have no identities, a person is the one who is nearest to where
    the person was in the image before; images without the person repeat the last one.
    """
    if len(content) < 2 or not all(str(key).lower().endswith(_IMAGE_SUFFIXES) for key in content):
        return {}
    tracks: dict[int, dict[int, dict[str, AnyArray]]] = {}
    for frame, rows in enumerate(row for value in content.values() for row in [_list_rows(value)]):
        free = set(tracks)
        for row in rows:
            identity = row.get("track_ids")
            if identity is not None and identity.size == 1 and identity.dtype.kind in "iu":
                key = int(identity.reshape(-1)[0])
            else:
                key = min(free, key=lambda track: _measure_way(tracks[track], row), default=len(tracks))
            free.discard(key)
            if key in tracks or len(tracks) < _MAX_PEOPLE:
                tracks.setdefault(key, {})[frame] = row
    people: dict[str, Any] = {}
    for key, steps in sorted(tracks.items()):
        frames = sorted(steps)
        order = np.searchsorted(frames, np.arange(frames[0], frames[-1] + 1), side="right") - 1
        names = [
            name
            for name in steps[frames[0]]
            if name in (*POSE_NAMES, *ROOT_NAMES, *BODY_NAMES, *TRANSLATION_NAMES)
        ]
        stacked = {name: stack_rows([steps[frame].get(name) for frame in frames]) for name in names}
        people[f"person {key}"] = {name: a[order] for name, a in stacked.items() if isinstance(a, np.ndarray)}
    return people


_IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp")


def _list_rows(frame: Any) -> list[dict[str, AnyArray]]:
    """Return the parameters of each person in one image: a list of dictionaries, or arrays with a row for each."""
    if isinstance(frame, list):
        return [
            {name: value for name, value in person.items() if isinstance(value, np.ndarray)}
            for person in frame
            if isinstance(person, dict)
        ]
    arrays = (
        {name: a for name, a in frame.items() if isinstance(a, np.ndarray) and a.ndim}
        if isinstance(frame, dict)
        else {}
    )
    count = max((len(a) for name, a in arrays.items() if name in POSE_NAMES + BODY_NAMES), default=0)
    return [
        {name: a[k] for name, a in arrays.items() if len(a) == count} for k in range(min(count, _MAX_PEOPLE))
    ]


def _measure_way(steps: Mapping[int, Mapping[str, AnyArray]], row: Mapping[str, AnyArray]) -> float:
    """Return the distance between a person and where the person of a track was last; 0 if it is not known."""
    places = [
        one[name].reshape(-1)
        for one in (steps[max(steps)], row)
        for name in TRANSLATION_NAMES
        if name in one and one[name].size == 3 and one[name].dtype.kind in "fiu"
    ]
    return float(np.linalg.norm(places[0] - places[1])) if len(places) == 2 else 0.0
