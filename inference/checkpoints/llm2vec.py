# SPDX-License-Identifier: GPL-3.0-or-later
"""LLM2Vec (BehnamGhader et al., 2024), the text encoder that ARDY was trained with, by ``transformers``.

A language model of the Llama family whose tokens see each other in both directions, with two low-rank adapters (LoRA,
Hu et al., 2021) merged into its weights. The user's folder holds three folders with the files as they are published:
the language model, and the adapters ``...-mntp`` and ``...-mntp-supervised``. Nothing is downloaded, and no code from
those folders is run.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ...motion.errors import CheckpointError

F32 = NDArray[np.float32]

_MODEL_CONFIG, _ADAPTER_CONFIG, _ADAPTER_WEIGHTS = (
    "config.json",
    "adapter_config.json",
    "adapter_model.safetensors",
)
_LAST_ADAPTER = "supervised"
"""End of the name of the adapter that was trained on top of the other."""

_CHAT_MODEL = "Meta-Llama-3-8B-Instruct"
_HEADER, _END = "<|start_header_id|>user<|end_header_id|>\n\n", "<|eot_id|>"
"""What this model's prompts are put between."""

_MAX_TOKENS = 512
_MAX_CONFIG_BYTES = 2**20
_MAX_RANK = 1024


@dataclass(frozen=True)
class Llm2VecFiles:
    """The folders of an encoder.

    Attributes
    ----------
    base : the language model
    adapters : adapters in the order in which they are merged
    """

    base: Path
    adapters: tuple[Path, ...]


def find_llm2vec(folder: Path) -> Llm2VecFiles | None:
    """Return the parts of the encoder in a folder; None if it holds none.

    The folder itself may be the language model, if the adapters are merged into it already.
    """
    if not folder.is_dir():
        return None
    folders = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    adapters = [path for path in folders if (path / _ADAPTER_CONFIG).is_file()]
    bases = [path for path in folders if path not in adapters and _is_llama(path / _MODEL_CONFIG)]
    if len(bases) != 1:
        return None
    adapters.sort(key=lambda path: path.name.endswith(_LAST_ADAPTER))
    return Llm2VecFiles(bases[0], tuple(adapters))


def _is_llama(path: Path) -> bool:
    try:
        return _read_json(path).get("model_type") == "llama"
    except CheckpointError:
        return False


