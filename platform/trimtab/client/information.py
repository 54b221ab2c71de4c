"""What to find out before choosing among options, and what the choice hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trimtab.client.connection import Connection
from trimtab.client.estimates import Estimate
from trimtab.client.jobs import Job
from trimtab.client.records import Record


@dataclass(frozen=True, kw_only=True)
class NextStudy(Record):
    """``value`` is what knowing it for certain is worth (EVPPI), ``worth`` what ``size`` observations are (EVSI),
    ``net`` their worth less their ``cost``; ``curve`` has both by size."""

    study: dict[str, str]
    value: float
    low: float
    high: float
    share: float
    known: float
    is_assumed: bool
    size: int
    pays: bool
    worth: float
    cost: float
    net: float
    per_cost: float | None = None
    curve: tuple[dict[str, float], ...]


@dataclass(frozen=True, kw_only=True)
class InformationStudy(Record):
    """The next ``studies``, best first; ``estimate.figures["perfect_information"]`` bounds them all."""

    estimate: Estimate
    studies: tuple[NextStudy, ...]


@dataclass(frozen=True, kw_only=True)
class StudyCost(Record):
    """What a study costs here; ``unit`` None is what a month's delay costs."""

    code: str
    label: str
    counts: str
    fixed: float
    unit: float | None = None
    decisions: float
    assumed_worth: float
    most: int


@dataclass(frozen=True)
class Information:
    """``scenario`` is the key of a scenario; without it the first one is meant."""

    connection: Connection

    def run(self, *, scenario: int | None = None) -> Job:
        """Look anew into what to find out and what matters."""
        body = {} if scenario is None else {"scenario": scenario}
        return Job.of(self.connection, self.connection.post("information/", body))

    def study(self, *, scenario: int | None = None) -> InformationStudy:
        """What was found last. Raises Problem before the first run."""
        return InformationStudy.of(self.connection, self.connection.get("information/", scenario=scenario))

    def sensitivity(self, *, scenario: int | None = None) -> Estimate:
        """Sobol's effects, the tornado and the turning points, in ``diagnostics``; Problem before the first run."""
        return Estimate.of(self.connection, self.connection.get("sensitivity/", scenario=scenario))

    def costs(self) -> list[StudyCost]:
        return self._costs(self.connection.get("information/costs/"))

    def set_costs(self, **costs: Mapping[str, float | None]) -> list[StudyCost]:
        """Say what studies cost here; None takes the default again.

        >>> t.information.set_costs(labels={"unit": 0.8})
        """
        return self._costs(self.connection.patch("information/costs/", {"costs": costs}))

    def _costs(self, given: Any) -> list[StudyCost]:
        return [StudyCost.of(self.connection, row) for row in given["studies"]]
