"""What estimates are made from, and how each kind of input is looked up again.

An app that offers inputs registers an `InputKind` in its ``AppConfig.ready``: how to hash the content as it is
now, and where its page is. So estimates need to know no app above them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from apps.estimates.models import Estimate
from apps.workspaces.models import Workspace

ESTIMATE = "estimate"


@dataclass(frozen=True)
class InputRef:
    kind: str
    object_id: str
    label: str
    sha256: str
    simulated: bool = False

    @classmethod
    def of(cls, estimate: Estimate) -> InputRef:
        return cls(ESTIMATE, str(estimate.pk), str(estimate), estimate.draws_sha256, estimate.simulated)


@dataclass(frozen=True)
class InputKind:
    """``content_sha256`` gives the hash as of now (None where the thing is gone), ``url`` its page."""

    name: str
    content_sha256: Callable[[Workspace, str], str | None]
    url: Callable[[Workspace, str], str | None]


_kinds: dict[str, InputKind] = {}


def register(kind: InputKind) -> None:
    _kinds[kind.name] = kind


def content_sha256(workspace: Workspace, kind: str, object_id: str) -> str | None:
    return _kinds[kind].content_sha256(workspace, object_id) if kind in _kinds else None


def is_registered(kind: str) -> bool:
    return kind in _kinds


def page_of(workspace: Workspace, kind: str, object_id: str) -> str | None:
    return _kinds[kind].url(workspace, object_id) if kind in _kinds else None
