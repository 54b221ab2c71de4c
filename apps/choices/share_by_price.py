"""Our share of preference in the market of today by our price: what a forecast stands on where choices were studied."""

from __future__ import annotations

from dataclasses import dataclass

from apps.choices.fitted_people import fitted_people
from apps.choices.market_lineage import market_ref
from apps.choices.models import Market
from apps.choices.offer_search import fewer
from apps.choices.simulation import asked
from apps.choices.study_settings import MONTH
from apps.estimates import selectors as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate
from apps.workspaces.errors import Refused
from apps.workspaces.models import Workspace
from trimtab.economics.choice.optimal_price import Contest
from trimtab.economics.draws import Array

MODEL = "choices.model"


@dataclass(frozen=True)
class MarketOfToday:
    """The fitted choices with the offers that stand for the market as it is, ours first."""

    model: Estimate
    market: Market

    @property
    def key(self) -> str:
        """Changes whenever the model or the offers do."""
        return f"{self.model.pk}:{self.market.pk}:{self.market.updated_at.isoformat()}"

    @property
    def ref(self) -> InputRef:
        return market_ref(self.market)

    @property
    def asked(self) -> tuple[float, float]:
        """The lowest and the highest price that people were asked about."""
        price = fitted_people(self.model).settings.price
        numbers = price.numbers if price else (0.0,)
        return numbers[0], numbers[-1]

    def shares(self, prices: Array) -> Array:
        """Our share of preference at each of the prices (G,), shape (D, G)."""
        fitted = fitted_people(self.model)
        wanted = asked({"offers": self.market.offers, "with_none": self.market.with_none}, fitted)
        market = fitted.market(wanted.offers, wanted.with_none)
        return Contest(fewer(fitted.population), fitted.coding, market, wanted.ours).shares_at(prices)


def market_of_today(workspace: Workspace) -> MarketOfToday | None:
    """None unless choices with a price a month were studied and a market with competitors, or none, is marked."""
    model = estimates.current(workspace, MODEL)
    market = Market.objects.filter(workspace=workspace, is_today=True).first()
    if model is None or market is None:
        return None
    fitted = fitted_people(model)
    try:
        wanted = asked({"offers": market.offers, "with_none": market.with_none}, fitted)
    except Refused:
        # The study has other attributes now than when these offers were kept.
        return None
    alone = len(wanted.offers) + wanted.with_none < 2
    usable = fitted.settings.price is not None and fitted.settings.period == MONTH
    return MarketOfToday(model, market) if usable and not alone else None
