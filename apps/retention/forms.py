from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


def _share(label: str) -> forms.FloatField:
    return forms.FloatField(label=label, min_value=0, max_value=1)


class WhatIfForm(forms.Form):
    functionality = _share(_("Functionality, F"))  # type: ignore[arg-type]
    interaction = _share(_("Interaction, I"))  # type: ignore[arg-type]
    cost = _share(_("Cost acceptability, C"))  # type: ignore[arg-type]

    def parts(self) -> tuple[float, float, float]:
        found = self.cleaned_data
        return found["functionality"], found["interaction"], found["cost"]
