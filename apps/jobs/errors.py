"""Why a running job stops before its end, and why the product cannot start."""

from __future__ import annotations

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


class CannotServe(Exception):
    """Why the product cannot be started here, in words for its operator."""
