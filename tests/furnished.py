"""A workspace with one row of each kind that an address can name."""

from __future__ import annotations

import hashlib
from datetime import date

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.choices.models import ChoiceDesign, Market
from apps.decisions.models import Actual, Decision, Option
from apps.differentiation.models import Criterion, Rating, WeightJudgement
from apps.estimates import services as estimate_services
from apps.estimates.lineage import InputRef
from apps.jobs.models import Job, JobLog
from apps.modellab.models import Candidate, Deployment, OutcomeExperiment, TrainingRun
from apps.modellab.services import upload_set
from apps.planning.models import Scenario
from apps.planning.sharing import share
from apps.research.models import (
    AdoptionCount,
    AnswerOutcome,
    ChoiceAnswer,
    CompetitorFact,
    FeedbackItem,
    KanoAnswer,
    LadderAnswer,
    MaxDiffAnswer,
    Need,
    NeedMention,
    PriceAnswer,
    Purchase,
    QuarantinedRow,
    SatisfactionAnswer,
    SourceKind,
    Subscription,
    TokenUsage,
)
from apps.research.uploading import upload
from apps.retention.models import Experiment
from apps.workspaces import services
from apps.workspaces.models import Role, User
from trimtab.economics.draws import Figure


def furnish(name: str, *, words: str = "speed") -> dict[str, object]:
    """What an address may name, by the name of its place; ``words`` stands wherever a person or a file may write."""
    owner = User.objects.create_user(f"{name}@example.org", "long-secret-words", full_name=words)
    workspace = services.create_workspace(name=words if words != "speed" else name, owner=owner)
    invitation, _secret = services.invite(workspace=workspace, email="", role=Role.EDITOR, actor=owner)
    token, _text = services.create_token(workspace=workspace, user=owner, name=words, role=Role.OWNER)
    sources = {kind: _source(workspace, owner, kind, words) for kind in SourceKind.values}
    feedback = _rows(workspace, sources, words)
    refused = QuarantinedRow.objects.create(
        workspace=workspace,
        source=sources["feedback"],
        row_number=2,
        raw={"cells": [words, words]},
        field="text",
        reason_code="missing",
    )
    need = Need.objects.create(workspace=workspace, name=words, terms=[words])
    mention = NeedMention.objects.create(workspace=workspace, need=need, feedback=feedback, similarity=1)
    job = Job.objects.create(
        workspace=workspace,
        kind="x",
        queue="analysis",
        state="failed",
        subject=words,
        progress_message=words,
        error_code="x",
        error_message=words,
        created_by=owner,
    )
    JobLog.objects.create(job=job, message=words)
    estimate = _estimate(workspace, sources["feedback"], need, words)
    lab = _lab(workspace, owner, name, words)
    criterion = Criterion.objects.create(workspace=workspace, name=words, attribute=words)
    Rating.objects.create(workspace=workspace, criterion=criterion, offer=words, value=0.5)
    scenario = Scenario.objects.create(workspace=workspace, name=words)
    link, share_token = share(scenario=scenario, actor=owner)
    return {
        "slug": workspace.slug,
        "workspace": workspace,
        "owner": owner,
        "invitation_id": invitation.pk,
        "membership_id": workspace.memberships.get().pk,
        "token_id": token.pk,
        "source_id": sources["feedback"].pk,
        "feedback_id": feedback.pk,
        "refused_id": refused.pk,
        "need_id": need.pk,
        "mention_id": mention.pk,
        "job_id": job.pk,
        "estimate_id": estimate.pk,
        "criterion_id": criterion.pk,
        "experiment_id": Experiment.objects.create(
            workspace=workspace,
            name=words[:120],
            source=words,
            satisfaction_lift=0.05,
            satisfaction_error=0.02,
            control_customers=500,
            control_left=60,
            treated_customers=500,
            treated_left=45,
        ).pk,
        "judgement_id": WeightJudgement.objects.create(
            workspace=workspace, method="swing", person=words[:80], answers={"points": {words: 100.0}}
        ).pk,
        "scenario_id": scenario.pk,
        "scenario_link_id": link.pk,
        "share_token": share_token,
        "decision_id": _decision(workspace, words).pk,
        "actual_id": Actual.objects.create(
            workspace=workspace, measure="revenue", month=date(2026, 1, 1), value=1.0
        ).pk,
        "option_id": _option(workspace, words).pk,
        "market_id": Market.objects.create(workspace=workspace, name=words).pk,
        "design_id": _design(workspace, words).pk,
        "kind": "feedback",
        "link_id": 0,
        "secret": "none",
        "format": "csv",
        **lab,
    }


