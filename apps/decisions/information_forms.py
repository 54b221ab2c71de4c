from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from apps.decisions.information_studies import STUDIES, TYPED, Study


class CostsForm(forms.Form):
    """A row of four numbers for each study; an empty one goes back to the default, which it shows."""

    def __init__(self, studies: tuple[Study, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.studies = studies
        for study in studies:
            for name in TYPED:
                self.fields[f"{study.code}-{name}"] = _field(study, name)

    def rows(self) -> list[dict[str, Any]]:
        return [{"study": one, "fields": [self[f"{one.code}-{name}"] for name in TYPED]} for one in self.studies]

    def values(self) -> dict[str, dict[str, float | None]]:
        """Only what differs from the defaults is kept, so that a better default reaches everyone else."""
        return {study.code: {name: self._typed(study.code, name) for name in TYPED} for study in self.studies}

    def _typed(self, code: str, name: str) -> float | None:
        given: float | None = self.cleaned_data.get(f"{code}-{name}")
        return None if given == getattr(STUDIES[code], name) else given


def _field(study: Study, name: str) -> forms.FloatField:
    labels = {
        "fixed": _("Fixed cost: %(study)s"),
        "unit": _("Cost of one: %(study)s"),
        "decisions": _("Decisions it serves: %(study)s"),
        "assumed_worth": _("What is assumed counts as: %(study)s"),
    }
    least = 0 if name in ("fixed", "unit") else 0.01
    widget = forms.NumberInput(attrs={"aria-label": labels[name] % {"study": study.label}, "step": "any"})
    value = getattr(study, name)
    if value is None:
        widget.attrs["placeholder"] = _("a month's gain")
    return forms.FloatField(required=False, min_value=least, max_value=1e9, widget=widget,
                            initial=None if value is None else f"{value:g}")  # fmt: skip
