"""A full and consistent set of upstream estimates, drawn around the known truth of the sample company."""

from __future__ import annotations

import numpy as np

from apps.estimates import services as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Grade
from apps.modellab.models import Candidate, LabelledSet, TrainingRun
from trimtab.economics.draws import summarise
from trimtab.sample_company.truth import Truth

TRUTH = Truth()
D = 2000
TEXTS = 1000
ALL = ("arrivals", "survival", "satisfaction", "link", "demand", "position")


def record_all(workspace, *, only=ALL, candidates=None, simulated=True, seed=5):
    """Record the estimates named in ``only`` and, with ``candidates`` {name: (accuracy, latency, cost)}, a run.

    Today's model (80 % right, 820 ms, 1.90 a thousand) is always tested with them, on the same texts.
    """
    rng = np.random.default_rng(seed)
    made = {name: _RECORDERS[name](workspace, rng, simulated) for name in only}
    made |= record_run(workspace, candidates or {}, simulated=simulated, seed=seed) if candidates is not None else {}
    return made


def record_run(workspace, candidates, *, simulated=True, seed=5, today=True):
    labelled = LabelledSet.objects.create(
        workspace=workspace, name="Tickets", file="tickets.csv", format="csv", sha256="c" * 64, rows=4000
    )
    run = TrainingRun.objects.create(workspace=workspace, labelled_set=labelled, encoder="small")
    model = TRUTH.todays_model
    tested = {"today": (model.accuracy, model.latency_p50_ms, model.cost_per_1000)} if today else {}
    resamples = np.random.default_rng(seed).integers(0, TEXTS, (D, TEXTS))
    made = {}
    for name, (accuracy, latency, cost) in (tested | candidates).items():
        method = "today" if name == "today" else "lora"
        candidate = Candidate.objects.create(workspace=workspace, run=run, name=f"{name}-{run.pk}", method=method)
        right = np.arange(TEXTS) < round(accuracy * TEXTS)
        draws = {
            "accuracy": right[resamples].mean(axis=1),
            "latency_ms": np.full(D, float(latency)),
            "cost_per_1000": np.full(D, float(cost)),
        }
        made[name] = _record(
            workspace, "modellab.evaluation", draws, [("accuracy", "accuracy", "share")], Grade.TESTED, simulated,
            subject=str(candidate.pk),
            parameters={"subject_label": name, "method": method, "run_id": run.pk},
            diagnostics={"held_out_texts": TEXTS},
        )  # fmt: skip
        made[name].candidate = candidate
    return made


def _record(workspace, kind, draws, figures, grade, simulated, **more):
    return estimates.record(
        workspace=workspace,
        kind=kind,
        grade=grade,
        draws=draws,
        figures=[summarise(draws[array], name=name, unit=unit) for name, array, unit in figures],
        inputs=[InputRef("sheet", kind, f"{kind}.csv", "d" * 64, simulated)],
        **more,
    )


def record_estimate(workspace, kind, arrays, *, subject="", parameters=None, diagnostics=None, grade=Grade.OBSERVED):
    """One more current result, of which the forecast reads the draws alone."""
    return _record(
        workspace, kind, arrays, [], grade, True,
        subject=subject, parameters=parameters or {}, diagnostics=diagnostics or {},
    )  # fmt: skip


def _arrivals(workspace, rng, simulated):
    level = TRUTH.first_month_arrivals * (1 + TRUTH.arrivals_growth_per_month) ** TRUTH.months
    coming = rng.gamma(60, level / 60, D)[:, None] * np.ones(60)
    stay = TRUTH.baseline_survival(TRUTH.months)
    active = [round(level * (1 + TRUTH.arrivals_growth_per_month) ** -age * stay[age]) for age in range(TRUTH.months)]
    draws = {"arrivals": rng.poisson(coming).astype(float), "level": coming[:, 0]}
    parameters = {"active_customers": active, "monthly_price": TRUTH.current_price, "as_of": TRUTH.as_of.isoformat()}
    return _record(workspace, "retention.arrivals", draws, [("arrivals_per_month", "level", "people")], Grade.OBSERVED,
                   simulated, parameters=parameters, diagnostics={"months": [{}] * 24})  # fmt: skip


