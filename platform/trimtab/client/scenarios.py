"""Choices and assumptions, what they would earn, and the verdict on each candidate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trimtab.client.connection import Connection
from trimtab.client.estimates import Estimate, Figure
from trimtab.client.jobs import Job
from trimtab.client.records import Record


@dataclass(frozen=True, kw_only=True)
class Forecasts(Record):
    """The forecast of each model, and the price to charge."""

    forecasts: tuple[Estimate, ...]
    price: Estimate | None = None


@dataclass(frozen=True, kw_only=True)
class WhatIf(Record):
    """The outcome of a choice beside today's; ``p_better`` is the share of worlds in which it earns more."""

    price: float
    candidate: str
    horizon_months: int
    p_better: float
    gain: Figure
    figures: dict[str, Figure]
    today: dict[str, Figure]
    months: dict[str, Any]
    today_months: dict[str, Any]
    grade: str = ""
    links: tuple[dict[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Scenario(Record):
    id: int
    name: str
    kind: str
    price: float | None = None
    candidate: str | None = None
    months: int | None = None
    assumptions: dict[str, Any]
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def _path(self) -> str:
        return f"scenarios/{self.id}/"

    def change(self, **values: Any) -> Scenario:
        """Change ``name``, ``price``, ``candidate``, ``months`` or all ``assumptions``."""
        return Scenario.of(self.connection, self.connection.patch(self._path, values))

    def copy(self) -> Scenario:
        return Scenario.of(self.connection, self.connection.post(f"{self._path}copy/"))

    def run(self) -> Job:
        """Run the forecast of each model, the price to charge and the verdict."""
        return Job.of(self.connection, self.connection.post(f"{self._path}forecast/"))

    def forecast(self) -> Forecasts:
        """The forecasts of the last run; empty before the first."""
        return Forecasts.of(self.connection, self.connection.get(f"{self._path}forecast/"))

    def verdict(self) -> Estimate:
        """Ship, hold or cannot tell yet: see ``diagnostics["verdict"]``. Raises Problem before the first run."""
        return Estimate.of(self.connection, self.connection.get(f"{self._path}verdict/"))

    def what_if(self, *, price: float | None = None, candidate: str | None = None, months: int | None = None) -> WhatIf:
        """What a choice would earn, at once and without a run; what is left out is as in the scenario.

        >>> print(scenario.what_if(price=59).gain)
        gain 1.21e+04 (-3020 to 2.8e+04) EUR
        """
        choice = {"price": price, "candidate": candidate, "months": months}
        return WhatIf.of(self.connection, self.connection.get(f"{self._path}what-if/", **choice))

    def example(self, **parts: float) -> dict[str, Any]:
        """What the worked example of kind "example" answers, which has a formula of its own."""
        return dict(self.connection.get(f"{self._path}what-if/", **parts))

    def delete(self) -> None:
        self.connection.delete(self._path)


@dataclass(frozen=True)
class Scenarios:
    connection: Connection

    def list(self) -> Iterator[Scenario]:
        """All scenarios, oldest first."""
        for row in self.connection.pages("scenarios/"):
            yield Scenario.of(self.connection, row)

    def get(self, scenario_id: int) -> Scenario:
        return Scenario.of(self.connection, self.connection.get(f"scenarios/{scenario_id}/"))

    def create(self, name: str, **values: Any) -> Scenario:
        """A new scenario, with ``price``, ``candidate``, ``months`` and ``assumptions`` as far as they are given."""
        return Scenario.of(self.connection, self.connection.post("scenarios/", {"name": name, **values}))
