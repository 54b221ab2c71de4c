from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.choices import selectors
from apps.choices.fitted_people import fitted_people
from apps.choices.models import Market
from apps.choices.simulation import HIGHEST_NUMBER, asked
from apps.estimates import selectors as estimates
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace

LONGEST_NAME = 120


@transaction.atomic
def keep(
    *, workspace: Workspace, name: str, state: dict[str, Any], actor: User | None = None, market: Market | None = None
) -> Market:
    """Keep the offers as a market, a new one where none is given. Raises Refused where they cannot be simulated."""
    wanted = asked(state, fitted_people(selectors.model(workspace)))
    market = market or Market(workspace=workspace, made_by=actor)
    market.name = _named(name or market.name)
    market.offers = [{"name": name, "values": values} for name, values in wanted.offers.items()]
    market.rule, market.with_none = wanted.rule, wanted.with_none
    if market.pk is None and not Market.objects.filter(workspace=workspace, is_today=True).exists():
        market.is_today = True
    market.save()
    audit.note(workspace=workspace, actor=actor, action="choices.market_kept", target=market)
    return market


@transaction.atomic
def mark_today(*, market: Market, actor: User | None = None) -> Market:
    """From now on this one stands for the market as it is."""
    Market.objects.filter(workspace=market.workspace, is_today=True).update(is_today=False)
    market.is_today = True
    market.save(update_fields=["is_today", "updated_at"])
    audit.note(workspace=market.workspace, actor=actor, action="choices.market_of_today", target=market)
    return market


@transaction.atomic
def delete(*, market: Market, actor: User | None = None) -> None:
    audit.note(workspace=market.workspace, actor=actor, action="choices.market_deleted", target=market)
    market.delete()


def start_search(
    *, workspace: Workspace, state: dict[str, Any], unit_cost: float = 0.0, actor: User | None = None
) -> Job:
    """Look for the offer of ours that earns most against the others; a search under way is given back."""
    model = estimates.current(workspace, selectors.MODEL)
    if model is None:
        raise Refused("no_model", _("The choices have not been studied yet."), remedy=_("Run the choice study first."))
    fitted = fitted_people(model)
    wanted = asked(state, fitted)
    if fitted.settings.price is None:
        raise Refused("no_price", _("No attribute is marked as the price, so nothing can be said in money."))
    if not 0 <= unit_cost <= HIGHEST_NUMBER:
        raise Refused("cost_not_usable", _("The cost must be a number of zero or more."), field="unit_cost")
    offers = [{"name": name, "values": values} for name, values in wanted.offers.items()]
    market = {"offers": offers, "rule": wanted.rule, "with_none": wanted.with_none}
    params = {"market": market, "unit_cost": unit_cost}
    return jobs.start_study(workspace=workspace, kind=selectors.BEST_OFFER, actor=actor, params=params)


def _named(name: str) -> str:
    wanted = name.strip()[:LONGEST_NAME]
    if not wanted:
        raise Refused("name_missing", _("Give it a name."), field="name")
    return wanted
