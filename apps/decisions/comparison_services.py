"""What a person starts about all options of a scenario: the comparison, the search, and combinations to fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import product
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.decisions import information_services, option_fields, selectors
from apps.decisions.models import Option
from apps.decisions.search_space import Bounds, PlanKind, kinds_for, widest
from apps.decisions.services import MOST_OPTIONS, add, kept_scenario
from apps.estimates.messages import reason
from apps.estimates.models import Estimate
from apps.estimates.reading import number
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.planning import selectors as planning
from apps.planning.answers import world_of
from apps.planning.models import Scenario
from apps.planning.upstream import TODAY
from apps.planning.world import World
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace
from trimtab.economics.errors import CannotEstimate


@transaction.atomic
def start(*, scenario: Scenario, actor: User | None = None) -> Job:
    """Keep the comparison as evidence, and look into what would settle it; one under way is given back.

    Raises Refused where there is no option, or nothing to value it in.
    """
    refusal = None
    if not selectors.options_of(scenario):
        refusal = Refused("no_options", _("There is no option yet."), remedy=_("Add one, then compare."))
    else:
        known_world(scenario)
    params = {"scenario_id": scenario.pk, "subject": str(scenario.pk)}
    job = jobs.start_study(
        workspace=scenario.workspace, kind=selectors.OPTIONS, actor=actor, refusal=refusal, params=params
    )
    with suppress(Refused):
        information_services.start(scenario=scenario, actor=actor)
    return job


def start_base(*, workspace: Workspace, actor: User | None = None) -> Job:
    """The comparison of the workspace's first scenario, with the model of the last verdict among its options where
    nobody has yet put any model there. Raises Refused."""
    scenario = selectors.scenario(workspace, None)
    with transaction.atomic():
        _offer_best_model(scenario, actor)
        return start(scenario=scenario, actor=actor)


def _offer_best_model(scenario: Scenario, actor: User | None) -> None:
    verdict = planning.results(scenario).get(planning.VERDICT)
    best = verdict.diagnostics.get("best") if verdict is not None else None
    if best and not selectors.ever_with_model(scenario):
        name = _("%(model)s as the model") % {"model": verdict.diagnostics.get("best_name", best)} if verdict else ""
        add(scenario=scenario, values={"name": name, "candidate_id": best}, actor=actor)


@transaction.atomic
def start_search(*, scenario: Scenario, values: Mapping[str, Any], actor: User | None = None) -> Job:
    """Search price, plans and model together within ``values``: low, high, candidates, kinds, least_gross and
    most_at_a_loss, each of which may be left out. Raises Refused."""
    world = known_world(scenario)
    bounds = checked_bounds(world, values)
    scenario = kept_scenario(scenario, actor)
    params = {"scenario_id": scenario.pk, "subject": str(scenario.pk), "bounds": bounds.as_json()}
    return jobs.start_study(workspace=scenario.workspace, kind=selectors.SEARCH, actor=actor, params=params)


@transaction.atomic
def add_found(*, scenario: Scenario, found: Estimate, actor: User | None = None) -> Option:
    """What the search found, as an option."""
    fields = dict(found.diagnostics["option"])
    fields["candidate_id"] = fields.pop("candidate")
    name = _("Found by the search: %(price)s") % {"price": number(fields["price"])}
    return add(scenario=scenario, values={"name": name, **fields}, actor=actor)


@transaction.atomic
def fill(
    *,
    scenario: Scenario,
    prices: Sequence[Any],
    candidates: Sequence[str],
    menus: Sequence[Sequence[Mapping[str, Any]]] = (),
    actor: User | None = None,
) -> list[Option]:
    """An option for each price, model and menu; a menu's fees and rates are times the price, () is the price alone.

    Combinations that are there already, and today itself, are left out. Raises Refused for too many.
    """
    world = known_world(scenario)
    scenario = kept_scenario(scenario, actor)
    asked = [option_fields.price(price) or world.current_price for price in prices] or [world.current_price]
    models = [option_fields.candidate_id(scenario.workspace, key) for key in candidates or (TODAY,)]
    known = {_content(option, world) for option in selectors.options_of(scenario)}
    offered = [option_fields.plans(list(menu)) for menu in menus] or [[]]
    wanted = []
    for price, model, menu in product(dict.fromkeys(asked), dict.fromkeys(models), offered):
        plans = option_fields.plans([_scaled(plan, price) for plan in menu])
        content = (price, model, _key(plans))
        if content not in known and content != (world.current_price, None, ()):
            wanted.append(
                {"name": _name(world, price, model, plans), "price": price, "candidate_id": model, "plans": plans}
            )
    if len(known) + len(wanted) > MOST_OPTIONS:
        told = _("These would be %(count)s options; a scenario holds at most %(most)s.")
        raise Refused("too_many_options", told % {"count": len(known) + len(wanted), "most": MOST_OPTIONS})
    return [add(scenario=scenario, values=values, actor=actor) for values in wanted]


def known_world(scenario: Scenario) -> World:
    """Raises Refused where nothing can be forecast yet."""
    try:
        return world_of(scenario)
    except CannotEstimate as error:
        raise Refused(error.code, reason(error)) from error


def checked_bounds(world: World, values: Mapping[str, Any]) -> Bounds:
    """The search's bounds; what is left out is as wide as the data reaches. Raises Refused."""
    bounds = widest(world)
    given = {name: value for name, value in values.items() if value not in (None, "", [], ())}
    low = option_fields.number(given.get("low", bounds.low), "low", 1e-6, option_fields.HIGHEST_PRICE)
    high = option_fields.number(given.get("high", bounds.high), "high", 1e-6, option_fields.HIGHEST_PRICE)
    if low >= high:
        raise Refused("ends_reversed", _("The lowest price must lie below the highest."), field="low")
    return replace(
        bounds,
        low=low,
        high=high,
        candidates=_known_models(world, given.get("candidates", bounds.candidates)),
        kinds=_known_kinds(world, given.get("kinds", bounds.kinds)),
        **{
            name: option_fields.number(given[name], name, 0, 1)
            for name in ("least_gross", "most_at_a_loss")
            if name in given
        },
    )


