"""Whether a caller may have a request run: scopes, the request's own rules, and the files it names."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from deployments.gateway.api_keys import Caller
from deployments.gateway.catalogue import FlowDeployment
from deployments.gateway.problems import Problem, validation_problem
from deployments.gateway.request_schema import check_request
from deployments.gateway.source_access import SourceAccess
from deployments.gateway.start_captures import StartCaptures
from deployments.gateway.start_pictures import StartPictures
from flows.orchestration import TASK_TYPES, OrchestrationRequest
from flows.video.camera_path import CameraPathRequest, render_camera_path
from flows.video.scene_training import SceneTrainingRequest, train_scene

REQUESTS: Mapping[str, type[BaseModel]] = {
    "orchestrate": OrchestrationRequest,
    **{kind.flow.name: kind.request for kind in TASK_TYPES.values()},
    train_scene.name: SceneTrainingRequest,
    render_camera_path.name: CameraPathRequest,
}
"""Requests whose rules say more than their JSON schema."""


class Admission:
    """Refuses what a caller may not have run."""

    def __init__(self, sources: SourceAccess) -> None:
        self._sources = sources
        self._pictures = StartPictures()
        self._captures = StartCaptures()

    async def check(self, caller: Caller, deployment: FlowDeployment, request: dict[str, Any]) -> None:
        """Refuse a request, whichever route it came by.

        Raises:
            Problem: 403, the key lacks a scope; 422, the request is wrong; 404, it names a file of another's.
        """
        check_request(deployment, request)
        if model := REQUESTS.get(deployment.flow):
            try:
                model.model_validate(request)
            except ValidationError as error:
                raise validation_problem(
                    [{**one, "loc": ("body", "request", *one["loc"])} for one in error.errors()]
                ) from None
        for scope in sorted(deployment.scopes | task_scopes(deployment, request)):
            require(caller, scope, deployment)
        await self._sources.check(caller, request)
        await self._pictures.check(request)
        await self._captures.check(request)


def task_scopes(deployment: FlowDeployment, request: Mapping[str, Any]) -> frozenset[str]:
    """Capabilities that the tasks of an orchestration use."""
    if deployment.flow != "orchestrate":
        return frozenset()
    return frozenset(TASK_TYPES[task["type"]].capability for task in request["tasks"])


def require(caller: Caller, scope: str, deployment: FlowDeployment) -> None:
    """Refuse a caller without a scope.

    Raises:
        Problem: 403.
    """
    require_scope(caller, scope, deployment.name)


def require_scope(caller: Caller, scope: str, what: str) -> None:
    """Refuse a caller without a scope that something needs.

    Raises:
        Problem: 403.
    """
    if not caller.may(scope):
        raise Problem(
            403,
            f"{what} needs the scope {scope!r} here; this key has {', '.join(sorted(caller.scopes))}.",
            kind="scope",
            extra={"scope": scope},
        )
