"""The search for the offer and price that earn most against the market of the simulator, as a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext_noop as _

from apps.choices import selectors
from apps.choices.fitted_people import FittedPeople, fitted_people
from apps.choices.model_reading import options, told
from apps.choices.simulation import Asked, asked
from apps.estimates import selectors as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Grade
from apps.research.models import SourceKind
from apps.research.studies import Draft, keep
from trimtab.economics.choice.optimal_price import Contest
from trimtab.economics.choice.population import Population
from trimtab.economics.choice.product_search import BuildOptions, ProductSearch, optimal_product
from trimtab.economics.draws import Figure, summarise
from trimtab.economics.errors import CannotEstimate

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

WORLDS, PEOPLE, KEPT = 200, 200, 8


def run_search(run: JobRun) -> None:
    """Raises CannotEstimate where the model is gone or has no linear price."""
    run.progress(0, 100, _("Reading the choices"))
    model = estimates.current(run.workspace, selectors.MODEL)
    if model is None:
        raise CannotEstimate("no_model", "The choices have not been studied yet.", "Run the choice study first.")
    fitted = fitted_people(model)
    wanted = asked(run.params["market"], fitted)
    found = search(
        fitted,
        wanted,
        unit_cost=float(run.params.get("unit_cost", 0.0)),
        on_progress=lambda done, of: run.progress(100 * done / max(1, of), 100, _("Trying offers")),
    )
    keep(run, [_draft(run, fitted, wanted, found, InputRef.of(model))])


def search(fitted: FittedPeople, wanted: Asked, *, unit_cost: float, on_progress: Any = None) -> ProductSearch:
    """Every combination of levels for our offer, each at its best price within what was asked."""
    price = fitted.settings.price
    if price is None:
        raise CannotEstimate(
            "price_not_linear",
            "Willingness to pay needs one price that enters as a number.",
            "Code the price as a number, or compare shares of preference at the prices that were asked.",
        )
    allowed = {one.name: tuple(options(one)) for one in fitted.settings.used if not one.is_price}
    market = fitted.market(wanted.offers, wanted.with_none)
    contest = Contest(fewer(fitted.population), fitted.coding, market, wanted.ours)
    build = BuildOptions(allowed, lowest=price.numbers[0], highest=price.numbers[-1], base_cost=unit_cost)
    return optimal_product(contest, build, keep=KEPT, on_progress=on_progress)


def fewer(people: Population) -> Population:
    worlds = np.unique(np.linspace(0, people.worlds - 1, min(people.worlds, WORLDS)).astype(int))
    kinds = np.unique(np.linspace(0, people.kinds - 1, min(people.kinds, PEOPLE)).astype(int))
    shares = np.asarray(people.shares)[np.ix_(worlds, kinds)]
    return Population(people.partworths[np.ix_(worlds, kinds)], shares, people.names)


def _draft(run: JobRun, fitted: FittedPeople, wanted: Asked, found: ProductSearch, model: InputRef) -> Draft:
    best, currency = found.best, run.workspace.currency
    figures = [
        Figure("best_offer_price", best.price, best.price, best.price, currency),
        summarise(best.share, name="best_offer_share", unit="share"),
        summarise(best.money, name="best_offer_money", unit=currency),
    ]
    return Draft(
        kind=selectors.BEST_OFFER,
        grade=Grade.OBSERVED,
        draws={"share": best.share, "money": best.money},
        figures=figures,
        parameters={"market": run.params["market"], "unit_cost": run.params.get("unit_cost", 0.0), "ours": wanted.ours},
        diagnostics={
            "tried": found.tried,
            "possible": found.possible,
            "offers": [_row(one, fitted) for one in found.candidates],
        },
        inputs=(model,),
        sources=(SourceKind.CHOICES,),
    )


def _row(one: Any, fitted: FittedPeople) -> dict[str, Any]:
    money, share = summarise(one.money, name="money"), summarise(one.share, name="share", unit="share")
    return {
        "values": {name: told(value) for name, value in one.offer.items()},
        "price": one.price,
        "p_best": one.p_best,
        "at_edge": bool(one.at_edge),
        "money": money.as_dict(),
        "share": share.as_dict(),
    }
