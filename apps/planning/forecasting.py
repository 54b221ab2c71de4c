"""The forecast job: every candidate and today's model in the same worlds, the verdicts, and the price to charge."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_noop

from apps.estimates import services as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate, Grade
from apps.jobs.run import JobFailure, JobRun
from apps.planning import selectors
from apps.planning.answers import saved_choice, world_of
from apps.planning.assumptions import SEED, WORLDS, Assumed
from apps.planning.chain import Choice, Outcome, outcome
from apps.planning.judgement import BestPrice, best_price, judge, uncertain_inputs, with_model
from apps.planning.models import Scenario
from apps.planning.money import figures_of, parts_of
from apps.planning.needed_quality import needed_quality
from apps.planning.upstream import TODAY
from apps.planning.world import Link, World
from apps.planning.yearly import figures
from trimtab.economics.decision.options import Reached
from trimtab.economics.decision.verdict import Decision
from trimtab.economics.draws import Figure


def run_forecast(run: JobRun, *, scenario_id: int) -> dict[str, Any]:
    workspace = run.workspace
    scenario = selectors.scenarios(workspace).filter(pk=scenario_id).first()
    if scenario is None:
        raise JobFailure("scenario_gone", gettext_noop("The scenario was deleted."))
    world = world_of(scenario)
    choice, assumed = saved_choice(scenario, world), Assumed(scenario.assumptions)
    run.progress(0, 100, gettext_noop("Judging the candidates"))
    decision, found = judge(world, choice.price, choice.months, assumed, choice) if world.candidates else (None, None)
    needed = {key: needed_quality(world, with_model(choice, key)) for key in world.candidates}
    priced = best_price(
        world, choice.months, lambda done, of: run.progress(20 + 80 * done / of, 100, gettext_noop("Comparing prices"))
    )
    recorder = _Recorder(run, scenario, world, choice)
    with run.finish() as result:
        made = recorder.forecasts(found or _today_only(world, choice), decision)
        recorder.price(priced)
        if decision is not None:
            result["verdict"] = str(recorder.verdict(decision, needed, assumed, made).pk)
        result["scenario"] = scenario.pk
    return result


def _today_only(world: World, choice: Choice) -> dict[str, Outcome]:
    return {TODAY: outcome(world, with_model(choice, TODAY))}


def links_behind(world: World, candidate: str, price: float) -> list[Link]:
    """The links that an outcome stands on: preference cancels out at today's price, elasticities for today's model."""
    idle = {f"candidate:{name}" for key, name in world.names.items() if key != candidate}
    if candidate == TODAY:
        idle |= {"quality_elasticity", "latency_elasticity", "training", "quality_wins_buyers"}
    if price == world.current_price:
        if candidate == TODAY or world.quality_money is None:
            idle |= {"preference", "gamma", "none_weight"}
        if candidate == TODAY:
            idle |= {"satisfaction", "link", "worth"}
    return [link for link in world.links if link.code not in idle]


def weakest(links: list[Link]) -> str:
    return min((link.grade for link in links), key=Grade.values.index)


class _Recorder:
    """Writes one run's results, each with the links it stands on."""

    def __init__(self, run: JobRun, scenario: Scenario, world: World, choice: Choice) -> None:
        self.run, self.scenario, self.world, self.choice = run, scenario, world, choice
        self.observed = {one.name for one in uncertain_inputs(world, choice.price) if one.observations}

    def forecasts(self, found: dict[str, Outcome], decision: Decision | None) -> list[Estimate]:
        chances = {v.candidate: v.p_better for v in decision.verdicts} if decision else {}
        return [self._forecast(key, one, chances.get(key)) for key, one in found.items()]

    def _forecast(self, key: str, found: Outcome, chance: float | None) -> Estimate:
        links = links_behind(self.world, key, self.choice.price)
        shown = [*figures(found, self.world.currency), *figures_of(self.world, found).values()]
        if chance is not None:
            shown.append(Figure("p_better", chance, chance, chance, "probability"))
        return self._record(
            kind=selectors.FORECAST,
            subject=f"{self.scenario.pk}:{key}",
            label=self.world.names.get(key, TODAY),
            links=links,
            draws={
                "revenue": found.revenue,
                "margin": found.margin,
                "customers": found.customers,
                "retained": found.retained[:, 1:],
                "npv_margin": found.npv_margin,
                "gross_margin": found.gross_margin,
                "cash": found.cash,
            },
            figures=shown,
            inputs=self._refs(links),
            diagnostics=parts_of(self.world, self.choice, found),
        )

    def price(self, priced: BestPrice) -> Estimate:
        links = [link for link in self.world.links if link.code in _PRICE_LINKS]
        return self._record(
            kind=selectors.PRICE,
            subject=str(self.scenario.pk),
            label="",
            links=links,
            draws={"best_price": priced.best},
            figures=[priced.figure, priced.gain],
            inputs=self._refs(links),
            diagnostics={
                "p_better": priced.p_better,
                "p_near_best": priced.p_near_best,
                "current_price": self.world.current_price,
                "curve": priced.curve,
            },
        )

    def verdict(
        self, decision: Decision, needed: dict[str, Reached | None], assumed: Assumed, made: list[Estimate]
    ) -> Estimate:
        judged = [self._judged(verdict, needed) for verdict in decision.verdicts]
        shown = [
            Figure(f"{name}:{one['name']}", *values, unit)
            for one in judged
            for name, values, unit in (
                ("p_better", (one["p_better"],) * 3, "probability"),
                ("gain", (one["gain"]["median"], one["gain"]["low"], one["gain"]["high"]), self.world.currency),
            )
        ]
        return self._record(
            kind=selectors.VERDICT,
            subject=str(self.scenario.pk),
            label="",
            links=list(self.world.links),
            draws={"gain": decision.gains},
            figures=shown,
            inputs=[*(InputRef.of(estimate) for estimate in made), selectors.scenario_ref(self.scenario)],
            diagnostics={
                "verdict": judged,
                "best": decision.best,
                "best_name": self.world.names.get(decision.best, ""),
                "p_today_best": decision.p_today_best,
                "expected_regret": decision.expected_regret,
                "thresholds": {"ship_at": assumed.number("ship_at"), "hold_at": assumed.number("hold_at")},
            },
        )

    def _judged(self, verdict: Any, needed: dict[str, Reached | None]) -> dict[str, Any]:
        told = asdict(verdict)
        key = told.pop("candidate")
        accuracy = next(link.figure for link in self.world.links if link.code == f"candidate:{self.world.names[key]}")
        told["gain"] = verdict.gain.as_dict()
        told["settle"] = [asdict(one) | {"observed": one.name in self.observed} for one in verdict.settle]
        return told | {
            "key": key,
            "name": self.world.names[key],
            "quality": accuracy.as_dict() if accuracy else None,
            **_needed(needed[key]),
        }

    def _refs(self, links: list[Link]) -> list[InputRef]:
        used = [InputRef.of(link.estimate) for link in links if link.estimate is not None]
        used += [ref for link in links for ref in link.inputs]
        return [*used, selectors.scenario_ref(self.scenario)]

    def _record(
        self, *, kind: str, subject: str, label: str, links: list[Link], diagnostics: Any = None, **more: Any
    ) -> Estimate:
        name = f"{self.scenario.name}: {label}" if label else self.scenario.name
        return estimates.record(
            workspace=self.scenario.workspace,
            kind=kind,
            subject=subject,
            grade=Grade.ASSUMED if self.scenario.levers else weakest(links),
            parameters={
                "subject_label": name,
                "price": self.choice.price,
                "current_price": self.world.current_price,
                "months": self.choice.months,
                "levers": self.scenario.levers,
                "seed": SEED,
                "worlds": WORLDS,
                "assumptions": self.scenario.assumptions,
            },
            diagnostics=(diagnostics or {}) | {"links": [_told(link) for link in links]},
            job_id=self.run.job_id,
            **more,
        )


def _needed(found: Reached | None) -> dict[str, Any]:
    """The median stands by itself, as it did before there was an interval."""
    if found is None:
        return {"needed_quality": None, "needed_quality_interval": None}
    told = asdict(found)
    return {"needed_quality": told.pop("median"), "needed_quality_interval": told}


_PRICE_LINKS = {
    "price", "arrivals", "hazard", "satisfaction", "link", "worth", "preference", "gamma", "none_weight", "today",
    "requests_per_month", "usage", "expansion",
}  # fmt: skip


def _told(link: Link) -> dict[str, Any]:
    return {
        "code": link.code,
        "grade": str(link.grade),
        "set_aside": link.set_aside,
        "estimate": str(link.estimate.pk) if link.estimate else None,
        "figure": link.figure.as_dict() if link.figure else None,
    }
