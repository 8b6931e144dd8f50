# SPDX-License-Identifier: GPL-3.0-or-later
"""Background tasks for endpoints: fetch the models of servers and of the worker; start, stop and watch the worker."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import bpy

from ..session import WORKER, EndpointStatus, ModelInfo, session
from . import background_tasks, endpoints
from .background_tasks import BackgroundTask
from .base import error_message, translate

if TYPE_CHECKING:
    from ..inference.backend import IsCancelled, Progress
    from ..inference.endpoints import Endpoint
    from ..inference.remote import RemoteModel
    from ..inference.worker import Worker

FEATURES = {
    "root_path": "paths",
    "effector_target": "hand and foot targets",
    "pose_keyframe": "poses",
}
"""What panels call MMCP's constraints."""

_requests: dict[str, BackgroundTask[Any]] = {}
"""The last task of each endpoint, by its name."""


def create_model_list_task(endpoint: Endpoint, restart: bool = False) -> BackgroundTask[list[RemoteModel]]:
    """Return a task that fetches the models of an endpoint, starting the worker if it is the endpoint.

    An earlier task of that endpoint is cancelled. ``restart``: stop the worker first.
    """
    name = endpoint.name
    is_worker = name == WORKER
    worker_to_stop = endpoints.get_worker() if restart else None
    text = translate("Starting the models") if is_worker else translate("Asking the server for its models")
    status = session.endpoint_status(name).replace(is_busy=True, message=text, level="INFO")
    return _replace_task(
        name,
        status,
        BackgroundTask(
            lambda _progress, is_cancelled: _fetch_models(endpoint, is_cancelled, worker_to_stop),
            on_done=partial(_show_models, endpoint),
            on_error=partial(_show_error, endpoint),
            # two threads must not start and stop the worker at once; a server that hangs delays no other request
            after=_requests.get(name) if is_worker else None,
            waits_for_user=False,
        ),
    )


def create_stop_task() -> BackgroundTask[None]:
    """Return a task that ends the worker process."""

    worker = endpoints.get_worker()

    def work(_progress: Progress, _is_cancelled: IsCancelled) -> None:
        worker.stop()

    def show_stopped(_result: None) -> None:
        session.worker = EndpointStatus(message=translate("The models are not running"))

    def show_error(error: BaseException) -> None:
        session.worker = failed_endpoint_status(error, is_running=is_worker_running())

    return _replace_task(
        WORKER,
        EndpointStatus(is_busy=True, message=translate("Stopping the models")),
        BackgroundTask(
            work,
            on_done=show_stopped,
            on_error=show_error,
            after=_requests.get(WORKER),
            waits_for_user=False,
        ),
    )


def is_worker_running() -> bool:
    """Return whether the worker process runs: it starts or listens."""
    return endpoints.worker_exists() and endpoints.get_worker().state in ("STARTING", "LISTENING")


def update_worker_status() -> bool:
    """Update the worker's status if a generation has started it or it has ended by itself; return whether it runs."""
    if not endpoints.worker_exists():
        return False
    worker, status = endpoints.get_worker(), session.worker
    state, failure = worker.state, worker.failure
    if not status.is_busy:
        if state == "FAILED" and failure is not None:
            if status.message != (message := error_message(failure)):
                session.worker = EndpointStatus(message=message, level="ERROR", models=status.models)
        elif state == "LISTENING" and not status.is_running:
            message = translate("The models run")
            session.worker = status.replace(message=message, level="INFO", is_running=True)
    return state in ("STARTING", "LISTENING")


def _replace_task(name: str, status: EndpointStatus, task: BackgroundTask[Any]) -> BackgroundTask[Any]:
    if name in _requests:
        _requests[name].cancel()
    _requests[name] = task
    session.set_endpoint_status(name, status)
    return task


def _fetch_models(
    endpoint: Endpoint, is_cancelled: IsCancelled, worker_to_stop: Worker | None
) -> list[RemoteModel]:
    """Connect to an endpoint and return its models, in a thread; first stop ``worker_to_stop``."""
    from ..motion import BackendError

    if worker_to_stop is not None:
        worker_to_stop.stop()
    server = endpoint.connect(is_cancelled)
    try:
        return endpoint.fetch_models(server, is_cancelled)
    except BackendError as error:
        raise endpoint.explain_error(error) from None


def _show_models(endpoint: Endpoint, models: list[RemoteModel]) -> None:
    """Store the models for the panels and for generations, unless the server was removed or changed meanwhile."""
    from ..inference import registry

    name = endpoint.name
    if not _is_current(endpoint):
        session.servers.pop(name, None)
        return
    registry.remember_models(endpoint, models)
    if name == WORKER:
        message = translate("The models run")
    elif models:
        message = translate("The server answers")
    else:
        message = translate("The server answers, but has no models")
    infos = tuple(_model_info(name, model) for model in models)
    is_running = name == WORKER and is_worker_running()
    session.set_endpoint_status(name, EndpointStatus(message=message, models=infos, is_running=is_running))


def _show_error(endpoint: Endpoint, error: BaseException) -> None:
    name = endpoint.name
    if not _is_current(endpoint):
        session.servers.pop(name, None)
        return
    session.set_endpoint_status(
        name, failed_endpoint_status(error, is_running=name == WORKER and is_worker_running())
    )


def _is_current(endpoint: Endpoint) -> bool:
    """Return whether the preferences still have this server at this address; always True for the worker."""
    from ..motion import KinescribeError

    if endpoint.name == WORKER:
        return True
    try:
        current = endpoints.find_endpoint(bpy.context, endpoint.name)
    except KinescribeError:
        return False
    return current is not None and current.cache_key == endpoint.cache_key


def failed_endpoint_status(error: BaseException, is_running: bool = False) -> EndpointStatus:
    """Return the status of an endpoint whose models could not be fetched because of ``error``."""
    status = background_tasks.failed_status(error)
    return EndpointStatus(message=status.message, level=status.level, is_running=is_running)


def _model_info(endpoint_name: str, model: RemoteModel) -> ModelInfo:
    capabilities = model.capabilities
    features = [text for word, text in FEATURES.items() if word in capabilities.constraint_types]
    if capabilities.supports_loop:
        features.append("loops")
    return ModelInfo(
        choice=f"{endpoint_name}/{model.id}",
        name=model.id,
        licence=capabilities.licence,
        fps=capabilities.fps,
        max_seconds=capabilities.max_seconds,
        max_samples=capabilities.max_samples,
        features=tuple(features),
        describes_motions=capabilities.captions,
    )


def register() -> None:
    """Make the timer of background tasks update the worker's status."""
    background_tasks.add_watcher(update_worker_status)


def unregister() -> None:
    """Cancel all tasks, end the worker process, and forget what endpoints offer."""
    from ..inference import registry

    background_tasks.remove_watcher(update_worker_status)
    # first, so that no thread starts the worker again
    background_tasks.cancel_all()
    _requests.clear()
    if endpoints.worker_exists():
        endpoints.get_worker().stop()
        endpoints.get_worker.cache_clear()
    registry.forget_models()
