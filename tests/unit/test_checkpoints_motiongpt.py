# SPDX-License-Identifier: GPL-3.0-or-later
"""MotionGPT: its files, its two networks against the original's, and its use as a backend.

``motiongpt_reference.npz`` was made by the code of OpenMotionLab/MotionGPT @ 001aaca: what its VQ-VAE makes of the
weights in ``motiongpt_kit`` (every 7th feature), and names and shapes of the whole network at the published size.
No real weights were at hand.
"""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="checkpoints need torch: the environment train has it")
pytest.importorskip("transformers", reason="MotionGPT needs transformers: the environment train has it")

import motiongpt_kit as kit  # noqa: E402
from kinescribe.inference.checkpoints import load_motiongpt, open_checkpoint  # noqa: E402
from kinescribe.inference.checkpoints.backend import CheckpointBackend  # noqa: E402
from kinescribe.inference.checkpoints.motiongpt_backend import MotionGPTBackend  # noqa: E402
from kinescribe.inference.checkpoints.motiongpt_language import LanguageModel, _choose_tokens  # noqa: E402
from kinescribe.inference.checkpoints.motiongpt_prompts import Prompts  # noqa: E402
from kinescribe.inference.checkpoints.motiongpt_vq import MotionTokenizer  # noqa: E402
from kinescribe.motion import Cancelled, CheckpointError, RequestError, make_text_request  # noqa: E402
from kinescribe.motion.formats import humanml3d  # noqa: E402
from kinescribe.motion.request import MotionRequest, UnconditionedSegment  # noqa: E402

REFERENCE = Path(__file__).with_name("motiongpt_reference.npz")
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("models") / "MotionGPT-base"
    kit.write(made)
    return made


@pytest.fixture(scope="module")
def model(folder: Path) -> MotionGPTBackend:
    return MotionGPTBackend(folder)


def draws(*seeds: int) -> list[np.random.Generator]:
    return [np.random.Generator(np.random.PCG64(seed)) for seed in seeds]


def test_the_motion_tokenizer_agrees_with_the_original() -> None:
    reference = np.load(REFERENCE)
    tensors = {name: torch.from_numpy(value) for name, value in kit.vq_weights().items()}
    ours = MotionTokenizer(tensors, "test", CPU)
    codes = ours.encode(kit.motion_in())
    assert len(set(codes.tolist())) > 3, "the weights of the test tell nothing apart"
    assert np.array_equal(codes, reference["codes"])
    decoded = ours.decode(codes[None])[0]
    assert decoded.shape == (4 * len(codes), 263)
    assert np.abs(decoded[:, ::7] - reference["decoded"]).max() < 1e-4
    both = ours.decode(np.stack([codes[::-1], codes]))
    assert np.abs(both[1] - decoded).max() < 1e-5


def published() -> tuple[dict[str, Any], dict[str, Any]]:
    """Every tensor of the published size, one number repeated, so that they take no memory."""
    found: dict[str, dict[str, Any]] = {"vae": {}, "lm": {}}
    for line in str(np.load(REFERENCE)["names"]).splitlines():
        name, shape = line.split()
        part, _, rest = name.partition(".")
        value = torch.full((1,), 0.5 if "lm_head" in name else 0.25)
        found[part][rest.removeprefix("language_model.")] = value.expand([int(n) for n in shape.split("x")])
    return found["vae"], found["lm"]


def test_names_and_shapes_are_the_originals_at_the_published_size() -> None:
    motion, language = published()
    assert MotionTokenizer(motion, "test", CPU).codebook_size == 512
    read = LanguageModel(language, "test", CPU)
    assert read.vocabulary_size == 32100 + 515
    config = read._model.config
    assert (config.d_model, config.d_kv, config.d_ff, config.num_heads) == (768, 64, 2048, 12)
    assert (config.num_layers, config.num_decoder_layers) == (12, 12)
    assert config.is_gated_act and config.dense_act_fn == "gelu_new"
    assert read._model.lm_head.weight[0, 0].item() == 0.5 and read._model.shared.weight[0, 0].item() == 0.25
    for broken, reader in ((motion, MotionTokenizer), (language, LanguageModel)):
        for name in sorted(broken)[::90]:
            if "embed_tokens" in name:
                continue
            less = {key: value for key, value in broken.items() if key != name}
            with pytest.raises(CheckpointError):
                reader(less, "test", CPU)
        with pytest.raises(CheckpointError, match="more"):
            reader({**broken, "more.weight": torch.zeros(1)}, "test", CPU)


