# SPDX-License-Identifier: GPL-3.0-or-later
"""The node tree of a glTF document: which nodes are joints, their rest transforms and their bind pose."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from ..errors import FormatError
from ..rotations import (
    Array,
    conjugate,
    identity_rotations,
    matrix_to_quaternion,
    multiply,
    normalise,
    rotate,
)
from .gltf_accessors import GltfDocument, check_index

MAX_NODES = 2000


class NodeTree:
    """All ``N`` nodes of a document and the joints among them."""

    def __init__(self, document: GltfDocument) -> None:
        """Check the tree and find its joints.

        Raises :class:`FormatError` if there are too many nodes or the joints have several roots, ``ValueError`` if the
        nodes do not form trees.
        """
        self._document = document
        self.nodes: list[Any] = document.get_list("nodes")
        if not 1 <= len(self.nodes) <= MAX_NODES:
            raise FormatError(
                "it has {count} nodes; 1 to {limit} can be read", count=len(self.nodes), limit=MAX_NODES
            )
        self.parents = self._find_parents()
        """Index of each node's parent, -1 for a root."""

        depths = [len(self._path_to_root(node)) for node in range(len(self.nodes))]
        self._order = [int(node) for node in np.argsort(depths, kind="stable")]
        self._skin, self.joints = self._find_joints()
        """``joints``: indices of the joint nodes, parents first."""

    def _find_parents(self) -> list[int]:
        parents = [-1] * len(self.nodes)
        for n, node in enumerate(self.nodes):
            for child in node.get("children", []):
                child = check_index(child, len(self.nodes))
                if parents[child] >= 0 or child == n:
                    raise ValueError("a node has two parents")
                parents[child] = n
        self.parents = parents
        for n in range(len(parents)):
            if len(self._path_to_root(n)) > len(parents):
                raise ValueError("its nodes form a ring")
        return parents

    def _path_to_root(self, node: int) -> list[int]:
        """Return the node itself, its parent and so on up to the root; one too many for a ring."""
        path: list[int] = []
        while node >= 0 and len(path) <= len(self.nodes):
            path.append(node)
            node = self.parents[node]
        return path

    def _find_joints(self) -> tuple[dict[str, Any], list[int]]:
        """Return the largest skin (empty if there is none) and the joint nodes under one root, parents first.

        Without a skin, the joints are the nodes of the largest tree that are neither meshes nor cameras.
        """
        skins = self._document.get_list("skins")
        skin: dict[str, Any] = {}
        if skins:
            skin = max(skins, key=lambda candidate: len(candidate["joints"]))
            listed = {check_index(joint, len(self.nodes)) for joint in skin["joints"]}
        else:
            listed = {n for n, node in enumerate(self.nodes) if "mesh" not in node and "camera" not in node}
        # nodes between two joints are joints too, and all joints are below the deepest common ancestor
        chains = [self._path_to_root(n)[::-1] for n in sorted(listed)]
        shared = [step[0] for step in zip(*chains, strict=False) if all(node == step[0] for node in step)]
        if not shared:
            if skins:
                raise FormatError("its joints have several roots")
            roots = [chain[0] for chain in chains]
            root = max(set(roots), key=roots.count)
            chains = [chain for chain in chains if chain[0] == root]
            shared = [root]
        root = shared[-1]
        joints = {node for chain in chains for node in chain[chain.index(root) :]}
        return skin, [n for n in self._order if n in joints]

    def read_transforms(self) -> tuple[Array, Array, Array]:
        """Return the local translation (N, 3), rotation (N, 4) w, x, y, z and uniform scale (N,) of every node.

        Raises ``ValueError`` if one of them is not possible.
        """
        count = len(self.nodes)
        translations, rotations, scales = np.zeros((count, 3)), identity_rotations(count), np.ones(count)
        for n, node in enumerate(self.nodes):
            if "matrix" in node:
                matrix = _read_numbers(node["matrix"], 16).reshape(4, 4).T
                size = np.linalg.norm(matrix[:3, :3], axis=0)
                translations[n], scales[n] = matrix[:3, 3], float(np.mean(size))
                rotations[n] = matrix_to_quaternion(matrix[:3, :3] / np.maximum(size, 1e-12))
                continue
            translations[n] = _read_numbers(node.get("translation", (0, 0, 0)), 3)
            rotations[n] = reorder_quaternions(_read_numbers(node.get("rotation", (0, 0, 0, 1)), 4)[None])[0]
            scales[n] = float(np.mean(_read_numbers(node.get("scale", (1, 1, 1)), 3)))
        if not np.all((np.abs(scales) > 1e-9) & (np.abs(scales) < 1e9)):
            raise ValueError("the scale of a node is not possible")
        return translations, rotations, scales

    def to_world(self, translations: Array, rotations: Array, scales: Array) -> tuple[Array, Array]:
        """Turn local transforms of all nodes into world transforms, in place.

        Returns positions (..., N, 3) and rotations (..., N, 4), which are the arrays ``translations`` and
        ``rotations``; ``scales`` (N,) are the nodes' own.
        """
        sizes = np.ones(len(self.nodes))
        for n in self._order:
            p = self.parents[n]
            sizes[n] = scales[n]
            if p >= 0:
                sizes[n] *= sizes[p]
                step = rotate(rotations[..., p, :], translations[..., n, :])
                translations[..., n, :] = translations[..., p, :] + sizes[p] * step
                rotations[..., n, :] = multiply(rotations[..., p, :], rotations[..., n, :])
        return translations, rotations

    @cached_property
    def rest_pose(self) -> tuple[Array, Array]:
        """World positions (N, 3) and rotations (N, 4) at rest; of joints in the skin's bind pose if it has one."""
        return self._apply_bind_pose(*self.to_world(*self.read_transforms()))

    def _apply_bind_pose(self, positions: Array, rotations: Array) -> tuple[Array, Array]:
        """Return rest positions and rotations with those of the skin's joints replaced by its bind pose."""
        if "inverseBindMatrices" not in self._skin:
            return positions, rotations
        inverse = self._document.read_accessor(self._skin["inverseBindMatrices"])
        joints = [check_index(joint, len(self.nodes)) for joint in self._skin["joints"]]
        if inverse.shape != (len(joints), 16):
            raise ValueError("the bind pose does not fit the joints")
        matrices = inverse.reshape(-1, 4, 4).transpose(0, 2, 1)
        if np.min(np.abs(np.linalg.det(matrices))) < 1e-12:
            return positions, rotations
        bind = np.linalg.inv(matrices)
        size = np.linalg.norm(bind[:, :3, :3], axis=1, keepdims=True)
        bind_rotations = matrix_to_quaternion(bind[:, :3, :3] / size)
        # the bind pose is relative to the mesh: move, rotate and scale it so that its root fits the node's rest pose
        root = min(joints, key=lambda joint: len(self._path_to_root(joint)))
        k = joints.index(root)
        bind_to_rest = multiply(rotations[root], conjugate(bind_rotations[k]))
        bind_offsets = bind[:, :3, 3] - bind[k, :3, 3]
        bind_distances = np.linalg.norm(bind_offsets, axis=-1)
        rest_distances = np.linalg.norm(positions[joints] - positions[root], axis=-1)
        scale = 1.0
        if bind_distances.max() > 1e-9:
            scale = float(rest_distances.max() / bind_distances.max())
        positions, rotations = positions.copy(), rotations.copy()
        positions[joints] = positions[root] + scale * rotate(bind_to_rest, bind_offsets)
        rotations[joints] = multiply(bind_to_rest, bind_rotations)
        return positions, rotations


def reorder_quaternions(xyzw: Array) -> Array:
    """Return glTF's quaternions x, y, z, w as unit quaternions w, x, y, z. Raises ``ValueError`` for length 0."""
    if np.any(np.linalg.norm(xyzw, axis=-1) < 1e-6):
        raise ValueError("a rotation is not a quaternion")
    return normalise(np.roll(xyzw, 1, axis=-1))


def _read_numbers(values: Any, count: int) -> Array:
    array = np.array(values, dtype=float)
    if array.shape != (count,) or not np.all(np.isfinite(array)):
        raise ValueError("a transform of a node is not possible")
    return array
