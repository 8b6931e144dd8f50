# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches of windows of one length, with the words of their sentences."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ...inference.embedded.features import CONTACTS, ROOT
from ...inference.embedded.text import START, split_words
from ..data.repertoire import LENGTHS
from ..data.sample_cache import Prepared
from ..text.prompt_augmentation import dressed
from .constraint_masks import drawn, spliced, told

Array = np.ndarray

_BLEND = 8
_FARTHEST = 1.0  # mean square of what a splice may have to bridge, in normalised units
# Actions that go on as they began: any part of them is as good as another.
_ANYWHERE = (
    "dance",
    "idle",
    "talk",
    "box",
    "kata",
    "climb",
    "crawl",
    "skip",
    "basketball",
    "laugh",
    "wash",
    "sit_on",
)
_SIDES = frozenset(
    "left right forward forwards backward backwards back ahead up down upward downward upwards downwards sideways "
    "clockwise counterclockwise anticlockwise leftward rightward leftwards rightwards leftward no not".split()
)


@dataclass
class Words:
    """The word table: static vectors (N, 96) as int8 and, for words of the training sentences, learned indices."""

    index: dict[str, int]
    vectors: Array
    learned: dict[str, int] = field(default_factory=dict)
    _units: dict[str, Array] = field(default_factory=dict)

    @classmethod
    def read(cls, path: object, sentences: Sequence[str], learned: dict[str, int] | None = None) -> Words:
        """The static table at ``path`` with learned indices for all words of ``sentences``.

        Indices that an earlier run gave (``learned``) stay, new words follow after them.
        """
        with np.load(str(path), allow_pickle=False) as z:
            words = bytes(z["words"]).decode("utf-8").split("\n")
            vectors = z["vectors"]
        learned = dict(learned or {})
        for word in sorted({w for s in sentences for w in split_words(s)}):
            learned.setdefault(word, START + 1 + len(learned))
        return cls({w: i for i, w in enumerate(words)}, vectors, learned)

    def static(self, word: str) -> Array:
        """Unit vector (96,) of a word; zeros where the table lacks it."""
        if word not in self._units:
            i = self.index.get(word)
            v = (
                np.zeros(self.vectors.shape[1], np.float32)
                if i is None
                else self.vectors[i].astype(np.float32)
            )
            self._units[word] = v / max(float(np.linalg.norm(v)), 1e-6)
        return self._units[word]


def extended(
    x: Array, frames: int, rng: np.random.Generator, repeat: bool, latest: int
) -> tuple[Array, Array]:
    """Features (T, D) lengthened to ``frames``, and which of them are real (frames,).

    Repeats the action with a cross-fade where it ends as it began, else holds the last pose while the speed dies away.
    It begins at most ``latest`` frames after the window does.
    """
    lead = int(rng.integers(0, min(latest, frames - len(x)) + 1)) if frames > len(x) else 0
    parts, real = [x], np.ones(len(x))
    while repeat and frames - lead - len(x) > _BLEND:
        ramp = np.linspace(0, 1, _BLEND + 2)[1:-1, None]
        fade = (1 - ramp) * x[-1] + ramp * x[0]
        parts += [fade, x]
        real = np.concatenate([real, np.full(_BLEND, 0.5), np.ones(len(x))])
        if sum(map(len, parts)) >= frames - lead:
            break
    out = np.concatenate(parts)[: frames - lead]
    real = real[: frames - lead]
    missing = frames - lead - len(out)
    if missing:
        hold = np.repeat(out[-1:], missing, 0)
        hold[:, :3] *= np.exp(-np.arange(1, missing + 1) / 2.0)[:, None]
        out, real = np.concatenate([out, hold]), np.concatenate([real, np.full(missing, 0.3)])
    if lead:
        start = np.repeat(out[:1], lead, 0)
        start[:, :3] = 0
        out, real = np.concatenate([start, out]), np.concatenate([np.full(lead, 0.3), real])
    return out, real


