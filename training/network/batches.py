# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches of training windows of one length, with the words of their sentences."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ...inference.embedded.features import CONTACT_COLUMNS, ROOT_COLUMNS
from ...inference.embedded.text import START_TOKEN, split_words
from ..data.repertoire import WINDOW_LENGTHS
from ..data.sample_cache import EncodedSample
from ..text.prompt_augmentation import augment_prompt
from .constraint_masks import condition_values, sample_mask, splice_motions

Array = np.ndarray

_FADE_FRAMES = 8  # frames of the cross-fade between repetitions
_PLAIN_CHANCE = 0.35  # of a sentence "a person ...", as parts of a breakdown are worded
_MAX_SPLICE_DISTANCE = 1.0  # mean squared difference of the poses at a splice, in normalised units
# actions that go on as they began, so that a window may start anywhere in them
_CONTINUING_ACTIONS = (
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
_DIRECTION_WORDS = frozenset(
    "left right forward forwards backward backwards back ahead up down upward downward upwards downwards sideways "
    "clockwise counterclockwise anticlockwise leftward rightward leftwards rightwards leftward no not".split()
)


@dataclass
class TrainingVocabulary:
    """Word vectors for training.

    Attributes
    ----------
    index : dict of int
        Row of each word in ``vectors``.
    vectors : (N, 96) int8
        Static vectors.
    learned : dict of int
        Index of the learned embedding of each word of the training sentences.
    """

    index: dict[str, int]
    vectors: Array
    learned: dict[str, int] = field(default_factory=dict)
    _units: dict[str, Array] = field(default_factory=dict)

    @classmethod
    def read(
        cls, path: object, sentences: Sequence[str], learned: dict[str, int] | None = None
    ) -> TrainingVocabulary:
        """Read the static table at ``path`` and assign learned indices to all words of ``sentences``.

        Indices of an earlier run (``learned``) stay; new words follow after them.
        """
        with np.load(str(path), allow_pickle=False) as z:
            words = bytes(z["words"]).decode("utf-8").split("\n")
            vectors = z["vectors"]
        learned = dict(learned or {})
        for word in sorted({w for s in sentences for w in split_words(s)}):
            learned.setdefault(word, START_TOKEN + 1 + len(learned))
        return cls({w: i for i, w in enumerate(words)}, vectors, learned)

    def static_vector(self, word: str) -> Array:
        """Return the unit vector (96,) of a word; zeros if it is not in the table."""
        if word not in self._units:
            i = self.index.get(word)
            v = (
                np.zeros(self.vectors.shape[1], np.float32)
                if i is None
                else self.vectors[i].astype(np.float32)
            )
            self._units[word] = v / max(float(np.linalg.norm(v)), 1e-6)
        return self._units[word]


def extend_motion(
    x: Array, frames: int, rng: np.random.Generator, repeat: bool, max_lead: int
) -> tuple[Array, Array]:
    """Extend a motion that is shorter than the window.

    Parameters
    ----------
    x : (T, D)
        Features; zero velocities are zero.
    frames : int
        Length of the window.
    rng : numpy Generator
        Draws where the motion begins in the window.
    repeat : bool
        Repeat it with a cross-fade; otherwise hold the last pose while the velocity fades out.
    max_lead : int
        Frames before the motion begins, at most.

    Returns
    -------
    features : (frames, D)
    frame_weights : (frames,)
        Weight of each frame: 1 for given ones, less for added ones.
    """
    lead = int(rng.integers(0, min(max_lead, frames - len(x)) + 1)) if frames > len(x) else 0
    parts, frame_weights = [x], np.ones(len(x))
    while repeat and frames - lead - len(x) > _FADE_FRAMES:
        ramp = np.linspace(0, 1, _FADE_FRAMES + 2)[1:-1, None]
        fade = (1 - ramp) * x[-1] + ramp * x[0]
        parts += [fade, x]
        frame_weights = np.concatenate([frame_weights, np.full(_FADE_FRAMES, 0.5), np.ones(len(x))])
        if sum(map(len, parts)) >= frames - lead:
            break
    out = np.concatenate(parts)[: frames - lead]
    frame_weights = frame_weights[: frames - lead]
    missing = frames - lead - len(out)
    if missing:
        hold = np.repeat(out[-1:], missing, 0)
        hold[:, :3] *= np.exp(-np.arange(1, missing + 1) / 2.0)[:, None]
        out, frame_weights = (
            np.concatenate([out, hold]),
            np.concatenate([frame_weights, np.full(missing, 0.3)]),
        )
    if lead:
        start = np.repeat(out[:1], lead, 0)
        start[:, :3] = 0
        out, frame_weights = np.concatenate([start, out]), np.concatenate([np.full(lead, 0.3), frame_weights])
    return out, frame_weights


class Corpus:
    """Training samples as normalised features, from which batches are drawn."""

    def __init__(
        self,
        samples: Sequence[EncodedSample],
        vocabulary: TrainingVocabulary,
        seed: int = 0,
        statistics: tuple[Array, Array] | None = None,
    ) -> None:
        """Normalise the samples and prepare how they are drawn.

        Parameters
        ----------
        samples : sequence of EncodedSample
            Encoded samples.
        vocabulary : TrainingVocabulary
            Word vectors.
        seed : int
            Of the random choices.
        statistics : (D,) and (D,), or None
            Mean and scale of an earlier run that is continued; None: those of the samples.
        """
        self.rng = np.random.default_rng(seed)
        self.vocabulary = vocabulary
        self.motions = [s.features for s in samples]
        self.weights = np.array([s.weight for s in samples], float)
        self.loopable = [s.loopable for s in samples]
        self.whole_windows = np.array([s.whole_window for s in samples])
        self.may_start_anywhere = [s.loopable or s.action.startswith(_CONTINUING_ACTIONS) for s in samples]
        self.actions = np.array([s.action for s in samples])
        self.tokens = [[split_words(t) for t in s.sentences] for s in samples]
        self.plain_sentences = [[t for t in group if t[:2] == ["a", "person"]] for group in self.tokens]
        features = np.concatenate(self.motions)
        self.mean, self.std = statistics or (features.mean(0), self._feature_scale(features))
        self.motions = [(m - self.mean) / self.std for m in self.motions]
        pose = slice(ROOT_COLUMNS.stop, CONTACT_COLUMNS.start)
        # 0.3: about the distance between two phases of a calm stand
        self.repeats = [float(np.mean((m[0, pose] - m[-1, pose]) ** 2)) < 0.3 for m in self.motions]
        self.probabilities = {n: self._compute_probabilities(n) for n in WINDOW_LENGTHS}

    def copy_for_thread(self, number: int) -> Corpus:
        """Return a copy for another thread, with the same samples and a random generator of its own."""
        corpus_copy = copy.copy(self)
        corpus_copy.rng = np.random.default_rng(self.rng.integers(2**32) + number)
        return corpus_copy

    @staticmethod
    def _feature_scale(features: Array) -> Array:
        """Return the scale (D,) of features; one for all six of a joint, so that constant ones are not amplified."""
        std = features.std(0)
        rotations = std[ROOT_COLUMNS.stop : CONTACT_COLUMNS.start].reshape(-1, 6)
        rotations[:] = np.maximum(np.sqrt((rotations**2).mean(-1, keepdims=True)), 0.08)
        std[CONTACT_COLUMNS] = 0.5
        return np.asarray(std, np.float32)

    def _compute_probabilities(self, frames: int) -> Array:
        """Return the cumulative probability (N,) of the samples for windows of ``frames``.

        Loopable samples must fill the window, others must fit into it.
        """
        length = np.array([len(m) for m in self.motions])
        loopable = np.array(self.loopable)
        repeats = np.array(self.repeats)
        shortest = np.where(repeats, 0.2, 0.3) * frames
        enough = (length >= 0.85 * frames) | (repeats & (length >= shortest))
        fits = np.where(loopable, enough, (length <= 1.2 * frames) & (length >= shortest))
        fits = np.where(self.whole_windows, np.abs(length - frames) < 4, fits)
        # prefer samples that leave little of the window to a held pose
        mostly_held = ~loopable & (length < 0.5 * frames)
        w = self.weights * fits * np.where(mostly_held, 0.4, 1.0)
        # an action keeps its weight although some samples do not fit; limited, so that few samples are not overused
        for action in np.unique(self.actions):
            same_action = self.actions == action
            if w[same_action].sum() > 0:
                w[same_action] *= min(
                    14.0 if self.whole_windows[same_action].all() else 5.0,
                    self.weights[same_action].sum() / w[same_action].sum(),
                )
        return np.cumsum(w / w.sum())

    def draw_window(self, i: int, frames: int, start_given: bool = False) -> tuple[Array, Array]:
        """Cut or extend sample ``i`` to a window (frames, D), and return the weight of each frame (frames,).

        ``start_given``: the network sees the first frames, so that the window may begin anywhere in the sample.
        """
        m = self.motions[i]
        spare = len(m) - frames
        if spare >= 0:
            # an action that happens once begins with the window: at random times the network would predict an average
            start = int(self.rng.integers(0, spare + 1)) if self.may_start_anywhere[i] or start_given else 0
            return m[start : start + frames], np.ones(frames)
        zero = -self.mean / self.std
        shifted = m.copy()
        shifted[:, :3] -= zero[:3]  # while velocities fade, zero must mean rest
        repeat = self.repeats[i] and (self.loopable[i] or self.rng.random() < 0.15)
        out, frame_weights = extend_motion(
            shifted, frames, self.rng, repeat, 6 if self.may_start_anywhere[i] else 2
        )
        out[:, :3] += zero[:3]
        return out, frame_weights

    def draw_conditioned_window(self, i: int, frames: int) -> tuple[Array, Array, Array, Array]:
        """Draw a window of sample ``i`` with conditions.

        Returns features (frames, D), the weight of each frame (frames,), the mask of conditioned features (frames, D)
        and their values (frames, D).
        """
        known, first = sample_mask(self.rng, frames)
        x, frame_weights = self.draw_window(i, frames, first > 0)
        if first and self.rng.random() < 0.6:
            before = self._find_lead_in(x[0], first)
            if before is not None:
                x, frame_weights = splice_motions(x, frame_weights, before)
        return x, frame_weights, known, condition_values(self.rng, x, known)

    def _find_lead_in(self, pose: Array, count: int) -> Array | None:
        """Find ``count`` frames (count, D) of a motion that end in a pose near the given one (D,), or None."""
        best, nearest = _MAX_SPLICE_DISTANCE, None
        for i in self.rng.choice(len(self.motions), size=12):
            m = self.motions[int(i)]
            if len(m) < count:
                continue
            end = int(self.rng.integers(count, len(m) + 1))
            part = slice(ROOT_COLUMNS.stop - 1, CONTACT_COLUMNS.start)
            distance = float(np.mean((m[end - 1, part] - pose[part]) ** 2))
            if distance < best:
                best, nearest = distance, m[end - count : end]
        return nearest

    def draw_sentence(self, i: int) -> tuple[Array, Array]:
        """Draw one of the sentences of sample ``i``, or none: static vectors (L, 96) and learned indices (L,).

        Some words get no learned index and a noisy static vector, so that words without a learned vector are understood
        by their static one; words for sides and directions are kept.
        """
        plain = self.plain_sentences[i]
        chosen = plain if plain and self.rng.random() < _PLAIN_CHANCE else self.tokens[i]
        words = chosen[int(self.rng.integers(len(chosen)))]
        words = augment_prompt(words, self.rng) if self.rng.random() >= 0.12 else []
        static = np.zeros((len(words) + 1, self.vocabulary.vectors.shape[1]), np.float32)
        ids = np.full(len(words) + 1, START_TOKEN)
        few_learned = self.rng.random() < 0.15
        for k, word in enumerate(words, start=1):
            static[k] = self.vocabulary.static_vector(word)
            ids[k] = self.vocabulary.learned.get(word, 0)
            if word not in _DIRECTION_WORDS and self.rng.random() < (0.9 if few_learned else 0.15):
                ids[k] = 0
                static[k] += self.rng.normal(0, 0.05, static.shape[1])
        return static, ids

    def draw_batch(self, total: int) -> dict[str, Array]:
        """Draw about ``total`` frames in B windows of one length T.

        Returns arrays by name: "x" (B, T, 140) features, "real" (B, T) weights of frames, "known" and "given"
        (B, T, 140) mask and values of the conditions; "static" (B, L, 96), "ids" (B, L), "mask" (B, L) of the words.
        """
        frames = int(
            self.rng.choice(
                list(WINDOW_LENGTHS), p=np.array(list(WINDOW_LENGTHS.values())) / sum(WINDOW_LENGTHS.values())
            )
        )
        chosen = np.searchsorted(self.probabilities[frames], self.rng.random(max(1, total // frames)))
        chosen = np.minimum(chosen, len(self.motions) - 1)
        windows = [self.draw_conditioned_window(int(i), frames) for i in chosen]
        sentences = [self.draw_sentence(int(i)) for i in chosen]
        longest = max(len(ids) for _, ids in sentences)
        static = np.zeros((len(chosen), longest, self.vocabulary.vectors.shape[1]), np.float32)
        ids = np.zeros((len(chosen), longest), np.int64)
        mask = np.zeros((len(chosen), longest), bool)
        for row, (vectors, numbers) in enumerate(sentences):
            static[row, : len(numbers)], ids[row, : len(numbers)], mask[row, : len(numbers)] = (
                vectors,
                numbers,
                True,
            )
        x, frame_weights, known, given = (
            np.stack(part).astype(np.float32) for part in zip(*windows, strict=True)
        )
        return {
            "x": x,
            "real": frame_weights,
            "known": known,
            "given": given,
            "static": static,
            "ids": ids,
            "mask": mask,
        }
