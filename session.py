# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of this Blender session: plain values that operators write and panels show, never part of a .blend.

Messages are stored as they are shown: translated when they are set.
"""

from typing import Any, ClassVar, NamedTuple, Self, dataclass_transform

WORKER = "local"
"""Name of the local worker where endpoints have names: its models are "local/..." in ``scene.kinescribe.model``."""


@dataclass_transform(kw_only_default=True)
class Record:
    """Values with names and defaults, which are compared by value.

    It is used like a dataclass, but generates no code: seven dataclasses would take a tenth of the time in which the
    extension is enabled.
    """

    not_compared: ClassVar[frozenset[str]] = frozenset()
    """Names of values in which equal records may differ."""

    def __init_subclass__(cls, frozen: bool = False) -> None:
        """Accept ``frozen``, of which the type checker makes sure."""

    def __init__(self, **values: Any) -> None:
        unknown = [name for name in values if not hasattr(type(self), name)]
        if unknown:
            raise TypeError(f"{type(self).__name__} has no {', '.join(unknown)}")
        vars(self).update(values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record) or type(other) is not type(self):
            return NotImplemented
        names = vars(self).keys() | vars(other).keys()
        return all(getattr(self, name) == getattr(other, name) for name in names - self.not_compared)

    __hash__ = None  # type: ignore[assignment]

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some values replaced."""
        copy = type(self).__new__(type(self))
        vars(copy).update(vars(self), **changes)
        return copy

    def clear(self) -> None:
        """Reset all values to their defaults."""
        vars(self).clear()


class GenerationState(Record):
    """The generation that runs, and the last motion that was generated or imported."""

    is_running: bool = False
    """Whether a motion is being generated."""

    step: int = 0
    """Diffusion steps done."""

    steps: int = 0
    """Diffusion steps in all; 0: not known yet."""

    baked: float | None = None
    """Fraction of the bake that is done, which follows the generation, 0 to 1; None: the model still computes, or the
    bake takes no longer than a moment."""

    message: str = ""
    """The last result or error, as one sentence; empty: nothing to show."""

    level: str = "INFO"
    """Level of the message: 'INFO', 'WARNING' or 'ERROR'."""

    low_confidence: bool = False
    """Whether the model hardly knows the words of the last prompt."""

    doubts: tuple[str, ...] = ()
    """What of the last prompt the motion does not show, as sentences."""

    slow_reason: str = ""
    """Why the embedded model is slower here than it can be, as one sentence; empty: it is not."""

    character: str = ""
    """Name of the character that the last motion is for."""

    motion_id: str = ""
    """Id of the last motion in the cache; empty: none."""

    start_frame: int | None = None
    """Frame at which the last motion begins, chosen when it was requested; None: none was."""

    details: str = ""
    """What takes of the last motions remember, as JSON."""

    pending_character: int = 0
    """``session_uid`` of the character that the motion still has to be applied to; 0: none."""

    parts: tuple[int, ...] = ()
    """Places of the character's parts that are being made, in their order."""

    in_turn: bool = False
    """Whether the parts are made one after the other, and not all at once."""

    variations: tuple[str, ...] = ()
    """Ids of all motions that the last generation made."""

    generated_for: int = 0
    """``session_uid`` of the character that the variations are for; 0: none."""

    @property
    def progress(self) -> float:
        """Fraction of the diffusion steps, or then of the bake, that is done, 0 to 1."""
        if self.baked is not None:
            return self.baked
        return self.step / self.steps if self.steps else 0.0

    def set_message(self, message: str, level: str = "INFO") -> None:
        """Show one sentence."""
        self.message, self.level = message, level


class TaskStatus(Record, frozen=True):
    """A background task as panels show it."""

    is_busy: bool = False
    """Whether the task runs."""

    message: str = ""
    """Its progress, result or error, as one sentence; empty: nothing to show."""

    level: str = "INFO"
    """Level of the message: 'INFO' or 'ERROR'."""


class ModelInfo(NamedTuple):
    """A model that an endpoint offers, as panels show it."""

    choice: str
    """Value of ``scene.kinescribe.model`` that chooses it: name of the endpoint, a slash, ``name``."""

    name: str
    """Its id at the endpoint."""

    licence: str
    """Its licence; may be empty."""

    fps: float
    """Frames a second that it generates."""

    max_seconds: float
    """Longest motion in seconds."""

    max_samples: int
    """Most variations in one request."""

    features: tuple[str, ...] = ()
    """What it understands beside text, in English words."""

    describes_motions: bool = False
    """Whether it also writes captions for motions."""


