# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotations: conversions are inverse to one another and agree on the rotated vectors."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from kinescribe.motion import rotations as r
from strategies import SEEDS


@st.composite
def quaternions(draw: st.DrawFn, count: int = 8) -> np.ndarray:
    """Random ones, and the corners of the space: none, half turns, almost none, almost half."""
    random = np.random.default_rng(draw(SEEDS))
    corners = np.concatenate([np.eye(4), -np.eye(4), np.eye(4) + 1e-9, np.eye(4) + [1e-6, 0, 0, 0]])
    return r.normalise(np.concatenate([random.normal(size=(count, 4)), corners]))


@st.composite
def vectors(draw: st.DrawFn, count: int = 24) -> np.ndarray:
    return np.random.default_rng(draw(SEEDS)).normal(size=(count, 3))


@given(quaternions())
@settings(deadline=None)
def test_matrices_axis_angles_and_six_numbers_come_back(q: np.ndarray) -> None:
    for back in (
        r.matrix_to_quaternion(r.quaternion_to_matrix(q)),
        r.axis_angle_to_quaternion(r.quaternion_to_axis_angle(q)),
        r.matrix_to_quaternion(r.rotation_6d_to_matrix(r.matrix_to_rotation_6d(r.quaternion_to_matrix(q)))),
        r.multiply(q, r.multiply(r.conjugate(q), q)),
    ):
        assert r.angle_between(q, back).max() < 1e-7


@given(quaternions(), vectors())
@settings(deadline=None)
def test_a_quaternion_turns_vectors_as_its_matrix_does(q: np.ndarray, v: np.ndarray) -> None:
    np.testing.assert_allclose(
        r.rotate(q, v), np.einsum("nij,nj->ni", r.quaternion_to_matrix(q), v), atol=1e-12
    )
    np.testing.assert_allclose(
        r.rotate(q[:, None], v), np.einsum("nij,mj->nmi", r.quaternion_to_matrix(q), v), atol=1e-12
    )


@given(quaternions(), quaternions())
@settings(deadline=None)
def test_products_turn_by_the_right_one_first(a: np.ndarray, b: np.ndarray) -> None:
    np.testing.assert_allclose(
        r.quaternion_to_matrix(r.multiply(a, b)),
        r.quaternion_to_matrix(a) @ r.quaternion_to_matrix(b),
        atol=1e-12,
    )


@given(quaternions(), quaternions())
@settings(deadline=None)
def test_relative_rotations_lead_from_one_to_the_other(a: np.ndarray, b: np.ndarray) -> None:
    np.testing.assert_allclose(r.relative_rotation(a, b), r.multiply(r.conjugate(a), b), atol=1e-12)
    np.testing.assert_allclose(r.multiply(a[:, None], r.relative_rotation(a[:, None], b)), b + 0 * a[:, None],
                               atol=1e-12)  # fmt: skip


@given(SEEDS)
@settings(deadline=None)
def test_products_with_constants_are_those_of_quaternions(seed: int) -> None:
    random = np.random.default_rng(seed)
    q, left, right = (r.normalise(random.normal(size=shape)) for shape in ((6, 3, 4), (3, 4), (3, 4)))
    for constant in (left, left[0]):
        product = r.multiply_constants(constant, q, right)
        np.testing.assert_allclose(product, r.multiply(r.multiply(constant, q), right), atol=1e-12)
        assert product.T.flags.c_contiguous, "component by component, also in the steps after it"
        assert r.relative_rotation(product, product).T.flags.c_contiguous


@given(SEEDS)
@settings(deadline=None)
def test_one_few_and_many_rotations_agree(seed: int) -> None:
    """Plain numbers for one, arrays for a few, and blocks of arrays for many."""
    random = np.random.default_rng(seed)
    a, b = (r.normalise(random.normal(size=(700, 22, 4))) for _ in range(2))
    v = random.normal(size=(700, 22, 3))
    assert a.size > 4 * 2 * 7000 > 4 * 7000, "more than one block"
    for frame in (0, 317, 318, 699):
        for function, other in (
            (r.multiply, b), (r.relative_rotation, b), (r.rotate, v), (r.rotation_between, v)
        ):  # fmt: skip
            first = v[..., ::-1] if function is r.rotation_between else a
            many = function(first, other)[frame]
            np.testing.assert_allclose(function(first[frame], other[frame]), many, atol=1e-12)
            single = [function(x, y) for x, y in zip(first[frame], other[frame], strict=True)]
            np.testing.assert_allclose(np.stack(single), many, atol=1e-12)
    # an operand without frames of its own
    np.testing.assert_allclose(r.multiply(a[0], b)[500], r.multiply(a[0], b[500]), atol=1e-12)
    np.testing.assert_allclose(r.rotate(a, v[0, 0])[500], r.rotate(a[500], v[0, 0]), atol=1e-12)
    matrices = r.quaternion_to_matrix(a[:10])
    few = np.stack([r.matrix_to_quaternion(m) for m in matrices[0]])
    np.testing.assert_allclose(r.matrix_to_quaternion(matrices)[0], few, atol=1e-12)
    np.testing.assert_allclose(r.normalise(v[0, 0] * 3), r.normalise(v * 3)[0, 0], atol=1e-12)
    np.testing.assert_allclose(r.cross_product(v[0, 0], v[1, 1]), np.cross(v[0, 0], v[1, 1]), atol=1e-12)