def _survival(workspace, rng, simulated):
    alpha, beta = rng.normal(TRUTH.sbg_alpha, 0.05, D), rng.normal(TRUTH.sbg_beta, 0.7, D)
    month = np.arange(60)
    chance = alpha[:, None] / (alpha[:, None] + beta[:, None] + month)
    hazard = -np.log1p(-chance)
    survival = np.exp(-np.concatenate([np.zeros((D, 1)), np.cumsum(hazard, axis=1)], axis=1))
    draws = {"alpha": alpha, "beta": beta, "hazard": hazard, "survival": survival, "kept": survival[:, 12],
             "churn": -np.expm1(-hazard[:, :12].mean(axis=1))}  # fmt: skip
    figures = [("retained_month_12", "kept", "share"), ("churn_per_month", "churn", "share")]
    return _record(workspace, "retention.survival", draws, figures, Grade.OBSERVED, simulated,
                   diagnostics={"customers": 8000})  # fmt: skip


def _satisfaction(workspace, rng, simulated):
    weights = TRUTH.satisfaction_weights
    coef = np.column_stack([rng.normal(1, 0.004, D), *(rng.normal(w, 0.015, D) for w in weights)])
    means = {
        "F0": sum(s.share * s.functionality for s in TRUTH.segments),
        "I0": sum(s.share * s.interaction for s in TRUTH.segments),
        "C0": TRUTH.worth(TRUTH.current_price),
    }
    draws = {"coef": coef} | {name: rng.normal(mean, 0.006, D) for name, mean in means.items()}
    draws["u"] = coef[:, 0] * draws["F0"] ** coef[:, 1] * draws["I0"] ** coef[:, 2] * draws["C0"] ** coef[:, 3]
    figures = [("u_reference", "u", "share"), ("F0", "F0", "share"), ("I0", "I0", "share"), ("C0", "C0", "share")]
    return _record(workspace, "retention.satisfaction", draws, figures, Grade.OBSERVED, simulated,
                   parameters={"family": "cobb_douglas"}, diagnostics={"respondents": 600})  # fmt: skip


def _link(workspace, rng, simulated):
    draws = {"slope": rng.normal(TRUTH.link_slope, 0.5, D), "u_reference": rng.normal(TRUTH.u_reference, 0.005, D)}
    return _record(workspace, "retention.link", draws, [("slope", "slope", "")], Grade.OBSERVED, simulated,
                   parameters={"family": "linear", "form": "hazard"},
                       diagnostics={"joined": {"endings": 240}})  # fmt: skip


def _demand(workspace, rng, simulated):
    grid = np.linspace(0, 220, 111)
    truth = np.array([TRUTH.worth(price) if price else 1.0 for price in grid])
    shift = rng.normal(1, 0.02, D)
    worth = np.stack([np.interp(grid / s, grid, truth) for s in shift])
    best = grid[np.argmax(grid * worth, axis=1)]
    draws = {"worth": worth, "best": best, "now": worth[:, 24] * 0.5 + worth[:, 25] * 0.5}
    figures = [("best_price", "best", "USD/month"), ("worth_at_current", "now", "share")]
    return _record(workspace, "pricing.demand", draws, figures, Grade.OBSERVED, simulated,
                   parameters={"grid": grid.tolist(), "currency": "USD"}, diagnostics={"customers": 560})  # fmt: skip


def _position(workspace, rng, simulated):
    weights = TRUTH.need_importance()
    total = sum(weights.values())
    means = [sum(weights[k] * o.scores[k] for k in weights) / total for o in TRUTH.offers]
    score = rng.normal(means, 0.02, (D, len(means)))
    draws = {"score": score, "rank": 1.0 + np.argsort(np.argsort(-score, axis=1), axis=1)}
    draws["first"] = (draws["rank"][:, 0] == 1).astype(float)
    return _record(workspace, "differentiation.position", draws, [("p_first", "first", "share")],
        Grade.OBSERVED, simulated,
                   parameters={"offers": [o.name for o in TRUTH.offers],
                       "prices": [o.price for o in TRUTH.offers]})  # fmt: skip


_RECORDERS = {
    "arrivals": _arrivals,
    "survival": _survival,
    "satisfaction": _satisfaction,
    "link": _link,
    "demand": _demand,
    "position": _position,
}
