"""The job that makes a design, and what it says of how good it is."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext_noop as _

from apps.choices import design_plans
from apps.choices.models import ChoiceDesign
from apps.jobs.errors import JobFailure
from trimtab.economics.choice.design import Design, efficient_design
from trimtab.economics.choice.maxdiff_design import MaxDiffDesign, balanced_design

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

PEOPLE = 100


def run_design(run: JobRun) -> None:
    """Raises CannotEstimate where prohibited pairs leave part-worths that cannot be told apart."""
    design = ChoiceDesign.objects.filter(workspace=run.workspace, pk=run.params["subject"]).first()
    if design is None:
        raise _gone()
    make = _choice if design.kind == ChoiceDesign.Kind.CHOICE else _maxdiff
    shown, report = make(run, design.plan)
    run.check()
    with run.finish() as result:
        kept = ChoiceDesign.objects.filter(workspace=run.workspace, pk=design.pk).update(shown=shown, report=report)
        if not kept:
            raise _gone()
        result |= {"design": design.pk}


def _gone() -> JobFailure:
    return JobFailure("design_gone", _("The design was deleted before it was made."))


def _rng(plan: dict[str, Any]) -> np.random.Generator:
    """The same plan gives the same design."""
    content = json.dumps(plan, sort_keys=True).encode()
    return np.random.default_rng(int.from_bytes(hashlib.sha256(content).digest()[:8], "big"))


def _choice(run: JobRun, plan: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    made = efficient_design(
        design_plans.design_plan(plan),
        prior=design_plans.prior(plan),
        rng=_rng(plan),
        on_progress=lambda done, of: run.progress(done, of, _("Exchanging levels")),
    )
    return made.levels.tolist(), _choice_report(made)


def _choice_report(made: Design) -> dict[str, Any]:
    """As plain JSON; lists and not objects where the order counts, as a database may sort names."""
    report, errors = made.report, made.standard_errors(PEOPLE)
    return {
        "d_error": report.d_error,
        "random_error": report.random_error,
        "found_errors": list(report.found_errors),
        "gain": report.gain if np.isfinite(report.gain) else None,
        "bound_efficiency": report.bound_efficiency,
        "repeated_tasks": report.repeated_tasks,
        "attributes": [
            {
                "name": name,
                "balance": report.balance[name],
                "overlap": report.overlap[name],
                "least_overlap": report.least_overlap[name],
                "levels": [{"level": level, "count": count} for level, count in counts.items()],
            }
            for name, counts in report.level_counts.items()
        ],
        "standard_errors": [
            {"name": name, "error": float(error)} for name, error in zip(made.plan.names, errors, strict=True)
        ],
        "people": PEOPLE,
    }


def _maxdiff(run: JobRun, plan: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    made = balanced_design(
        tuple(plan["items"]),
        per_task=plan["per_task"],
        tasks=plan["tasks"],
        versions=plan["versions"],
        rng=_rng(plan),
        on_progress=lambda done, of: run.progress(done, of, _("Dealing the items")),
    )
    return made.shown.tolist(), _maxdiff_report(made)


def _maxdiff_report(made: MaxDiffDesign) -> dict[str, Any]:
    report = made.report
    pairs = report.pair_counts[np.triu_indices(len(made.items), 1)]
    return {
        "item_least": int(report.item_counts.min()),
        "item_most": int(report.item_counts.max()),
        "pair_least": int(pairs.min()),
        "pair_most": int(pairs.max()),
        "pair_balance": report.pair_balance,
        "pair_spread": report.pair_spread,
        "place_least": int(report.place_counts.min()),
        "place_most": int(report.place_counts.max()),
        "per_person": report.per_person,
        "connected": report.connected,
    }
