# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints as backends: few steps, motions of any length in windows, text encoders read from files."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import checkpoint_kit as kit
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="checkpoints need torch: the environment train has it")

from kinescribe.inference.checkpoints import CheckpointBackend, load_checkpoint  # noqa: E402
from kinescribe.inference.checkpoints.autoregressive import sample_windows  # noqa: E402
from kinescribe.inference.checkpoints.sampling import sample_ddim, sample_dpm_solver  # noqa: E402
from kinescribe.inference.checkpoints.schedule import make_schedule  # noqa: E402
from kinescribe.inference.checkpoints.text import EncodedText, TextEncoder  # noqa: E402
from kinescribe.motion import SMPL_JOINTS, Cancelled, CheckpointError, RequestError, make_text_request  # noqa: E402
from kinescribe.motion.formats import humanml3d  # noqa: E402
from kinescribe.motion.request import MotionRequest, TextSegment, UnconditionedSegment  # noqa: E402


class FakeEncoder:
    """Embeds a sentence by its letters."""

    def __init__(self, kind: str) -> None:
        self.kind, self.heard = kind, []

    def __call__(self, sentences: list[str]) -> EncodedText:
        self.heard += sentences
        if self.kind == "clip":
            return EncodedText(np.stack([kit.normal(s, 1, 512) for s in sentences], axis=1), None)
        tokens = np.stack([kit.normal(s, 4, 768) for s in sentences], axis=1)
        return EncodedText(tokens, np.zeros((len(sentences), 4), bool))


def backend(folder: Path, variant: str, shared: Path, **more: Any) -> CheckpointBackend:
    """Return a backend with a random network whose output is near the mean of the data set."""
    kit.write(folder, variant, **more)
    mean, deviation = (np.load(shared / "samples" / "humanml3d" / f"{n}.npy") for n in ("Mean", "Std"))
    np.save(folder / "Mean.npy", mean)
    np.save(folder / "Std.npy", 0.05 * deviation)
    made = CheckpointBackend(folder)
    if made._encoder is not None:
        made._encoder = FakeEncoder(made._encoder.kind)  # type: ignore[assignment]
    return made


def test_a_request_becomes_motions_of_its_length_and_rate(tmp_path: Path, shared: Path) -> None:
    model = backend(tmp_path / "mdm", "encoder", shared)
    request = make_text_request("a person walks", 2.5, 30.0, seed=4, num_samples=2, diffusion_steps=5)
    steps: list[tuple[int, int]] = []
    found = model.generate(request, lambda done, total: steps.append((done, total)))
    assert steps == [(n, 5) for n in range(1, 6)]
    assert [m.provenance.seed for m in found] == [4, 5]
    for motion in found:
        assert motion.fps == 30.0 and len(motion) == 75
        assert motion.skeleton.joint_names == SMPL_JOINTS and motion.provenance.prompt == "a person walks"
    assert not np.allclose(found[0].positions, found[1].positions)
    again = model.generate(replace(request, options=replace(request.options, seed=5, num_samples=1)))
    assert np.abs(again[0].positions - found[1].positions).max() < 1e-3


def test_cancel_and_wrong_requests(tmp_path: Path, shared: Path) -> None:
    model = backend(tmp_path / "mdm", "encoder", shared)
    request = make_text_request("a person walks", 2.0, 20.0)
    with pytest.raises(Cancelled):
        model.generate(request, cancelled=lambda: True)
    assert model.capabilities().max_seconds == pytest.approx(9.8)
    for options in (
        {"colour": 1},
        {"sampler": "euler"},
        {"steps": 51},
        {"steps": 5, "respacing": [5]},
        {"edit": "in_between"},
        {"edit": "dance", "motion": np.zeros((40, 22, 3))},
        {"edit": "upper_body", "motion": "a walk"},
        {"edit": "upper_body", "motion": np.zeros((10, 22, 3))},
        {"eta": 2},
    ):
        with pytest.raises(RequestError):
            model.generate(replace(request, options=replace(request.options, model_options=options)))
    with pytest.raises(CheckpointError, match="cannot continue"):
        prefix = {"prefix": np.cumsum(np.ones((30, 22, 3)), axis=0)}
        model.generate(replace(request, options=replace(request.options, model_options=prefix)))


