"""Runs whose candidates' answers are drawn, for what is computed from answers: no model is trained."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np

from apps.jobs.testing import run_now
from apps.modellab import selectors, services
from tests.browser.drawn_training import draw_child
from tests.modellab.conftest import INTENTS, as_csv, made_rows

LABELS = list(INTENTS)


def drawn_run(workspace, *, each=60, rows=None, **parameters):
    """A finished run on a set of six intents, today's model among its candidates."""
    found = services.upload_set(workspace=workspace, file=as_csv(rows or made_rows(each)), actor=None)
    run, job = services.start_run(workspace=workspace, labelled_set=found, actor=None, parameters=parameters)
    with patch("apps.modellab.training._child", draw_child):
        done = run_now(job)
    assert done.state == "succeeded", done.error_message
    run.refresh_from_db()
    return run


def by_method(run):
    return {one.method: one for one in run.candidates.all()}


def outcome_rows(count, *, seed=1, slope=1.0, errors=None, model="today-1", customers=200, segments=("solo", "team")):
    """Requests of all intents, unresolved in proportion to the class's errors to the power ``slope``."""
    rng = np.random.default_rng(seed)
    errors = errors or dict.fromkeys(LABELS, 0.3)
    rows = []
    for number in range(count):
        label = LABELS[rng.integers(len(LABELS))]
        customer = int(rng.integers(customers))
        resolved = rng.random() > 0.4 * (errors[label] / 0.3) ** slope
        latency = float(np.exp(rng.normal(6.7, 0.5)))
        rows.append(
            {
                "customer": f"C-{customer}",
                "segment": segments[customer % len(segments)],
                "label": label,
                "model": model,
                "latency_ms": latency,
                "resolved": bool(resolved),
                "thumbs_up": bool(rng.random() > 0.3 * (latency / 800) ** 0.3) if number % 2 else None,
            }
        )
    return rows


def selected(candidate):
    return selectors.quality(candidate)