def test_prompts_are_those_that_it_was_trained_with() -> None:
    prompts = Prompts(512)
    assert prompts.generation_prompt("a person walks", 96) == "Generate motion with 96 frames: a person walks"
    assert prompts.free_generation_prompt("a person walks") == "Generate motion: a person walks"
    assert prompts.prediction_prompt([7, 0]) == (
        "Predict motion: <motion_id_512><motion_id_7><motion_id_0><motion_id_513>"
    )
    assert prompts.completion_prompt([1], 2, [3]) == (
        "Complete the masked motion: <motion_id_512><motion_id_1><motion_id_514><motion_id_514><motion_id_3>"
        "<motion_id_513>"
    )
    assert prompts.caption_prompt([5]) == "Generate text: <motion_id_512><motion_id_5><motion_id_513>"
    assert prompts.added_tokens[-1] == "<motion_id_514>" and len(prompts.added_tokens) == 515


@pytest.mark.parametrize(
    "kind", [{}, {"feed_forward_proj": "relu", "tie_word_embeddings": True}], ids=["flan", "first"]
)
def test_likeliest_words_are_those_of_transformers_own_loop(kind: dict[str, Any]) -> None:
    network = kit.language(**kind)
    read = LanguageModel(dict(network.state_dict()), "test", CPU)
    lengths = set()
    for seed in range(4):
        prompt = np.random.default_rng(seed).integers(3, 460, 12).tolist()
        with torch.no_grad():
            wanted = network.generate(
                torch.tensor([prompt]), max_length=40, num_beams=1, do_sample=False, eos_token_id=1, pad_token_id=0
            )[0].tolist()[1:]  # fmt: skip
        wanted = wanted[: wanted.index(1)] if 1 in wanted else wanted
        (found,) = read.generate_tokens(prompt, 39)
        assert found.tolist() == wanted
        lengths.add(tuple(found))
    assert len(lengths) > 1, "the network of the test says the same to everything"


def test_words_are_drawn_by_their_shares_among_the_fifty_likeliest() -> None:
    scores = np.concatenate([np.log([0.5, 0.3, 0.2]), np.full(47, -9.0), np.full(30, -9.5)])
    counts = np.bincount(
        _choose_tokens(np.repeat(scores[None], 4000, 0).astype(np.float32), draws(*range(4000)), None),
        minlength=80,
    )
    assert np.abs(counts[:3] / 4000 - [0.4973, 0.2984, 0.1989]).max() < 0.03
    assert counts[50:].sum() == 0 and counts[3:50].sum() > 0
    allowed = _choose_tokens(np.repeat(scores[None], 50, 0).astype(np.float32), draws(*range(50)), (1, 3))
    assert set(allowed.tolist()) == {1, 2}
    assert _choose_tokens(scores[None].astype(np.float32), None, (2, 9)).tolist() == [2]


def test_answers_end_at_their_mark_and_samples_do_not_meet() -> None:
    network = kit.language()
    tensors = dict(network.state_dict())
    (words,) = LanguageModel(tensors, "test", CPU).generate_tokens([4, 5, 6], 3)
    # the end is as likely as what is likeliest
    tensors["lm_head.weight"] = tensors["lm_head.weight"].clone()
    tensors["lm_head.weight"][1] = tensors["lm_head.weight"][int(words[1])]
    read = LanguageModel(tensors, "test", CPU)
    together = read.generate_tokens([4, 5, 6], 60, draws(1, 2, 3))
    assert len({len(words) for words in together}) > 1 and all(1 not in words for words in together)
    for seed, words in zip((1, 2, 3), together, strict=True):
        assert read.generate_tokens([4, 5, 6], 60, draws(seed))[0].tolist() == words.tolist()


