from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def _share(label: StrPromise) -> forms.FloatField:
    return forms.FloatField(label=label, min_value=0, max_value=1)


class WhatIfForm(forms.Form):
    functionality = _share(_("Functionality, F"))
    interaction = _share(_("Interaction, I"))
    cost = _share(_("Cost acceptability, C"))

    def parts(self) -> tuple[float, float, float]:
        found = self.cleaned_data
        return found["functionality"], found["interaction"], found["cost"]
