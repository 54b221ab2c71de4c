from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.adoption.adoption_settings import AdoptionSettings


def _number(label: Any, help: Any = "", *, low: float, high: float, required: bool = True) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "any"})
    return forms.FloatField(
        label=label, help_text=help, min_value=low, max_value=high, widget=widget, required=required
    )


class AdoptionForm(forms.Form):
    source = forms.ChoiceField(
        label=_("Adopters from"),
        choices=[("counts", _("Imported counts by period")), ("arrivals", _("New customers of the subscription log"))],
    )
    product = forms.CharField(label=_("Product"), required=False, max_length=120)
    period = forms.ChoiceField(
        label=_("A numbered period is a"),
        choices=[("year", _("Year")), ("quarter", _("Quarter")), ("month", _("Month")), ("week", _("Week"))],
        help_text=_("Dated periods tell it themselves."),
    )
    form = forms.ChoiceField(
        label=_("Form of the curve"),
        choices=[("density", _("Density at the end of the period")), ("increment", _("Increment over the period"))],
        help_text=_("Both are in use and give somewhat different numbers."),
    )
    market = _number(
        _("Market, m"),
        _("How many could adopt at most. Needed before the peak, when the data cannot tell; not used after it."),
        low=1,
        high=1e12,
        required=False,
    )
    market_factor = _number(_("Market, within a factor"), low=1.01, high=100)
    p = _number(_("Innovation, p a year"), _("Mean of 213 published applications: 0.03."), low=1e-6, high=2)
    p_factor = _number(_("Innovation, within a factor"), low=1.01, high=100)
    q = _number(_("Imitation, q a year"), _("Mean of 213 published applications: 0.38."), low=1e-4, high=10)
    q_factor = _number(_("Imitation, within a factor"), low=1.01, high=100)
    ahead = forms.IntegerField(
        label=_("Periods ahead"), min_value=1, max_value=240, required=False, help_text=_("Empty: well past the peak.")
    )

    def settings(self) -> AdoptionSettings:
        return AdoptionSettings.of(self.cleaned_data)


class PriorForm(forms.Form):
    """The three sliders before the peak."""

    market = forms.FloatField(min_value=1, max_value=1e12)
    p = forms.FloatField(min_value=1e-6, max_value=2)
    q = forms.FloatField(min_value=1e-4, max_value=10)