def test_more_steps_than_mmcp_allows(tmp_path: Path, shared: Path) -> None:
    model = backend(tmp_path / "mdm", "encoder_1000", shared, layers=1)
    options = {"steps": 600, "sampler": "ddim"}
    request = make_text_request("a person walks", 0.6, 20.0, model_options=options)
    steps: list[int] = []
    model.generate(request, lambda done, total: steps.append(total))
    assert len(steps) == 600 and steps[0] == 600


@pytest.mark.parametrize("edit", ["in_between", "upper_body"])
def test_edits_keep_what_they_should(tmp_path: Path, shared: Path, edit: str) -> None:
    model = backend(tmp_path / "mdm", "encoder", shared)
    joints = np.load(shared / "samples" / "humanml3d" / "new_joints_012314.npy")[:60]
    options = {"edit": edit, "motion": joints.tolist()}
    segments = (UnconditionedSegment(60),)
    request = MotionRequest(segments, 20.0)
    request = replace(request, options=replace(request.options, model_options=options, diffusion_steps=5))
    found = model.generate(request)[0]
    assert len(found) == 60
    kept = humanml3d.move_to_start(joints)
    off = np.linalg.norm(found.positions - kept, axis=-1)
    # bone lengths are fitted over the whole, restless motion: what is kept comes near, what is new goes anywhere
    if edit == "in_between":
        assert off[:14].max() < 0.15
        assert off[20:40].max(axis=0).min() > 0.5
    else:
        assert off[:, [1, 2, 4, 5, 7, 8, 10, 11]].max() < 0.2
        assert off[:, [20, 21]].max(axis=0).min() > 0.5


def test_a_model_that_continues_takes_several_prompts_and_any_length(tmp_path: Path, shared: Path) -> None:
    model = backend(tmp_path / "dip", "dip", shared)
    parts = (TextSegment("walk", 80), TextSegment("jump", 70))
    steps: list[tuple[int, int]] = []
    found = model.generate(MotionRequest(parts, 20.0), lambda done, total: steps.append((done, total)))[0]
    assert len(found) == 150 and steps[-1] == (40, 40)
    assert model._encoder.heard == ["walk", "walk", "jump", "jump"]  # type: ignore[union-attr]
    assert model.capabilities().max_segments > 1 and model.capabilities().max_seconds > 60


def test_windows_go_on_from_one_another(tmp_path: Path) -> None:
    checkpoint = load_checkpoint(kit.write(tmp_path / "dip", "dip"), device="cpu")
    q = kit.inputs("dip")
    asked = {"init_noise": q["init"], "step_noise": q["noise"], "text_embedding": q["text"], "guidance": 2.5}
    stream = sample_windows(checkpoint, q["prefix"], lambda number: asked)
    first, second = next(stream), next(stream)
    wanted = checkpoint.sample(prefix=first[..., -20:], **asked)
    np.testing.assert_allclose(second, wanted, atol=1e-5)
    whole = load_checkpoint(kit.write(tmp_path / "encoder", "encoder"), device="cpu")
    with pytest.raises(CheckpointError, match="cannot continue"):
        next(sample_windows(whole, q["prefix"], lambda number: asked))


def test_statistics_are_asked_for_and_checked(tmp_path: Path, shared: Path) -> None:
    folder = kit.write(tmp_path / "mdm", "encoder")
    with pytest.raises(CheckpointError, match=r"Mean\.npy and Std\.npy are not beside"):
        CheckpointBackend(folder)
    np.save(folder / "Mean.npy", np.zeros(263))
    for bad in (np.zeros(263), np.ones(7), np.array([object()])):
        np.save(folder / "Std.npy", bad, allow_pickle=True)
        with pytest.raises(CheckpointError, match=r"Std\.npy"):
            CheckpointBackend(folder)
    other = shared / "samples" / "humanml3d"
    assert CheckpointBackend(folder, statistics=other).capabilities().fps == 20.0


def test_a_missing_text_encoder_is_one_sentence(
    tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("transformers")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    for kind, name in (("clip", "clip-vit-base-patch32"), ("bert", "distilbert-base-uncased")):
        with pytest.raises(CheckpointError, match=name) as caught:
            TextEncoder(kind, checkpoint_folder=tmp_path)(["walk"])
        assert "\n" not in str(caught.value)


def clip_files(folder: Path) -> Path:
    """CLIP's text tower in small, with random weights and a vocabulary of single letters."""
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection

    folder.mkdir()
    letters = [*"abcdefghijklmnopqrstuvwxyz"]
    words = [*letters, *(f"{c}</w>" for c in letters), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({w: i for i, w in enumerate(words)}), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "CLIPTokenizer", "model_max_length": 77}), encoding="utf-8"
    )
    torch.manual_seed(0)
    config = CLIPTextConfig(
        vocab_size=len(words), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        projection_dim=512, bos_token_id=len(words) - 2, eos_token_id=len(words) - 1, pad_token_id=0,
    )  # fmt: skip
    CLIPTextModelWithProjection(config).save_pretrained(folder)
    return folder


