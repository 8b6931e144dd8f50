# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints of MDM and DiP against numbers of the official code, and damaged or unsuitable files.

``checkpoint_reference.npz`` holds every 13th feature and 3rd frame of what GuyTevet/motion-diffusion-model @ d4fd88c
makes (torch 2.13, float32, CPU) of the weights and inputs in ``checkpoint_kit``: its own MDM and diffusion classes with
those weights loaded, its noise replaced by the kit's, CLIP and DistilBERT by the kit's text embeddings.
"""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import checkpoint_kit as kit
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="checkpoints need torch: the environment train has it")

from kinescribe.inference.checkpoints import Checkpoint, load_checkpoint  # noqa: E402
from kinescribe.inference.checkpoints.layout import expected_shapes  # noqa: E402
from kinescribe.inference.checkpoints.schedule import make_schedule, select_steps  # noqa: E402
from kinescribe.inference.checkpoints.settings import settings_from_arguments  # noqa: E402
from kinescribe.motion.errors import CheckpointError  # noqa: E402

REFERENCE = Path(__file__).with_name("checkpoint_reference.npz")
STEP, LOOP = 1e-4, 2e-3


def near(found: np.ndarray, name: str, tolerance: float) -> None:
    with np.load(REFERENCE, allow_pickle=False) as stored:
        wanted = stored[name]
    assert np.abs(found[:, ::13, 0, ::3] - wanted).max() < tolerance


@pytest.fixture(scope="module", params=kit.VARIANTS)
def variant(request: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Checkpoint]:
    folder = kit.write(tmp_path_factory.mktemp("checkpoint"), request.param)
    return request.param, load_checkpoint(folder, device="cpu")


def test_one_prediction(variant: tuple[str, Checkpoint]) -> None:
    name, checkpoint = variant
    q = kit.inputs(name)
    told = {"text_mask": q["text_mask"], "lengths": q["lengths"], "prefix": q["prefix"]}
    at = checkpoint.settings.diffusion_steps // 2
    near(checkpoint.denoise(q["x"], at, q["text"], **told), f"{name}.step", STEP)
    if q["text"] is not None:
        near(checkpoint.denoise(q["x"], at, q["text"], guidance=2.5, **told), f"{name}.guided", STEP)


def test_sampling_loops(variant: tuple[str, Checkpoint]) -> None:
    name, checkpoint = variant
    q = kit.inputs(name)
    told = {"text_mask": q["text_mask"], "lengths": q["lengths"], "prefix": q["prefix"]}
    if q["text"] is not None:
        told["guidance"] = 2.5
    if checkpoint.settings.diffusion_steps != q["steps"]:
        told["respacing"] = [q["steps"]]
    asked = (q["init"], q["noise"], q["text"])
    near(checkpoint.sample(*asked, **told), f"{name}.ddpm", LOOP)
    near(checkpoint.sample(*asked, sampler="ddim", eta=0.6, **told), f"{name}.ddim", LOOP)
    kept = checkpoint.sample(*asked, keep=q["keep"], keep_mask=q["keep_mask"], **told)
    near(kept, f"{name}.kept", LOOP)
    assert np.abs(kept - q["keep"])[q["keep_mask"]].max() < 1e-5
    if checkpoint.settings.diffusion_steps == 1000:
        told["respacing"] = "ddim10"
        near(checkpoint.sample(*asked, sampler="ddim", **told), f"{name}.stride", LOOP)


def test_guidance_is_the_mix_of_two_predictions(variant: tuple[str, Checkpoint]) -> None:
    name, checkpoint = variant
    q = kit.inputs(name)
    if q["text"] is None or checkpoint.settings.cond_mask_prob == 0:
        pytest.skip("a model without text has no guidance")
    told = {"text_mask": q["text_mask"], "lengths": q["lengths"], "prefix": q["prefix"]}
    plain, empty, mixed = (
        checkpoint.denoise(q["x"], 3, q["text"], guidance=weight, **told)
        for weight in (None, 0.0, [2.5, 0.5])
    )
    weight = np.array([2.5, 0.5]).reshape(2, 1, 1, 1)
    assert np.abs(mixed - (empty + weight * (plain - empty))).max() < 1e-5


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(__file__).resolve().parents[3] / "shared" / "golden"
    if not folder.is_dir():
        pytest.skip("needs the optional material in ../shared, which is not here")
    return folder


def test_the_official_vectors(golden: Path) -> None:
    folder = golden / "mdm_enc_small"
    checkpoint = load_checkpoint(folder, device="cpu")
    shape = (2, 263, 1, 40)
    with np.load(folder / "single_step.npz") as steps, np.load(folder / "loops.npz") as loops:
        text = loops["text_embed"]
        for k, at in enumerate(int(t) for t in steps["t"]):
            for guidance, kind in ((None, "cond"), (0.0, "uncond"), (2.5, "cfg")):
                found = checkpoint.denoise(steps["x"], at, text, guidance=guidance, lengths=steps["lengths"])
                assert np.abs(found - steps[f"{kind}_t{at}"]).max() < STEP, (kind, k)
        init, noise = kit.normal("enc_small/init", *shape), kit.normal("enc_small/perstep", 50, *shape)
        motion = 0.5 * kit.normal("enc_small/inpaint", *shape)
        middle = np.ones(shape, bool)
        for b, length in enumerate(loops["lengths"]):
            middle[b, ..., int(0.25 * length) : int(0.75 * length)] = False
        from kinescribe.motion.formats.humanml3d import LOWER_BODY_MASK

        legs = np.broadcast_to(LOWER_BODY_MASK[None, :, None, None], shape)
        for name, more in {
            "p_sample_cfg": {"guidance": 2.5},
            "p_sample_nocfg": {},
            "ddim_eta0_cfg": {"guidance": 2.5, "sampler": "ddim"},
            "inbetween_cfg": {"guidance": 2.5, "keep": motion, "keep_mask": middle},
            "upperbody_cfg": {"guidance": 2.5, "keep": motion, "keep_mask": legs},
        }.items():
            assert np.abs(checkpoint.sample(init, noise, text, **more) - loops[name]).max() < LOOP, name


@pytest.mark.parametrize(
    ("name", "kind", "steps", "respacing"),
    [
        ("cosine10", "cosine", 10, None),
        ("cosine50", "cosine", 50, None),
        ("cosine1000", "cosine", 1000, None),
        ("linear1000", "linear", 1000, None),
        ("cosine1000_r50", "cosine", 1000, [50]),
        ("cosine1000_r20", "cosine", 1000, [20]),
        ("cosine1000_ddim50", "cosine", 1000, "ddim50"),
    ],
)
def test_the_official_schedules(
    golden: Path, name: str, kind: str, steps: int, respacing: list[int] | str | None
) -> None:
    found = make_schedule(kind, steps, respacing)
    with np.load(golden / "diffusion_constants.npz") as stored:
        for ours, theirs in (
            (found.alpha_bar, "alphas_cumprod"),
            (found.x0_weight, "posterior_mean_coef1"),
            (found.x_weight, "posterior_mean_coef2"),
            (2 * np.log(found.deviation), "posterior_log_variance_clipped"),
        ):
            np.testing.assert_allclose(ours, stored[f"{name}.{theirs}"], rtol=1e-12)
        if respacing is not None:
            assert np.array_equal(found.timesteps, stored[f"{name}.timestep_map"])


def test_respacing_by_parts_and_by_words() -> None:
    assert select_steps(20, [2, 3]) == [0, 9, 10, 14, 19]
    assert select_steps(20, "2,3") == select_steps(20, [2, 3])
    assert select_steps(1000, "ddim50") == list(range(0, 1000, 20))
    even = make_schedule("cosine", 1000, "logsnr10")
    assert len(even) == 10 and even.timesteps[0] == 0 and even.timesteps[-1] == 999
    steps = np.diff(0.5 * np.log(even.alpha_bar / (1 - even.alpha_bar)))[:-1]
    assert np.ptp(steps) < 0.25 * abs(steps.mean())
    assert make_schedule("cosine", 10, "logsnr10").timesteps.tolist() == list(range(10))
    for bad in ("logsnr1", "logsnr21", "logsnr"):
        with pytest.raises(CheckpointError):
            make_schedule("cosine", 20, bad)
    for bad in ([0], [30], "ddim8", "many", []):
        with pytest.raises(CheckpointError):
            select_steps(20, bad)


def test_the_same_network_from_safetensors_and_from_an_average(tmp_path: Path) -> None:
    """Training with a moving average saves two networks; the average is meant where args.json says use_ema."""
    save_file = pytest.importorskip("safetensors.torch").save_file
    q = kit.inputs("encoder")
    plain = kit.write(tmp_path / "plain", "encoder")
    wanted = load_checkpoint(plain, device="cpu").denoise(q["x"], 7, q["text"])
    tensors = torch.load(plain / "model000000010.pt", weights_only=True)
    other = {k: torch.zeros_like(v) for k, v in tensors.items()}

    for name, content, use_ema in (
        ("average", {"model": other, "model_avg": tensors}, True),
        ("last", {"model": tensors, "model_avg": other}, False),
        ("no_average", {"model": tensors}, True),
    ):
        folder = kit.write(tmp_path / name, "encoder", use_ema=use_ema)
        torch.save(content, folder / "model000000010.pt")
        found = load_checkpoint(folder, device="cpu").denoise(q["x"], 7, q["text"])
        # arrays of another alignment take another way through the processor's vector units
        np.testing.assert_allclose(found, wanted, atol=1e-5, err_msg=name)

    for name, content in (
        ("bare", tensors),
        (
            "nested",
            {
                **{f"model_avg.{k}": v for k, v in tensors.items()},
                **{f"model.{k}": v for k, v in other.items()},
            },
        ),
    ):
        folder = kit.write(tmp_path / name, "encoder", use_ema=True)
        (folder / "model000000010.pt").unlink()
        save_file(content, folder / "model.safetensors")
        found = load_checkpoint(folder / "model.safetensors", device="cpu").denoise(q["x"], 7, q["text"])
        # arrays of another alignment take another way through the processor's vector units
        np.testing.assert_allclose(found, wanted, atol=1e-5, err_msg=name)


def test_the_latest_of_a_folder_is_taken_and_the_optimizer_is_not(tmp_path: Path) -> None:
    folder = kit.write(tmp_path / "several", "encoder")
    for name in ("model000000002.pt", "opt000000030.pt"):
        (folder / name).write_bytes(b"not a checkpoint")
    assert load_checkpoint(folder, device="cpu").file.name == "model000000010.pt"


def test_text_encoders_and_tables_that_were_saved_along_are_passed_over(tmp_path: Path) -> None:
    folder = kit.write(tmp_path / "old", "encoder")
    tensors = torch.load(folder / "model000000010.pt", weights_only=True)
    tensors |= {"sequence_pos_encoder.pe": torch.zeros(3, 1, 16), "clip_model.x": torch.zeros(1)}
    torch.save(tensors, folder / "model000000010.pt")
    q = kit.inputs("encoder")
    near(
        load_checkpoint(folder, device="cpu").denoise(q["x"], 25, q["text"], lengths=q["lengths"]),
        "encoder.step",
        STEP,
    )


class Harm:
    """An object that calls a function if it is unpickled without restrictions."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("harmed"),))


