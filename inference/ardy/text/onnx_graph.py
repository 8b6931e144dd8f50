# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute a network from an ONNX file in NumPy, node by node.

What depends on stored tensors alone is computed once, when the file is read. Values are dropped after their last use.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ....motion.errors import CheckpointError
from . import onnx_arithmetic, onnx_arrays
from .onnx_call import AnyArray, BadCall, Budget, Call, OverBudget
from .onnx_file import Node, OnnxFile

MIN_VERSION, MAX_VERSION = 13, 25
"""Versions of the format's operations whose rules are followed here."""

OPERATORS = onnx_arithmetic.OPERATORS | onnx_arrays.OPERATORS

_SPLIT = "Split"
"""The only operation of which several results are computed."""


class OnnxGraph:
    """A network.

    Attributes
    ----------
    name : the file's name
    inputs : type and shape of each input by name, None for a dimension that is free
    outputs : names of the results
    """

    def __init__(self, file: OnnxFile) -> None:
        """Check a file and compute what depends on its stored tensors alone.

        Raises :class:`CheckpointError` if the network has operations that are not supported, uses values before they
        are computed (as a cycle does), or asks for more memory or work than a text encoder needs.
        """
        self.name, self.inputs, self.outputs = file.name, file.inputs, file.outputs
        self._version = file.version
        if not MIN_VERSION <= file.version <= MAX_VERSION:
            raise CheckpointError(
                "{name} is written in version {version} of ONNX's operations: export it with version {expected}",
                name=file.name,
                version=file.version,
                expected=17,
            )
        self._check_order(file)
        self._constants = dict(file.tensors)
        with np.errstate(all="ignore"):  # the caller looks for numbers that are not finite
            self._nodes = self._fold_constants(file.nodes)
        used = {name for node in self._nodes for name in node.inputs} | set(self.outputs)
        self._constants = {name: value for name, value in self._constants.items() if name in used}
        self._last_uses = self._find_last_uses()

    def _check_order(self, file: OnnxFile) -> None:
        """Raise :class:`CheckpointError` unless each node is known and uses what is there before it."""
        known = {"", *file.tensors, *file.inputs}
        for node in file.nodes:
            if node.domain or (node.operation not in OPERATORS and node.operation != _SPLIT):
                raise CheckpointError(
                    "{name} uses the operation {operation}, which is not supported: "
                    "choose the text encoder that was published for ARDY",
                    name=self.name,
                    operation=_show_name(f"{node.domain}.{node.operation}".lstrip(".")),
                )
            new = [name for name in node.outputs if name]
            if not known.issuperset(node.inputs) or not known.isdisjoint(new) or len(set(new)) != len(new):
                raise self._invalid(node)
            # only the first result is computed of operations that may have others, so nothing may use those
            known.update(new if node.operation == _SPLIT else node.outputs[:1])
        if not known.issuperset(self.outputs):
            raise CheckpointError(
                "{name} does not compute its result: choose the text encoder that was published for ARDY",
                name=self.name,
            )

    def _invalid(self, node: Node) -> CheckpointError:
        return CheckpointError(
            "An operation in {name} is not valid ({operation}): download it again, or choose another text encoder",
            name=self.name,
            operation=node.operation,
        )

    def _fold_constants(self, nodes: list[Node]) -> list[Node]:
        """Compute the nodes that depend on stored tensors alone; return the others."""
        budget = Budget()
        remaining = []
        for node in nodes:
            if all(name in self._constants for name in node.inputs if name):
                values = self._compute(node, self._constants, budget)
                self._constants.update(values)
                budget.live_bytes += sum(value.nbytes for value in values.values())
            else:
                remaining.append(node)
        return remaining

    def _find_last_uses(self) -> list[tuple[str, ...]]:
        """Return for each node the computed values that no later one uses."""
        seen = {*self._constants, *self.outputs, ""}
        last_uses: list[tuple[str, ...]] = []
        for node in reversed(self._nodes):
            last = {*node.inputs, *node.outputs} - seen
            seen |= last
            last_uses.append(tuple(last))
        return last_uses[::-1]

    def run(self, feeds: Mapping[str, AnyArray]) -> list[AnyArray]:
        """Return the results for some inputs.

        Raises :class:`CheckpointError` if an input is missing or does not fit, and if the network cannot be computed.
        """
        for name, (dtype, shape) in self.inputs.items():
            feed = feeds.get(name)
            if feed is None or feed.dtype != np.dtype(dtype or "V") or not _fits(feed.shape, shape):
                raise CheckpointError(
                    "{name} wants another input than a sentence ({input}): "
                    "choose the text encoder that was published for ARDY",
                    name=self.name,
                    input=_show_name(name),
                )
        budget = Budget()
        values = {**self._constants, **{name: feeds[name] for name in self.inputs}}
        with np.errstate(all="ignore"):
            for node, last_uses in zip(self._nodes, self._last_uses, strict=True):
                computed = self._compute(node, values, budget)
                values.update(computed)
                budget.live_bytes += sum(value.nbytes for value in computed.values())
                for name in last_uses:
                    budget.live_bytes -= values.pop(name).nbytes
        return [values[name] for name in self.outputs]

    def _compute(self, node: Node, values: Mapping[str, AnyArray], budget: Budget) -> dict[str, AnyArray]:
        """Return the results of a node by name. Raises :class:`CheckpointError`.

        Parameters
        ----------
        node : the operation
        values : all values that are there, by name
        budget : memory and work that are left
        """
        call = Call(node, [values[name] if name else None for name in node.inputs], self._version, budget)
        try:
            results = _apply_operator(call)
        except OverBudget:
            raise CheckpointError(
                "{name} asks for more memory or work than a text encoder needs ({operation}): "
                "choose the text encoder that was published for ARDY",
                name=self.name,
                operation=node.operation,
            ) from None
        except MemoryError as error:
            raise CheckpointError(
                "There is not enough memory for {name}: close other programs and try again", name=self.name
            ) from error
        except (ArithmeticError, LookupError, TypeError, ValueError, BadCall) as error:
            raise self._invalid(node) from error
        if len(node.outputs) < len(results):
            raise self._invalid(node)
        return {name: np.asarray(value) for name, value in zip(node.outputs, results, strict=False) if name}


def _apply_operator(call: Call) -> list[AnyArray]:
    """Return the results of an operation."""
    if call.node.operation == _SPLIT:
        return onnx_arrays.split_array(call)
    return [OPERATORS[call.node.operation](call)]


def _show_name(name: str) -> str:
    """Return a name from the file as it can stand in a sentence."""
    return "".join(c if c.isprintable() else "?" for c in name[:80])


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(shape) == len(wanted) and all(w in (None, n) for n, w in zip(shape, wanted, strict=True))
