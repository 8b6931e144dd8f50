# SPDX-License-Identifier: GPL-3.0-or-later
"""Find toes, and fingers by their position in the hand."""

from __future__ import annotations

import numpy as np

from .symmetry import Symmetry
from .tree import Tree


def find_toe(tree: Tree, ankle: int, leg: float) -> tuple[int, int]:
    """Return the bone of the ball of the foot and the outermost bone below an ankle; -1 where there is none.

    ``leg_length``: in metres.
    """
    bones = tree.below(ankle)[1:]
    if not bones:
        return -1, -1
    away = tree.heads[bones] - tree.heads[ankle]
    level = np.linalg.norm(away - np.outer(away @ tree.up, tree.up), axis=1)
    farthest = int(np.argmax(level))
    if level[farthest] < 0.05 * leg:
        return -1, -1
    distance = dict(zip(bones, level, strict=True))
    far = [b for b in bones if distance[b] >= max(0.05 * leg, 0.45 * level[farthest])]
    first = [b for b in far if tree.parents[b] not in far]
    end = bones[farthest]
    if len(first) > 3:
        return -1, end  # each toe is a chain of its own, and no bone bends the ball of the foot
    line = tree.path(ankle, end)[1:]
    return next(b for b in line if distance[b] >= max(0.05 * leg, 0.45 * level[farthest])), end


def find_fingers(tree: Tree, symmetry: Symmetry, wrist: int) -> dict[str, int]:
    """Return the finger joints ("index1") below a wrist; empty where its children do not look like fingers.

    Bones that only one hand has are assumed to be an object held in it. The thumb begins closest to the wrist. The
    others follow in the order of their distance from the thumb.
    """
    chains = [chain for chain in _chains(tree, symmetry, wrist) if len(chain) >= 2]
    if len(chains) > 5:
        chains = [chain for chain in chains if len(chain) >= 3]
    if not chains or len(chains) > 5:
        return {}
    if len(chains) == 1:
        return _named("middle", _links(tree, wrist, chains[0]))
    links = [_links(tree, wrist, chain) for chain in chains]
    bases = np.stack([tree.heads[link[0]] for link in links]) - tree.heads[wrist]
    ends = np.stack([tree.heads[link[-1]] for link in links]) - tree.heads[wrist]
    along = ends.mean(axis=0)
    length = float(np.linalg.norm(along))
    if length < 1e-9:
        return {}
    along = along / length
    thumb = int(np.argmin(bases @ along + 0.3 * (ends @ along)))
    others = [i for i in range(len(links)) if i != thumb]
    aside = bases[others].mean(axis=0) - bases[thumb]
    aside = aside - np.dot(aside, along) * along
    others.sort(key=lambda i: float(bases[i] @ aside))
    found = _named("thumb", chains[thumb][:3])
    for name, i in zip(("index", "middle", "ring", "pinky"), others, strict=False):
        found |= _named(name, links[i])
    return found


def _named(finger: str, links: list[int]) -> dict[str, int]:
    return {f"{finger}{number}": bone for number, bone in enumerate(links, start=1)}


def _chains(tree: Tree, symmetry: Symmetry, wrist: int) -> list[list[int]]:
    """Return the chains below the wrist, each without the bones it shares with others."""
    result: list[list[int]] = []
    open_ends = [[child] for child in tree.children[wrist] if symmetry.is_side(child)]
    while open_ends:
        chain = open_ends.pop(0)
        # leaf bones beside a chain are helpers
        further = [c for c in tree.children[chain[-1]] if tree.children[c]] or tree.children[chain[-1]][:1]
        if not further:
            result.append(chain)
        elif len(further) == 1:
            open_ends.append([*chain, further[0]])
        else:
            open_ends.extend([c] for c in further)
    return result


def _links(tree: Tree, wrist: int, chain: list[int]) -> list[int]:
    """Return the three bones of a finger, without a bone in the palm before them and an end bone after them."""
    if len(chain) > 3:
        away = np.linalg.norm(tree.heads[chain] - tree.heads[wrist], axis=1)
        links = np.linalg.norm(np.diff(tree.heads[chain], axis=0), axis=1)
        if away[0] < 0.3 * away[-1] and links[0] > 1.25 * links[1]:
            chain = chain[1:]
    return chain[:3]
