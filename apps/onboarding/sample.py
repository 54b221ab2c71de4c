"""The sample company, loaded as a person would load it: sheets, columns, imports, then the loop."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from apps.choices import services as choices
from apps.differentiation import weight_services as weights
from apps.modellab import quality_services
from apps.modellab import services as modellab
from apps.onboarding import selectors
from apps.onboarding.intake import Sheet, bring_in
from apps.onboarding.sample_options import add_options
from apps.planning.loop import run_loop
from apps.workspaces import audit
from apps.workspaces import services as workspaces
from apps.workspaces.models import User, Workspace
from trimtab.sample_company import SampleCompany, generate, to_csv
from trimtab.sample_company.answer_outcomes import OutcomeTruth
from trimtab.sample_company.judgements import weight_judgements
from trimtab.sample_company.market_truth import QUALITY

SEED = 7
TICKETS = "tickets"


def load_sample(*, owner: User, scale: float = 1.0, training: dict[str, Any] | None = None) -> Workspace:
    """A new workspace with the sample company, its loop under way; whoever has one is given that one back.

    Only files and waiting jobs are made here. ``training`` are settings of the training run, none for the usual ones.
    """
    known = selectors.sample_of(owner)
    if known is not None:
        return known
    company = generate(SEED, scale)
    with transaction.atomic():
        workspace = workspaces.create_workspace(
            name=company.truth.company, owner=owner, currency=company.truth.currency, is_simulated=True
        )
        for sheet in _sheets(company):
            bring_in(workspace, sheet, owner)
        choices.foresee_settings(workspace=workspace, given=_reading_of_choices(company), actor=owner)
        _judge_weights(workspace, company, owner)
        _experiment(workspace, company, owner)
        _tickets(workspace, company, owner, training)
        add_options(workspace, company.truth.current_price, owner)
        run_loop(workspace=workspace, actor=owner)
        audit.note(workspace=workspace, actor=owner, action=selectors.SAMPLE_LOADED, details={"scale": scale})
        audit.note(workspace=None, actor=owner, action=selectors.SAMPLE_LOADED, target=workspace)
    return workspace


def _sheets(company: SampleCompany) -> list[Sheet]:
    as_of = company.truth.as_of
    rows = {kind: rows for kind, rows in company.sheets().items() if kind != TICKETS}
    log = {"subscriptions": {"as_of": as_of.isoformat()}}
    return [
        Sheet(
            kind=kind,
            name=f"{kind}.csv",
            content=to_csv(sheet).encode(),
            collected_on=min(as_of, timezone.localdate()),
            simulated=True,
            parameters=log.get(kind, {}),
        )
        for kind, sheet in rows.items()
    ]


def _reading_of_choices(company: SampleCompany) -> dict[str, Any]:
    """The share of right answers that each word of the survey stood for; with other surveys it is guessed."""
    known = dict(company.market.accuracy_of_level)
    row = {"name": QUALITY, "levels": list(known), "reference": next(iter(known)), "role": "quality", "quality": known}
    return {"attributes": [row]}


def _judge_weights(workspace: Workspace, company: SampleCompany, owner: User) -> None:
    """What people say of the criteria, before the sheet that brings them is imported."""
    for one in weight_judgements(company.truth):
        weights.foresee(workspace=workspace, actor=owner, **one)


def _experiment(workspace: Workspace, company: SampleCompany, owner: User) -> None:
    """Between whose answers requests were divided, and how often the earlier model was right on its test."""
    told, model = OutcomeTruth(), company.truth.todays_model
    quality_services.state_experiment(
        workspace=workspace,
        changed="quality",
        first_model=told.earlier_model,
        second_model=model.name,
        first_right=told.earlier_right,
        first_texts=told.earlier_texts,
        second_right=round(model.accuracy * told.earlier_texts),
        second_texts=told.earlier_texts,
        actor=owner,
        foreseen=True,
    )


def _tickets(workspace: Workspace, company: SampleCompany, owner: User, training: dict[str, Any] | None) -> None:
    """The loop trains on the tickets with the usual settings; with others the run is started here."""
    content = to_csv(company.sheets()[TICKETS]).encode()
    labelled_set = modellab.upload_set(
        workspace=workspace,
        file=ContentFile(content, name=f"{TICKETS}.csv"),
        actor=owner,
        name=f"{TICKETS}.csv",
        simulated=True,
    )
    if training is not None:
        modellab.start_run(workspace=workspace, labelled_set=labelled_set, actor=owner, **training)
