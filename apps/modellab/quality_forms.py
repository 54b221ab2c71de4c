from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.modellab import selectors
from apps.modellab.models import CostSource, FrequencySource, OutcomeExperiment, QualityMapping, WhatChanged
from apps.modellab.outcome_rows import model_names
from apps.workspaces.models import Workspace

SHARES = ("threshold", "escalation_success")


class QualityForm(forms.Form):
    """Settings of a task; shares are shown in percent."""

    frequency = forms.ChoiceField(label=_("How often each class comes"), choices=FrequencySource.choices)
    costs = forms.ChoiceField(label=_("What an error costs"), choices=CostSource.choices)
    threshold = forms.FloatField(
        label=_("A person answers below this confidence, %"),
        min_value=0,
        max_value=100,
        help_text=_("0: the model answers everything."),
    )
    escalation_success = forms.FloatField(label=_("Of those, settled by the person, %"), min_value=0, max_value=100)
    escalation_cost = forms.FloatField(label=_("Cost of a person's answer"), min_value=0)
    escalation_latency_ms = forms.FloatField(label=_("Time a person takes, ms"), min_value=0)

    def __init__(self, *args: Any, mapping: QualityMapping, **kwargs: Any) -> None:
        kept = mapping.settings()
        initial = kept | {name: round(100 * kept[name], 4) for name in SHARES}
        kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)
        self.labels = list(mapping.labelled_set.labels)
        for place, label in enumerate(self.labels):
            self.fields[f"cost_{place}"] = forms.FloatField(
                label=label, min_value=0, required=False, initial=kept["error_cost"].get(label, 1.0)
            )

    @property
    def cost_fields(self) -> list[forms.BoundField]:
        return [self[f"cost_{place}"] for place in range(len(self.labels))]

    def given(self) -> dict[str, Any]:
        found = {name: self.cleaned_data[name] for name in QualityMapping.SETTINGS if name != "error_cost"}
        found |= {name: found[name] / 100 for name in SHARES}
        costs = {label: self.cleaned_data[f"cost_{place}"] for place, label in enumerate(self.labels)}
        return found | {"error_cost": {label: cost for label, cost in costs.items() if cost is not None}}


class ExperimentForm(forms.Form):
    """Two models among the outcomes, and what tells how often each is right."""

    changed = forms.ChoiceField(label=_("What differs between the two"), choices=WhatChanged.choices)
    first_model = forms.ChoiceField(label=_("First model"))
    second_model = forms.ChoiceField(label=_("Second model"))
    first_candidate: Any = forms.ModelChoiceField(label=_("Test of the first"), queryset=None, required=False)
    second_candidate: Any = forms.ModelChoiceField(label=_("Test of the second"), queryset=None, required=False)
    first_right = forms.IntegerField(label=_("Or: right answers of the first"), min_value=0, required=False)
    first_texts = forms.IntegerField(label=_("of so many texts"), min_value=1, required=False)
    second_right = forms.IntegerField(label=_("Or: right answers of the second"), min_value=0, required=False)
    second_texts = forms.IntegerField(label=_("of so many texts"), min_value=1, required=False)
    by_chance = forms.BooleanField(label=_("Requests were divided between the two by chance"))

    def __init__(
        self, *args: Any, workspace: Workspace, experiment: OutcomeExperiment | None = None, **kwargs: Any
    ) -> None:
        if experiment is not None:
            names = [name for name in self.base_fields if name not in ("by_chance",)]
            kwargs.setdefault("initial", {name: getattr(experiment, name) for name in names})
        super().__init__(*args, **kwargs)
        models = [(name, name) for name in model_names(workspace)]
        tested = selectors.candidates(workspace).filter(evaluated_at__isnull=False).order_by("-run_id", "pk")
        for name in ("first", "second"):
            self.fields[f"{name}_model"].choices = models  # type: ignore[attr-defined]
            self.fields[f"{name}_candidate"].queryset = tested  # type: ignore[attr-defined]
        if experiment is None and len(models) > 1:
            self.fields["second_model"].initial = models[1][0]

    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "by_chance"}