class Corpus:
    """Samples as normalised features, ready to be drawn from."""

    def __init__(
        self,
        samples: Sequence[Prepared],
        words: Words,
        seed: int = 0,
        statistics: tuple[Array, Array] | None = None,
    ) -> None:
        """``statistics``: mean and scale of an earlier run, which goes on with them."""
        self.rng = np.random.default_rng(seed)
        self.words = words
        self.motions = [s.features for s in samples]
        self.weights = np.array([s.weight for s in samples], float)
        self.steady = [s.loopable for s in samples]
        self.whole = np.array([s.whole_window for s in samples])
        self.anywhere = [s.loopable or s.action.startswith(_ANYWHERE) for s in samples]
        self.actions = np.array([s.action for s in samples])
        self.tokens = [[split_words(t) for t in s.sentences] for s in samples]
        every = np.concatenate(self.motions)
        self.mean, self.std = statistics or (every.mean(0), self._deviation(every))
        self.motions = [(m - self.mean) / self.std for m in self.motions]
        pose = slice(ROOT.stop, CONTACTS.start)
        # 0.3: about the distance between two phases of a calm stand
        self.repeats = [float(np.mean((m[0, pose] - m[-1, pose]) ** 2)) < 0.3 for m in self.motions]
        self.chances = {n: self._chances(n) for n in LENGTHS}

    def fork(self, number: int) -> Corpus:
        """The same samples with random numbers of its own, for another thread."""
        twin = copy.copy(self)
        twin.rng = np.random.default_rng(self.rng.integers(2**32) + number)
        return twin

    @staticmethod
    def _deviation(every: Array) -> Array:
        """One scale for each joint's six numbers, so that nearly constant entries do not become noise."""
        std = every.std(0)
        rotations = std[ROOT.stop : CONTACTS.start].reshape(-1, 6)
        rotations[:] = np.maximum(np.sqrt((rotations**2).mean(-1, keepdims=True)), 0.08)
        std[CONTACTS] = 0.5
        return np.asarray(std, np.float32)

    def _chances(self, frames: int) -> Array:
        """Cumulative probability of each sample for windows of ``frames``: steady ones must fill it, others fit in."""
        length = np.array([len(m) for m in self.motions])
        steady = np.array(self.steady)
        repeats = np.array(self.repeats)
        shortest = np.where(repeats, 0.2, 0.3) * frames
        enough = (length >= 0.85 * frames) | (repeats & (length >= shortest))
        fits = np.where(steady, enough, (length <= 1.2 * frames) & (length >= shortest))
        fits = np.where(self.whole, np.abs(length - frames) < 4, fits)
        # little of the window may be a held pose
        dull = ~steady & (length < 0.5 * frames)
        w = self.weights * fits * np.where(dull, 0.4, 1.0)
        # an action keeps its share, as far as few samples can bear it
        for action in np.unique(self.actions):
            own = self.actions == action
            if w[own].sum() > 0:
                w[own] *= min(14.0 if self.whole[own].all() else 5.0, self.weights[own].sum() / w[own].sum())
        return np.cumsum(w / w.sum())

    def window(self, i: int, frames: int, opened: bool = False) -> tuple[Array, Array]:
        """A window of sample ``i`` (frames, D), normalised, and the weight of each frame.

        ``opened``: the network will see how the window begins, so that it may begin anywhere.
        """
        m = self.motions[i]
        spare = len(m) - frames
        if spare >= 0:
            # what happens once begins with the window: a moment that nothing tells would be averaged away
            start = int(self.rng.integers(0, spare + 1)) if self.anywhere[i] or opened else 0
            return m[start : start + frames], np.ones(frames)
        zero = -self.mean / self.std
        shifted = m.copy()
        shifted[:, :3] -= zero[:3]  # speeds count from rest while they fade
        again = self.repeats[i] and (self.steady[i] or self.rng.random() < 0.15)
        out, real = extended(shifted, frames, self.rng, again, 6 if self.anywhere[i] else 2)
        out[:, :3] += zero[:3]
        return out, real

    def directed(self, i: int, frames: int) -> tuple[Array, Array, Array, Array]:
        """A window of sample ``i``, the weight of each frame, which of its numbers (frames, D) are told, and what."""
        known, first = drawn(self.rng, frames)
        x, real = self.window(i, frames, first > 0)
        if first and self.rng.random() < 0.6:
            before = self._before(x[0], first)
            if before is not None:
                x, real = spliced(x, real, before)
        return x, real, known, told(self.rng, x, known)

    def _before(self, pose: Array, count: int) -> Array | None:
        """``count`` frames of some motion that end in a pose not too far from the given one, or None."""
        best, found = _FARTHEST, None
        for i in self.rng.choice(len(self.motions), size=12):
            m = self.motions[int(i)]
            if len(m) < count:
                continue
            end = int(self.rng.integers(count, len(m) + 1))
            part = slice(ROOT.stop - 1, CONTACTS.start)
            distance = float(np.mean((m[end - 1, part] - pose[part]) ** 2))
            if distance < best:
                best, found = distance, m[end - count : end]
        return found

    def sentence(self, i: int) -> tuple[Array, Array]:
        """Static vectors (L, 96) and learned indices (L,) of one of the sentences of sample ``i``, or of no prompt.

        Learned vectors are left out now and then, and static ones shaken, so that words never met still mean
        something; words for sides and directions are left alone.
        """
        words = self.tokens[i][int(self.rng.integers(len(self.tokens[i])))]
        words = dressed(words, self.rng) if self.rng.random() >= 0.12 else []
        static = np.zeros((len(words) + 1, self.words.vectors.shape[1]), np.float32)
        ids = np.full(len(words) + 1, START)
        bare = self.rng.random() < 0.15
        for k, word in enumerate(words, start=1):
            static[k] = self.words.static(word)
            ids[k] = self.words.learned.get(word, 0)
            if word not in _SIDES and self.rng.random() < (0.9 if bare else 0.15):
                ids[k] = 0
                static[k] += self.rng.normal(0, 0.05, static.shape[1])
        return static, ids

    def batch(self, total: int) -> dict[str, Array]:
        """About ``total`` frames in windows of one length: ``x``, ``real``, ``known``, ``given`` and words.

        ``known`` (B, T, 140) says which numbers of ``given`` the network is told; the words are ``static``, ``ids`` and
        ``mask``.
        """
        frames = int(
            self.rng.choice(list(LENGTHS), p=np.array(list(LENGTHS.values())) / sum(LENGTHS.values()))
        )
        chosen = np.searchsorted(self.chances[frames], self.rng.random(max(1, total // frames)))
        chosen = np.minimum(chosen, len(self.motions) - 1)
        windows = [self.directed(int(i), frames) for i in chosen]
        sentences = [self.sentence(int(i)) for i in chosen]
        longest = max(len(ids) for _, ids in sentences)
        static = np.zeros((len(chosen), longest, self.words.vectors.shape[1]), np.float32)
        ids = np.zeros((len(chosen), longest), np.int64)
        mask = np.zeros((len(chosen), longest), bool)
        for row, (vectors, numbers) in enumerate(sentences):
            static[row, : len(numbers)], ids[row, : len(numbers)], mask[row, : len(numbers)] = (
                vectors,
                numbers,
                True,
            )
        x, real, known, given = (np.stack(part).astype(np.float32) for part in zip(*windows, strict=True))
        return {
            "x": x,
            "real": real,
            "known": known,
            "given": given,
            "static": static,
            "ids": ids,
            "mask": mask,
        }
