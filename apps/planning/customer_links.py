"""The links of a world about customers: who comes, leaves, is satisfied, spends more, and how much each uses."""

from __future__ import annotations

from typing import Any

import numpy as np

from apps.estimates.models import Estimate
from apps.planning.assumptions import WORLDS
from apps.planning.links import Links
from apps.planning.segment_links import EVERYONE, by_segment, columns, existing_of, mix_of, segments_of
from apps.planning.usage_links import UseOfSegments, use_of
from apps.planning.world import MOST_MONTHS
from apps.pricing.token_rows import tokens_by_customer
from trimtab.economics.decision.serving import lognormal_use, rank_grid
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.cohorts import hold_last

MONTHS_OF_PERIOD = {"month": 1, "quarter": 3, "year": 12}
FASTEST_GROWTH = 0.1
BASS = 1.0


class CustomerLinks(Links):
    """Each link from the estimate that fills it, else from what is assumed."""

    segments: tuple[str, ...] = (EVERYONE,)

    def arrivals(self) -> dict[str, Any]:
        log = self.upstream.single.get("retention.arrivals")
        paid = log.parameters.get("monthly_price") if log else None
        price: float | None = self.assumed.value("current_price") or paid
        typed = self.assumed.value("arrivals_per_month")
        coming = self._from_adoption()
        known = {"arrivals_per_month": typed or log or coming, "current_price": price}
        missing = [key for key, value in known.items() if not value]
        if missing or price is None:
            raise CannotEstimate(
                "nothing_to_forecast",
                "Nothing says yet how many customers come, or what they pay.",
                "Import a subscription log, or type the two numbers below.",
                missing=missing,
            )
        stated = self.assumed.is_stated("current_price") or paid is None
        self._note(
            "price", None if stated else log, float(price) * np.ones(2), self.currency + "/month", ("current_price",)
        )
        self.segments = segments_of(log)
        return {
            "current_price": float(price),
            "arrivals": self._coming(log, coming),
            "segments": self.segments,
            "segment_mix": mix_of(log, self.segments) if log else None,
            "existing": existing_of(log, self.segments) if log else None,
        }

    def _from_adoption(self) -> Estimate | None:
        """The adoption curve where the scenario counts on it and nobody typed how many come."""
        wanted = self.assumed.number("arrivals_source") == BASS
        return self._unless_stated("adoption.bass", "arrivals_per_month") if wanted else None

    def _coming(self, log: Estimate | None, bass: Estimate | None) -> Array:
        """People a month, (D, T)."""
        keys, set_aside = ("arrivals_per_month",), ""
        if self.assumed.number("arrivals_source") == BASS and bass is None:
            set_aside = "no_adoption_curve"
        if bass is not None:
            coming = _monthly(self._draws(bass)["adopters"], str(bass.parameters.get("period")))
            self._note("arrivals", bass, coming[:, :12].mean(axis=1), "people", keys)
            return coming
        if log is None or self.assumed.is_stated("arrivals_per_month"):
            level = self.assumed.draw("arrivals_per_month")
            self._note("arrivals", None, level, "people", keys)
            return np.repeat(level[:, None], MOST_MONTHS, axis=1)
        coming = hold_last(self._draws(log)["arrivals"], MOST_MONTHS)
        self._note("arrivals", log, coming[:, :12].mean(axis=1), "people", keys, set_aside)
        return coming

    def hazard(self) -> dict[str, Any]:
        fitted = self._unless_stated("retention.survival", "churn_per_month")
        if fitted is None:
            churn = self.assumed.draw("churn_per_month")
            self._note("hazard", None, churn, "share", ("churn_per_month",))
            return {"hazard": -np.log1p(-churn)[:, None]}
        hazard = np.maximum(self._draws(fitted)["hazard"], 0.0)
        churn = -np.expm1(-hazard[:, :12].mean(axis=1))
        self._note("hazard", fitted, churn, "share", ("churn_per_month",))
        own = {
            name: np.maximum(self._draws(estimate)["hazard"], 0.0)
            for name, estimate in self.upstream.survival.items()
            if name in self.segments
        }
        return {"hazard": hazard, "hazard_by_segment": by_segment(hazard, own, self.segments)}

    def satisfaction(self) -> dict[str, Any]:
        keys = ("functional_today", "interaction_today")
        fitted = self.upstream.single.get("retention.satisfaction")
        if fitted is None:
            functional, interaction = (self.assumed.draw(key) for key in keys)
            self._note("satisfaction", None, functional, "share", keys)
            coef = np.ones((WORLDS, 1))
            return {"family": "product", "coef": coef, "functional": functional, "interaction": interaction}
        draws = self._draws(fitted)
        found: dict[str, Any] = {"family": fitted.parameters["family"], "coef": draws["coef"].reshape(WORLDS, -1)}
        own = columns(fitted.parameters, draws, "coef_segment")
        found["coef_by_segment"] = by_segment(found["coef"], own, self.segments)
        for name, key, letter in zip(("functional", "interaction"), keys, ("F0", "I0"), strict=True):
            if self.assumed.is_stated(key):
                found[name] = self.assumed.draw(key)
                continue
            found[name] = np.clip(draws[letter], 0, 1)
            parts = {of: np.clip(v, 0, 1) for of, v in columns(fitted.parameters, draws, f"{letter}_segment").items()}
            found[f"{name}_by_segment"] = by_segment(found[name], parts, self.segments)
        stated = self.assumed.is_stated(*keys)
        self._note("satisfaction", None if stated else fitted, found["functional"], "share", keys)
        return found

    def slope(self) -> dict[str, Any]:
        fitted = self._unless_stated("retention.link", "link_slope")
        if fitted is None:
            slope = self.assumed.draw("link_slope")
            self._note("link", None, slope, "", ("link_slope",))
            return {"slope": slope}
        draws = self._draws(fitted)
        self._note("link", fitted, draws["slope"], "", ("link_slope",))
        found: dict[str, Any] = {"slope": draws["slope"], "link_family": fitted.parameters.get("family", "linear")}
        if "shape" in draws:
            found |= {"link_shape": draws["shape"], "link_reference": draws["u_reference"]}
        cells = columns(fitted.parameters, draws, "slope_cell")
        if cells:
            together: Array = np.mean(np.stack(list(cells.values())), axis=0)
            found["slope_by_segment"] = np.stack([cells.get(name, together) for name in self.segments], axis=1)
            found["tenure_edges"] = tuple(float(edge) for edge in fitted.parameters.get("tenure_edges") or ())
        return found

    def expansion(self) -> Array | None:
        """Growth a month of what a customer who stays pays: (NRR / customers retained)^(1 / months) - 1."""
        keys = ("expansion_per_month",)
        study = self._unless_stated("retention.revenue", *keys)
        if study is None:
            growth = self.assumed.draw(keys[0])
            self._note("expansion", None, growth, "share", keys)
            return growth if np.any(growth) else None
        draws, months = self._draws(study), max(1, int(study.parameters.get("months") or 12))
        each = draws["net_revenue_retention"] / np.maximum(draws["paying_customers_retained"], 1e-9)
        growth = np.clip(each ** (1 / months) - 1, -FASTEST_GROWTH, FASTEST_GROWTH)
        self._note("expansion", study, growth, "share", keys)
        return np.asarray(growth)

    def use(self) -> dict[str, Any]:
        """Requests of a customer, and how unevenly they are spread over customers."""
        stated = self.assumed.is_stated("usage_spread")
        rows = tokens_by_customer(self.upstream.workspace) if self.upstream.usage and not stated else None
        found = use_of(rows, self.segments) if rows is not None and rows.customers else None
        requests, own = self._requests(found, rows.per_request if rows else None)
        if found is None:
            spread = self.assumed.draw("usage_spread")
            self._note("usage", None, spread, "", ("usage_spread",))
            return {"requests": requests, "usage": lognormal_use(spread, *rank_grid())[:, None]}
        top = 1 - (found.use * rank_grid()[1])[:, :, rank_grid()[0] <= 0.9].sum(axis=2).mean(axis=1)
        self._note("usage", None, top, "share", ("usage_spread",), inputs=self.upstream.usage, counted=found.customers)
        return {
            "requests": requests,
            "requests_by_segment": own,
            "usage": found.use,
            "tokens": found.tokens,
        }

    def _requests(self, found: UseOfSegments | None, per_request: float | None) -> tuple[Array, Array | None]:
        """Requests of the mean customer, (D,), and by segment: counted where the sheet has them, else assumed."""
        key = "requests_per_month"
        if found is None or per_request is None or self.assumed.is_stated(key):
            requests = self.stated(key)
            if found is None or found.tokens.shape[1] == 1:
                return requests, None
            return requests, requests[:, None] * found.tokens / found.everyone[:, None]
        requests = found.everyone / per_request
        self._note(key, None, requests, "", (key,), inputs=self.upstream.usage, counted=found.customers)
        own = found.tokens / per_request
        return requests, np.broadcast_to(own, (WORLDS, len(self.segments)))


def _monthly(periods: Array, period: str) -> Array:
    """Adopters of each period, (D, n), spread over its months and held after the last, (D, T)."""
    months = MONTHS_OF_PERIOD.get(period, 1)
    return hold_last(np.repeat(np.maximum(periods, 0.0) / months, months, axis=1), MOST_MONTHS)