def _known_models(world: World, given: Sequence[str]) -> tuple[str, ...]:
    keys = tuple(str(key) for key in given)
    if any(key not in world.measured for key in keys):
        raise Refused("unknown_candidate", _("This candidate has not been tested."), field="candidates")
    return keys


def _known_kinds(world: World, given: Sequence[str]) -> tuple[PlanKind, ...]:
    if any(str(kind) not in {known.value for known in PlanKind} for kind in given):
        raise Refused("unknown_kind", _("There is no such kind of plan."), field="kinds")
    kinds = tuple(PlanKind(str(kind)) for kind in given)
    if any(kind not in kinds_for(world) for kind in kinds):
        told = _("Plans with limits need to know how much people use: import token usage first.")
        raise Refused("plans_need_usage", told, field="kinds")
    return kinds


def _scaled(plan: Mapping[str, Any], price: float) -> dict[str, Any]:
    per_1000 = plan.get("per_1000")
    return {
        "fee": round(float(plan["fee"]) * price, 2),
        "included": plan.get("included"),
        "per_1000": None if per_1000 is None else float(f"{float(per_1000) * price:.2g}"),
    }


def _content(option: Option, world: World) -> tuple[Any, ...]:
    return (option.price or world.current_price, option.candidate_id, _key(option.plans))


def _key(plans: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    return tuple((plan["fee"], plan["included"], plan["per_1000"]) for plan in plans)


def _name(world: World, price: float, model: int | None, plans: Sequence[Any]) -> str:
    who = _("today's model") if model is None else world.names.get(str(model), str(model))
    told = _("%(price)s, %(model)s, %(count)s plans") if plans else _("%(price)s, %(model)s")
    return (told % {"price": number(price), "model": who, "count": len(plans)})[: option_fields.LONGEST_NAME]