@given(quaternions())
@settings(deadline=None)
def test_matrices_are_rotations(q: np.ndarray) -> None:
    m = r.quaternion_to_matrix(q)
    np.testing.assert_allclose(m @ np.swapaxes(m, -1, -2), np.broadcast_to(np.eye(3), m.shape), atol=1e-12)
    np.testing.assert_allclose(np.linalg.det(m), 1.0)


@given(vectors(), vectors())
@settings(deadline=None)
def test_rotation_between_is_the_smallest_from_one_direction_to_the_other(
    a: np.ndarray, b: np.ndarray
) -> None:
    b[:3] = a[:3] * [[2], [-1], [-3]]
    q = r.rotation_between(a, b)
    np.testing.assert_allclose(r.normalise(r.rotate(q, a)), r.normalise(b), atol=1e-6)
    angle = np.arccos(np.clip(np.sum(r.normalise(a) * r.normalise(b), axis=-1), -1, 1))
    np.testing.assert_allclose(r.angle_between(q, r.identity_rotations()), angle, atol=1e-5)


def test_rotation_between_is_the_identity_for_directions_of_no_length() -> None:
    q = r.rotation_between(np.zeros((2, 3)), np.array([[0, 1.0, 0], [0, 0, 0]]))
    assert np.all(r.angle_between(q, r.identity_rotations()) < 1e-12)
    assert np.array_equal(r.rotation_between(np.zeros(3), np.array([0, 1.0, 0])), [1, 0, 0, 0])


@given(quaternions(), quaternions(), st.floats(0, 1))
@settings(deadline=None)
def test_slerp_goes_evenly_along_the_shorter_arc(a: np.ndarray, b: np.ndarray, t: float) -> None:
    way = r.angle_between(a, b)
    there = r.slerp(a, b, t)
    clear = way < np.pi - 1e-3  # at half a turn either way round is right
    np.testing.assert_allclose(r.angle_between(a, there)[clear], (t * way)[clear], atol=2e-6)
    np.testing.assert_allclose(r.angle_between(there, b)[clear], ((1 - t) * way)[clear], atol=2e-6)


@given(quaternions())
@settings(deadline=None)
def test_make_continuous_keeps_rotations_and_avoids_sign_changes(q: np.ndarray) -> None:
    before = q.copy()
    path = r.make_continuous(q)
    assert np.array_equal(q, before)
    assert np.all(np.sum(path[1:] * path[:-1], axis=-1) >= 0)
    np.testing.assert_allclose(np.abs(np.sum(path * q, axis=-1)), 1.0)


@given(st.floats(-3, 3))
@settings(deadline=None)
def test_heading_is_the_turn_to_the_left(angle: float) -> None:
    tilted = r.multiply(r.rotation_about_axis("y", angle), r.rotation_about_axis("x", 0.3))
    np.testing.assert_allclose(r.heading_of(tilted), angle, atol=1e-9)


def test_rotation_about_axis_turns_in_the_positive_sense() -> None:
    quarter = np.pi / 2
    np.testing.assert_allclose(
        r.rotate(r.rotation_about_axis("x", quarter), np.array([0, 1.0, 0])), [0, 0, 1], atol=1e-12
    )
    np.testing.assert_allclose(
        r.rotate(r.rotation_about_axis("y", quarter), np.array([0, 0, 1.0])), [1, 0, 0], atol=1e-12
    )
    np.testing.assert_allclose(
        r.rotate(r.rotation_about_axis("z", quarter), np.array([1.0, 0, 0])), [0, 1, 0], atol=1e-12
    )


def test_a_matrix_alone_is_read_as_among_others() -> None:
    random = np.random.default_rng(3)
    # also half turns, where all but one of the pivots vanish
    q = np.concatenate(
        [r.normalise(random.normal(size=(50, 4))), np.eye(4), r.normalise([[0, 1, 1, 0], [0, 0, 1, 1]])]
    )
    for alone, among in zip(
        (r.matrix_to_quaternion(m) for m in r.quaternion_to_matrix(q)),
        r.matrix_to_quaternion(r.quaternion_to_matrix(q)),
        strict=True,
    ):
        assert np.allclose(alone, among) or np.allclose(alone, -among)


@given(SEEDS)
@settings(deadline=None, max_examples=5)
def test_products_of_many_quaternions_are_those_of_few(seed: int) -> None:
    random = np.random.default_rng(seed)
    a, b = r.normalise(random.normal(size=(40, 200, 4))), r.normalise(random.normal(size=(200, 4)))
    np.testing.assert_allclose(r.multiply(a, b), [r.multiply(row, b) for row in a], atol=1e-15)
