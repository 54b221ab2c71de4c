from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.differentiation.models import Criterion
from apps.research.models import Need


class CriterionForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    need = forms.ModelChoiceField(
        label=_("Need that weighs it"),
        queryset=Need.objects.none(),
        required=False,
        empty_label=_("None: an assumed weight"),
        help_text=_("The more opportunity the need has, the more the criterion weighs."),
    )
    assumed_weight = forms.FloatField(
        label=_("Assumed weight"),
        min_value=0,
        max_value=100,
        help_text=_("Counts where no need stands behind it. 1 weighs as much as the mean need, 0 leaves it out."),
    )
    less_is_better = forms.BooleanField(label=_("Less is better"), required=False)
    worst = forms.FloatField(label=_("Rated 0 at"), required=False, help_text=_("In the unit of the sheet."))
    best = forms.FloatField(label=_("Rated 1 at"), required=False)

    def __init__(self, *args: Any, needs: QuerySet[Need], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["need"].queryset = needs  # type: ignore[attr-defined]

    @classmethod
    def of(cls, criterion: Criterion, needs: QuerySet[Need]) -> CriterionForm:
        return cls(needs=needs, initial={name: getattr(criterion, name) for name in cls.base_fields})

    @property
    def changes(self) -> dict[str, Any]:
        """Only what differs, so that a turned direction turns the scale unless the scale was changed too."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class RatingForm(forms.Form):
    offer = forms.CharField(max_length=120)
    percent = forms.FloatField(label=_("Rating, 0 to 100"), min_value=0, max_value=100, required=False)
