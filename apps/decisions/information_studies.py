"""The studies that could be made next: what each tells of, what it costs unless somebody says otherwise, and where."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.decisions.information_models import StudyCost
from apps.workspaces.models import Workspace

Text = str | Promise
WAITING, TRAINING = "waiting", "training"


@dataclass(frozen=True)
class Study:
    """``groups`` it tells of; costs in the workspace's currency, ``fixed`` once and ``unit`` for one ``counts``.

    ``assumed_worth`` is how many observations an assumption counts as; ``most`` the largest study to think of;
    ``unit`` None = what a month's delay costs. ``page`` is where the study is made.
    """

    code: str
    groups: tuple[str, ...]
    label: Text
    counts: Text
    act: Text
    page: str
    fixed: float
    unit: float | None
    most: int
    assumed_worth: float = 30.0
    decisions: float = 1.0


_ALL = (
    Study("satisfaction", ("satisfaction",), _("Satisfaction survey or interviews"), _("answers"),
          _("Ask for satisfaction"), "research:home", 200.0, 6.0, 3000),
    Study("price_survey", ("worth",), _("Price survey"), _("answers"),
          _("Ask for prices"), "pricing:home", 300.0, 8.0, 3000),
    Study("choice_survey", ("preference",), _("Choice survey"), _("people asked"),
          _("Design a choice survey"), "choices:designs", 500.0, 12.0, 3000),
    Study("labels", ("tests",), _("More labelled texts to test on"), _("texts"),
          _("Label and test"), "modellab:home", 0.0, 0.5, 20_000),
    Study("followed", ("link",), _("Customers followed from their answer until they leave"), _("endings seen"),
          _("See the link"), "retention:home", 500.0, 10.0, 3000),
    Study("experiment", ("quality_elasticity",), _("Experiment: the new model for part of the customers"),
          _("customers in it"), _("Bring its outcomes"), "research:home", 2000.0, 1.0, 20_000, 200.0),
    Study("slow_experiment", ("latency_elasticity",), _("Experiment: slower answers for part of the customers"),
          _("customers in it"), _("Bring its outcomes"), "research:home", 1500.0, 1.0, 20_000, 200.0),
    Study("usage", ("requests_per_month",), _("Usage log"), _("customers counted"),
          _("Upload a usage log"), "research:home", 100.0, 0.2, 20_000),
    Study("expansion", ("expansion",), _("What customers come to spend"), _("customers counted"),
          _("See the revenue"), "retention:home", 200.0, 0.5, 20_000),
    Study("books", ("costs",), _("What a new customer and a training run cost"), _("months of accounts"),
          _("Type what is known"), "planning:home", 100.0, 50.0, 36, 3.0),
    Study("prototype", ("features",), _("Prototype of the features, shown to customers"), _("customers asked"),
          _("Ask for satisfaction"), "research:home", 2000.0, 15.0, 2000),
    Study(WAITING, ("arrivals", "hazard"), _("Waiting, and watching who comes and leaves"), _("months"),
          _("See the log"), "retention:home", 0.0, None, 24, 12.0),
    Study(TRAINING, (), _("GPU hours for one more candidate"), _("candidates"),
          _("Train a candidate"), "modellab:home", 0.0, 10.0, 50),
)  # fmt: skip
STUDIES: dict[str, Study] = {study.code: study for study in _ALL}
TYPED = ("fixed", "unit", "decisions", "assumed_worth")


def studies(workspace: Workspace) -> tuple[Study, ...]:
    """All studies with the costs that this workspace typed."""
    typed = {row.study: row for row in StudyCost.objects.filter(workspace=workspace)}
    return tuple(_with(study, typed.get(study.code)) for study in _ALL)


def _with(study: Study, typed: StudyCost | None) -> Study:
    if typed is None:
        return study
    given = {name: getattr(typed, name) for name in TYPED}
    return replace(study, **{name: value for name, value in given.items() if value is not None})
