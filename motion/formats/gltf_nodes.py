# SPDX-License-Identifier: GPL-3.0-or-later
"""The node tree of a glTF document: which nodes are joints, their rest transforms and their bind pose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import FormatError
from ..mapping.bone_map import ESSENTIAL_JOINTS
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
_MAX_SKINS = 200

_VRM_BONES: dict[str, str] = {
    "hips": "pelvis", "spine": "spine1", "chest": "spine2", "upperChest": "spine3", "neck": "neck", "head": "head",
    **{
        f"{side}{bone}": f"{side}_{joint}"
        for side in ("left", "right")
        for bone, joint in (
            ("UpperLeg", "hip"), ("LowerLeg", "knee"), ("Foot", "ankle"), ("Toes", "foot"), ("Shoulder", "collar"),
            ("UpperArm", "shoulder"), ("LowerArm", "elbow"), ("Hand", "wrist"),
        )
    },
}  # fmt: skip
"""VRM's names of humanoid bones, each with SMPL's joint."""


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
        self.joints = self._find_joints()
        """Indices of the joint nodes, parents first."""

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

    def list_with_ancestors(self, nodes: Iterable[int]) -> list[int]:
        """Return the nodes with all nodes above them, parents first."""
        needed: set[int] = set()
        for node in nodes:
            while node >= 0 and node not in needed:
                needed.add(node)
                node = self.parents[node]
        return [node for node in self._order if node in needed]

    def _find_joints(self) -> list[int]:
        """Return the joint nodes under one root, parents first.

        They are those of the largest skin and of others that belong to the same body, else, without skins, the nodes
        of the largest tree that are neither meshes nor cameras.
        """
        skins = self._document.get_list("skins")
        if skins:
            listed = self._merge_skins([
                {check_index(joint, len(self.nodes)) for joint in skin["joints"]} for skin in skins[:_MAX_SKINS]
            ])  # fmt: skip
        else:
            listed = {n for n, node in enumerate(self.nodes) if "mesh" not in node and "camera" not in node}
        listed |= set(self.named_nodes.values())
        # nodes between two joints are joints too, and all joints are below the deepest common ancestor
        chains = [self._path_to_root(n)[::-1] for n in sorted(listed)]
        shared = _find_shared_start(chains)
        if not shared:
            if skins:
                raise FormatError("its joints have several roots")
            roots = [chain[0] for chain in chains]
            root = max(set(roots), key=roots.count)
            chains = [chain for chain in chains if chain[0] == root]
            shared = [root]
        root = shared[-1]
        joints = {node for chain in chains for node in chain[chain.index(root) :]}
        return [n for n in self._order if n in joints]

    def _merge_skins(self, skins: list[set[int]]) -> set[int]:
        """Return the joints of the largest skin and of the skins of other meshes of the same body.

        Some exporters write a skin for each mesh, with the joints that this mesh needs. Two skins belong to one body if
        the joint above all joints of both is a joint of one of them.
        """
        groups: list[tuple[int, set[int]]] = []
        for skin in sorted((skin for skin in skins if skin), key=len, reverse=True):
            merged, top = set(skin), self._find_top(skin)
            others = []
            for other_top, group in groups:
                shared = self._find_top([top, other_top]) if min(top, other_top) >= 0 else -1
                if shared in merged or shared in group:
                    merged |= group
                    top = shared
                else:
                    others.append((other_top, group))
            groups = [*others, (top, merged)]
        return max((group for _, group in groups), key=len, default=set())

    def _find_top(self, nodes: Iterable[int]) -> int:
        """Return the lowest node that is, or is above, all of ``nodes``; -1 if they are in several trees."""
        first, *others = nodes
        depths = {node: depth for depth, node in enumerate(self._path_to_root(first)[::-1])}
        top, visited = depths[first], set(depths)
        for node in others:
            while node >= 0 and node not in visited:
                visited.add(node)
                node = self.parents[node]
            if node < 0:
                return -1
            top = min(top, depths.get(node, top))
        return next(node for node, depth in depths.items() if depth == top)

    @cached_property
    def named_nodes(self) -> dict[str, int]:
        """SMPL joint to node, from VRM's extensions; empty if they are missing or name too few joints.

        Specifications: vrm-c/vrm-specification, VRMC_vrm_animation 1.0, VRMC_vrm 1.0, and VRM 0.0.
        """
        extensions = self._document.content.get("extensions", {})
        named: dict[str, int] = {}
        for extension in ("VRMC_vrm_animation", "VRMC_vrm", "VRM"):
            bones = extensions.get(extension, {}).get("humanoid", {})
            bones = bones.get("humanBones", {})
            if isinstance(bones, list):
                bones = {bone.get("bone"): bone for bone in bones}
            for bone, target in bones.items():
                if bone in _VRM_BONES:
                    named.setdefault(bone, check_index(target["node"], len(self.nodes)))
            if named:
                break
        joints = {_VRM_BONES[bone]: node for bone, node in named.items()}
        if "upperChest" not in named and "chest" in named:
            joints["spine3"] = joints.pop("spine2")
        is_complete = all(joint in joints for joint in ESSENTIAL_JOINTS)
        return joints if is_complete and len(set(joints.values())) == len(joints) else {}

    @cached_property
    def local_transforms(self) -> tuple[Array, Array, Array]:
        """Local translation (N, 3), rotation (N, 4) w, x, y, z and uniform scale (N,) of every node."""
        return self.read_transforms()

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
        """World positions (N, 3) and rotations (N, 4) at rest; of joints in the skins' bind pose if they have one."""
        translations, rotations, scales = self.local_transforms
        return self._apply_bind_pose(*self.to_world(translations.copy(), rotations.copy(), scales))

    def _read_bind_matrices(self) -> dict[int, Array]:
        """Return the bind matrix (4, 4) of each joint from the skins whose joints are this body's."""
        joints = set(self.joints)
        result: dict[int, Array] = {}
        skins = [
            skin for skin in self._document.get_list("skins")[:_MAX_SKINS] if "inverseBindMatrices" in skin
        ]
        for skin in sorted(skins, key=lambda candidate: -len(candidate["joints"])):
            nodes = [check_index(joint, len(self.nodes)) for joint in skin["joints"]]
            if not nodes or not joints.issuperset(nodes) or set(nodes) <= result.keys():
                continue
            inverse = self._document.read_accessor(skin["inverseBindMatrices"])
            if inverse.shape != (len(nodes), 16):
                raise ValueError("the bind pose does not fit the joints")
            matrices = inverse.reshape(-1, 4, 4).transpose(0, 2, 1)
            if np.min(np.abs(np.linalg.det(matrices))) < 1e-12:
                continue
            bind = np.linalg.inv(matrices)
            # meshes of one body share their space; another's bind pose can't be compared
            known = [k for k, node in enumerate(nodes) if node in result]
            if any(not np.allclose(bind[k], result[nodes[k]], rtol=1e-3, atol=1e-3) for k in known):
                continue
            for node, matrix in zip(nodes, bind, strict=True):
                result.setdefault(node, matrix)
        return result

    def _apply_bind_pose(self, positions: Array, rotations: Array) -> tuple[Array, Array]:
        """Return rest positions and rotations with those of the skins' joints replaced by their bind pose."""
        matrices = self._read_bind_matrices()
        if not matrices:
            return positions, rotations
        joints = list(matrices)
        bind = np.stack([matrices[joint] for joint in joints])
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


def _find_shared_start(chains: Sequence[Sequence[int]]) -> list[int]:
    """Return the nodes with which all chains begin."""
    return [step[0] for step in zip(*chains, strict=False) if all(node == step[0] for node in step)]


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
