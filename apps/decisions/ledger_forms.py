from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.decisions.ledger_models import Actual


class MonthField(forms.CharField):
    """A month as 2026-11; the value is its first day."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "2026-11"})

    def to_python(self, value: Any) -> date | None:  # type: ignore[override]
        given = super().to_python(value)
        if not given:
            return None
        try:
            return date.fromisoformat(f"{given[:7]}-01")
        except ValueError:
            raise forms.ValidationError(_("Write the month as 2026-11."), code="month_unknown") from None


class DecisionForm(forms.Form):
    scenario = forms.CharField(widget=forms.HiddenInput, required=False)
    option = forms.CharField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("What is decided"), max_length=160, required=False)
    reasons = forms.CharField(
        label=_("Reasons"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What speaks for it, what against it, and what you expect."),
    )  # fmt: skip
    starts_on = MonthField(
        label=_("First month"), required=False, help_text=_("The month that the forecast begins with.")
    )


class ActualForm(forms.Form):
    month = MonthField(label=_("Month"))
    measure = forms.ChoiceField(label=_("Measure"), choices=Actual.Measure.choices)
    value = forms.FloatField(label=_("What it brought"), widget=forms.NumberInput(attrs={"step": "any"}))


class ActualsForm(forms.Form):
    rows = forms.CharField(
        label=_("Many months at once"), max_length=60_000, required=False,
        widget=forms.Textarea(attrs={"rows": 5, "placeholder": "2026-10, revenue, 12500"}),
        help_text=_("Month, measure and value, one in a line, as pasted from a sheet: revenue, margin or customers."),
    )  # fmt: skip
