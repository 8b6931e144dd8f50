# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``kinescribe``: motions without Blender.

``kinescribe generate "a person walks forward" --seconds 4 --seed 1 -o walk.npz``,
``kinescribe convert take.bvh take.npz``, ``kinescribe caption take.npz --checkpoint MotionGPT-base``,
``kinescribe body take.npz --model SMPLX_NEUTRAL.npz -o take.pc2``, ``kinescribe models`` and ``kinescribe serve``.
``kinescribe batch jobs.csv -o results`` makes many motions.
Exit status: 0 done, 1 a bug, 2 a wrong request or file, 3 some jobs of a batch failed, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Container, Sequence
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..motion import BackendError, KinescribeError, Motion, RequestError, make_text_request
from ..motion.file_suffixes import EXPECTED_FORMATS, WRITE_SUFFIXES
from .backend import Backend, caption_motion
from .batch.command_line import add_batch_command
from .install_hint import describe_installation
from .models.command_line import add_model_options, add_models_parser, find_models_folder, find_text_source
from .models.vectors_command import add_vectors_parser
from .reading_options import add_reading_options, get_reading_options
from .registry import default_backend

if TYPE_CHECKING:
    from ..motion.formats import ReadOptions
    from .ardy.backend import TextEncoder

_TEXT_ENCODER_FILES = ("text_encoder.onnx", "text_encoder.onnx.gz", "ardy_minilm_config.json")
"""Files by which the folder of a small text encoder is recognised."""

