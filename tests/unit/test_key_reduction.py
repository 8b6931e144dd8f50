# SPDX-License-Identifier: GPL-3.0-or-later
"""``motion.keys``: against an independent cubic Bezier and an independent model of posing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinescribe.motion import SMPL_JOINTS, SMPL_PARENTS
from kinescribe.motion.euler import (
    axis_angle_channels_to_quaternion,
    euler_to_quaternion,
    quaternion_to_axis_angle_channels,
    quaternion_to_euler,
)
from kinescribe.motion.keys.bone_tracks import BoneTrack, KeyedHierarchy
from kinescribe.motion.keys.handles import compute_dense_slopes, evaluate_curves, fit_curves, flatten_extremes
from kinescribe.motion.keys.key_reduction import ReducedTrack, Tolerance, find_turning_points, reduce_keys
from kinescribe.motion.mapping.bone_map import BoneMap
from kinescribe.motion.resample import resample
from kinescribe.motion.retarget.hip_height import measure_rig_size
from kinescribe.motion.retarget.retarget import RigMotion, retarget
from kinescribe.motion.rig import Rig, make_plain_rig
from kinescribe.motion.rotations import (
    angle_between,
    axis_angle_to_quaternion,
    normalise,
    quaternion_to_matrix,
    rotation_between,
)
from rig_kit import A_BODY, CLIPS, body_points, bone_tail, recorded_motion

from devtools.in_blender.rigs_motions import PROMPTS, load_motions
from devtools.testing.motions import make_varied_motion


def body(times: float = 1.0) -> Rig:
    """Return a rig with one bone per joint, ``times`` times as large as an adult."""
    points = body_points(A_BODY)
    heads = times * np.array([points[joint] for joint in SMPL_JOINTS])
    tails = times * np.array([bone_tail(points, joint) for joint in SMPL_JOINTS])
    return make_plain_rig(
        "Somebody",
        SMPL_JOINTS,
        SMPL_PARENTS,
        heads,
        tails,
        rotation_between(np.array([0.0, 1.0, 0.0]), tails - heads),
    )


SAME = BoneMap("custom", {joint: joint for joint in SMPL_JOINTS})


def tracks_of(motion: RigMotion, mode: str = "QUATERNION") -> list[BoneTrack]:
    def channels(turns: np.ndarray) -> np.ndarray:
        if mode == "QUATERNION":
            return turns
        return (
            quaternion_to_axis_angle_channels(turns)
            if mode == "AXIS_ANGLE"
            else quaternion_to_euler(turns, mode)
        )

    return [
        BoneTrack(bone, mode, channels(turns), motion.locations.get(bone))
        for bone, turns in motion.rotations.items()
    ]


def bezier(frames: np.ndarray, values: np.ndarray, slopes: np.ndarray, at: np.ndarray) -> np.ndarray:
    """A curve as Blender plays it: handles a third of the way out, time solved for by halving."""
    result = np.empty((len(at), values.shape[1]))
    for row, frame in enumerate(at):
        k = min(int(np.searchsorted(frames, frame, side="right")) - 1, len(frames) - 2)
        step = (frames[k + 1] - frames[k]) / 3
        corners = np.array(
            [
                [frames[k], *values[k]],
                [frames[k] + step, *(values[k] + step * slopes[k])],
                [frames[k + 1] - step, *(values[k + 1] - step * slopes[k + 1])],
                [frames[k + 1], *values[k + 1]],
            ]
        )
        low, high = 0.0, 1.0
        for _ in range(50):
            t = 0.5 * (low + high)
            weights = np.array([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3])
            low, high = (t, high) if weights @ corners[:, 0] < frame else (low, t)
        result[row] = weights @ corners[:, 1:]
    return result


def posed(rig: Rig, turns: dict[str, np.ndarray], hips: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return world positions (T, B, 3) and matrices (T, B, 3, 3), computed with 4 x 4 matrices bone by bone."""
    frames = len(hips)
    rest = np.tile(np.eye(4), (len(rig), 1, 1))
    rest[:, :3, :3], rest[:, :3, 3] = quaternion_to_matrix(rig.rest_rotations), rig.heads
    pose = np.zeros((frames, len(rig), 4, 4))
    for b, name in enumerate(rig.bone_names):
        basis = np.tile(np.eye(4), (frames, 1, 1))
        basis[:, :3, :3] = quaternion_to_matrix(turns[name])
        if b == 0:
            basis[:, :3, 3] = hips
            pose[:, b] = rest[b] @ basis
        else:
            parent = rig.parents[b]
            pose[:, b] = pose[:, parent] @ (np.linalg.inv(rest[parent]) @ rest[b]) @ basis
    return pose[..., :3, 3], pose[..., :3, :3]


