"""The job behind "What to find out" and "What matters": both from the same options in the same worlds."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext_noop

from apps.decisions import selectors
from apps.decisions.information_groups import groups, observations
from apps.decisions.information_options import Compared, compared
from apps.decisions.information_studies import STUDIES, TRAINING, WAITING
from apps.decisions.sensitivity_study import Found, sensitivity
from apps.estimates import services as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate
from apps.jobs.run import JobFailure
from apps.planning import selectors as planning
from apps.planning.assumptions import Assumed
from apps.planning.models import Scenario
from apps.planning.upstream import TODAY
from trimtab.economics.decision.sample_information import value_of_part
from trimtab.economics.decision.value_of_information import Information, Worth, information
from trimtab.economics.decision.verdict import Thresholds
from trimtab.economics.draws import Array, Figure, summarise

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

INFORMATION, SENSITIVITY = "decisions.information", "decisions.sensitivity"
PARTS = np.linspace(0.0, 1.0, 201)
FEWEST_TRIED = 3


def run_information(run: JobRun, *, scenario_id: int) -> dict[str, Any]:
    """Raises CannotEstimate where there is nothing to choose from."""
    scenario = planning.scenarios(run.workspace).filter(pk=scenario_id).first()
    if scenario is None:
        raise JobFailure("scenario_gone", gettext_noop("The scenario was deleted."))
    run.progress(0, 100, gettext_noop("Valuing the options"))
    options = compared(scenario)
    run.progress(10, 100, gettext_noop("Asking what each thing to know is worth"))
    known = groups(options.world, options.choices)
    found = information(options.gains, _to_learn(known))
    curves = {worth.name: value_of_part(options.gains, worth.expected, PARTS) for worth in found.groups}
    run.progress(25, 100, gettext_noop("Rearranging the worlds"))
    said = gettext_noop("Rearranging the worlds")
    assumed = Assumed(scenario.assumptions)
    thresholds = Thresholds(assumed.number("ship_at"), assumed.number("hold_at"))
    moved = sensitivity(options, list(known), thresholds, lambda done, of: run.progress(25 + 75 * done / of, 100, said))
    keep = _Keeper(run, scenario, options)
    with run.finish() as result:
        result["information"] = str(keep.information(found, curves).pk)
        result["sensitivity"] = str(keep.sensitivity(moved).pk)
        result["scenario"] = scenario.pk
    return result


def _to_learn(known: dict[str, Array]) -> dict[str, Array]:
    """What each study would tell of, by the study's code; a group that no study tells of by its own."""
    by_study = {
        study.code: np.column_stack([known[group] for group in study.groups if group in known])
        for study in STUDIES.values()
        if any(group in known for group in study.groups)
    }
    told = {group for code in by_study for group in STUDIES[code].groups}
    return by_study | {group: draws for group, draws in known.items() if group not in told}


class _Keeper:
    def __init__(self, run: JobRun, scenario: Scenario, options: Compared) -> None:
        self.run, self.scenario, self.options = run, scenario, options

    def information(self, found: Information, curves: dict[str, Array]) -> Estimate:
        options = self.options
        perfect = found.perfect
        certain = options.gains[:, options.best - 1] if options.best else np.zeros(len(options.gains))
        regret = np.maximum(options.gains.max(axis=1), 0) - certain
        return self._record(
            INFORMATION,
            {"regret": regret},
            [Figure("perfect_information", perfect.value, perfect.low, perfect.high, options.world.currency)],
            {
                "worths": [self._worth(worth, curves[worth.name]) for worth in found.groups],
                "delay": float(max(0.0, options.gains.mean(axis=0).max()) / options.months),
                "training": self._training(),
            },
        )

    def _worth(self, worth: Worth, curve: Array) -> dict[str, Any]:
        study = STUDIES.get(worth.name)
        known = [observations(self.options.world, group) for group in (study.groups if study else (worth.name,))]
        return {
            "code": worth.name,
            "value": worth.value,
            "low": worth.low,
            "high": float(worth.high),
            "share": worth.share,
            # Months of the log stand first among those that waiting adds to.
            "observations": known[0] if worth.name == WAITING else min((n for n in known if n), default=None),
            "curve": [round(float(value), 6) for value in curve],
        }

    def _training(self) -> dict[str, Any] | None:
        """The expected gains of the models tried, each at its best, from which one more is thought to be drawn."""
        options = self.options
        expected: dict[str, float] = {}
        for choice, gain in zip(options.choices[1:], options.gains.mean(axis=0), strict=True):
            if choice.candidate != TODAY:
                expected[choice.candidate] = max(float(gain), expected.get(choice.candidate, -np.inf))
        if len(expected) < FEWEST_TRIED:
            return None
        tried = np.array(list(expected.values()))
        spread = float(tried.std(ddof=1) * np.sqrt(1 + 1 / tried.size))
        best = float(max(0.0, options.gains.mean(axis=0).max()))
        return {"best": best, "mean": float(tried.mean()), "sd": spread, "tried": tried.size, "code": TRAINING}

    def sensitivity(self, found: Found) -> Estimate:
        world = self.options.world
        held = self.options.held_against_today
        return self._record(
            SENSITIVITY,
            {"gain": self.options.gain},
            [summarise(self.options.gain, name="gain", unit=world.currency)],
            {"held_against_today": self.options.names[held], **asdict(found)},
        )

    def _record(
        self, kind: str, draws: dict[str, Array], figures: list[Figure], diagnostics: dict[str, Any]
    ) -> Estimate:
        options, scenario = self.options, self.scenario
        world = options.world
        refs = [InputRef.of(link.estimate) for link in world.links if link.estimate is not None]
        refs += [ref for link in world.links for ref in link.inputs]
        return estimates.record(
            workspace=scenario.workspace,
            kind=kind,
            subject=str(scenario.pk),
            grade=world.grade,
            draws=draws,
            figures=figures,
            inputs=[
                *refs,
                planning.scenario_ref(scenario),
                selectors.option_set_ref(scenario, scenario.name),
            ],
            parameters={
                "subject_label": scenario.name,
                "months": options.months,
                "worlds": world.worlds,
                "currency": world.currency,
            },
            diagnostics={
                "options": list(options.names),
                "are_options": options.are_options,
                "best": options.names[options.best],
                "best_is_today": options.best == 0,
                "expected_gain": float(max(0.0, options.gains.mean(axis=0).max())),
                **diagnostics,
            },
            job_id=self.run.job_id,
        )