class CardInfo(NamedTuple):
    """A model that can be downloaded, as panels show it; English texts, translated where they are drawn."""

    id: str
    """Its id, which is also the value of ``scene.kinescribe.model`` that chooses it."""

    name: str
    texts: tuple[str, ...]
    """What it is, what it is good at, how much memory it takes, its licence, and where it may be used."""

    size: str
    """How much is downloaded."""

    notices: tuple[str, ...]
    """Wording that the licences ask to be shown."""

    page: str
    """Address of its page."""

    licence_url: str
    """Address of its terms."""

    folder: str
    """Folder that it is installed in; empty: it is not installed."""

    is_own: bool
    """Whether that folder was made by a download."""

    megabytes: float
    """Size of its files."""


class LiveStatus(Record, frozen=True):
    """Live as panels show it: the ghost of the coming motion, made again whenever something changes."""

    is_on: bool = False
    message: str = ""
    """Why there is no ghost, as one sentence; empty: nothing to show."""

    level: str = "INFO"
    """Level of the message: 'INFO' or 'ERROR'."""


class EndpointStatus(TaskStatus, frozen=True):
    """A server or the worker as panels show it: the request for its models, and what it offers."""

    models: tuple[ModelInfo, ...] = ()
    """Models that it offered when it was asked last."""

    is_running: bool = False
    """Whether the worker process runs; always False for a server."""


class PageState(Record):
    """What the preferences show beside settings: stored here, because drawing must not read files."""

    document: str = ""
    """Key of the document that is open; empty: none."""

    lines: tuple[str, ...] = ()
    """Text of that document."""

    cached_motions: int | None = None
    """Motions in the motion cache; None: not measured yet."""

    cached_bytes: int = 0
    """Size of the motion cache."""


class Session(Record):
    """Everything that panels show beside settings."""

    not_compared = frozenset({"ghosts", "hovered_ghost"})
    """The sidebar need not be drawn again for each of them."""

    generation: GenerationState
    servers: dict[str, EndpointStatus]
    """Status of the servers that were asked, by their names in the preferences."""

    worker: EndpointStatus = EndpointStatus()
    body: TaskStatus = TaskStatus()
    """The body mesh that is being computed."""

    caption: TaskStatus = TaskStatus()
    """The Action that is being captioned."""

    page: PageState
    ghosts: tuple[Any, ...] = ()
    """Motions that are drawn as figures: ``scene.ghosts.Ghost``, which brings NumPy."""

    ghost_source: str = ""
    """What the ghosts are: "VARIATIONS", "TAKES", or "LIVE" for the coming motion."""

    hovered_ghost: int | None = None
    """Index of the ghost under the mouse."""

    live: LiveStatus = LiveStatus()

    guide_marks: tuple[Any, ...] = ()
    """What is drawn of the guides of characters: ``scene.guide_marks.GuideMarks``."""

    stroke: Any = None
    """What is being drawn with the tool Guides: ``operators.guide_tool.Stroke``; None: nothing is."""

    strip_box: tuple[float, float] | None = None
    """Frames of the box with which parts are being selected in the Dope Sheet."""

    cards: tuple[CardInfo, ...] = ()
    """Models that can be downloaded."""

    card_tasks: dict[str, TaskStatus]
    """What is being done with them, by their ids; replaced as a whole."""

    installed: tuple[ModelInfo, ...] = ()
    """Models that were downloaded and can be chosen."""

    reading_report: str = ""
    """What was read from the last imported file and what was assumed, as text."""

    bone_presets: tuple[str, ...] = ()
    """Names of the bone map presets when their menu was opened last."""

    def __init__(self) -> None:
        self.generation, self.page = GenerationState(), PageState()
        self.servers, self.card_tasks = {}, {}

    def endpoint_status(self, name: str) -> EndpointStatus:
        """Return the status of a server or, for ``WORKER``, of the worker; an empty one if it was never asked."""
        return self.worker if name == WORKER else self.servers.get(name, EndpointStatus())

    def set_endpoint_status(self, name: str, status: EndpointStatus) -> None:
        """Store the status of a server or, for ``WORKER``, of the worker."""
        if name == WORKER:
            self.worker = status
        else:
            self.servers[name] = status

    def list_models(self) -> list[ModelInfo]:
        """Return the known models of all servers and of the worker."""
        return [model for status in (*self.servers.values(), self.worker) for model in status.models]

    def copy(self) -> Self:
        """Return a copy that stays as it is when the session changes, to find out whether it did."""
        return self.replace(
            generation=self.generation.replace(), servers=dict(self.servers), page=self.page.replace()
        )

    def clear(self) -> None:
        """Reset everything; ``generation`` and ``page`` stay the same objects."""
        generation, page = self.generation, self.page
        generation.clear()
        page.clear()
        super().clear()
        self.generation, self.page, self.servers, self.card_tasks = generation, page, {}, {}


session = Session()
"""The one session of this Blender."""