_FPS_RANGE = (1.0, 1000.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = _build_parser().parse_args(arguments)
    options.arguments = sys.argv[1:] if arguments is None else list(arguments)
    run: Callable[[argparse.Namespace], int | None] = options.run
    try:
        return run(options) or 0
    except KinescribeError as error:
        _print_line(f"kinescribe: {error}", sys.stderr)
        return 2
    except _OutputError as error:
        _print_line(f"kinescribe: the output can't be written: {error}", sys.stderr)
        return 2
    except KeyboardInterrupt:
        _print_line("\nkinescribe: interrupted", sys.stderr)
        return 130


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kinescribe", description="Motions of a human body from sentences and files."
    )
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    generate_parser = commands.add_parser("generate", help="a sentence becomes a motion file")
    generate_parser.add_argument("prompt", help='what the body does, such as "a person walks forward"')
    generate_parser.add_argument(
        "-o", "--output", type=Path, required=True, help="file to write: .npz (SMPL-X), .bvh or .glb"
    )
    generate_parser.add_argument("--seconds", type=float, default=4.0, help="length (default: %(default)s)")
    generate_parser.add_argument(
        "--seed", type=int, default=0, help="the same seed makes the same motion (default: %(default)s)"
    )
    generate_parser.add_argument(
        "--fps", type=float, default=30.0, help="frames a second (default: %(default)s)"
    )
    generate_parser.add_argument(
        "--samples", type=int, default=1, help="several motions, numbered files (default: %(default)s)"
    )
    generate_parser.add_argument(
        "--checkpoint", type=Path, metavar="PATH",
        help="use an MDM, DiP or MotionGPT checkpoint, its folder or file, instead of the embedded model",
    )  # fmt: skip
    add_model_options(generate_parser)
    generate_parser.set_defaults(run=_run_generate)

    add_batch_command(commands, add_model_options).set_defaults(run=_run_batch)

    caption_parser = commands.add_parser("caption", help="a motion file becomes sentences that describe it")
    caption_parser.add_argument("input", type=Path, help="any motion file that convert reads")
    caption_parser.add_argument(
        "--checkpoint", type=Path, required=True, metavar="PATH", help="a MotionGPT checkpoint: its folder or file"
    )  # fmt: skip
    caption_parser.set_defaults(run=_run_caption)

    convert_parser = commands.add_parser("convert", help="a motion file becomes another kind of motion file")
    convert_parser.add_argument("input", type=Path, help=f"a motion file: {EXPECTED_FORMATS}")
    convert_parser.add_argument(
        "--number", type=int, default=1, help="which of several motions in it (default: the first)"
    )
    convert_parser.add_argument("output", type=Path, help="file to write: .npz (SMPL-X), .bvh or .glb")
    convert_parser.add_argument("--fps", type=float, help="frames a second (default: the file's own)")
    add_reading_options(convert_parser)
    convert_parser.set_defaults(run=_run_convert)

    body_parser = commands.add_parser("body", help="a motion file becomes the mesh of a SMPL-family body")
    body_parser.add_argument("input", type=Path, help="any motion file that convert reads")
    body_parser.add_argument(
        "--model",
        type=Path,
        required=True,
        metavar="PATH",
        help="your SMPL, SMPL-H or SMPL-X model: .npz or .pkl",
    )
    body_parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        help="point cache to write: .pc2, with rest and faces beside it as .mesh.npz",
    )
    body_parser.add_argument("--fps", type=float, help="frames a second (default: the file's own)")
    body_parser.add_argument(
        "--betas", type=float, nargs="+", metavar="B",
        help="shape coefficients (default: those of the recording where they are of this model, else zero)",
    )  # fmt: skip
    body_parser.add_argument(
        "--at-hips", action="store_true", help="put the origin on the floor below the hips in the first frame"
    )
    body_parser.add_argument(
        "--foot-lock",
        type=float,
        default=0.0,
        metavar="0..1",
        help="hold planted feet (default: %(default)s)",
    )
    body_parser.add_argument(
        "--hand-lock",
        type=float,
        default=0.0,
        metavar="0..1",
        help="hold leaning hands (default: %(default)s)",
    )
    body_parser.add_argument("--in-place", action="store_true", help="leave out the motion over the ground")
    body_parser.add_argument("--steps", action="store_true", help="print progress as lines")
    body_parser.set_defaults(run=_run_body)

    add_models_parser(commands, _print_line, _ProgressPrinter)
    add_vectors_parser(commands, _print_line, _open_text_encoder)

    serve_parser = commands.add_parser("serve", help="offer the models to MMCP clients")
    serve_parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: %(default)s)"
    )
    serve_parser.add_argument(
        "--port", type=int, default=8000, help="0 takes a free one (default: %(default)s)"
    )
    serve_parser.add_argument(
        "--longest", dest="max_seconds", type=float, default=60.0,
        help="seconds of motion in one request (default: %(default)s)",
    )  # fmt: skip
    serve_parser.add_argument(
        "--batch", dest="batch_size", type=int, default=8,
        help="requests computed together (default: %(default)s)",
    )  # fmt: skip
    serve_parser.add_argument(
        "--waiting",
        dest="queue_size",
        type=int,
        default=256,
        help="requests that may wait (default: %(default)s)",
    )
    serve_parser.add_argument(
        "--checkpoint", type=Path, action="append", default=[], metavar="PATH",
        help="also offer an MDM, DiP, MotionGPT or Kimodo checkpoint (folder or file), or LLM2Vec for ARDY and Kimodo "
        "(the folder of its parts); may be given several times",
    )  # fmt: skip
    serve_parser.add_argument(
        "--allow-host", dest="host_names", action="append", default=[], metavar="NAME",
        help="a name by which clients reach the server; may be given several times",
    )  # fmt: skip
    serve_parser.add_argument(
        "--proxy", dest="proxies", action="append", default=[], metavar="ADDRESS",
        help="believe X-Forwarded-For of the proxy with this IP address; may be given several times",
    )  # fmt: skip
    serve_parser.add_argument(
        "--model", choices=["ardy"], help='also offer an installed model; see "kinescribe models"'
    )
    serve_parser.add_argument(
        "--bfloat16", action="store_true", help="compute ARDY in bfloat16 where PyTorch is faster with it"
    )
    serve_parser.add_argument("--certificate", type=Path, help="PEM file for https")
    serve_parser.add_argument("--key", type=Path, help="its private key")
    serve_parser.add_argument("--watch-stdin", action="store_true", help="end when standard input is closed")
    serve_parser.set_defaults(run=_run_serve)
    return parser


def _run_generate(options: argparse.Namespace) -> None:
    _check_output(options.output)
    _check_rate(options.fps)
    backend, sampling = _open_model(options)
    request = make_text_request(
        options.prompt, options.seconds, options.fps, options.seed, num_samples=options.samples, **sampling
    )
    with _ProgressPrinter() as progress:
        motions = backend.generate(request, progress)
    for number, motion in enumerate(motions, 1):
        path: Path = options.output
        if len(motions) > 1:
            path = path.with_name(f"{path.stem}_{number}{path.suffix}")
        _write_motion_file(motion, path)
    origin = motions[0].provenance
    notes = origin.describe_doubts()
    for note in notes:
        _print_line(f"kinescribe: {note}", sys.stderr)
    if origin.low_confidence and not notes:
        _print_line(
            f"kinescribe: the model knows few of these words (confidence {origin.confidence:.0%}); "
            'try plainer ones, such as "a person walks forward"',
            sys.stderr,
        )


def _run_batch(options: argparse.Namespace) -> int:
    from .batch.command_line import run_batch_command

    return run_batch_command(options, _open_model, _print_line)


