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
from apps.choices import market_services
from apps.decisions import ledger_services
from apps.estimates import selectors as estimates
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.jobs.testing import run_now, run_waiting
from apps.modellab.models import Candidate, Deployment
from apps.onboarding import services as onboarding
from apps.onboarding.sample import SEED
from apps.planning import selectors as planning_selectors
from apps.planning import services as planning
from apps.planning import sharing
from apps.planning.loop import advance
from apps.planning.selectors import latest_loop
from apps.pricing import services as pricing
from apps.research import needs
from apps.research.models import FeedbackItem, Need, NeedMention, SourceKind
from apps.research.uploading import upload
from apps.workspaces import services as workspaces
from apps.workspaces.models import Role, User, Workspace
from tests.browser.drawn_training import draw_child
from tests.research_rows import add_source
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
    _market(workspace, owner)
    _adopters(workspace, owner)
    _second_scenario(workspace, owner)
    _decided(workspace, owner)
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


def _market(workspace: Workspace, owner: User) -> None:
    """Our offer and one that beats it, for the simulator of the choices that the loop has studied."""
    ours = {"answer quality": "today's", "answer speed": "normal", "data privacy": "basic", "price": 49}
    theirs = ours | {"answer quality": "better", "data privacy": "high", "price": 69}
    offers = [{"name": name, "values": values} for name, values in (("Ours", ours), ("Theirs", theirs))]
    market_services.keep(workspace=workspace, name="Market now", state={"offers": offers}, actor=owner)


def _adopters(workspace: Workspace, owner: User) -> None:
    """Five years before the peak, so that the page shows its refusal and what it does instead."""
    counts = (840, 1470, 2110, 4000, 7590)
    rows = [
        {"product": "Phone line", "period": date(2020 + place, 1, 1), "adopters": float(count)}
        for place, count in enumerate(counts)
    ]
    add_source(workspace, SourceKind.ADOPTION, rows, simulated=True)
    job = adoption.start(
        workspace=workspace, settings=AdoptionSettings(product="Phone line", market=70_000.0), actor=owner
    )
    assert run_now(job).state == "succeeded"


def _second_scenario(workspace: Workspace, owner: User) -> None:
    """One that is dearer with a better model, one that was put away, and the example, which is the last."""
    best = Candidate.objects.get(workspace=workspace, method="full")
    levers = {"quality": 0.01, "latency": 0.8}
    values = {"price": 59, "candidate": str(best.pk), "levers": levers, "assumptions": {"requests_per_month": 600}}
    dearer = planning.create(workspace=workspace, name="Dearer and better", actor=owner, values=values)
    planning.archive(scenario=planning.copy(scenario=dearer, actor=owner), actor=owner)
    sharing.share(scenario=dearer, actor=owner)
    planning.open_example(workspace=workspace, actor=owner)


def _decided(workspace: Workspace, owner: User) -> None:
    """A decision of half a year ago, and what four months brought, always somewhat less than foretold."""
    made = ledger_services.decide(
        scenario=planning_selectors.base(workspace), title="Keep the price until summer",
        reasons="Few leave, and the survey finds today's price worth it.", starts_on=date(2026, 3, 1), actor=owner,
    )  # fmt: skip
    revenue = np.median(estimates.draws(made.estimate)["revenue"], axis=0)
    for month in range(4):
        ledger_services.note_actual(
            workspace=workspace, measure="revenue", month=date(2026, 3 + month, 1), actor=owner,
            value=round(float(revenue[month]) * (0.9 - 0.03 * month)),
        )  # fmt: skip


def _things_that_wait(workspace: Workspace, owner: User) -> None:
    """What pages show only at times: a file whose columns are not confirmed, an invitation, a token, a failure."""
    text = "text,customer,segment,date\nPlease add a dark theme.,C-1,solo,2026-10-01\n"
    upload(workspace=workspace, kind="feedback", file=ContentFile(text.encode(), name="late-feedback.csv"), actor=owner)
    workspaces.invite(workspace=workspace, email="colleague@example.com", role=Role.EDITOR, actor=owner)
    workspaces.create_token(workspace=workspace, user=owner, name="Nightly export", role=Role.VIEWER)
    run_now(jobs.enqueue(workspace=workspace, kind="modellab.train", params={"run_id": 0}, created_by=owner))
