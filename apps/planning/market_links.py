"""The links of a world about the market: what the price is worth to people, and whom they prefer."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import norm

from apps.choices.fitted_people import fitted_people
from apps.choices.value_of_quality import value_of_quality
from apps.planning.assumptions import WORLDS, stream
from apps.planning.customer_links import CustomerLinks
from apps.planning.segment_links import by_segment
from apps.planning.world import interpolated
from trimtab.economics.draws import Array, align
from trimtab.economics.errors import CannotEstimate

WIDEST_GRID = 81
LEAST_WORTH_TODAY = 0.02
CHOSEN_PRICES = 81
# Beyond half the lowest and twice the highest price that was asked, a straight line says nothing of what people do.
FURTHEST = 2.0


class MarketLinks(CustomerLinks):
    """Each link from the estimate that fills it, else from what is assumed."""

    def worth(self, price: float) -> dict[str, Any]:
        """C(p): the surveyed curve, else a lognormal ceiling through the assumed share at today's price.

        Customers do pay today's price: a survey in which hardly anybody would is about another product or currency.
        """
        keys, set_aside = ("worth_at_current", "worth_spread"), ""
        study = self._unless_stated("pricing.demand", *keys)
        if study is not None:
            grid, draws = np.asarray(study.parameters["grid"], dtype=float), self._draws(study)
            worth = np.clip(draws["worth"], 0, 1)
            if np.median(interpolated(grid, worth, price)) >= LEAST_WORTH_TODAY:
                self._note("worth", study, interpolated(grid, worth, price), "share", keys)
                places = study.parameters.get("segments") or {}
                own = {name: np.clip(draws[f"worth_{place}"], 0, 1) for name, place in places.items()}
                usable = {
                    name: curve
                    for name, curve in own.items()
                    if np.median(interpolated(grid, curve, price)) >= LEAST_WORTH_TODAY
                }
                return {"grid": grid, "worth": worth, "worth_by_segment": by_segment(worth, usable, self.segments)}
            set_aside = "survey_denies_price"
        spread = self.assumed.draw("worth_spread")[:, None]
        middle = norm.ppf(self.assumed.draw("worth_at_current"))[:, None]
        grid = price * np.geomspace(0.25, 4.0, WIDEST_GRID)
        worth = norm.cdf(middle - np.log(grid / price) / spread)
        self._note("worth", None, interpolated(grid, worth, price), "share", keys, set_aside)
        return {"grid": grid, "worth": worth}

    def preferred(self, price: float, grid: Array, worth: Array) -> dict[str, Any]:
        """S: as people chose between today's offers where that was studied, else by scores, else as assumed."""
        chosen = self._chosen(price)
        return self._scored(price, grid, worth, noted=bool(chosen)) | chosen

    def _chosen(self, price: float) -> dict[str, Any]:
        """Our share by price as people chose between today's offers, in the order of worlds of its own."""
        market = self.upstream.market
        if market is None or self.assumed.is_stated("preference_share"):
            return {}
        low, high = market.asked
        if not low / FURTHEST <= price <= high * FURTHEST:
            return {}
        prices = price * np.geomspace(0.1, 10.0, CHOSEN_PRICES)
        kind = market.model.kind
        shares = align(market.shares(prices), WORLDS, stream(f"more worlds of {kind}"))
        shares = shares[stream(f"order of {kind}").permutation(WORLDS)]
        today = interpolated(prices, shares, price)
        self._note("preference", market.model, today, "share", ("preference_share",), inputs=(market.ref,))
        return {"chosen_prices": prices, "chosen": shares} | self._quality_money()

    def _quality_money(self) -> dict[str, Any]:
        """What people would pay a month for each level of quality over the lowest, where that is to win buyers."""
        market = self.upstream.market
        if market is None or not self.assumed.number("quality_wins_buyers"):
            return {}
        attribute = fitted_people(market.model).settings.quality
        levels = np.unique([float(level) for level in (attribute.quality or {}).values()]) if attribute else np.zeros(0)
        if levels.size < 2:
            return {}
        start = np.full(WORLDS, levels[0])
        try:
            found = [value_of_quality(self.upstream.workspace, start, np.full(WORLDS, level)) for level in levels[1:]]
        except CannotEstimate:
            return {}
        money = np.column_stack([np.zeros(WORLDS), *(one for one in found if one is not None)])
        if money.shape[1] != levels.size:
            return {}
        money = money[stream(f"order of {market.model.kind}").permutation(WORLDS)]
        self._note(
            "quality_wins_buyers", market.model, money[:, -1], f"{self.currency}/month", ("quality_wins_buyers",)
        )
        return {"quality_levels": levels, "quality_money": money}

    def _scored(self, price: float, grid: Array, worth: Array, *, noted: bool) -> dict[str, Any]:
        """Scores, competitors' C, gamma and the weight of none; ``noted`` where choices stand for them.

        Without a position there is one offer against "none", whose weight follows from the assumed share at today's
        price.
        """
        ours = interpolated(grid, worth, price)
        position = None if noted else self._unless_stated("differentiation.position", "preference_share")
        if position is None:
            share = self.assumed.draw("preference_share")
            if not noted:
                set_aside = self._choices_set_aside()
                self._note("preference", None, share, "share", ("preference_share",), set_aside)
            nobody = {"score": np.zeros((WORLDS, 1)), "rivals": np.zeros((WORLDS, 0))}
            return nobody | {"gamma": np.zeros(WORLDS), "none_weight": np.zeros(WORLDS), "preference_share": share}
        score = self._draws(position)["score"]
        self._note("preference", position, score[:, 0], "", ("preference_share",))
        prices = position.parameters.get("prices") or []
        rivals = [
            interpolated(grid, worth, prices[offer]) if offer < len(prices) and prices[offer] else ours
            for offer in range(1, score.shape[1])
        ]
        accepted = np.column_stack(rivals) if rivals else np.zeros((WORLDS, 0))
        weights = {"gamma": self.stated("gamma"), "none_weight": self.stated("none_weight")}
        return {"score": score, "rivals": accepted} | weights

    def _choices_set_aside(self) -> str:
        given = self.upstream.market is not None and not self.assumed.is_stated("preference_share")
        return "choices_of_other_prices" if given else ""