def _open_model(options: argparse.Namespace) -> tuple[Backend, dict[str, int]]:
    """Return the model that the options choose, and what a request to it has to say about sampling."""
    if options.checkpoint and options.model:
        raise RequestError("Choose either --checkpoint or --model")
    if options.checkpoint:
        return _open_checkpoint(options.checkpoint), {}
    if options.model:
        from .models.installed import QUALITIES, open_installed

        steps = QUALITIES[options.quality.upper()]
        source = find_text_source(options.text_encoder)
        return open_installed(find_models_folder(), options.model, source), {"diffusion_steps": steps}
    return default_backend(), {}


def _run_convert(options: argparse.Namespace) -> None:
    _check_output(options.output)
    motion = _read_motion_file(options.input, options.fps, options.number, get_reading_options(options))
    _print_line(motion.provenance.source or str(options.input))
    _write_motion_file(motion, options.output)


def _run_caption(options: argparse.Namespace) -> None:
    motion = _read_motion_file(options.input)
    backend = _open_checkpoint(options.checkpoint)
    with _ProgressPrinter() as progress:
        captions = caption_motion(backend, motion, progress)
    for sentence in captions:
        _print_line(sentence)


def _run_body(options: argparse.Namespace) -> None:
    if options.output.suffix.lower() != ".pc2":
        raise RequestError("{file} ends in no known format: name it .pc2", file=options.output.name)
    _check_folder(options.output)
    motion = _read_motion_file(options.input, options.fps)
    from ..motion.body.body_pose import BodyPoseOptions

    try:
        from .body.mesh import write_body
    except ImportError as error:
        raise BackendError(
            'Bodies need packages that this Python lacks ({package}): "{python}" -m pip install torch smplx',
            package=error.name,
            python=sys.executable,
        ) from None
    betas = None if options.betas is None else tuple(options.betas)
    pose_options = BodyPoseOptions(options.foot_lock, options.hand_lock, options.in_place)
    with _ProgressPrinter() as progress:
        description = write_body(
            motion, options.model, options.output, _print_step if options.steps else progress, betas=betas,
            origin_at_hips=options.at_hips, pose_options=pose_options,
        )  # fmt: skip
    _print_line(f"{options.output}: {description} at {motion.fps:g} fps")


def _print_step(done: int, total: int) -> None:
    from .body.process import PROGRESS_LINE

    _print_line(PROGRESS_LINE.format(done=done, total=total))


def _run_serve(options: argparse.Namespace) -> None:
    from .serve.run import TOKEN_VARIABLE, ServeOptions, run_server

    # no command line argument: every user of the machine can read those
    token = os.environ.get(TOKEN_VARIABLE, "")
    names = ("host", "port", "batch_size", "queue_size", "max_seconds", "certificate", "key", "watch_stdin")
    serve_options = ServeOptions(
        token=token, host_names=tuple(options.host_names), proxies=tuple(options.proxies),
        **{name: getattr(options, name) for name in names},
    )  # fmt: skip
    backends = {"kinescribe-embedded": default_backend()}
    if options.model:
        from .models.installed import open_installed

        backends[options.model] = open_installed(find_models_folder(), options.model)
    encoder: TextEncoder | None = None
    vector_readers = []
    for path in options.checkpoint:
        found = _open_text_encoder(path)
        if found is not None:
            encoder = found
        elif _reads_text_vectors(path):
            vector_readers.append(path)
        else:
            backends[_make_model_id(path, backends)] = _open_checkpoint(path)
    for path in vector_readers:  # last, because they need the encoder
        backends[_make_model_id(path, backends)] = _open_with_encoder(path, encoder, options.bfloat16)
    run_server(backends, serve_options, encoder)


def _open_checkpoint(path: Path) -> Backend:
    """Open a checkpoint, which needs PyTorch; before a server listens, so that a wrong file is reported at once."""
    try:
        from .checkpoints import open_checkpoint
    except ImportError as error:
        raise _missing_package(error) from None
    return open_checkpoint(path)


def _reads_text_vectors(path: Path) -> bool:
    """Return whether a path is a folder of ARDY or Kimodo, without importing PyTorch."""
    files = ("denoiser.safetensors", "model.safetensors")
    return (path / "config.yaml").is_file() and any((path / name).is_file() for name in files)


def _open_with_encoder(path: Path, encoder: TextEncoder | None, use_bfloat16: bool) -> Backend:
    """Open ARDY or Kimodo with PyTorch's layers."""
    try:
        from .checkpoints import open_with_encoder
    except ImportError as error:
        raise _missing_package(error) from None
    return open_with_encoder(path, encoder, use_bfloat16)


