"""A workspace in which every page has something to show: the sample company, brought through the whole loop.

Two things are put in place of hours of arithmetic: which need a text voices is taken from the company's known truth
instead of an encoder, and the candidates' answers are drawn. Everything else runs as it does for customers.
"""

from __future__ import annotations

from datetime import date
from unittest.mock import patch

import numpy as np
from django.core.files.base import ContentFile

from apps.adoption import services as adoption
from apps.adoption.adoption_settings import AdoptionSettings
from apps.choices import best_worst_services, best_worst_study, families, market_services
from apps.choices import services as choices
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.jobs.testing import run_now, run_waiting
from apps.modellab.models import Candidate, Deployment
from apps.onboarding import services as onboarding
from apps.onboarding.sample import SEED
from apps.planning import services as planning
from apps.planning.loop import advance
from apps.planning.selectors import latest_loop
from apps.pricing import services as pricing
from apps.research import needs
from apps.research.models import FeedbackItem, Need, NeedMention, SourceKind
from apps.research.uploading import upload
from apps.retention import drivers_services, lifetime_services, revenue_services
from apps.retention.drivers_settings import DriversSettings
from apps.retention.lifetime_settings import LifetimeSettings
from apps.workspaces import services as workspaces
from apps.workspaces.models import Role, User, Workspace
from tests.browser.drawn_training import draw_child
from tests.choices.best_worst_rows import best_worst_rows
from tests.choices.choice_rows import OFFERS, choice_rows
from tests.research_rows import add_source
from tests.retention.purchase_rows import bought
from trimtab.sample_company import SampleCompany, generate

PASSWORD = "a-long-pass-phrase"
SCALE = 0.15


def furnish(scale: float = SCALE) -> Workspace:
    """The sample company with all its studies, a forecast, a verdict, a deployed model, and work that failed."""
    owner = User.objects.create_user(email="founder@example.com", password=PASSWORD, full_name="Ada Founder")
    workspace = onboarding.load_sample(owner=owner, scale=scale)
    run_waiting(workspace)
    _needs(workspace, generate(SEED, scale))
    _loop(workspace)
    _plans(workspace, owner)
    _deployed(workspace, owner)
    _choices(workspace, owner)
    _best_and_worst(workspace, owner)
    _subscribers(workspace, owner)
    _buyers(workspace, owner)
    _adopters(workspace, owner)
    _second_scenario(workspace, owner)
    _things_that_wait(workspace, owner)
    return workspace


def _needs(workspace: Workspace, company: SampleCompany) -> None:
    """The needs of the known truth with the texts that were written about them, scored as any others."""
    made = {need.key: Need.objects.create(workspace=workspace, name=need.name, terms=need.name.lower().split())
            for need in company.truth.needs}  # fmt: skip
    voiced = {row["text"]: keys for row, keys in zip(company.feedback, company.feedback_needs, strict=True)}
    for item in FeedbackItem.objects.filter(workspace=workspace):
        for key in voiced.get(item.text, ())[:1]:
            NeedMention.objects.create(
                workspace=workspace, need=made[key], origin=made[key], feedback=item, similarity=0.8
            )


def _score_only(*, workspace: Workspace, actor: User | None = None) -> Job:
    return jobs.enqueue(workspace=workspace, kind=needs.KIND, params={"only_score": True}, created_by=actor)


def _loop(workspace: Workspace) -> None:
    with patch("apps.research.needs.start", _score_only), patch("apps.modellab.training._child", draw_child):
        for _round in range(8):
            loop = advance(latest_loop(workspace))
            if loop.finished_at is not None:
                break
            run_waiting(workspace)
    states = {step["study"]: step["state"] for step in loop.steps}
    assert set(states.values()) == {"succeeded"}, loop.steps


