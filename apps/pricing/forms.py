from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PriceForm(forms.Form):
    price = forms.FloatField(label=_("Price a month"), min_value=0, max_value=1e9)


class UnitCostForm(forms.Form):
    unit_cost = forms.FloatField(label=_("Cost of one customer a month"), min_value=0, max_value=1e9)


class PlansForm(forms.Form):
    cost_per_1000_tokens = forms.FloatField(
        label=_("Cost of serving 1,000 tokens"), min_value=0, max_value=1e6, required=False
    )
    returns = forms.FloatField(
        label=_("Worth of further tokens"),
        help_text=_("1: each token is worth as much as the first. 0.5: half the tokens give 0.71 of the worth."),
        min_value=0.05,
        max_value=1,
        required=False,
    )
    correlation = forms.FloatField(
        label=_("Do those who use more also pay more?"),
        help_text=_("From -1 to 1, 0 for no connection. Empty: measured where customers are in both files."),
        min_value=-1,
        max_value=1,
        required=False,
    )
