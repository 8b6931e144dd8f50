# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an answer looks like the training samples of the sentence that it was asked with.

Predicates are written by hand for some actions; this covers every sentence of the training. A motion is described by
statistics of its joints over time (Müller et al., "Efficient content-based retrieval of motion capture data", 2005, use
features of the same kind), in the space of a linear discriminant analysis of the actions of the samples. An answer is
recognised if enough of the samples nearest to it have the sentence, or an action that the sentence describes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...inference.embedded.features import (
    CONTACT_COLUMNS,
    FPS,
    ROOT_COLUMNS,
    ROTATION_COLUMNS,
    encode_features,
    joint_position_matrix,
)
from ...motion import Motion
from ...motion.layers.body_joints import ANKLES, ELBOWS, HEAD, KNEES, NECK, SIDES, WRISTS
from ...motion.rotations import rotation_6d_to_matrix
from ..data.sample_cache import read_samples

Array = np.ndarray

NEIGHBOURS = 7
"""Samples that are looked at."""
NEEDED = 2
"""So many of them must belong to the sentence, one if it has fewer than four samples: many actions look alike."""

_KEY_JOINTS = (*(j[s] for j in (WRISTS, ELBOWS, ANKLES, KNEES) for s in SIDES), HEAD, NECK, -1)
_FACE = 0.25  # metres ahead of the head's joint
_THIRDS = 3
_SWING = 0.08  # metres that a joint moves between two reversals
_SHRINKAGE = 0.1
_DIMENSIONS = 80


def describe_features(features: Array) -> Array:
    """Return the description (D,) of a motion from its features (T, 140) in real units."""
    x = np.asarray(features, dtype=np.float32)
    matrices = rotation_6d_to_matrix(x[:, ROTATION_COLUMNS].reshape(len(x), -1, 6)).reshape(len(x), -1)
    positions = (matrices @ _position_matrix()).reshape(len(x), -1, 3)
    positions[:, :, 1] += x[:, 3:4]
    # the head turns without moving any joint
    face = positions[:, HEAD] + _FACE * matrices.reshape(len(x), -1, 3, 3)[:, HEAD, :, 2]
    positions = np.concatenate([positions, face[:, None]], axis=1)
    speeds = np.linalg.norm(np.diff(positions, axis=0), axis=-1) * FPS
    root = x[:, ROOT_COLUMNS].copy()
    root[:, :3] *= FPS
    contacts = x[:, CONTACT_COLUMNS] > 0.5
    keys = positions[:, list(_KEY_JOINTS)]
    thirds = [part.mean(axis=0).ravel() for part in np.array_split(keys, _THIRDS)]
    last = [keys[-1].ravel(), x[-1:, 3]]
    heading = np.cumsum(root[:, 2]) / FPS
    return np.concatenate(
        [
            positions.mean(axis=0).ravel(),
            positions.std(axis=0).ravel(),
            positions.min(axis=0).ravel(),
            positions.max(axis=0).ravel(),
            np.sqrt(speeds.mean(axis=0)),
            np.sqrt(np.quantile(speeds, 0.95, axis=0)),
            root.mean(axis=0),
            root.std(axis=0),
            *np.quantile(root, [0.1, 0.9], axis=0),
            [heading[-1], np.abs(heading).max(), np.ptp(x[:, 3])],
            contacts.mean(axis=0),
            [(~contacts.any(axis=1)).mean()],
            *thirds,
            *last,
            _reversal_rates(keys),
        ]
    ).astype(np.float32)


_POSITION_MATRIX: list[Array] = []


def _position_matrix() -> Array:
    if not _POSITION_MATRIX:
        _POSITION_MATRIX.append(joint_position_matrix().astype(np.float32))
    return _POSITION_MATRIX[0]


def _reversal_rates(keys: Array) -> Array:
    """Return how often each coordinate of joints (T, J, 3) turns back by more than ``_SWING`` metres, a second."""
    values = keys.reshape(len(keys), -1)
    mark, direction = values[0].copy(), np.zeros(values.shape[1])
    reversals = np.zeros(values.shape[1])
    for row in values[1:]:
        far = np.abs(row - mark) > _SWING
        new = np.sign(row - mark)
        reversals += far & (direction != 0) & (new != direction)
        direction = np.where(far, new, direction)
        mark = np.where(far | ((row - mark) * direction > 0), row, mark)
    return np.asarray(reversals / (len(keys) / FPS))


