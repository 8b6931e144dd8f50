# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of this Blender session: plain values that operators write and panels show, never part of a .blend.

Messages are stored as they are shown: translated when they are set. Classes are named tuples or have no ``repr``,
because each method that a dataclass generates makes enabling the extension slower.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

WORKER = "local"
"""Name of the local worker where endpoints have names: its models are "local/..." in ``scene.kinescribe.model``."""


@dataclass(repr=False)
class GenerationState:
    """The generation that runs, and the last motion that was generated or imported."""

    is_running: bool = False
    """Whether a motion is being generated."""

    step: int = 0
    """Diffusion steps done."""

    steps: int = 0
    """Diffusion steps in all; 0: not known yet."""

    message: str = ""
    """The last result or error, as one sentence; empty: nothing to show."""

    level: str = "INFO"
    """Level of the message: 'INFO', 'WARNING' or 'ERROR'."""

    low_confidence: bool = False
    """Whether the model hardly knows the words of the last prompt."""

    slow_reason: str = ""
    """Why the embedded model is slower here than it can be, as one sentence; empty: it is not."""

    character: str = ""
    """Name of the character that the last motion is for."""

    motion_id: str = ""
    """Id of the last motion in the cache; empty: none."""

    pending_character: int = 0
    """``session_uid`` of the character that the motion still has to be applied to; 0: none."""

    variations: tuple[str, ...] = ()
    """Ids of all motions that the last generation made."""

    generated_for: int = 0
    """``session_uid`` of the character that the variations are for; 0: none."""

    @property
    def progress(self) -> float:
        """Fraction of the diffusion steps done, 0 to 1."""
        return self.step / self.steps if self.steps else 0.0

    def set_message(self, message: str, level: str = "INFO") -> None:
        """Show one sentence."""
        self.message, self.level = message, level

    def clear(self) -> None:
        """Reset all fields to their defaults."""
        self.__init__()  # type: ignore[misc]


@dataclass(frozen=True, repr=False)
class TaskStatus:
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


@dataclass(frozen=True, repr=False)
class EndpointStatus(TaskStatus):
    """A server or the worker as panels show it: the request for its models, and what it offers."""

    models: tuple[ModelInfo, ...] = ()
    """Models that it offered when it was asked last."""

    is_running: bool = False
    """Whether the worker process runs; always False for a server."""


@dataclass(repr=False)
class PageState:
    """What the preferences show beside settings: stored here, because drawing must not read files."""

    document: str = ""
    """Key of the document that is open; empty: none."""

    lines: tuple[str, ...] = ()
    """Text of that document."""

    cached_motions: int | None = None
    """Motions in the motion cache; None: not measured yet."""

    cached_bytes: int = 0
    """Size of the motion cache."""

    def clear(self) -> None:
        """Reset all fields to their defaults."""
        self.__init__()  # type: ignore[misc]


@dataclass(repr=False)
class Session:
    """Everything that panels show beside settings."""

    generation: GenerationState = field(default_factory=GenerationState)
    servers: dict[str, EndpointStatus] = field(default_factory=dict)
    """Status of the servers that were asked, by their names in the preferences."""

    worker: EndpointStatus = EndpointStatus()
    environment: TaskStatus = TaskStatus()
    """The Python environment that is being created for the worker."""

    body: TaskStatus = TaskStatus()
    """The body mesh that is being computed."""

    caption: TaskStatus = TaskStatus()
    """The Action that is being captioned."""

    page: PageState = field(default_factory=PageState)
    bone_presets: tuple[str, ...] = ()
    """Names of the bone map presets when their menu was opened last."""

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

    def copy(self) -> Session:
        """Return a copy that stays as it is when the session changes, to find out whether it did."""
        return replace(
            self, generation=replace(self.generation), servers=dict(self.servers), page=replace(self.page)
        )

    def clear(self) -> None:
        """Reset everything; ``generation`` and ``page`` stay the same objects."""
        self.generation.clear()
        self.page.clear()
        self.__init__(self.generation, page=self.page)  # type: ignore[misc]


session = Session()
"""The one session of this Blender."""
