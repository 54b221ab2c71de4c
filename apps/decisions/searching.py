"""The job that searches price, plans and model together, and tells what it found on worlds that it did not see."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

from apps.decisions import selectors
from apps.decisions.comparing import the_scenario
from apps.decisions.option_choices import today
from apps.decisions.option_values import Value, brief
from apps.decisions.search_space import Bounds, choice_at, families, named, rounded
from apps.estimates import services as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate
from apps.planning import selectors as planning
from apps.planning.answers import saved_choice, world_of
from apps.planning.assumptions import SEED
from apps.planning.chain import baseline, outcome
from apps.planning.choice import Choice
from apps.planning.models import Scenario
from apps.planning.upstream import TODAY
from apps.planning.world import INPUT_GROUPS, World, rearranged
from trimtab.economics.decision.joint_search import Effort, Family, FamilyBest, Found, Trial, search
from trimtab.economics.draws import Figure, summarise

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

SEARCH_WORLDS = 400
EFFORT = Effort(starts=3, most_starts=6, members=6, generations=20, grid_points=40)


def run_search(run: JobRun, *, scenario_id: int, bounds: dict[str, Any]) -> dict[str, Any]:
    scenario = the_scenario(run, scenario_id)
    world, asked = world_of(scenario), Bounds.of(bounds)
    months = saved_choice(scenario, world).months
    seen, other = split(world)
    found = search(
        families(world, asked),
        Objective(seen, months, asked),
        rng=np.random.default_rng([SEED, 53]),
        held_out=Objective(other, months, asked, as_printed=True),
        effort=EFFORT,
        on_progress=lambda done, of: run.progress(done, of, gettext_noop("Searching prices, plans and models")),
    )
    with run.finish() as result:
        result["scenario"] = scenario.pk
        result["estimate"] = str(_record(run, scenario, world, asked, found, other, months).pk)
    return result


def split(world: World) -> tuple[World, World]:
    """Some worlds to search in, and the others to see what the found is worth where nobody searched for it."""
    order = np.random.default_rng([SEED, 52]).permutation(world.worlds)
    some = min(SEARCH_WORLDS, world.worlds // 2)
    return part_of(world, np.sort(order[:some])), part_of(world, np.sort(order[some:]))


def part_of(world: World, places: NDArray[np.intp]) -> World:
    return rearranged(world, dict.fromkeys(INPUT_GROUPS, places))


class Objective:
    """What a point brings over today in some worlds; ``as_printed`` rounds it as it would be offered."""

    def __init__(self, world: World, months: int, bounds: Bounds, *, as_printed: bool = False) -> None:
        self.world, self.months, self.bounds, self.as_printed = world, months, bounds, as_printed
        self.today = baseline(world, months)

    def __call__(self, family: Family, point: tuple[float, ...]) -> Trial:
        at = rounded(family.name, point) if self.as_printed else point
        value = self.value(choice_at(family.name, at, self.months))
        return Trial(value.npv - self.today.npv_margin, _slack(value, self.bounds))

    def value(self, choice: Choice) -> Value:
        return brief(outcome(self.world, choice), self.today)


def _slack(value: Value, bounds: Bounds) -> tuple[float, ...]:
    slack = []
    if bounds.least_gross is not None:
        slack.append(float(value.gross_share.mean()) - bounds.least_gross)
    if bounds.most_at_a_loss is not None:
        slack.append(bounds.most_at_a_loss - float(value.at_a_loss.mean()))
    return tuple(slack)


def _record(
    run: JobRun, scenario: Scenario, world: World, asked: Bounds, found: Found, other: World, months: int
) -> Estimate:
    best = found.best
    choice = choice_at(best.family, rounded(best.family, best.point), months)
    value = Objective(other, months, asked).value(choice)
    gain = value.npv - baseline(other, months).npv_margin
    links = list(world.links)
    inputs = [InputRef.of(link.estimate) for link in links if link.estimate is not None]
    inputs += [ref for link in links for ref in link.inputs]
    return estimates.record(
        workspace=scenario.workspace,
        kind=selectors.SEARCH,
        subject=str(scenario.pk),
        grade=world.grade,
        draws={"gain": gain},
        figures=[
            summarise(gain, name="gain", unit=world.currency),
            Figure("found_price", choice.price, choice.price, choice.price, f"{world.currency}/month"),
        ],
        inputs=[*inputs, planning.scenario_ref(scenario)],
        parameters={
            "subject_label": scenario.name,
            "months": months,
            "seed": SEED,
            "bounds": asked.as_json(),
            "worlds_searched": SEARCH_WORLDS,
            "worlds_held_out": other.worlds,
        },
        diagnostics={
            "option": fields_of(choice),
            "model": world.names.get(choice.candidate, TODAY),
            "kind": named(best.family)[1].value,
            "is_today": choice == today(world, months),
            "p_better": float(np.mean(gain > 0)),
            "gross_share": float(value.gross_share.mean()),
            "at_a_loss": float(value.at_a_loss.mean()),
            "gain_seen": found.gain_seen,
            "gain_held_out": found.gain_held_out,
            "optimism": found.optimism,
            "standard_error": found.standard_error,
            "keeps_constraints": found.held_out.is_feasible if found.held_out else True,
            "evaluations": found.evaluations,
            "families": [_family(one, world) for one in found.families],
        },
        job_id=run.job_id,
    )


def fields_of(choice: Choice) -> dict[str, Any]:
    """The choice as the fields of an option."""
    return {
        "price": choice.price,
        "candidate": choice.candidate,
        "plans": [
            {"fee": plan.fee, "included": None if plan.is_unlimited else plan.included, "per_1000": plan.per_1000}
            for plan in choice.plans
        ],
    }


def _family(one: FamilyBest, world: World) -> dict[str, Any]:
    candidate, kind = named(one.family)
    told = asdict(one) | {"gain": one.gain if one.is_feasible else None, "is_flat": one.is_flat}
    point = fields_of(choice_at(one.family, rounded(one.family, one.point), 1)) if one.is_feasible else None
    return told | {
        "candidate": candidate,
        "model": world.names.get(candidate, TODAY),
        "kind": kind.value,
        "option": point,
        "slack": [float(value) for value in one.slack],
    }
