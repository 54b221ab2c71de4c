from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.retention.lifetime_settings import LifetimeSettings


class LifetimeForm(forms.Form):
    unit = forms.ChoiceField(
        label=_("Unit of time"),
        choices=[("week", _("Week")), ("day", _("Day")), ("month", _("Month"))],
        help_text=_("What the model counts in. The parameters change with it, what customers are worth does not."),
    )
    until = forms.DateField(
        label=_("Fit until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Later purchases test the models. Empty: two thirds of the time. Values always use all purchases."),
    )
    discount_per_year = forms.FloatField(
        label=_("Discount a year"),
        min_value=0.001,
        max_value=2,
        widget=forms.NumberInput(attrs={"step": "any"}),
        help_text=_("0.10 is ten per cent a year: money in a year counts 1/1.10."),
    )
    margin = forms.FloatField(
        label=_("Margin"),
        min_value=0.001,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "any"}),
        help_text=_("The share of the spend that you keep, 0 to 1. With 1 the value is revenue."),
    )

    def settings(self) -> LifetimeSettings:
        given = dict(self.cleaned_data)
        given["until"] = given["until"].isoformat() if given["until"] else ""
        return LifetimeSettings(**given)
