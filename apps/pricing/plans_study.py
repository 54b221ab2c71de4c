"""The study of plans: the best menu of each kind for the people who were asked and the tokens that are used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext_noop as _

from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate, Grade
from apps.estimates.seeds import seed_from
from apps.pricing import plans_diagnostics as diagnostics
from apps.pricing import serving_cost
from apps.pricing.plans_selectors import PLANS
from apps.pricing.price_log import price_log
from apps.pricing.serving_cost import ServingCost
from apps.pricing.token_rows import TokensByCustomer, tokens_by_customer
from apps.pricing.willingness import Willingness, measured_correlation, newest_study, willingness
from apps.research.current_price import CurrentPrice, current_price
from apps.research.models import SourceKind
from apps.research.studies import Draft, keep
from apps.workspaces.models import Workspace
from trimtab.economics.draws import align, summarise
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.plan_search import BestMenu, MenuKind, compare_menus
from trimtab.economics.price.plans import People, people
from trimtab.economics.price.token_usage import Usage, token_usage

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

PEOPLE = 400
SEGMENT_CUSTOMERS = 30
OF_PEOPLE = 100


@dataclass(frozen=True)
class Setting:
    """What the plans are searched for."""

    worth: Willingness
    tokens: TokensByCustomer
    usage: dict[str, Usage]
    cost: ServingCost
    returns: float
    correlation: float
    shared_customers: int | None
    everyone: People
    today: CurrentPrice | None
    seed: int


def run_plans(run: JobRun) -> None:
    workspace = run.workspace
    run.progress(0, 6, _("Drawing the people in reach"))
    setting = _setting(workspace, run.params)
    found = compare_menus(
        setting.everyone,
        setting.cost.per_1000,
        rng=np.random.default_rng([setting.seed, 3]),
        returns=setting.returns,
        on_progress=lambda done, _of: run.progress(done, 6, _("Searching for the best plans")),
    )
    run.progress(5, 6, _("Comparing the plans"))
    keep(run, [_draft(workspace, setting, found)])


def _setting(workspace: Workspace, params: dict[str, Any]) -> Setting:
    study = newest_study(workspace)
    if study is None:
        raise CannotEstimate(
            "no_price_study", "What people would pay is not known yet.", "Study a price ladder or a price survey first."
        )
    worth, tokens = willingness(study), tokens_by_customer(workspace)
    seed = seed_from([InputRef.of(study), *tokens.inputs])
    worlds = worth.everyone.worth.shape[0]
    cost = _cost(workspace, params, worlds, seed)
    shares, usage = _segments(worth, tokens, worlds, seed)
    correlation, shared = _correlation(workspace, params, study, tokens)
    everyone = people(
        {name: worth.of(name) for name in shares},
        usage,
        shares,
        count=PEOPLE,
        rng=np.random.default_rng([seed, 2]),
        rank_correlation=correlation,
    )
    today, returns = current_price(workspace), float(params["returns"])
    return Setting(worth, tokens, usage, cost, returns, correlation, shared, everyone, today, seed)


def _cost(workspace: Workspace, params: dict[str, Any], worlds: int, seed: int) -> ServingCost:
    if params.get("cost_per_1000_tokens") is not None:
        return serving_cost.typed(float(params["cost_per_1000_tokens"]))
    found = serving_cost.measured(workspace)
    if found is None:
        raise CannotEstimate(
            "no_serving_cost", "What 1,000 tokens cost to serve is not known.", "Type the cost of 1,000 tokens."
        )
    return ServingCost(align(found.per_1000, worlds, np.random.default_rng([seed, 4])), found.estimate)


def _segments(
    worth: Willingness, tokens: TokensByCustomer, worlds: int, seed: int
) -> tuple[dict[str, float], dict[str, Usage]]:
    """Segments with a demand of their own and customers enough; all other customers together are one more."""
    names = np.array([name if name in worth.by_segment else "" for name in tokens.segment.tolist()], dtype=str)
    for name in set(names.tolist()) - {""}:
        if np.sum(names == name) < SEGMENT_CUSTOMERS:
            names[names == name] = ""
    shares = {str(name): float(np.sum(names == name)) for name in np.unique(names)}
    usage = {}
    for place, name in enumerate(shares):
        own = tokens.tokens[names == name]
        # Too few customers for a distribution of their own use as all do.
        own = own if own.size >= SEGMENT_CUSTOMERS and own.any() else tokens.tokens
        usage[name] = token_usage(own, worlds=worlds, rng=np.random.default_rng([seed, 1, place]))
    return shares, usage


def _correlation(
    workspace: Workspace, params: dict[str, Any], study: Estimate, tokens: TokensByCustomer
) -> tuple[float, int | None]:
    if params.get("correlation") is not None:
        return float(params["correlation"]), None
    found = measured_correlation(workspace, study, tokens.customer, tokens.tokens)
    return found if found is not None else (0.0, None)


def _draft(workspace: Workspace, setting: Setting, found: dict[MenuKind, BestMenu]) -> Draft:
    advised = diagnostics.advised(found)
    brings = found[advised].outcome
    money = f"{workspace.currency}/month"
    gain = OF_PEOPLE * (brings.margin - found[MenuKind.FLAT].outcome.margin)
    inputs = [InputRef.of(setting.worth.estimate), *setting.tokens.inputs]
    inputs += price_log(workspace, setting.today)
    if setting.cost.estimate is not None:
        inputs.append(InputRef.of(setting.cost.estimate))
    return Draft(
        kind=PLANS,
        # That half the tokens give so much of the worth is said by somebody, whatever else was measured.
        grade=Grade.ASSUMED,
        draws={f"margin_{kind.value}": OF_PEOPLE * best.outcome.margin for kind, best in found.items()},
        figures=[
            summarise(OF_PEOPLE * brings.margin, name="plans_margin", unit=money),
            summarise(gain, name="plans_gain", unit=money),
            summarise(brings.at_a_loss, name="sold_at_a_loss", unit="share"),
            summarise(brings.customers, name="plans_customers", unit="share"),
        ],
        parameters={
            "seed": setting.seed,
            "currency": workspace.currency,
            "cost_per_1000_tokens": setting.cost.middle,
            "cost_is_typed": setting.cost.estimate is None,
            "returns": setting.returns,
            "correlation": setting.correlation,
            "shared_customers": setting.shared_customers,
            "advised": advised.value,
        },
        diagnostics=diagnostics.of_plans(setting, found),
        inputs=tuple(inputs),
        sources=(SourceKind.USAGE,),
    )
