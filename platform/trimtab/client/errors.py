"""What can go wrong, as a tree: catch `TrimtabError` for all of it.

TrimtabError
  Unreachable      no answer came
  Problem          the server refused, with a code and the fields at fault
  JobFailed        a job ended without a result
  StillRunning     a job has not ended in the time that you gave it
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trimtab.client.jobs import Job

REMEDIES = {
    401: "Make a token under Settings, API tokens, and pass it as token=.",
    403: "Ask an owner of the workspace for a higher role, or use a token of an editor.",
    404: "Check the number, and that the token belongs to the workspace that you mean.",
    413: "Whoever runs the server may raise TRIMTAB_UPLOAD_MEGABYTES.",
    429: "Wait a little, then try again.",
    500: "Look into the server's log.",
}


class TrimtabError(Exception):
    """Anything that this client raises of its own."""


class Unreachable(TrimtabError):
    """No answer came, also after the repetitions that a read is given."""


@dataclass(frozen=True)
class Fault:
    """One thing to correct: the field, the row of the file where there is one, and what is wrong with it."""

    message: str
    field: str = ""
    row: int | None = None

    def __str__(self) -> str:
        place = f"{self.field}, row {self.row}" if self.row is not None else self.field
        return f"{place}: {self.message}" if place else self.message


class Problem(TrimtabError):
    """The server said no: `status` and `code` for programs, `title`, `detail` and `errors` for people.

    >>> try:
    ...     t.pricing.run()
    ... except Problem as problem:
    ...     print(problem.code)
    no_price_answers
    """

    # No frozen dataclass, as the records are: Python itself writes to an exception while it is raised.
    def __init__(self, *, status: int, code: str, title: str, detail: str = "", errors: tuple[Fault, ...] = ()) -> None:
        self.status, self.code, self.title, self.detail, self.errors = status, code, title, detail, errors
        super().__init__(self._text())

    @classmethod
    def of(cls, status: int, given: Any) -> Problem:
        """From the body of an answer, which is no problem at all where a proxy wrote it."""
        body: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        title = str(body.get("title") or f"The server answered with {status}")
        faults = tuple(
            Fault(str(each.get("message", "")), str(each.get("field") or ""), each.get("row"))
            for each in body.get("errors") or []
        )
        code = str(body.get("code") or f"http_{status}")
        return cls(status=status, code=code, title=title, detail=str(body.get("detail") or ""), errors=faults)

    def _text(self) -> str:
        said = [self.detail if self.detail.startswith(self.title) else f"{self.title}. {self.detail}".strip(". ")]
        said += [str(fault) for fault in self.errors if fault.message not in self.detail]
        if remedy := REMEDIES.get(500 if self.status >= 500 else self.status):
            said.append(remedy)
        return " ".join(text if text.endswith((".", "!", "?", "。")) else f"{text}." for text in said if text)


class JobFailed(TrimtabError):
    """A job failed or was cancelled: `job` tells the rest, `code` the reason."""

    def __init__(self, job: Job) -> None:
        self.job, self.code = job, job.error.code if job.error else job.state
        reason = job.error.message if job.error else f"It was {job.state}."
        super().__init__(f"{job.title}: {reason} job.retry() lets it go on from where it stopped.")


class StillRunning(TrimtabError, TimeoutError):
    """The job goes on: wait for it again, or cancel it."""

    def __init__(self, title: str, seconds: float) -> None:
        super().__init__(f"{title} has not ended after {seconds:g} s and goes on. Wait again, or cancel it.")
