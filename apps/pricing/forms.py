from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PriceForm(forms.Form):
    price = forms.FloatField(label=_("Price a month"), min_value=0, max_value=1e9)


class UnitCostForm(forms.Form):
    unit_cost = forms.FloatField(label=_("Cost of one customer a month"), min_value=0, max_value=1e9)
