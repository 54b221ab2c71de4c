"""How a world is put together: each link from the estimate that fills it, else from a stated assumption.

A link that no estimate fills is replaced by an assumption and graded so; nothing is replaced in silence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy.stats import norm

from apps.planning.assumptions import WORLDS, Assumed, stream
from apps.planning.links import Links, ReadDraws
from apps.planning.upstream import TODAY, Tested, Upstream
from apps.planning.world import MOST_MONTHS, World, interpolated
from trimtab.economics.decision.quality import Measured
from trimtab.economics.draws import Array, align
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.cohorts import hold_last

WIDEST_GRID = 81
LEAST_LATENCY_MS = 1e-3
LEAST_WORTH_TODAY = 0.02
CHOSEN_PRICES = 81
# Beyond half the lowest and twice the highest price that was asked, a straight line says nothing of what people do.
FURTHEST = 2.0


def assemble(upstream: Upstream, assumed: Assumed, read: ReadDraws, currency: str = "USD") -> World:
    """All links from the estimates, else from the assumptions.

    Raises CannotEstimate("nothing_to_forecast") where neither a subscription log nor a typed number says how many
    customers come and what they pay: ``params["missing"]`` lists the assumptions that would do.
    """
    made = _Assembly(upstream, assumed, read, currency)
    price, arrivals, existing = made.arrivals()
    hazard = made.hazard()
    family, coef, functional, interaction = made.satisfaction()
    slope = made.slope()
    grid, worth = made.worth(price)
    chosen = made.chosen(price)
    score, rivals, gamma, none_weight, share = made.preference(price, grid, worth, noted=chosen is not None)
    measured = made.measured()
    return World(
        currency=currency,
        current_price=price,
        arrivals=arrivals,
        existing=existing,
        hazard=hazard,
        family=family,
        coef=coef,
        functional=functional,
        interaction=interaction,
        slope=slope,
        grid=grid,
        worth=worth,
        score=score,
        rivals=rivals,
        gamma=gamma,
        none_weight=none_weight,
        measured=measured,
        names={one.key: one.name for one in upstream.candidates},
        quality_elasticity=made.stated("quality_elasticity") if upstream.candidates else np.ones(WORLDS),
        latency_elasticity=made.stated("latency_elasticity") if upstream.candidates else np.ones(WORLDS),
        requests=made.stated("requests_per_month"),
        payment_fee=assumed.number("payment_fee"),
        fixed_cost=assumed.number("fixed_cost"),
        annual_discount=assumed.number("annual_discount"),
        links=tuple(made.links),
        chosen_prices=chosen[0] if chosen else None,
        chosen=chosen[1] if chosen else None,
        preference_share=share,
    )


class _Assembly(Links):
    """Each link from the estimate that fills it, else from what is assumed."""

    def arrivals(self) -> tuple[float, Array, Array | None]:
        log = self.upstream.single.get("retention.arrivals")
        paid = log.parameters.get("monthly_price") if log else None
        price: float | None = self.assumed.value("current_price") or paid
        typed = self.assumed.value("arrivals_per_month")
        missing = [key for key, known in (("arrivals_per_month", typed or log), ("current_price", price)) if not known]
        if missing or price is None:
            raise CannotEstimate(
                "nothing_to_forecast",
                "Nothing says yet how many customers come, or what they pay.",
                "Import a subscription log, or type the two numbers below.",
                missing=missing,
            )
        active = log.parameters.get("active_customers") if log else None
        existing = np.asarray(active, dtype=float).reshape(1, 1, -1) if active else None
        stated = self.assumed.is_stated("current_price") or paid is None
        self._note(
            "price", None if stated else log, float(price) * np.ones(2), self.currency + "/month", ("current_price",)
        )
        if log is None or self.assumed.is_stated("arrivals_per_month"):
            level = self.assumed.draw("arrivals_per_month")
            self._note("arrivals", None, level, "people", ("arrivals_per_month",))
            return float(price), np.repeat(level[:, None], MOST_MONTHS, axis=1), existing
        drawn = self._draws(log)
        coming = hold_last(drawn.get("expected", drawn["arrivals"]), MOST_MONTHS)
        self._note("arrivals", log, coming[:, :12].mean(axis=1), "people", ("arrivals_per_month",))
        return float(price), coming, existing

    def hazard(self) -> Array:
        fitted = self._unless_stated("retention.survival", "churn_per_month")
        if fitted is None:
            churn = self.assumed.draw("churn_per_month")
            self._note("hazard", None, churn, "share", ("churn_per_month",))
            return -np.log1p(-churn)[:, None]
        hazard = np.maximum(self._draws(fitted)["hazard"], 0.0)
        churn = -np.expm1(-hazard[:, :12].mean(axis=1))
        self._note("hazard", fitted, churn, "share", ("churn_per_month",))
        return hazard

    def satisfaction(self) -> tuple[Any, Array, Array, Array]:
        keys = ("functional_today", "interaction_today")
        fitted = self.upstream.single.get("retention.satisfaction")
        if fitted is None:
            functional, interaction = (self.assumed.draw(key) for key in keys)
            self._note("satisfaction", None, functional, "share", keys)
            return "product", np.ones((WORLDS, 1)), functional, interaction
        draws = self._draws(fitted)
        parts = [
            self.assumed.draw(k) if self.assumed.is_stated(k) else np.clip(draws[n], 0, 1)
            for k, n in zip(keys, ("F0", "I0"), strict=True)
        ]
        self._note("satisfaction", None if self.assumed.is_stated(*keys) else fitted, parts[0], "share", keys)
        return fitted.parameters["family"], draws["coef"].reshape(WORLDS, -1), parts[0], parts[1]

    def slope(self) -> Array:
        fitted = self._unless_stated("retention.link", "link_slope")
        slope = self.assumed.draw("link_slope") if fitted is None else self._draws(fitted)["slope"]
        self._note("link", fitted, slope, "", ("link_slope",))
        return slope

    def worth(self, price: float) -> tuple[Array, Array]:
        """C(p): the surveyed curve, else a lognormal ceiling through the assumed share at today's price.

        Customers do pay today's price: a survey in which hardly anybody would is about another product or currency.
        """
        keys, set_aside = ("worth_at_current", "worth_spread"), ""
        study = self._unless_stated("pricing.demand", *keys)
        if study is not None:
            grid = np.asarray(study.parameters["grid"], dtype=float)
            worth = np.clip(self._draws(study)["worth"], 0, 1)
            if np.median(interpolated(grid, worth, price)) < LEAST_WORTH_TODAY:
                study, set_aside = None, "survey_denies_price"
        if study is None:
            spread = self.assumed.draw("worth_spread")[:, None]
            middle = norm.ppf(self.assumed.draw("worth_at_current"))[:, None]
            grid = price * np.geomspace(0.25, 4.0, WIDEST_GRID)
            worth = norm.cdf(middle - np.log(grid / price) / spread)
        self._note("worth", study, interpolated(grid, worth, price), "share", keys, set_aside)
        return grid, worth

    def chosen(self, price: float) -> tuple[Array, Array] | None:
        """Our share by price as people chose between today's offers, in the order of worlds of its own."""
        market = self.upstream.market
        if market is None or self.assumed.is_stated("preference_share"):
            return None
        low, high = market.asked
        if not low / FURTHEST <= price <= high * FURTHEST:
            return None
        prices = price * np.geomspace(0.1, 10.0, CHOSEN_PRICES)
        kind = market.model.kind
        shares = align(market.shares(prices), WORLDS, stream(f"more worlds of {kind}"))
        shares = shares[stream(f"order of {kind}").permutation(WORLDS)]
        today = interpolated(prices, shares, price)
        self._note("preference", market.model, today, "share", ("preference_share",), inputs=(market.ref,))
        return prices, shares

    def preference(
        self, price: float, grid: Array, worth: Array, *, noted: bool
    ) -> tuple[Array, Array, Array, Array, Array | None]:
        """Scores, competitors' C, gamma and the weight of none; ``noted`` where choices stand for them.

        Without a position there is one offer against "none", and last the assumed share at today's price, which
        gives the weight of none.
        """
        ours = interpolated(grid, worth, price)
        position = None if noted else self._unless_stated("differentiation.position", "preference_share")
        if position is None:
            share = self.assumed.draw("preference_share")
            if not noted:
                set_aside = self._choices_set_aside()
                self._note("preference", None, share, "share", ("preference_share",), set_aside)
            return np.zeros((WORLDS, 1)), np.zeros((WORLDS, 0)), np.zeros(WORLDS), np.zeros(WORLDS), share
        score = self._draws(position)["score"]
        self._note("preference", position, score[:, 0], "", ("preference_share",))
        prices = position.parameters.get("prices") or []
        rivals = [
            interpolated(grid, worth, prices[offer]) if offer < len(prices) and prices[offer] else ours
            for offer in range(1, score.shape[1])
        ]
        accepted = np.column_stack(rivals) if rivals else np.zeros((WORLDS, 0))
        return score, accepted, self.stated("gamma"), self.stated("none_weight"), None

    def measured(self) -> dict[str, Measured]:
        incumbent, keys = self.upstream.incumbent, ("today_accuracy", "today_latency_ms", "today_cost_per_1000")
        if incumbent is None:
            today = Measured(*(self.assumed.draw(key) for key in keys))
            self._note("today", None, today.success, "share", keys)
        else:
            today = self._corrected(self._test(incumbent), keys)
            self._note(
                "today", None if self.assumed.is_stated(*keys) else incumbent.evaluation, today.success, "share", keys
            )
        found = {TODAY: today}
        for one in self.upstream.candidates:
            found[one.key] = self._test(one)
            self._note(f"candidate:{one.name}", one.evaluation, found[one.key].success, "share", ())
        return found

    def _corrected(self, today: Measured, keys: tuple[str, str, str]) -> Measured:
        parts = ("success", "latency_ms", "cost_per_1000")
        typed = {
            part: self.assumed.draw(key) for part, key in zip(parts, keys, strict=True) if self.assumed.is_stated(key)
        }
        return replace(today, **typed)

    def _test(self, tested: Tested) -> Measured:
        draws = self._draws(tested.evaluation)
        return Measured(
            success=np.clip(draws["accuracy"], 0, 1),
            latency_ms=np.maximum(draws["latency_ms"], LEAST_LATENCY_MS),
            cost_per_1000=np.maximum(draws["cost_per_1000"], 0),
        )

    def _choices_set_aside(self) -> str:
        given = self.upstream.market is not None and not self.assumed.is_stated("preference_share")
        return "choices_of_other_prices" if given else ""
