from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.pricing.ladder import ladder_rows
from apps.pricing.ladder_selectors import LADDER
from apps.pricing.plans_selectors import PLANS, PlansStudy, plans_study
from apps.pricing.selectors import STUDY
from apps.pricing.survey import answers, swapped_sources
from apps.research import selectors as research_selectors
from apps.research import services as research
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace
from trimtab.economics.price.plans import DEFAULT_RETURNS


def start(*, workspace: Workspace, actor: User | None = None) -> Job:
    """Study the price answers in the background; one that is already under way is given back."""
    nothing = Refused(
        "no_price_answers",
        _("There are no price answers yet."),
        remedy=_("Import a price survey with the four Van Westendorp questions first."),
    )
    refusal = None if answers(workspace).exists() else nothing
    return jobs.start_study(workspace=workspace, kind=STUDY, actor=actor, refusal=refusal)


@transaction.atomic
def swap_columns(*, workspace: Workspace, actor: User | None = None) -> list[Job]:
    """Import every price survey whose columns look swapped once more, in the order under which its answers rise."""
    found = swapped_sources(workspace)
    if not found:
        raise Refused("nothing_to_swap", _("The price columns make sense as they are."))
    started = []
    for source_id in found:
        source = research.take_back(source=research_selectors.source(workspace, source_id), actor=actor)
        source = research.swap_prices(source=source, actor=actor)
        started.append(research.start_import(source=source, actor=actor))
    return started


def start_ladder(*, workspace: Workspace, actor: User | None = None) -> Job:
    """Study the price-ladder answers in the background; one that is already under way is given back."""
    nothing = Refused(
        "no_ladder_answers",
        _("There are no price-ladder answers yet."),
        remedy=_("Import one row for each price that a person was asked about, with yes or no."),
    )
    refusal = None if ladder_rows(workspace).exists() else nothing
    return jobs.start_study(workspace=workspace, kind=LADDER, actor=actor, refusal=refusal)


def start_plans(
    *,
    workspace: Workspace,
    cost_per_1000_tokens: float | None = None,
    returns: float | None = None,
    correlation: float | None = None,
    actor: User | None = None,
) -> Job:
    """Search for the best plans in the background; what is not given is measured where it can be."""
    found = plans_study(workspace)
    params = {
        "cost_per_1000_tokens": cost_per_1000_tokens,
        "returns": DEFAULT_RETURNS if returns is None else returns,
        "correlation": correlation,
    }
    refusal = _missing(found, cost_per_1000_tokens)
    return jobs.start_study(workspace=workspace, kind=PLANS, actor=actor, refusal=refusal, params=params)


def _missing(found: PlansStudy, cost: float | None) -> Refused | None:
    if found.worth is None:
        return Refused(
            "no_price_study",
            _("What people would pay is not known yet."),
            remedy=_("Study a price ladder or a price survey first."),
        )
    if not found.customers:
        return Refused(
            "no_usage",
            _("It is not known yet how many tokens customers use."),
            remedy=_("Import one row for each customer and month with the tokens used."),
        )
    if cost is None and found.lab_cost is None:
        return Refused(
            "no_serving_cost",
            _("What 1,000 tokens cost to serve is not known."),
            field="cost_per_1000_tokens",
            remedy=_("Type the cost of 1,000 tokens."),
        )
    return None
