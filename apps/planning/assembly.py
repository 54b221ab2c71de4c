"""How a world is put together: each link from the estimate that fills it, else from a stated assumption.

A link that no estimate fills is replaced by an assumption and graded so; nothing is replaced in silence.
"""

from __future__ import annotations

from typing import Any

from apps.planning.assumptions import Assumed
from apps.planning.links import ReadDraws
from apps.planning.model_links import ModelLinks
from apps.planning.upstream import Upstream
from apps.planning.world import World
from trimtab.economics.price.plans import DEFAULT_RETURNS
from trimtab.economics.retention.cohorts import RetentionForm


def assemble(upstream: Upstream, assumed: Assumed, read: ReadDraws, currency: str = "USD") -> World:
    """All links from the estimates, else from the assumptions.

    Raises CannotEstimate("nothing_to_forecast") where neither a subscription log nor a typed number says how many
    customers come and what they pay: ``params["missing"]`` lists the assumptions that would do.
    """
    made = ModelLinks(upstream, assumed, read, currency)
    customers = made.arrivals() | made.hazard() | made.satisfaction() | made.slope()
    price = customers["current_price"]
    worth = made.worth(price)
    market = worth | made.preferred(price, worth["grid"], worth["worth"])
    models = made.measured() | made.elasticities()
    use = made.use() | {"expansion": made.expansion()}
    return World(
        currency=currency,
        names={one.key: one.name for one in upstream.candidates},
        training_cost=made.training_cost(),
        **customers,
        **market,
        **models,
        **use,
        **_study_of_plans(upstream),
        **_money(assumed),
        past_errors=made.past_errors(),
        links=tuple(made.links),
    )


def _money(assumed: Assumed) -> dict[str, Any]:
    form: RetentionForm = "document" if assumed.number("retention_form") else "hazard"
    return {
        "form": form,
        "payment_fee": assumed.number("payment_fee"),
        "fixed_cost": assumed.number("fixed_cost"),
        "annual_discount": assumed.number("annual_discount"),
        "retries": assumed.number("retries"),
        "cash_today": assumed.number("cash_today"),
        "marketing": assumed.number("marketing_per_month"),
        "acquisition_cost": assumed.draw("acquisition_cost"),
        "one_off_cost": assumed.number("one_off_cost"),
    }


def _study_of_plans(upstream: Upstream) -> dict[str, Any]:
    """How worth and use go together, and what half the tokens are worth, as the study of plans took them."""
    told = upstream.single["pricing.plans"].parameters if "pricing.plans" in upstream.single else {}
    return {
        "returns": float(told.get("returns", DEFAULT_RETURNS)),
        "correlation": float(told.get("correlation", 0.0)),
    }