def test_a_request_becomes_motions_of_its_length_and_rate(model: MotionGPTBackend) -> None:
    request = make_text_request("a person walks", 2.0, 30.0, seed=4, num_samples=2)
    steps: list[tuple[int, int]] = []
    found = model.generate(request, lambda done, total: steps.append((done, total)))
    assert steps == [(n, 11) for n in range(1, 12)]
    assert [m.provenance.seed for m in found] == [4, 5] and found[
        0
    ].provenance.model == "MotionGPT MotionGPT-base"
    assert all(len(m) == 60 and m.fps == 30.0 and m.contacts is not None for m in found)
    assert not np.allclose(found[0].local_rotations, found[1].local_rotations)
    (again,) = model.generate(replace(request, options=replace(request.options, num_samples=1, seed=5)))
    assert np.abs(again.positions - found[1].positions).max() < 1e-4
    free = MotionRequest((UnconditionedSegment(45),), 30.0)
    assert len(model.generate(free)[0]) == 45
    longest = model.generate(make_text_request("a person walks", 9.8, 20.0))[0]
    assert len(longest) == 196


def test_what_was_known_stays_and_what_was_made_follows_on(model: MotionGPTBackend) -> None:
    joints = kit.walk(50)
    asked = make_text_request("ignored", 2.0, 20.0, model_options={"edit": "in_between", "motion": joints})
    features = humanml3d.joints_to_features(humanml3d.move_to_start(joints))[:40]
    (made,) = model._model.complete_motion(features, 10, 30, draws(0))
    assert np.allclose(made[:10], features[:10]) and np.allclose(made[30:], features[30:])
    assert not np.allclose(made[15:25], features[15:25], atol=1e-3)
    inside = np.abs(np.diff(made[10:30, :259], axis=0)).max()
    for seam in (10, 30):
        assert np.abs(made[seam, :259] - made[seam - 1, :259]).max() < 1.5 * inside
    (motion,) = model.generate(asked)
    assert np.abs(motion.positions[:9, 1:] - motion.positions[:9, :1]).max() < 1.6
    prefix = {"prefix": joints}
    (after,) = model._model.predict_motion(features, 18, draws(0))
    assert after.shape == (18, 263)
    assert (
        np.abs(after[0, :259] - features[-1, :259]).max() < np.abs(after[:, :259] - features[-1, :259]).max()
    )
    assert len(model.generate(make_text_request("x", 1.5, 20.0, model_options=prefix))[0]) == 30


