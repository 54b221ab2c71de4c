"""What estimates are made from, and how each kind of input is looked up again.

An app that offers inputs registers an `InputKind` in its ``AppConfig.ready``: how to hash the contents as they are
now, and where the page of one is. So estimates need to know no app above them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
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
    """``content_sha256s`` gives hashes as of now by key (none where the thing is gone) in one query, ``url`` a page."""

    name: str
    content_sha256s: Callable[[Workspace, Iterable[str]], dict[str, str]]
    url: Callable[[Workspace, str], str | None]


def sha256_of(content: object) -> str:
    """The hash of anything that JSON can hold."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


_kinds: dict[str, InputKind] = {}


def register(kind: InputKind) -> None:
    _kinds[kind.name] = kind


def content_sha256s(workspace: Workspace, kind: str, object_ids: Iterable[str]) -> dict[str, str]:
    return _kinds[kind].content_sha256s(workspace, object_ids) if kind in _kinds else {}


def is_registered(kind: str) -> bool:
    return kind in _kinds


def page_of(workspace: Workspace, kind: str, object_id: str) -> str | None:
    return _kinds[kind].url(workspace, object_id) if kind in _kinds else None
