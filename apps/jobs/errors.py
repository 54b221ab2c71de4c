"""Why a running job stops before its end, and why the product cannot start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class JobStopped(Exception):
    """The worker must let go of this job now; nothing more may be written under its lease."""


class JobCancelled(JobStopped):
    """A person asked for it to stop."""


class LeaseLost(JobStopped):
    """Another worker may hold the job already."""


class JobInterrupted(JobStopped):
    """This worker is shutting down: the job goes back to the queue with its checkpoint, at no cost in tries."""


class JobFailure(Exception):
    """An expected failure with a reason a person can act on; it is not tried again.

    ``message`` is an English source string, translated when shown, with ``%(name)s`` filled from ``params``.
    """

    def __init__(self, code: str, message: str, **params: Any) -> None:
        super().__init__(str(message) % params if params else str(message))
        self.code = code
        self.message = str(message)
        self.params = params

    @classmethod
    def of_child(cls, error: Mapping[str, Any], otherwise: str) -> JobFailure:
        """What a process of the job's own reported as its ``error`` event."""
        texts = (error.get("template") or error.get("message"), error.get("remedy_template") or error.get("remedy"))
        message = "\n".join(str(text) for text in texts if text) or otherwise
        return cls(str(error.get("code") or "process_died"), message, **error.get("params", {}))


class CannotServe(Exception):
    """Why the product cannot be started here, in words for its operator."""