def _open_text_encoder(path: Path) -> TextEncoder | None:
    """Open ARDY's small text encoder, or LLM2Vec, which needs PyTorch; None if a path holds something else."""
    if any((path / name).is_file() for name in _TEXT_ENCODER_FILES):
        from .ardy.text import load_text_encoder

        return load_text_encoder(path)
    try:
        from .checkpoints import Llm2Vec, find_llm2vec
    except ImportError as error:
        raise _missing_package(error) from None
    return Llm2Vec(path) if find_llm2vec(path) else None


def _missing_package(error: ImportError) -> BackendError:
    return BackendError(
        "Checkpoints need packages that are not installed ({package}): {command}",
        package=error.name,
        command=describe_installation("checkpoints"),
    )


def _make_model_id(path: Path, used_ids: Container[str]) -> str:
    """Return a model id: the name of the folder in characters that every client accepts, numbered if taken."""
    folder = path.resolve() if path.is_dir() else path.resolve().parent
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", folder.name).strip("-.") or "checkpoint"
    numbered_names = (f"{name}-{n}" for n in count(2))
    return name if name not in used_ids else next(n for n in numbered_names if n not in used_ids)


def _read_motion_file(
    path: Path, fps: float | None = None, number: int = 1, stated: ReadOptions | None = None
) -> Motion:
    """Read a motion, at ``fps`` frames a second if that is given; ``number`` and ``stated`` as ``read_motion``."""
    from ..motion.formats import read_motion
    from ..motion.resample import resample

    motion = read_motion(path, number, stated) if stated else read_motion(path, number)
    if fps is None:
        return motion
    _check_rate(fps)
    return resample(motion, fps)


def _write_motion_file(motion: Motion, path: Path) -> None:
    # imported where it is needed: the readers and writers take as long to import as everything else together
    from ..motion.formats import write_motion

    write_motion(motion, path)
    _print_line(f"{path}: {len(motion)} frames at {motion.fps:g} fps")


def _check_output(path: Path) -> None:
    """Raise ``RequestError`` if the output file can't be written; called before the model runs."""
    if path.suffix.lower() not in WRITE_SUFFIXES:
        raise RequestError(
            "{file} ends in no known format: name it .npz (SMPL-X), .bvh or .glb", file=path.name
        )
    _check_folder(path)


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise RequestError(
            "The folder {folder} does not exist: make it or choose another", folder=path.parent
        )


def _check_rate(fps: float) -> None:
    if not _FPS_RANGE[0] <= fps <= _FPS_RANGE[1]:
        raise RequestError(
            "A frame rate of {fps:g} is not possible: choose {lowest:g} to {highest:g}",
            fps=fps,
            lowest=_FPS_RANGE[0],
            highest=_FPS_RANGE[1],
        )


class _ProgressPrinter:
    """Progress as a bar if tqdm is installed, else as a line that counts; nothing if stderr is no terminal."""

    def __init__(self, unit: str = "step") -> None:
        """Set what is counted."""
        self._unit = unit
        self._bar: Any = None
        self._is_terminal = sys.stderr.isatty()

    def __enter__(self) -> _ProgressPrinter:
        return self

    def __call__(self, done: int, total: int) -> None:
        if not self._is_terminal:
            return
        if self._bar is None:
            self._bar = _open_progress_bar(total, self._unit)
        if self._bar is False:
            sys.stderr.write(f"\r{self._unit} {done} of {total}")
            sys.stderr.flush()
        else:
            self._bar.update(done - self._bar.n)

    def __exit__(self, *_: object) -> None:
        if self._bar is False:
            sys.stderr.write("\n")
        elif self._bar is not None:
            self._bar.close()


def _open_progress_bar(total: int, unit: str) -> Any:
    """Return a progress bar, or False if tqdm is not installed."""
    try:
        tqdm = import_module("tqdm")
    except ImportError:
        return False
    return tqdm.tqdm(total=total, unit=unit, leave=False)


def _print_line(text: str, file: Any = None) -> None:
    """Print a line; characters that the terminal lacks are escaped."""
    file = file or sys.stdout
    encoding = getattr(file, "encoding", None) or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=file, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        # such as a full disk that stdout is redirected to
        raise _OutputError(error.strerror or error) from None


class _OutputError(Exception):
    """Standard output can't be written."""


class _PrintVersion(argparse.Action):
    """Print the version and exit; the package's metadata is read for nothing else."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("kinescribe")
        except PackageNotFoundError:
            number = "(from the source tree)"
        _print_line(f"kinescribe {number}")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
