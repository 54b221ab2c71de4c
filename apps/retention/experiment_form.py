from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.retention.models import Experiment


class ExperimentForm(forms.ModelForm):  # type: ignore[type-arg]
    satisfaction_lift = forms.FloatField(
        label=_("Lift of satisfaction, U"),
        help_text=_("Of the tested group over the control group, on 0 to 1: five points are 0.05."),
        min_value=-1,
        max_value=1,
        required=False,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    satisfaction_error = forms.FloatField(
        label=_("Its standard error"),
        min_value=0,
        max_value=1,
        required=False,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    retained_control = forms.FloatField(
        label=_("Share retained in the control group"),
        help_text=_("Only where the counts are not known: 0.82, for example."),
        min_value=0,
        max_value=1,
        required=False,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    retained_lift = forms.FloatField(
        label=_("Lift of that share"),
        min_value=-1,
        max_value=1,
        required=False,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    retained_error = forms.FloatField(
        label=_("Standard error of that lift"),
        min_value=0,
        max_value=1,
        required=False,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )

    class Meta:
        model = Experiment
        fields = (
            "name",
            "ran_on",
            "source",
            "tried",
            "satisfaction_lift",
            "satisfaction_error",
            "control_customers",
            "control_left",
            "treated_customers",
            "treated_left",
            "retained_control",
            "retained_lift",
            "retained_error",
        )
        labels = {
            "name": _("Name of the change"),
            "ran_on": _("Ended on"),
            "source": _("Where it is written down"),
            "tried": _("Best of how many variants"),
            "control_customers": _("Customers in the control group"),
            "control_left": _("of whom left"),
            "treated_customers": _("Customers in the tested group"),
            "treated_left": _("of whom left"),
        }
        help_texts = {
            "tried": _("1 where nothing else was tried. The best of many looks better than it is."),
            "treated_left": _("Both groups watched equally long."),
        }
        widgets = {"ran_on": forms.DateInput(attrs={"type": "date"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tried"] = forms.IntegerField(
            label=self.fields["tried"].label, help_text=self.fields["tried"].help_text, min_value=1, max_value=1000
        )
        self.fields["tried"].initial = 1
