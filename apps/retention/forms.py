from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from trimtab.economics.retention.cohorts import RetentionForm

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def _share(label: StrPromise) -> forms.FloatField:
    return forms.FloatField(label=label, min_value=0, max_value=1)


class WhatIfForm(forms.Form):
    functionality = _share(_("Functionality, F"))
    interaction = _share(_("Interaction, I"))
    cost = _share(_("Cost acceptability, C"))
    form = forms.ChoiceField(
        label=_("How satisfaction acts on staying"),
        choices=[
            ("hazard", _("On the monthly risk of leaving (default)")),
            ("document", _("On the share kept, R = R₀ · exp(h(U))")),
        ],
        required=False,
    )

    def parts(self) -> tuple[float, float, float]:
        found = self.cleaned_data
        return found["functionality"], found["interaction"], found["cost"]

    def retention_form(self) -> RetentionForm:
        return "document" if self.cleaned_data["form"] == "document" else "hazard"