def _plans(workspace: Workspace, owner: User) -> None:
    """A price ladder with one who contradicts themselves, the tokens of the same people, and the plans from both."""
    rng = np.random.default_rng(3)
    most, asked = np.exp(rng.normal(np.log(30), 0.5, 120)), (12, 19, 29, 45, 69)
    ladder = [
        {"customer": f"C-{place}", "segment": ("solo", "team")[place % 2], "price": price, "would_buy": top >= price}
        for place, top in enumerate(most)
        for price in asked
    ]
    ladder[0]["would_buy"], ladder[3]["would_buy"] = False, True
    add_source(workspace, "ladder", ladder, simulated=True)
    tokens = np.exp(rng.normal(np.log(250_000), 1.2, 120))
    used = [
        {"customer": f"C-{place}", "month": date(2026, 9, 1), "tokens": float(own), "requests": float(own / 900)}
        for place, own in enumerate(tokens)
    ]
    add_source(workspace, "usage", used, simulated=True)
    run_now(pricing.start_ladder(workspace=workspace, actor=owner))
    run_now(pricing.start_plans(workspace=workspace, cost_per_1000_tokens=0.04, actor=owner))


def _deployed(workspace: Workspace, owner: User) -> None:
    # The service would open the files of the model, which a drawn one does not have.
    best = Candidate.objects.get(workspace=workspace, method="full")
    Deployment.objects.create(workspace=workspace, name="tickets", candidate=best, deployed_by=owner)


def _choices(workspace: Workspace, owner: User) -> None:
    """Choices of made-up people, studied by short chains: the sample company asked nobody to choose."""
    rows = choice_rows(people=60, tasks=8, seed=11, prices=(39, 49, 59))
    add_source(workspace, SourceKind.CHOICES, rows, simulated=True)
    with patch.multiple(families, SWEEPS=300, BURN=300):
        assert run_now(choices.start(workspace=workspace, actor=owner)).state == "succeeded"
    offers = [{"name": name, "values": values | {"price": 49}} for name, values in OFFERS.items()]
    market_services.keep(workspace=workspace, name="Market now", state={"offers": offers}, actor=owner)


def _best_and_worst(workspace: Workspace, owner: User) -> None:
    """What made-up people want most and least, in two segments that differ and one that is too small to tell."""
    rows = best_worst_rows(people=80) + [
        row | {"customer": f"late {row['customer']}", "segment": "students"}
        for row in best_worst_rows(people=6, seed=9)
    ]
    add_source(workspace, SourceKind.MAXDIFF, rows, simulated=True)
    with patch.multiple(best_worst_study, SWEEPS=800, BURN=400):
        assert run_now(best_worst_services.start(workspace=workspace, actor=owner)).state == "succeeded"


def _subscribers(workspace: Workspace, owner: User) -> None:
    """What the sample company's subscribers pay a month, and what of it stays."""
    assert run_now(revenue_services.start(workspace=workspace, actor=owner)).state == "succeeded"
    job = drivers_services.start(workspace=workspace, settings=DriversSettings(), actor=owner)
    assert run_now(job).state == "succeeded"


def _buyers(workspace: Workspace, owner: User) -> None:
    """Customers without a contract, valued."""
    add_source(workspace, SourceKind.PURCHASES, bought(), simulated=True)
    job = lifetime_services.start(workspace=workspace, settings=LifetimeSettings(), actor=owner)
    assert run_now(job).state == "succeeded"


def _adopters(workspace: Workspace, owner: User) -> None:
    """Five years before the peak, so that the page shows its refusal and what it does instead."""
    counts = (840, 1470, 2110, 4000, 7590)
    rows = [{"period": date(2020 + place, 1, 1), "adopters": float(count)} for place, count in enumerate(counts)]
    add_source(workspace, SourceKind.ADOPTION, rows, simulated=True)
    job = adoption.start(workspace=workspace, settings=AdoptionSettings(market=70_000.0), actor=owner)
    assert run_now(job).state == "succeeded"


def _second_scenario(workspace: Workspace, owner: User) -> None:
    planning.open_example(workspace=workspace, actor=owner)


def _things_that_wait(workspace: Workspace, owner: User) -> None:
    """What pages show only at times: a file whose columns are not confirmed, an invitation, a token, a failure."""
    text = "text,customer,segment,date\nPlease add a dark theme.,C-1,solo,2026-10-01\n"
    upload(workspace=workspace, kind="feedback", file=ContentFile(text.encode(), name="late-feedback.csv"), actor=owner)
    workspaces.invite(workspace=workspace, email="colleague@example.com", role=Role.EDITOR, actor=owner)
    workspaces.create_token(workspace=workspace, user=owner, name="Nightly export", role=Role.VIEWER)
    run_now(jobs.enqueue(workspace=workspace, kind="modellab.train", params={"run_id": 0}, created_by=owner))