def _read_json(path: Path) -> dict[str, Any]:
    """Return the object in a small JSON file. Raises :class:`CheckpointError`."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_CONFIG_BYTES + 1)
        tree = json.loads(content) if len(content) <= _MAX_CONFIG_BYTES else None
    except (OSError, ValueError, RecursionError):
        tree = None
    if not isinstance(tree, dict):
        raise CheckpointError("{name} is damaged or not complete: download it again", name=path.name)
    return tree


class Llm2Vec:
    """The encoder; a ``TextEncoder`` of ARDY. Its weights are loaded at the first prompt."""

    def __init__(self, folder: str | Path, dtype: torch.dtype = torch.bfloat16) -> None:
        """Find the files. Raises :class:`CheckpointError` if the folder does not hold them.

        ``dtype``: type in which the network computes.
        """
        folder = Path(folder)
        files = find_llm2vec(folder)
        if files is None:
            raise CheckpointError(
                "The folder {folder} holds no LLM2Vec: it has to hold the folders of the language model and of its "
                "two adapters",
                folder=folder.name,
            )
        self._files, self._dtype = files, dtype
        self._configs = [_read_json(path / _ADAPTER_CONFIG) for path in files.adapters]
        self._uses_chat_template = _CHAT_MODEL in (
            files.base.name,
            *(str(config.get("base_model_name_or_path")).rpartition("/")[2] for config in self._configs),
        )
        self._tokenizer: Any = None
        self._model: Any = None

    def encode(self, sentences: Sequence[str]) -> F32:
        """Return a vector (sentences, width) for each sentence; an empty one means no text and gives zeros.

        Raises :class:`CheckpointError` if the files cannot be loaded.
        """
        if self._model is None:
            self._load()
        # one at a time, as the original does: together, the numbers in bfloat16 would be others
        rows = [self._encode_sentence(sentence.strip()) for sentence in sentences]
        width = self._model.config.hidden_size
        return np.stack(rows) if rows else np.zeros((0, width), np.float32)

    def _encode_sentence(self, sentence: str) -> F32:
        if not sentence:
            return np.zeros(self._model.config.hidden_size, np.float32)
        start = _HEADER if self._uses_chat_template else ""
        end = _END if self._uses_chat_template else ""
        # cut so that the end token stays
        own = self._tokenize(sentence)[: _MAX_TOKENS - 32]
        sentence = sentence if len(own) < _MAX_TOKENS - 32 else self._tokenizer.decode(own)
        tokens = self._tokenizer(start + sentence + end)["input_ids"]
        count = len(self._tokenize(sentence + end))
        device = self._model.device
        ids = torch.tensor([tokens], device=device)
        # an added mask of zeros: every token sees every other one
        mask = torch.zeros((1, 1, len(tokens), len(tokens)), dtype=self._dtype, device=device)
        with torch.inference_mode():
            states = self._model(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
            vector = states[0, -count:].mean(0)
        return np.asarray(vector.float().cpu().numpy(), np.float32)

    def _tokenize(self, text: str) -> list[int]:
        """Return the tokens of a text without those that are put around one."""
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def _load(self) -> None:
        try:
            import transformers
        except ImportError as error:
            raise CheckpointError(
                "Text needs the package transformers: install it beside PyTorch (pip install transformers)"
            ) from error
        base = str(self._files.base)
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(base, local_files_only=True)
            model = transformers.LlamaModel.from_pretrained(base, local_files_only=True, dtype=self._dtype)
        except Exception as error:  # damaged files raise many kinds
            raise CheckpointError(
                "The language model in {folder} cannot be loaded: download it again (config.json, the weights as "
                ".safetensors and the tokenizer's files)",
                folder=self._files.base.name,
            ) from error
        for path, config in zip(self._files.adapters, self._configs, strict=True):
            _merge_adapter(model, path, config)
        if torch.cuda.is_available():
            model = model.to("cuda")
        self._tokenizer, self._model = tokenizer, model.eval()


def _merge_adapter(model: Any, folder: Path, config: dict[str, Any]) -> None:
    """Add the products of an adapter's matrices to the weights of a model. Raises :class:`CheckpointError`.

    Parameters
    ----------
    model : the language model, changed in place
    folder : the adapter's folder
    config : its configuration
    """
    rank, scale = config.get("r"), config.get("lora_alpha")
    if (
        config.get("peft_type") != "LORA"
        or type(rank) is not int
        or not 0 < rank <= _MAX_RANK
        or not isinstance(scale, (int, float))
        or config.get("bias", "none") != "none"
        or any(
            config.get(key)
            for key in (
                "fan_in_fan_out",
                "modules_to_save",
                "use_rslora",
                "use_dora",
                "rank_pattern",
                "alpha_pattern",
            )
        )
    ):
        raise _wrong_adapter(folder)
    try:
        from safetensors.torch import load_file

        tensors = load_file(folder / _ADAPTER_WEIGHTS)
    except ImportError as error:
        raise CheckpointError(
            "Adapters need the package safetensors: install it beside PyTorch (pip install safetensors)"
        ) from error
    except Exception as error:
        raise CheckpointError(
            "{name} is damaged or not complete: download it again", name=_ADAPTER_WEIGHTS
        ) from error
    names = {_shorten_name(name): name for name in tensors}
    modules = {name.removesuffix(".lora_A") for name in names if name.endswith(".lora_A")}
    weights = dict(model.named_parameters())
    if not modules or {f"{module}.lora_{part}" for module in modules for part in "AB"} != names.keys():
        raise _wrong_adapter(folder)
    with torch.no_grad():
        for module in modules:
            down, up = (tensors[names[f"{module}.lora_{part}"]].float() for part in "AB")
            weight = weights.get(f"{module}.weight")
            if weight is None or down.shape != (rank, weight.shape[1]) or up.shape != (weight.shape[0], rank):
                raise _wrong_adapter(folder)
            weight.copy_(weight.float() + (scale / rank) * (up @ down))


def _shorten_name(name: str) -> str:
    """Return the name of an adapter's tensor by its module, such as "layers.0.mlp.up_proj.lora_A"."""
    for prefix in ("base_model.", "model.", "model."):
        name = name.removeprefix(prefix)
    return name.removesuffix(".weight").removesuffix(".default")


def _wrong_adapter(folder: Path) -> CheckpointError:
    return CheckpointError(
        "The adapter in {folder} does not fit the language model: use the files that were published together",
        folder=folder.name,
    )