def played(tracks: list[BoneTrack], keys: list[ReducedTrack]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return rotations (T, 4) by bone and the hips' location (T, 3) as the reduced keys play at every frame."""
    turns, hips = {}, np.zeros((len(tracks[0]), 3))
    at = np.arange(len(tracks[0]), dtype=float)
    for track, key in zip(tracks, keys, strict=True):
        assert key.rotation is not None and key.rotation_slopes is not None
        channels = bezier(key.frames, key.rotation, key.rotation_slopes, at)
        if track.mode == "QUATERNION":
            turns[track.bone] = normalise(channels)
        elif track.mode == "AXIS_ANGLE":
            turns[track.bone] = axis_angle_channels_to_quaternion(channels)
        else:
            turns[track.bone] = euler_to_quaternion(channels, track.mode)
        if key.location is not None and key.location_slopes is not None:
            hips = bezier(key.frames, key.location, key.location_slopes, at)
    return turns, hips


def check_body(rig: Rig, motion: RigMotion, mode: str, tolerance: Tolerance, aligned: bool = False) -> float:
    """Check the tolerance at every frame and return the fraction of keys that are left."""
    tracks = tracks_of(motion, mode)
    keys = reduce_keys(tracks, rig, tolerance=tolerance, aligned=aligned)
    if aligned:
        assert len({tuple(key.frames) for key in keys}) == 1
    expected = posed(rig, motion.rotations, motion.locations["pelvis"])
    found = posed(rig, *played(tracks, keys))
    assert 1000 * np.linalg.norm(found[0] - expected[0], axis=-1).max() <= tolerance.millimetres * 1.0001
    cosine = 0.5 * (np.einsum("tbij,tbij->tb", found[1], expected[1]) - 1.0)
    assert np.degrees(np.arccos(np.clip(cosine, -1, 1))).max() <= tolerance.degrees + 1e-4
    return sum(len(key.frames) for key in keys) / sum(len(track) for track in tracks)


class TestPoseKeys:
    """All bones have their keys at the same frames."""

    @pytest.mark.parametrize("mode", ["QUATERNION", "ZXY", "AXIS_ANGLE"])
    @pytest.mark.parametrize(("millimetres", "degrees"), [(5.0, 1.0), (0.5, 0.1), (40.0, 8.0)])
    def test_the_body_stays_within_the_tolerance(self, mode: str, millimetres: float, degrees: float) -> None:
        rig = body()
        motion = retarget(make_varied_motion(), rig, SAME)
        check_body(rig, motion, mode, Tolerance(millimetres, degrees), aligned=True)

    def test_at_most_two_frames_in_five_have_keys(self) -> None:
        rig = body()
        shares = [
            check_body(rig, retarget(motion, rig, SAME), "QUATERNION", Tolerance(), aligned=True)
            for motion in load_motions(list(PROMPTS), None).values()
        ]
        assert np.median(shares) <= 0.40

    def test_recordings(self, shared: Path) -> None:
        rig = body()
        shares = [
            check_body(rig, retarget(motion, rig, SAME), "QUATERNION", Tolerance(), aligned=True)
            for motion in load_motions(list(PROMPTS), shared / "data").values()
        ]
        assert np.median(shares) <= 0.40

    def test_frames_that_are_asked_for_are_poses_and_exact(self) -> None:
        rig = body()
        tracks = tracks_of(retarget(make_varied_motion(), rig, SAME))
        keys = reduce_keys(tracks, rig, kept_frames={"left_knee": (7, 20, 400)}, aligned=True)
        for key, track in zip(keys, tracks, strict=True):
            for frame in (0, 7, 20, len(track) - 1):
                row = key.frames.tolist().index(frame)
                np.testing.assert_array_equal(key.rotation[row], track.rotation[frame])

    def test_a_body_that_stands_still_keeps_its_ends(self) -> None:
        still = [BoneTrack(joint, "QUATERNION", np.tile([1.0, 0, 0, 0], (50, 1))) for joint in SMPL_JOINTS]
        assert {tuple(key.frames) for key in reduce_keys(still, body(), aligned=True)} == {(0, 49)}


class TestBody:
    @pytest.mark.parametrize("mode", ["QUATERNION", "XYZ", "YZX", "AXIS_ANGLE"])
    @pytest.mark.parametrize(("millimetres", "degrees"), [(5.0, 1.0), (0.5, 0.1), (40.0, 8.0)])
    def test_every_bone_stays_within_the_tolerance(
        self, mode: str, millimetres: float, degrees: float
    ) -> None:
        rig = body()
        motion = retarget(make_varied_motion(), rig, SAME)
        share = check_body(rig, motion, mode, Tolerance(millimetres, degrees))
        assert share < (0.35 if millimetres >= 5 else 1.0)

    def test_recordings_keep_a_quarter(self, shared: Path) -> None:
        rig = body()
        shares = {}
        for name in CLIPS:
            motion = resample(recorded_motion(shared, name, 4.0), 30.0)
            shares[name] = check_body(rig, retarget(motion, rig, SAME), "QUATERNION", Tolerance())
        worst = max(shares, key=lambda name: shares[name])
        print(f"median {np.median(list(shares.values())):.3f}, worst {worst} {shares[worst]:.3f}")
        assert np.median(list(shares.values())) <= 0.25

    def test_a_wider_tolerance_keeps_fewer_keys(self) -> None:
        rig = body()
        motion = retarget(make_varied_motion(), rig, SAME)
        shares = [check_body(rig, motion, "QUATERNION", Tolerance(mm, mm / 5)) for mm in (1.0, 5.0, 25.0)]
        assert shares[0] > 1.2 * shares[1] > 1.4 * shares[2]

    def test_a_giant_may_be_off_by_as_much_of_itself(self) -> None:
        shares, sizes = [], []
        for times in (1.0, 170.0):
            rig = body(times)
            tracks = tracks_of(retarget(make_varied_motion(), rig, SAME))
            sizes.append(measure_rig_size(rig, SAME))
            keys = reduce_keys(tracks, rig, body_size=sizes[-1])
            shares.append(sum(len(key.frames) for key in keys) / sum(len(track) for track in tracks))
        assert sizes[0] == pytest.approx(1.0, rel=0.15)
        assert sizes[1] == pytest.approx(170.0 * sizes[0])
        assert shares[1] == pytest.approx(shares[0], rel=0.05)

    def test_a_body_that_stands_still_keeps_its_ends(self) -> None:
        rig = body()
        still = [BoneTrack(joint, "QUATERNION", np.tile([1.0, 0, 0, 0], (50, 1))) for joint in SMPL_JOINTS]
        assert {tuple(key.frames) for key in reduce_keys(still, rig)} == {(0, 49)}

    @pytest.mark.parametrize("frames", [1, 2])
    def test_the_shortest_motions_are_left_as_they_are(self, frames: int) -> None:
        track = BoneTrack("pelvis", "QUATERNION", np.tile([1.0, 0, 0, 0], (frames, 1)), np.ones((frames, 3)))
        (key,) = reduce_keys([track], body())
        assert list(key.frames) == list(range(frames))
        np.testing.assert_array_equal(key.location, track.location)
        assert reduce_keys([], body()) == []

    def test_poses_that_are_asked_for_are_kept_exactly(self) -> None:
        rig = body()
        tracks = tracks_of(retarget(make_varied_motion(), rig, SAME))
        keys = {k.bone: k for k in reduce_keys(tracks, rig, kept_frames={"left_knee": (7, 20, 400)})}
        knee, track = keys["left_knee"], tracks[SMPL_JOINTS.index("left_knee")]
        assert {0, 7, 20, len(track) - 1} <= set(knee.frames.tolist())
        for frame in (0, 7, 20, len(track) - 1):
            np.testing.assert_array_equal(
                knee.rotation[knee.frames.tolist().index(frame)], track.rotation[frame]
            )

    def test_a_limb_is_keyed_where_it_turns_back(self) -> None:
        rig = body()
        swing = np.sin(np.arange(80) * 2 * np.pi / 20)
        tracks = [
            BoneTrack(
                joint,
                "XYZ",
                np.stack([swing if joint == "left_elbow" else 0 * swing, 0 * swing, 0 * swing], -1),
            )
            for joint in SMPL_JOINTS
        ]
        keys = {key.bone: key for key in reduce_keys(tracks, rig)}
        elbow = keys["left_elbow"]
        assert {5, 15, 25, 35, 45, 55, 65, 75} <= set(elbow.frames.tolist())
        flat = [i for i, frame in enumerate(elbow.frames) if frame % 10 == 5]
        np.testing.assert_allclose(elbow.rotation_slopes[flat], 0.0, atol=0.01)
        np.testing.assert_array_equal(elbow.rotation_slopes[flat[1:-1]], 0.0)
        assert len(keys["right_elbow"].frames) == 2

    def test_bones_share_their_frames(self) -> None:
        rig = body()
        keys = reduce_keys(tracks_of(retarget(make_varied_motion(), rig, SAME)), rig)
        keyed = np.zeros((len(keys), len(make_varied_motion())))
        for row, key in zip(keyed, keys, strict=True):
            row[key.frames[1:-1]] = 1.0
        # how many of the bones have a key where one has, against keys that were spread by chance
        assert np.sum(keyed * keyed.mean(axis=0)) / np.sum(keyed) > 1.5 * keyed.mean()


@given(st.integers(0, 2**32 - 1), st.integers(4, 40))
@settings(max_examples=25, deadline=None)
def test_what_is_played_is_blenders_curve(seed: int, frames: int) -> None:
    random = np.random.default_rng(seed)
    values = np.cumsum(random.normal(size=(3, frames, 2)), axis=1)
    keyed = random.random((3, frames)) < 0.4
    keyed[:, [0, -1]] = True
    fixed = keyed & (random.random((3, frames)) < 0.5)
    tolerance = np.full((3, 2), 0.1)
    at, slopes = fit_curves(values, keyed, fixed, tolerance)
    slopes = flatten_extremes(values, slopes, keyed, tolerance)
    np.testing.assert_array_equal(at[fixed], values[fixed])
    for offset in (0.0, 0.3):
        found = evaluate_curves(at, slopes, keyed, offset)
        for bone in range(3):
            keys = np.flatnonzero(keyed[bone])
            times = np.minimum(np.arange(frames) + offset, frames - 1.0)
            expected = bezier(keys, at[bone, keys], slopes[bone, keys], times)
            np.testing.assert_allclose(found[bone], expected, atol=1e-9)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_the_fit_is_that_of_least_squares(seed: int) -> None:
    random = np.random.default_rng(seed)
    frames = 24
    values = np.cumsum(random.normal(size=(1, frames, 1)), axis=1)
    keyed = np.zeros((1, frames), dtype=bool)
    keyed[0, [0, 5, 9, 16, 23]] = True
    fixed = np.zeros_like(keyed)
    fixed[0, [0, 23]] = True

    def error(at: np.ndarray, slopes: np.ndarray) -> float:
        own = (slopes - compute_dense_slopes(values))[keyed]
        return float(np.sum((evaluate_curves(at, slopes, keyed) - values) ** 2) + 0.02 * np.sum(own**2))

    fitted = fit_curves(values, keyed, fixed, np.ones((1, 1)))
    for _ in range(3):
        fitted = fit_curves(values, keyed, fixed, np.ones((1, 1)), fitted)
    best = error(*fitted)
    for place in np.flatnonzero(keyed[0]):
        for which in (0, 1):
            if which == 0 and fixed[0, place]:
                continue
            for step in (-0.02, 0.02):
                moved = [fitted[0].copy(), fitted[1].copy()]
                moved[which][0, place, 0] += step
                assert error(*moved) >= best - 1e-6


def test_turning_points() -> None:
    values = np.array([0, 1, 2, 1.9, 2.1, 3, 2, 1, 1.2, 0.5, -1, 0, 1, 1])
    assert find_turning_points(values, 1.5) == [5, 10]
    assert find_turning_points(values, 100.0) == [] == find_turning_points(np.zeros(5), 0.1)


def test_a_chain_follows_blenders_rules() -> None:
    rig = body()
    motion = retarget(make_varied_motion(), rig, SAME)
    chain = KeyedHierarchy(rig, SMPL_JOINTS, {})
    turns = np.stack([motion.rotations[joint] for joint in SMPL_JOINTS])
    shifts = np.zeros((*turns.shape[:2], 3))
    shifts[0] = motion.locations["pelvis"]
    found, places = chain.evaluate_pose(turns, shifts)
    expected_places, expected = posed(rig, motion.rotations, motion.locations["pelvis"])
    np.testing.assert_allclose(places.transpose(1, 0, 2), expected_places, atol=1e-9)
    rest = quaternion_to_matrix(rig.rest_rotations)
    np.testing.assert_allclose(quaternion_to_matrix(found).transpose(1, 0, 2, 3) @ rest, expected, atol=1e-9)


def test_a_bone_that_does_not_inherit_rotation_keeps_its_own() -> None:
    rig = make_plain_rig(
        "Two",
        ("upper", "lower"),
        (-1, 0),
        np.array([[0.0, 0, 0], [0, 1, 0]]),
        np.array([[0.0, 1, 0], [0, 2, 0]]),
        inherits_rotation=np.array([True, False]),
        scale=np.full(3, 0.01),
    )
    turns = np.stack(
        [axis_angle_to_quaternion(np.array([[0, 0, 1.0]])), axis_angle_to_quaternion(np.array([[0.3, 0, 0]]))]
    )
    found, places = KeyedHierarchy(rig, ("upper", "lower"), {}).evaluate_pose(
        turns, np.array([[[50.0, 0, 0]], [[0, 0, 0]]])
    )
    assert angle_between(found[1, 0], turns[1, 0]) < 1e-9
    np.testing.assert_allclose(places[0, 0], [0.5, 0, 0])
    np.testing.assert_allclose(places[1, 0], [0.5 - np.sin(1.0), np.cos(1.0), 0], atol=1e-12)
