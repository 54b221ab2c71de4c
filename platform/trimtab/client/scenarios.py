"""Choices and assumptions, what they would earn, and the verdict on each candidate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
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
    money: dict[str, Any] = field(default_factory=dict)
    grade: str = ""
    links: tuple[dict[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Difference(Record):
    """One figure of two scenarios; ``difference`` is right less left, world by world."""

    name: str
    left: Figure
    right: Figure
    difference: Figure
    p_higher: float


@dataclass(frozen=True, kw_only=True)
class Comparison(Record):
    """Two scenarios in the same worlds; ``apart`` names the links that do not move together in them."""

    left: int
    right: int
    horizon_months: int
    gain: Figure
    p_better: float
    figures: tuple[Difference, ...]
    choices: tuple[dict[str, Any], ...]
    assumptions: tuple[dict[str, Any], ...]
    apart: tuple[str, ...]
    grade: str = ""
    simulated: bool = False


@dataclass(frozen=True, kw_only=True)
class SharedLink(Record):
    """A read-only link; ``address`` is told only by ``share``."""

    id: int
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_opened_at: datetime | None = None
    opened: int = 0
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Scenario(Record):
    id: int
    name: str
    kind: str
    price: float | None = None
    candidate: str | None = None
    months: int | None = None
    levers: dict[str, float] = field(default_factory=dict)
    assumptions: dict[str, Any]
    archived_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def _path(self) -> str:
        return f"scenarios/{self.id}/"

    def change(self, **values: Any) -> Scenario:
        """Change ``name``, ``price``, ``candidate``, ``months``, all ``levers`` or all ``assumptions``."""
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

    def what_if(
        self,
        *,
        price: float | None = None,
        candidate: str | None = None,
        months: int | None = None,
        quality: float | None = None,
        latency: float | None = None,
        arrivals: float | None = None,
    ) -> WhatIf:
        """What a choice would earn, at once and without a run; what is left out is as in the scenario.

        ``quality`` are points added to the model's test (0.02 = two points), ``latency`` and ``arrivals`` factors.

        >>> print(scenario.what_if(price=59).gain)
        gain 1.21e+04 (-3020 to 2.8e+04) EUR
        """
        choice = {"price": price, "candidate": candidate, "months": months}
        levers = {"quality": quality, "latency": latency, "arrivals": arrivals}
        return WhatIf.of(self.connection, self.connection.get(f"{self._path}what-if/", **choice, **levers))

    def compare(self, other: Scenario) -> Comparison:
        """This scenario on the left and ``other`` on the right, in the same worlds."""
        sides = {"left": self.id, "right": other.id}
        return Comparison.of(self.connection, self.connection.get("scenarios/compare/", **sides))

    def undo(self) -> Scenario:
        """Take the last change back. Raises Problem where there is none."""
        return self._act("undo")

    def redo(self) -> Scenario:
        return self._act("redo")

    def archive(self) -> Scenario:
        """Put it away; ``restore`` brings it back."""
        return self._act("archive")

    def restore(self) -> Scenario:
        return self._act("restore")

    def share(self, *, days: int = 30) -> SharedLink:
        """A link by which anybody reads this scenario; its address is told this once."""
        return SharedLink.of(self.connection, self.connection.post(f"{self._path}links/", {"days": days}))

    def links(self) -> Iterator[SharedLink]:
        for row in self.connection.pages(f"{self._path}links/"):
            yield SharedLink.of(self.connection, row)

    def revoke(self, link: SharedLink) -> None:
        self.connection.delete(f"{self._path}links/{link.id}/")

    def _act(self, name: str) -> Scenario:
        return Scenario.of(self.connection, self.connection.post(f"{self._path}{name}/"))

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
