# SPDX-License-Identifier: GPL-3.0-or-later
"""Find toes, and fingers by their position in the hand."""

from __future__ import annotations

import numpy as np

from .symmetry import Symmetry
from .tree import BoneTree


def find_toe(tree: BoneTree, ankle: int, leg_length: float) -> tuple[int, int]:
    """Return the bone of the ball of the foot and the outermost bone below an ankle; -1 where there is none.

    ``leg_length``: in metres.
    """
    bones = tree.with_descendants(ankle)[1:]
    if not bones:
        return -1, -1
    offsets = tree.heads[bones] - tree.heads[ankle]
    level_distances = np.linalg.norm(offsets - np.outer(offsets @ tree.up, tree.up), axis=1)
    farthest = int(np.argmax(level_distances))
    if level_distances[farthest] < 0.05 * leg_length:
        return -1, -1
    distance = dict(zip(bones, level_distances, strict=True))
    far_bones = [b for b in bones if distance[b] >= max(0.05 * leg_length, 0.45 * level_distances[farthest])]
    first_bones = [b for b in far_bones if tree.parents[b] not in far_bones]
    end = bones[farthest]
    if len(first_bones) > 3:
        return -1, end  # each toe is a chain of its own, and no bone bends the ball of the foot
    path = tree.find_path(ankle, end)[1:]
    return next(
        b for b in path if distance[b] >= max(0.05 * leg_length, 0.45 * level_distances[farthest])
    ), end


def find_fingers(tree: BoneTree, symmetry: Symmetry, wrist: int) -> dict[str, int]:
    """Return the finger joints ("index1") below a wrist; empty where its children do not look like fingers.

    Bones that only one hand has are assumed to be an object held in it. The thumb begins closest to the wrist. The
    others follow in the order of their distance from the thumb.
    """
    chains = [chain for chain in _find_finger_chains(tree, symmetry, wrist) if len(chain) >= 2]
    if len(chains) > 5:
        chains = [chain for chain in chains if len(chain) >= 3]
    if not chains or len(chains) > 5:
        return {}
    if len(chains) == 1:
        return _number_links("middle", _select_finger_links(tree, wrist, chains[0]))
    links = [_select_finger_links(tree, wrist, chain) for chain in chains]
    bases = np.stack([tree.heads[link[0]] for link in links]) - tree.heads[wrist]
    ends = np.stack([tree.heads[link[-1]] for link in links]) - tree.heads[wrist]
    direction = ends.mean(axis=0)
    length = float(np.linalg.norm(direction))
    if length < 1e-9:
        return {}
    direction = direction / length
    thumb = int(np.argmin(bases @ direction + 0.3 * (ends @ direction)))
    others = [i for i in range(len(links)) if i != thumb]
    aside = bases[others].mean(axis=0) - bases[thumb]
    aside = aside - np.dot(aside, direction) * direction
    others.sort(key=lambda i: float(bases[i] @ aside))
    fingers = _number_links("thumb", chains[thumb][:3])
    for name, i in zip(("index", "middle", "ring", "pinky"), others, strict=False):
        fingers |= _number_links(name, links[i])
    return fingers


def _number_links(finger: str, links: list[int]) -> dict[str, int]:
    return {f"{finger}{number}": bone for number, bone in enumerate(links, start=1)}


def _find_finger_chains(tree: BoneTree, symmetry: Symmetry, wrist: int) -> list[list[int]]:
    """Return the chains below the wrist, each without the bones it shares with others."""
    result: list[list[int]] = []
    open_ends = [[child] for child in tree.children[wrist] if symmetry.has_partner(child)]
    while open_ends:
        chain = open_ends.pop(0)
        # leaf bones beside a chain are helpers
        next_bones = [c for c in tree.children[chain[-1]] if tree.children[c]] or tree.children[chain[-1]][:1]
        if not next_bones:
            result.append(chain)
        elif len(next_bones) == 1:
            open_ends.append([*chain, next_bones[0]])
        else:
            open_ends.extend([c] for c in next_bones)
    return result


def _select_finger_links(tree: BoneTree, wrist: int, chain: list[int]) -> list[int]:
    """Return the three bones of a finger, without a bone in the palm before them and an end bone after them."""
    if len(chain) > 3:
        distances = np.linalg.norm(tree.heads[chain] - tree.heads[wrist], axis=1)
        links = np.linalg.norm(np.diff(tree.heads[chain], axis=0), axis=1)
        if distances[0] < 0.3 * distances[-1] and links[0] > 1.25 * links[1]:
            chain = chain[1:]
    return chain[:3]