def test_frames_are_written_as_tokens_and_the_prompt_hides_what_is_made(
    model: MotionGPTBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    whole = model._model._prompt_tokenizer.encode_prompt
    monkeypatch.setattr(
        model._model._prompt_tokenizer, "encode_prompt", lambda prompt: heard.append(prompt) or whole(prompt)
    )
    features = humanml3d.joints_to_features(humanml3d.move_to_start(kit.walk(43)))
    tokens = model._model.encode_features(features)
    assert len(features) == 42 and len(tokens) == 11
    model._model.complete_motion(features, 10, 31, draws(0))
    hidden = f"<motion_id_{kit.CODES + 2}>"
    # frames 10 to 30 touch the tokens 2 to 7
    assert heard[-1].count(hidden) == 6
    assert heard[-1].split(hidden)[0].count("<motion_id_") == 1 + 2
    model._model.predict_motion(features, 20, draws(0))
    assert heard[-1].count("<motion_id_") == 10 + 2
    model.generate(make_text_request("a person walks", 2.0, 30.0))
    assert heard[-1] == "Generate motion with 41 frames: a person walks"
    numbers = whole("Generate text: <motion_id_3><motion_id_0>")
    assert numbers[-3:] == [kit.LANGUAGE_WORDS + 3, kit.LANGUAGE_WORDS, 1]


def test_a_motion_is_described_in_stretches(model: MotionGPTBackend) -> None:
    (motion,) = model.generate(make_text_request("a person walks", 4.0, 30.0))
    done: list[tuple[int, int]] = []
    assert model.generate_captions(motion) == model.generate_captions(motion)
    long = replace(
        motion,
        root_translation=np.tile(motion.root_translation, (5, 1)),
        local_rotations=np.tile(motion.local_rotations, (5, 1, 1)),
        contacts=None,
    )
    found = model.generate_captions(long, lambda n, total: done.append((n, total)))
    assert len(found) == 3 and done == [(1, 3), (2, 3), (3, 3)]
    assert all("motion_id" not in said and "<" not in said for said in found)
    with pytest.raises(Cancelled):
        model.generate_captions(motion, cancelled=lambda: True)
    short = replace(motion, root_translation=motion.root_translation[:9],
                    local_rotations=motion.local_rotations[:9], contacts=None)  # fmt: skip
    with pytest.raises(RequestError, match="half a second"):
        model.generate_captions(short)


def test_free_length_reads_the_answer_between_its_marks(model: MotionGPTBackend) -> None:
    first, codes = model._model._prompt_tokenizer.first_motion_token, kit.CODES
    answer = np.array(
        [20, first + codes, first + 5, 30, first + codes + 2, first + 9, first + codes + 1, first + 1]
    )
    assert model._model._extract_motion_tokens(answer).tolist() == [5, codes - 1, 9]
    for nothing in ([20, 21], [first + codes, first + 5], [first + codes, first + 3, first + codes + 1]):
        with pytest.raises(CheckpointError, match="no motion"):
            model._model._extract_motion_tokens(np.array(nothing))


def test_cancel_and_wrong_requests(model: MotionGPTBackend) -> None:
    request = make_text_request("a person walks", 2.0, 20.0)
    asked = iter([False, False, True])
    with pytest.raises(Cancelled):
        model.generate(request, cancelled=lambda: next(asked))
    for options, said in (
        ({"steps": 5}, "no option"),
        ({"edit": "upper_body", "motion": kit.walk()}, "not known"),
        ({"edit": "in_between"}, "two options"),
        ({"edit": "in_between", "motion": kit.walk(), "prefix": kit.walk()}, "either"),
        ({"edit": "in_between", "motion": kit.walk(20)}, "frames"),
        ({"edit": "in_between", "motion": kit.walk(60), "prefix_end": 0.9}, "between"),
        ({"edit": "in_between", "motion": kit.walk(60), "prefix_end": "x"}, "0 to 1"),
        ({"length": "long"}, "not known"),
        ({"prefix": "walk"}, "motion can't be used"),
    ):
        with pytest.raises(RequestError, match=said):
            model.generate(make_text_request("a person walks", 2.0, 20.0, model_options=options))
    for more in ({"diffusion_steps": 5}, {"guidance": 2.0}):
        with pytest.raises(RequestError, match="leave"):
            model.generate(make_text_request("a person walks", 2.0, 20.0, **more))
    with pytest.raises(RequestError, match=r"9\.8"):
        model.generate(make_text_request("a person walks", 12.0, 20.0))


def test_kinds_of_folders_are_told_apart(folder: Path, tmp_path: Path) -> None:
    import checkpoint_kit

    assert isinstance(open_checkpoint(folder), MotionGPTBackend)
    checkpoint_kit.write(tmp_path / "mdm", "encoder")
    for name in ("Mean", "Std"):
        np.save(tmp_path / "mdm" / f"{name}.npy", np.ones(263))
    assert isinstance(open_checkpoint(tmp_path / "mdm"), CheckpointBackend)


def test_safetensors_are_read_like_the_file_of_training(folder: Path, tmp_path: Path) -> None:
    safetensors = pytest.importorskip("safetensors.torch")
    tensors = {k: v.contiguous() for k, v in kit.state().items() if "embed_tokens" not in k}
    safetensors.save_file(tensors, tmp_path / "motiongpt.safetensors")
    read = load_motiongpt(
        tmp_path / "motiongpt.safetensors", "cpu", tokenizer=folder / "flan-t5-base", statistics=folder
    )
    (a,) = read.generate("a person walks", 20, draws(1))
    (b,) = load_motiongpt(folder, "cpu").generate("a person walks", 20, draws(1))
    np.testing.assert_allclose(a, b, atol=1e-5)


class _Evil:
    """An object that writes a file if it is unpickled without restrictions."""

    def __init__(self, call: Any, *arguments: Any) -> None:
        self.made = (call, arguments)

    def __reduce__(self) -> Any:
        return self.made


def test_no_code_of_a_file_runs(tmp_path: Path) -> None:
    import os

    folder = tmp_path / "m"
    path = kit.write(folder)
    mark = tmp_path / "mark"
    torch.save({"state_dict": kit.state(), "more": _Evil(os.mkdir, str(mark))}, path)
    with pytest.raises(CheckpointError, match=r"(posix|nt)\.mkdir") as caught:
        load_motiongpt(folder)
    assert "\n" not in str(caught.value) and not mark.exists()
    # what is not refused outright is passed over without a look
    torch.save({"state_dict": kit.state(), "more": _Evil(eval, f"open({str(mark)!r}, 'w')")}, path)
    load_motiongpt(folder, "cpu")
    torch.save({"state_dict": kit.state(), "more": _Evil(Path.touch, mark)}, path)
    with pytest.raises(CheckpointError, match="not opened"):
        load_motiongpt(folder)
    assert not mark.exists()
    # nor may it stand in for a tensor
    torch.save({"state_dict": _Evil(eval, "dict()")}, path)
    with pytest.raises(CheckpointError, match="no motion tokenizer"):
        load_motiongpt(folder)


def test_what_is_wrong_with_a_folder_is_one_sentence(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    state = kit.state()

    def fails(
        said: str, tensors: dict[str, Any] | None = None, content: bytes | None = None, **more: Any
    ) -> None:
        path = tmp_path / "wrong.ckpt"
        if tensors is not None:
            torch.save({"state_dict": tensors}, path)
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(CheckpointError, match=said) as caught:
            load_motiongpt(
                path, "cpu", **{"tokenizer": folder / "flan-t5-base", "statistics": folder, **more}
            )
        assert "\n" not in str(caught.value)

    good = (folder / "motiongpt_s3_h3d.tar").read_bytes()
    fails("damaged", content=good[: len(good) // 2])
    fails("damaged", content=b"")
    fails("not opened|damaged|no network", content=pickle.dumps({"state_dict": 1}))
    fails("first stage", {k: v for k, v in state.items() if k.startswith("vae")})
    fails("no motion tokenizer", {k: v for k, v in state.items() if k.startswith("lm")})
    fails("LoRA", {k.replace("language_model.", "language_model.base_model."): v for k, v in state.items()})
    fails("GPT-2", {**{k: v for k, v in state.items() if k.startswith("vae")},
                    "lm.language_model.transformer.h.0.attn.c_attn.weight": torch.zeros(2)})  # fmt: skip
    fails("not finite", {**state, "vae.quantizer.codebook": torch.full((64, 16), torch.nan)})
    fails("does not fit", {**state, "lm.language_model.lm_head.weight": torch.zeros(3, 32)})
    fails("tokens and the checkpoint", {**state, "vae.quantizer.codebook": torch.zeros(60, 16)})
    fails("flan-t5-base", state, tokenizer=tmp_path / "nothing")
    fails("mean.npy", statistics=tmp_path)
    np.save(tmp_path / "Mean.npy", np.zeros(263))
    np.save(tmp_path / "Std.npy", np.full(263, 0.15))
    fails("HumanML3D's own", statistics=tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CheckpointError, match="0 files"):
        load_motiongpt(tmp_path / "empty")
    with pytest.raises(CheckpointError, match="no checkpoint"):
        load_motiongpt(tmp_path / "absent.tar")


def test_the_command_generates_and_describes(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import checkpoint_kit
    from kinescribe.inference.cli import main

    take = tmp_path / "take.npz"
    asked = ["generate", "a person walks", "--seconds", "2", "-o", str(take), "--checkpoint"]
    assert main([*asked, str(folder)]) == 0 and take.is_file()
    assert "60 frames at 30 fps" in capsys.readouterr().out
    assert main(["caption", str(take), "--checkpoint", str(folder / "motiongpt_s3_h3d.tar")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    checkpoint_kit.write(tmp_path / "mdm", "encoder_unconstrained")
    for name in ("Mean", "Std"):
        np.save(tmp_path / "mdm" / f"{name}.npy", np.full(263, 0.1))
    assert main(["caption", str(take), "--checkpoint", str(tmp_path / "mdm")]) == 2
    assert "choose a MotionGPT checkpoint" in capsys.readouterr().err
    assert main([*asked, str(tmp_path / "nothing")]) == 2
    assert "nothing does not exist" in capsys.readouterr().err
