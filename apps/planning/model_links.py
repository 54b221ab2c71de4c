"""The links of a world about the models: how they were tested, what quality and latency do, what training costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from apps.planning.assumptions import WORLDS
from apps.planning.market_links import MarketLinks
from apps.planning.segment_links import by_segment, columns
from apps.planning.upstream import TODAY, Tested
from trimtab.economics.decision.quality import Measured
from trimtab.economics.draws import Array

LEAST_LATENCY_MS = 1e-3
SECONDS_PER_HOUR, MONTHS_PER_YEAR = 3600.0, 12


class ModelLinks(MarketLinks):
    """Each link from the estimate that fills it, else from what is assumed."""

    def measured(self) -> dict[str, Any]:
        incumbent, keys = self.upstream.incumbent, ("today_accuracy", "today_latency_ms", "today_cost_per_1000")
        if incumbent is None:
            today = Measured(*(self.assumed.draw(key) for key in keys))
            self._note("today", None, today.success, "share", keys)
        else:
            today = self._corrected(self._test(incumbent), keys)
            stated = self.assumed.is_stated(*keys)
            self._note("today", None if stated else _behind(incumbent), today.success, "share", keys)
        found, in_segments = {TODAY: today}, {}
        if incumbent is not None and not self.assumed.is_stated("today_accuracy"):
            in_segments[TODAY] = self._in_segments(incumbent)
        for one in self.upstream.candidates:
            found[one.key], in_segments[one.key] = self._test(one), self._in_segments(one)
            self._note(f"candidate:{one.name}", _behind(one), found[one.key].success, "share", ())
        known = {key: parts for key, parts in in_segments.items() if parts is not None}
        return {"measured": found, "success_by_segment": known}

    def elasticities(self) -> dict[str, Any]:
        """What quality does to F and latency to I: fitted to how answers ended where that was, else assumed."""
        if not self.upstream.candidates:
            return {"quality_elasticity": np.ones(WORLDS), "latency_elasticity": np.ones(WORLDS)}
        kinds = {
            "quality_elasticity": "modellab.quality_to_function",
            "latency_elasticity": "modellab.latency_to_interaction",
        }
        return {key: self._elasticity(key, kind) for key, kind in kinds.items()}

    def training_cost(self) -> Array:
        """Training and testing a candidate again, money a month, (D,): by the hours that it took, else as assumed."""
        key = "gpu_hours_per_candidate"
        times = [one.seconds for one in self.upstream.candidates if one.seconds]
        if not times or self.assumed.is_stated(key):
            hours = self.assumed.draw(key)
            if self.upstream.candidates:
                self._note("training", None, hours, "", (key,))
        else:
            hours = np.full(WORLDS, float(np.mean(times)) / SECONDS_PER_HOUR)
            self._note("training", None, hours, "", (key,), counted=len(times))
        price, times_a_year = self.assumed.number("gpu_hour_price"), self.assumed.number("trainings_per_year")
        return hours * price * times_a_year / MONTHS_PER_YEAR

    def _elasticity(self, key: str, kind: str) -> Array:
        fitted = self._unless_stated(kind, key)
        if fitted is None:
            return self.stated(key)
        drawn = np.maximum(self._draws(fitted)["elasticity"], 0.0)
        self._note(key, fitted, drawn, "", (key,))
        return drawn

    def _corrected(self, today: Measured, keys: tuple[str, str, str]) -> Measured:
        parts = ("success", "latency_ms", "cost_per_1000")
        typed = {
            part: self.assumed.draw(key) for part, key in zip(parts, keys, strict=True) if self.assumed.is_stated(key)
        }
        return replace(today, **typed)

    def _test(self, tested: Tested) -> Measured:
        draws = self._draws(_behind(tested))
        return Measured(
            success=np.clip(draws["success" if tested.quality else "accuracy"], 0, 1),
            latency_ms=np.maximum(draws["latency_ms"], LEAST_LATENCY_MS),
            cost_per_1000=np.maximum(draws["cost_per_1000"], 0),
        )

    def _in_segments(self, tested: Tested) -> Array | None:
        if tested.quality is None:
            return None
        draws = self._draws(tested.quality)
        own = columns(tested.quality.parameters, draws, "success_segment")
        clipped = {name: np.clip(values, 0, 1) for name, values in own.items()}
        return by_segment(np.clip(draws["success"], 0, 1), clipped, self.segments)


def _behind(tested: Tested) -> Any:
    """What stands behind a model's numbers: its quality in use where that was worked out, else the plain test."""
    return tested.quality or tested.evaluation