def test_clip_reads_twenty_tokens_of_a_sentence_from_files(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    source = clip_files(tmp_path / "clip-vit-base-patch32")
    found = TextEncoder("clip", checkpoint_folder=tmp_path)(["abc", "x y"])
    assert found.tokens.shape == (1, 2, 512) and found.mask is None
    encoder = TextEncoder("clip", folder=source)
    np.testing.assert_allclose(encoder(["x y"]).tokens[0, 0], found.tokens[0, 1], atol=1e-5)
    # letters are tokens here: all after the twentieth are cut off
    long = encoder(["a" * 20 + "b", "a" * 20 + "z", "a" * 19 + "z"]).tokens[0]
    np.testing.assert_allclose(long[0], long[1], atol=1e-5)
    assert np.abs(long[0] - long[2]).max() > 1e-3


def test_distilbert_marks_padding(tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    folder = tmp_path / "distilbert-base-uncased"
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "person", "walks", "fast"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "DistilBertTokenizer", "do_lower_case": True}), encoding="utf-8"
    )
    torch.manual_seed(0)
    config = transformers.DistilBertConfig(
        vocab_size=len(words), n_layers=1, n_heads=2, dim=768, hidden_dim=32
    )
    transformers.DistilBertModel(config).save_pretrained(folder)
    found = TextEncoder("bert", checkpoint_folder=tmp_path)(["A person walks", "a person walks fast fast"])
    assert found.tokens.shape == (7, 2, 768) and found.mask is not None
    assert found.mask.tolist() == [[False] * 5 + [True] * 2, [False] * 7]
    alone = TextEncoder("bert", checkpoint_folder=tmp_path)(["A person walks"])
    assert np.abs(alone.tokens[:, 0] - found.tokens[:5, 0]).max() < 1e-6
    shutil.rmtree(folder)


def recorded_features(shared: Path) -> torch.Tensor:
    """Return normalised windows (N, F) of a recording's features, for which the best prediction is known."""
    folder = shared / "samples" / "humanml3d"
    features, mean, deviation = (
        np.load(folder / f"{n}.npy") for n in ("new_joint_vecs_012314", "Mean", "Std")
    )
    return torch.from_numpy(((features - mean) / deviation)[:, :67].astype(np.float32))


def test_few_steps_of_second_order_come_nearer_than_more_of_the_first(shared: Path) -> None:
    """With the exact denoiser of a smooth world (each recorded frame, blurred), against 1000 steps of DDIM."""
    world, blur = recorded_features(shared), 0.5

    def run(respacing: list[int] | str | None, sampler: str) -> torch.Tensor:
        plan = make_schedule("cosine", 1000, respacing)

        def predict(x: torch.Tensor, i: int) -> torch.Tensor:
            share = float(plan.alpha_bar[i])
            spread = share * blur**2 + 1 - share
            closeness = torch.softmax(-(torch.cdist(x, share**0.5 * world) ** 2) / (2 * spread), dim=-1)
            centre = closeness @ world
            return centre + share**0.5 * blur**2 / spread * (x - share**0.5 * centre)

        torch.manual_seed(1)
        x = torch.randn(64, world.shape[1])
        if sampler == "dpm++":
            return sample_dpm_solver(predict, x, plan)
        return sample_ddim(predict, x, plan, 0.0, lambda step: x)

    exact = run(None, "ddim")
    distance = {
        steps: float((run(respacing, name) - exact).norm(dim=-1).mean())
        for steps, respacing, name in (
            ("10 of dpm++", "logsnr10", "dpm++"),
            ("10 of ddim", [10], "ddim"),
            ("20 of dpm++", "logsnr20", "dpm++"),
            ("50 of ddim", [50], "ddim"),
        )
    }
    assert distance["10 of dpm++"] < 0.5 * distance["10 of ddim"]
    assert distance["20 of dpm++"] < 0.5 * distance["50 of ddim"]