def _decision(workspace, words):
    ahead = dict.fromkeys(("revenue", "margin", "customers"), np.full((3, 12), 2.0))
    frozen = estimate_services.record(
        workspace=workspace,
        kind="decisions.frozen",
        subject=words,
        grade="observed",
        draws=ahead | {"npv_margin": np.ones(3), "correction": np.ones(3)},
        figures=[Figure("revenue_12", 24.0, 24.0, 24.0, "USD")],
        parameters={"subject_label": words},
        inputs=[],
    )
    return Decision.objects.create(
        workspace=workspace, title=words, reasons=words, starts_on=date(2026, 1, 1), estimate=frozen,
        choice={"price": 20.0}, options=[{"name": words, "expected_gain": 1.0, "p_best": 0.5, "chosen": True}],
    )  # fmt: skip


HEADERS = {
    "feedback": "text,customer,segment,plan,date,rating",
    "competitors": "offer,attribute,value,source,date",
    "prices": "customer,segment,too_cheap,cheap,expensive,too_expensive",
    "satisfaction": "customer,segment,functionality,interaction,cost,overall",
    "subscriptions": "customer,segment,plan,start,end,price",
    "choices": "customer,task,alternative,chosen,speed",
    "maxdiff": "customer,task,item,answer",
    "kano": "customer,feature,functional,dysfunctional",
    "ladder": "customer,segment,price,would buy",
    "purchases": "customer,date,amount",
    "usage": "customer,plan,month,tokens",
    "adoption": "product,period,adopters",
    "outcomes": "customer,label,model,resolved",
}


def _source(workspace, owner, kind, words):
    header = HEADERS[kind]
    rows = [words.replace(",", " ").replace('"', "'")] * (header.count(",") + 1)
    content = f"{header},{rows[0]}\n{','.join(rows)},{workspace.pk}\n".encode()
    file = SimpleUploadedFile(f"{words}.csv", content)
    source = upload(workspace=workspace, kind=kind, file=file, actor=owner).source
    source.state, source.rows_total, source.rows_imported, source.rows_refused = "imported", 2, 1, 1
    source.save()
    return source


def _rows(workspace, sources, words):
    def place(kind):
        sha256 = hashlib.sha256(f"{workspace.pk} {kind}".encode()).digest()
        return {"workspace": workspace, "source": sources[kind], "row_number": 1, "sha256": sha256}

    who = {"customer": words, "segment": words[:80]}
    when = date(2026, 1, 31)
    CompetitorFact.objects.create(**place("competitors"), offer=words, attribute=words, value=words, said_by=words)
    prices = {"too_cheap": 1, "cheap": 2, "expensive": 3, "too_expensive": 4}
    PriceAnswer.objects.create(**place("prices"), **who, **prices)
    parts = {"functionality": 5, "interaction": 6, "cost": 7, "overall": 6}
    SatisfactionAnswer.objects.create(**place("satisfaction"), **who, **parts)
    Subscription.objects.create(
        **place("subscriptions"), **who, plan=words[:80], started_on=when, monthly_price=9, traits={words: words}
    )
    question = {**who, "task": words[:80]}
    ChoiceAnswer.objects.create(**place("choices"), **question, alternative=words, attributes={words: words})
    KanoAnswer.objects.create(**place("kano"), **who, feature=words, functional=1, dysfunctional=5)
    MaxDiffAnswer.objects.create(**place("maxdiff"), **question, item=words)
    LadderAnswer.objects.create(**place("ladder"), **who, price=9, would_buy=True)
    Purchase.objects.create(**place("purchases"), **who, bought_on=when, amount=9)
    TokenUsage.objects.create(**place("usage"), **who, plan=words[:80], month=when, tokens=9)
    AdoptionCount.objects.create(**place("adoption"), product=words, period=when, adopters=9)
    AnswerOutcome.objects.create(**place("outcomes"), **who, label=words, model=words, resolved=True)
    return FeedbackItem.objects.create(
        **place("feedback"), **who, text=words, plan=words[:80], said_on=when, rating=3, language="en"
    )


