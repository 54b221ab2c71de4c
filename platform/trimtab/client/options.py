"""Options of a scenario side by side with today, and the search for the best one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trimtab.client.connection import Connection
from trimtab.client.estimates import Estimate, Figure
from trimtab.client.jobs import Job
from trimtab.client.records import Record


@dataclass(frozen=True)
class Reached:
    """A number that some worlds never reach: ``never`` is their share; an end is None where so many do not."""

    median: float | None
    low: float | None
    high: float | None
    never: float


@dataclass(frozen=True, kw_only=True)
class Standing(Record):
    """One option among all; ``option`` is its key, or "today"."""

    option: str
    name: str
    expected_gain: float
    gain: Figure
    p_best: float
    p_loss: float
    regret: float
    worst_tenth: float
    on_frontier: bool = False
    dominated_by: tuple[str, ...] = ()
    months_to_break_even: Reached | None = None
    revenue_12: Figure
    at_a_loss: float = 0.0
    grade: str = ""


@dataclass(frozen=True, kw_only=True)
class OptionVerdict(Record):
    """Ship, hold or cannot tell, of the best option against today, and what would settle it."""

    option: str
    verdict: str
    reason: str
    p_better: float
    settle: tuple[dict[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class OptionComparison(Record):
    """``options`` are in the same worlds, best first, today among them; ``kept`` is what `Options.compare` left."""

    options: tuple[Standing, ...]
    months: int
    best: str
    evpi: float
    standard_error: float
    verdict: OptionVerdict | None = None
    kept: Estimate | None = None


@dataclass(frozen=True, kw_only=True)
class Option(Record):
    """``quality`` is in 0..1 (0.02 adds two points), ``latency`` and ``arrivals`` are factors; None is as today."""

    id: int
    scenario: int
    name: str
    price: float | None = None
    candidate: str | None = None
    plans: tuple[dict[str, Any], ...]
    features: tuple[dict[str, Any], ...]
    quality: float = 0.0
    latency: float = 1.0
    arrivals: float = 1.0
    one_off_cost: float = 0.0
    monthly_cost: float = 0.0
    archived_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def _path(self) -> str:
        return f"options/{self.id}/"

    def change(self, **values: Any) -> Option:
        return Option.of(self.connection, self.connection.patch(self._path, values))

    def copy(self) -> Option:
        return self._act("copy")

    def archive(self) -> Option:
        """Put it aside: it is no longer compared."""
        return self._act("archive")

    def restore(self) -> Option:
        """Take up what was put aside or deleted."""
        return self._act("restore")

    def delete(self) -> None:
        """``restore`` brings it back for a week."""
        self.connection.delete(self._path)

    def _act(self, name: str) -> Option:
        return Option.of(self.connection, self.connection.post(f"{self._path}{name}/"))


@dataclass(frozen=True)
class Options:
    """``scenario`` is the key of a scenario; without it the first one is meant."""

    connection: Connection

    def list(self, *, scenario: int | None = None) -> Iterator[Option]:
        """The options of a scenario, or of all; those put aside have ``archived_at``."""
        for row in self.connection.pages("options/", scenario=scenario):
            yield Option.of(self.connection, row)

    def get(self, option_id: int) -> Option:
        return Option.of(self.connection, self.connection.get(f"options/{option_id}/"))

    def add(self, name: str, *, scenario: int | None = None, **values: Any) -> Option:
        """A new option with what it changes: price, candidate, plans, features, quality, latency, costs.

        >>> t.options.add("Dearer, with citations", price=59, features=[{"name": "Citations", "functional": [0, 0.05]}])
        """
        body = {"name": name, **values} | ({} if scenario is None else {"scenario": scenario})
        return Option.of(self.connection, self.connection.post("options/", body))

    def fill(
        self,
        *,
        prices: Sequence[float] = (),
        candidates: Sequence[str] = (),
        menus: Sequence[Sequence[Mapping[str, Any]]] = (),
        scenario: int | None = None,
    ) -> list[Option]:  # type: ignore[valid-type]
        """An option for each combination that is not there yet; fees and rates of a menu are parts of the price."""
        menus_given = [[dict(plan) for plan in menu] for menu in menus]
        body = {"prices": [*prices], "candidates": [*candidates], "menus": menus_given}
        made = self.connection.post(_of("options/fill/", scenario), body)
        return [Option.of(self.connection, row) for row in made]

    def comparison(self, *, scenario: int | None = None) -> OptionComparison:
        """Every option beside today, at once and without a run.

        >>> t.options.comparison().options[0].name
        'Dearer, with citations'
        """
        return OptionComparison.of(self.connection, self.connection.get("options/comparison/", scenario=scenario))

    def compare(self, *, scenario: int | None = None) -> Job:
        """Keep the comparison as evidence, and look into what would settle it."""
        return Job.of(self.connection, self.connection.post(_of("options/comparison/", scenario)))

    def search(self, *, scenario: int | None = None, **bounds: Any) -> Job:
        """Search price, plans and model together within ``low``, ``high``, ``candidates``, ``kinds``, ``least_gross``
        and ``most_at_a_loss``; what is left out is as wide as the data reaches."""
        return Job.of(self.connection, self.connection.post(_of("options/search/", scenario), bounds))

    def found(self, *, scenario: int | None = None) -> Estimate | None:
        """What the last search found, see ``diagnostics["option"]``; None before the first."""
        given = self.connection.get("options/search/", scenario=scenario)["found"]
        return Estimate.of(self.connection, given) if given else None


def _of(path: str, scenario: int | None) -> str:
    return path if scenario is None else f"{path}?scenario={scenario:d}"
