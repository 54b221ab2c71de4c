from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.retention.drivers_settings import DriversSettings
from apps.retention.drivers_words import column


class DriversForm(forms.Form):
    columns = forms.MultipleChoiceField(
        label=_("Columns to compare"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "At most 20. None: all that can be compared, in the order of the log, as far as there are endings."
        ),
    )
    satisfaction = forms.BooleanField(
        label=_("Look at satisfaction too, where customers answered the survey"), required=False, initial=True
    )

    def __init__(self, *args: Any, offered: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = [(name, column(name)) for name in offered]  # type: ignore[attr-defined]

    def settings(self) -> DriversSettings:
        return DriversSettings(tuple(self.cleaned_data["columns"]), self.cleaned_data["satisfaction"])