def _option(workspace, words):
    feature = {"name": words, "functional": [0.0, 0.1], "interaction": [0.0, 0.1], "one_off_cost": 1, "monthly_cost": 1}
    scenario = Scenario.objects.create(workspace=workspace, name=words)
    plans = [{"fee": 9.0, "included": 1000.0, "per_1000": 0.1}]
    return Option.objects.create(
        workspace=workspace, scenario=scenario, name=words, price=9.0, plans=plans, features=[feature]
    )


def _design(workspace, words):
    counts = {"tasks": 1, "versions": 1, "alternatives": 2, "none": True, "prohibited": [], "prior": {}}
    balance = {"name": words, "balance": 1, "overlap": 0, "least_overlap": 0, "levels": [{"level": words, "count": 1}]}
    report = {"d_error": 1, "gain": 1, "bound_efficiency": 1, "repeated_tasks": 1, "attributes": [balance]}
    return ChoiceDesign.objects.create(
        workspace=workspace,
        name=words,
        plan={"attributes": [{"name": words, "levels": [words, "other"]}], **counts},
        shown=[[[[0], [1]]]],
        report=report | {"standard_errors": [{"name": words, "error": 1}], "people": 100},
    )


def _estimate(workspace, source, need, words):
    figures = {"median": 1.0, "low": 0.5, "high": 1.5, "unit": "score"}
    row = {"need_id": need.pk, "name": words, "customers": 1, "mentions": 1}
    scores = dict.fromkeys(("opportunity", "importance", "satisfaction"), figures)
    return estimate_services.record(
        workspace=workspace,
        kind="some.result",
        subject=words,
        grade="observed",
        draws={"x": np.ones(3)},
        figures=[Figure("opp", 1.0, 0.5, 1.5, "score")],
        parameters={"subject_label": words, "offers": [words]},
        diagnostics={"needs": [row | scores], "note": words},
        inputs=[InputRef("source", str(source.pk), words, source.sha256)],
    )


def _lab(workspace, owner, name, words):
    cell = words.replace(",", " ").replace('"', "'")
    file = SimpleUploadedFile(f"{words}.csv", f"text,label\n{cell},{cell}\nfast,other\n".encode())
    labelled_set = upload_set(workspace=workspace, file=file, actor=owner)
    run = TrainingRun.objects.create(workspace=workspace, labelled_set=labelled_set, encoder="english")
    candidate = Candidate.objects.create(workspace=workspace, run=run, name=f"{name}-a", method="full")
    deployment = Deployment.objects.create(workspace=workspace, name=f"{name}-live", candidate=candidate)
    return {
        "set_id": labelled_set.pk,
        "run_id": run.pk,
        "candidate_id": candidate.pk,
        "deployment_id": deployment.pk,
        "name": deployment.name,
        "changed": _experiment(workspace, words).changed,
    }


def _experiment(workspace, words):
    return OutcomeExperiment.objects.create(
        workspace=workspace, changed="quality", first_model=words[:120], second_model=words[:120]
    )
