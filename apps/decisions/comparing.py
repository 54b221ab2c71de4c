"""The job that keeps a comparison of options as evidence."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext_noop

from apps.decisions import selectors
from apps.decisions.comparison import OptionComparison, Row
from apps.decisions.option_values import values
from apps.estimates import services as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate
from apps.jobs.run import JobFailure
from apps.planning import selectors as planning
from apps.planning.assumptions import SEED
from apps.planning.forecasting import weakest
from apps.planning.models import Scenario
from apps.planning.needed_quality import needed_quality
from apps.planning.upstream import TODAY
from trimtab.economics.draws import Figure

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

VALUED, OF = 60, 100
MOST_NEEDED = 10


def run_options(run: JobRun, *, scenario_id: int) -> dict[str, Any]:
    scenario = the_scenario(run, scenario_id)
    found = values(
        scenario, tell=lambda done, of: run.progress(VALUED * done / of, OF, gettext_noop("Forecasting the options"))
    )
    told = OptionComparison(scenario, found)
    needed = _needed(run, told)
    with run.finish() as result:
        result["scenario"], result["estimate"] = scenario.pk, str(_record(run, told, needed).pk)
    return result


def the_scenario(run: JobRun, scenario_id: int) -> Scenario:
    found = planning.scenarios(run.workspace).filter(pk=scenario_id).first()
    if found is None:
        raise JobFailure("scenario_gone", gettext_noop("The scenario was deleted."))
    return found


def _needed(run: JobRun, told: OptionComparison) -> dict[str, Any]:
    """The break-even quality of the best options that change the model."""
    changed = [row for row in told.ranked if row.choice.candidate != TODAY][:MOST_NEEDED]
    found: dict[str, Any] = {}
    for place, row in enumerate(changed):
        said = gettext_noop("Looking for the quality that pays")
        run.progress(VALUED + (OF - VALUED) * place / len(changed), OF, said)
        needed = needed_quality(told.values.world, row.choice)
        found[row.key] = asdict(needed) if needed else None
    return found


def _record(run: JobRun, told: OptionComparison, needed: dict[str, Any]) -> Estimate:
    scenario, comparison = told.scenario, told.comparison
    name = scenario.name
    return estimates.record(
        workspace=scenario.workspace,
        kind=selectors.OPTIONS,
        subject=str(scenario.pk),
        grade="assumed" if any(row.grade == "assumed" for row in told.rows) else weakest(list(told.links.values())),
        draws={
            "npv": told.values.npv,
            "revenue_12": np.column_stack([value.revenue_12 for value in told.values.values]),
        },
        figures=_figures(told),
        inputs=inputs_of(told),
        parameters={
            "subject_label": name,
            "months": told.values.months,
            "current_price": told.values.world.current_price,
            "seed": SEED,
            "worlds": int(told.values.npv.shape[0]),
            "options": list(told.values.names),
        },
        diagnostics={
            "best": told.leader.key,
            "best_name": told.leader.name,
            "evpi": comparison.evpi,
            "standard_error": comparison.standard_error,
            "verdict": _judged(told),
            "options": [_row(row) | {"needed_quality": needed.get(row.key)} for row in told.rows],
            "left_out": {str(key): error.message for key, error in told.values.left_out.items()},
        },
        job_id=run.job_id,
    )


def inputs_of(told: OptionComparison) -> list[InputRef]:
    used = [InputRef.of(link.estimate) for link in told.links.values() if link.estimate is not None]
    used += [ref for link in told.links.values() for ref in link.inputs]
    scenario = told.scenario
    return [*used, planning.scenario_ref(scenario), selectors.option_set_ref(scenario, scenario.name)]


def _figures(told: OptionComparison) -> list[Figure]:
    unit, best = told.values.world.currency, told.leader.standing
    evpi = told.comparison.evpi
    return [
        best.gain,
        Figure("p_best", best.p_best, best.p_best, best.p_best, "probability"),
        Figure("perfect_information", evpi, evpi, evpi, unit),
        *(Figure(f"gain:{row.name}", row.standing.gain.median, row.standing.gain.low, row.standing.gain.high, unit)
          for row in told.rows if row.option is not None),
    ]  # fmt: skip


def _judged(told: OptionComparison) -> dict[str, Any] | None:
    judged = told.judged
    if judged is None:
        return None
    return {
        "option": judged.row.key,
        "name": judged.row.name,
        "verdict": judged.verdict,
        "reason": judged.reason,
        "p_better": judged.p_better,
        "settle": [asdict(one) | {"observed": one.name in judged.observed} for one in judged.settle],
    }


def _row(row: Row) -> dict[str, Any]:
    standing = asdict(row.standing) | {
        "option": row.key,
        "gain": row.standing.gain.as_dict(),
        "dominated_by": list(row.beaten_by),
    }
    return {
        "name": row.name,
        "price": row.choice.price,
        "candidate": row.choice.candidate,
        "grade": row.grade,
        "paid_after": asdict(row.paid) if row.paid else None,
        "revenue_12": row.revenue_12.as_dict(),
        "at_a_loss": row.at_a_loss,
        **standing,
    }