def describe_motion(motion: Motion) -> Array:
    """Return the description (D,) of a motion at 20 fps."""
    return describe_features(encode_features(motion.local_rotations, motion.root_translation))


@dataclass(frozen=True, eq=False)
class Recogniser:
    """The descriptions of all samples, and what they show.

    Attributes
    ----------
    points : (N, K)
        Samples in the discriminant space.
    actions : (N,) of str
        Their actions.
    lengths : (N,)
        Their lengths in frames.
    sentences : dict of set of int
        For each sentence in lower case, the samples that have it.
    mean, scale : (D,)
        Undo the units of descriptions.
    projection : (D, K)
        Into the discriminant space.
    """

    points: Array
    actions: Array
    lengths: Array
    sentences: dict[str, set[int]]
    mean: Array
    scale: Array
    projection: Array

    def find_neighbours(self, motion: Motion) -> Array:
        """Return the indices (NEIGHBOURS,) of the samples nearest to a motion."""
        point = ((describe_motion(motion) - self.mean) / self.scale) @ self.projection
        return np.argsort(((self.points - point) ** 2).sum(axis=1))[:NEIGHBOURS]

    def find_actions(self, sentence: str) -> frozenset[str]:
        """Return the actions of the samples that have a sentence; empty if none has it."""
        return frozenset(str(self.actions[i]) for i in self.sentences.get(sentence.lower(), ()))

    def find_seconds(self, sentence: str) -> float:
        """Return the median length in seconds of the samples that have a sentence, 1.5 to 5."""
        rows = list(self.sentences.get(sentence.lower(), ()))
        return float(np.clip(np.median(self.lengths[rows]) / FPS, 1.5, 5.0)) if rows else 4.0

    def recognise(self, motion: Motion, sentence: str) -> bool:
        """Return whether a motion looks like the samples that have a sentence."""
        own, actions = self.sentences.get(sentence.lower(), set()), self.find_actions(sentence)
        near = self.find_neighbours(motion)
        needed = NEEDED if np.isin(self.actions, list(actions)).sum() >= 4 else 1
        return sum(i in own or self.actions[i] in actions for i in near.tolist()) >= needed


def build_recogniser(samples: Path) -> Recogniser:
    """Read the samples that ``sample_cache`` wrote and learn the discriminant space."""
    rows = read_samples(samples)
    descriptions = np.stack([describe_features(row.features) for row in rows])
    actions = np.array([row.action for row in rows])
    sentences: dict[str, set[int]] = defaultdict(set)
    for i, row in enumerate(rows):
        for sentence in row.sentences:
            sentences[sentence.lower()].add(i)
    mean, scale = descriptions.mean(axis=0), descriptions.std(axis=0) + 1e-3
    values = (descriptions - mean) / scale
    projection = _find_discriminants(values, actions)
    lengths = np.array([len(row.features) for row in rows])
    return Recogniser(values @ projection, actions, lengths, dict(sentences), mean, scale, projection)


def _find_discriminants(values: Array, labels: Sequence[str] | Array) -> Array:
    """Return the projection (D, K) of Fisher's linear discriminant analysis with a shrunk covariance within classes."""
    names, classes = np.unique(labels, return_inverse=True)
    counts = np.bincount(classes)
    means = np.zeros((len(names), values.shape[1]))
    np.add.at(means, classes, values)
    means /= counts[:, None]
    # every action counts the same, however many variants it has
    weights = (1.0 / counts[classes])[:, None]
    inner = values - means[classes]
    within = (inner * weights).T @ inner / len(names)
    within = (1 - _SHRINKAGE) * within + _SHRINKAGE * np.trace(within) / len(within) * np.eye(len(within))
    size, vectors = np.linalg.eigh(within)
    whiten = vectors / np.sqrt(size)
    between = (means - means.mean(axis=0)) @ whiten
    _, _, rows = np.linalg.svd(between, full_matrices=False)
    return np.asarray(whiten @ rows[:_DIMENSIONS].T, np.float32)