def test_no_code_in_a_file_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = kit.write(tmp_path / "harmful", "encoder")
    for save in (torch.save, lambda value, path: path.write_bytes(pickle.dumps(value))):
        save({"model": Harm()}, folder / "model000000010.pt")
        with pytest.raises(CheckpointError, match=r"was not opened|damaged"):
            load_checkpoint(folder)
    assert not (tmp_path / "harmed").exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"arch": "gru"}, "arch 'gru'"),
        ({"dataset": "humanact12"}, "dataset 'humanact12'"),
        ({"latent_dim": 24}, "has the shape"),
        ({"latent_dim": 12}, "latent_dim 12"),
        ({"layers": 3}, "lacks seqTransEncoder.layers.2"),
        ({"layers": 1}, "holds seqTransEncoder.layers.1"),
        ({"layers": True}, "layers True"),
        ({"diffusion_steps": 0}, "diffusion_steps 0"),
        ({"noise_schedule": "sine"}, "noise_schedule 'sine'"),
        ({"text_encoder_type": "bert"}, "DistilBERT without trans_dec"),
        ({"mask_frames": "yes"}, "mask_frames 'yes'"),
        ({"emb_policy": "concat"}, "emb_policy"),
    ],
)
def test_arguments_that_do_not_fit_are_named(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    folder = kit.write(tmp_path / "changed", "encoder")
    (folder / "args.json").write_text(json.dumps(kit.arguments("encoder") | change), encoding="utf-8")
    with pytest.raises(CheckpointError, match=says) as caught:
        load_checkpoint(folder)
    assert "\n" not in str(caught.value)


def test_files_that_are_not_there_or_damaged_are_named(tmp_path: Path) -> None:
    folder = kit.write(tmp_path / "one", "encoder")
    file = folder / "model000000010.pt"
    whole = file.read_bytes()
    for content, says in (
        (b"", "damaged"),
        (whole[: len(whole) // 2], "damaged"),
        (b"PK\x03\x04oh", "damaged"),
    ):
        file.write_bytes(content)
        with pytest.raises(CheckpointError, match=says):
            load_checkpoint(folder)
    torch.save(torch.zeros(3), file)
    with pytest.raises(CheckpointError, match="holds no network"):
        load_checkpoint(folder)
    torch.save({"model": {"x": 3}}, file)
    with pytest.raises(CheckpointError, match="no tensor"):
        load_checkpoint(folder)
    file.unlink()
    with pytest.raises(CheckpointError, match=r"no \.pt or \.safetensors"):
        load_checkpoint(folder)
    with pytest.raises(CheckpointError, match="does not exist"):
        load_checkpoint(tmp_path / "nowhere")
    file.write_bytes(whole)
    (folder / "args.json").write_text("{", encoding="utf-8")
    with pytest.raises(CheckpointError, match="can't be read"):
        load_checkpoint(folder)
    (folder / "args.json").unlink()
    with pytest.raises(CheckpointError, match="not beside the checkpoint"):
        load_checkpoint(folder)


def test_weights_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    folder = kit.write(tmp_path / "nan", "encoder")
    tensors = torch.load(folder / "model000000010.pt", weights_only=True)
    tensors["embed_text.bias"][0] = float("nan")
    torch.save(tensors, folder / "model000000010.pt")
    with pytest.raises(CheckpointError, match="not finite"):
        load_checkpoint(folder)


def test_questions_that_a_model_cannot_answer_are_refused_in_one_sentence(tmp_path: Path) -> None:
    text = kit.write(tmp_path / "text", "encoder")
    dip = load_checkpoint(kit.write(tmp_path / "dip", "dip"), device="cpu")
    plain = load_checkpoint(kit.write(tmp_path / "plain", "encoder_unconstrained"), device="cpu")
    checkpoint = load_checkpoint(text, device="cpu")
    q, d = kit.inputs("encoder"), kit.inputs("dip")
    x, noise, words = q["x"], q["noise"], q["text"]
    refused = [
        lambda: checkpoint.denoise(x[:, :262], 1, words),
        lambda: checkpoint.denoise(x, 50, words),
        lambda: checkpoint.denoise(x, -1, words),
        lambda: checkpoint.denoise(x, 0.5, words),
        lambda: checkpoint.denoise(x, 1, words[..., :100]),
        lambda: checkpoint.denoise(x, 1, np.concatenate([words, words])),
        lambda: checkpoint.denoise(x, 1, words, guidance=np.nan),
        lambda: checkpoint.denoise(x, 1, words, lengths=[40]),
        lambda: checkpoint.denoise(x, 1, words, lengths=[41, 1]),
        lambda: checkpoint.denoise(x, 1, words, prefix=d["prefix"]),
        lambda: checkpoint.sample(x, None, words),
        lambda: checkpoint.sample(x, noise[:3], words),
        lambda: checkpoint.sample(x, noise, words, sampler="euler"),
        lambda: checkpoint.sample(x, noise, words, respacing=[51]),
        lambda: checkpoint.sample(x, noise, words, keep=x),
        lambda: checkpoint.sample(x, noise, words, keep=x, keep_mask=x),
        lambda: dip.denoise(d["x"], 1, d["text"], d["text_mask"]),
        lambda: dip.denoise(d["x"], 1, d["text"], d["text_mask"], prefix=d["prefix"][..., :19]),
        lambda: dip.denoise(d["x"], 1, d["text"], np.ones((2, 5), bool), prefix=d["prefix"]),
        lambda: dip.denoise(d["x"], 1, d["text"], np.zeros((2, 4), bool), prefix=d["prefix"]),
        lambda: plain.denoise(x, 1, words),
    ]
    for number, ask in enumerate(refused):
        with pytest.raises(CheckpointError) as caught:
            ask()
        assert str(caught.value)[0].isupper() and "\n" not in str(caught.value), number


def test_one_sentence_serves_a_batch_and_silence_is_the_second_branch(tmp_path: Path) -> None:
    checkpoint = load_checkpoint(kit.write(tmp_path / "bert", "bert"), device="cpu")
    q = kit.inputs("bert")
    one = checkpoint.denoise(q["x"], 9, q["text"][:, :1], q["text_mask"][:1], guidance=2.5)
    each = checkpoint.denoise(
        q["x"],
        9,
        np.repeat(q["text"][:, :1], 2, axis=1),
        np.repeat(q["text_mask"][:1], 2, axis=0),
        guidance=2.5,
    )
    assert np.abs(one - each).max() < 1e-5
    silent = checkpoint.denoise(q["x"], 9)
    assert (
        np.abs(silent - checkpoint.denoise(q["x"], 9, q["text"], q["text_mask"], guidance=0.0)).max() < 1e-5
    )
    mixed = checkpoint.denoise(q["x"], 9, q["text"], q["text_mask"], guidance=[0.0, 2.5])
    assert np.abs(mixed[0] - silent[0]).max() < 1e-5
    assert np.abs(mixed[1] - silent[1]).max() > 1e-2


def test_steps_are_reported_and_an_error_there_ends_the_sampling(tmp_path: Path) -> None:
    checkpoint = load_checkpoint(kit.write(tmp_path / "one", "encoder"), device="cpu")
    q = kit.inputs("encoder")
    told: list[tuple[int, int]] = []

    def after(done: int, steps: int) -> None:
        told.append((done, steps))
        if done == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        checkpoint.sample(q["init"], q["noise"], q["text"], respacing=[5], after_step=after)
    assert told == [(1, 5), (2, 5), (3, 5)]
    assert checkpoint.count_steps([5]) == 5 and checkpoint.count_steps() == 50


def test_layout_names_every_tensor_of_the_official_checkpoint(golden: Path) -> None:
    shapes = json.loads((golden / "mdm_enc_small" / "state_dict_shapes.json").read_text(encoding="utf-8"))
    options = json.loads((golden / "mdm_enc_small" / "args.json").read_text(encoding="utf-8"))
    ours = {k: list(v) for k, v in expected_shapes(settings_from_arguments(options)).items()}
    assert ours == {k: v for k, v in shapes.items() if not k.endswith(".pe")}
