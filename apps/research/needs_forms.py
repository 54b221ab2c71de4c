from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.research.models import Need


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)


class NeedChoiceForm(forms.Form):
    """Choose one of the workspace's needs; ``into`` is where quotes or a whole need shall go."""

    into = forms.ModelChoiceField(label=_("Need"), queryset=Need.objects.none(), empty_label=None)

    def __init__(self, *args: Any, needs: QuerySet[Need], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = needs  # type: ignore[attr-defined]


class QuotesForm(forms.Form):
    """Quotes that were ticked, for a need of their own with this name."""

    name = forms.CharField(label=_("Name of the new need"), max_length=120)
    feedback_ids = forms.TypedMultipleChoiceField(label=_("Quotes"), coerce=int, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data.getlist("feedback_ids") if hasattr(self.data, "getlist") else []
        # Which quotes there are is the service's question; here only whether each is a number.
        self.fields["feedback_ids"].choices = [(key, key) for key in given if key.isdecimal()]  # type: ignore[attr-defined]
