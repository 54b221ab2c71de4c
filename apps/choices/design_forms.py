from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.choices import design_text
from apps.choices.design_plans import MOST
from apps.choices.design_reading import MOST_PEOPLE
from apps.choices.models import ChoiceDesign
from apps.workspaces.errors import Refused

LINES = {"rows": 5, "spellcheck": "false"}
LONG = 20_000


def _count(label: Any, name: str, initial: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=MOST[name], initial=initial, help_text=help_text)


def _lines(label: Any, help_text: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=LONG, widget=forms.Textarea(attrs=LINES)
    )


class _DesignForm(forms.Form):
    kind: ChoiceDesign.Kind
    name = forms.CharField(label=_("Name"), max_length=120)

    def read(self, field: str, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(self.cleaned_data[field])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from refusal

    @property
    def plan(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "name"}


class ChoiceDesignForm(_DesignForm):
    kind = ChoiceDesign.Kind.CHOICE
    attributes = _lines(_("Attributes"), _("One a line: name: level, level, level. The first level is the reference."))
    alternatives = _count(_("Offers in a task"), "alternatives", 3)
    tasks = _count(_("Tasks for each person"), "tasks", 10, _("More than twelve tire people."))
    versions = _count(_("Versions"), "versions", 5, _("Different questionnaires, dealt to people in turn."))
    none = forms.BooleanField(label=_("Offer “none of these” in each task"), required=False, initial=True)
    prohibited = _lines(_("What may not stand together"), _("One a line: name: level + name: level."), required=False)
    prior = _lines(
        _("Part-worths that you expect"),
        _("One a line: name: level = number, the reference level being 0 or left out. Empty where you know nothing."),
        required=False,
    )

    def clean_attributes(self) -> Any:
        return self.read("attributes", design_text.attributes)

    def clean_prohibited(self) -> Any:
        return self.read("prohibited", design_text.prohibited)

    def clean_prior(self) -> Any:
        return self.read("prior", design_text.prior)


class MaxDiffDesignForm(_DesignForm):
    kind = ChoiceDesign.Kind.MAXDIFF
    items = _lines(_("Items"), _("One a line: what people are to compare."))
    per_task = _count(_("Items in a task"), "per_task", 4, _("Four or five are usual."))
    tasks = _count(_("Tasks for each person"), "tasks", 10)
    versions = _count(_("Versions"), "versions", 5, _("Different questionnaires, dealt to people in turn."))

    def clean_items(self) -> Any:
        return self.read("items", design_text.items)


FORMS: dict[str, type[_DesignForm]] = {form.kind.value: form for form in (ChoiceDesignForm, MaxDiffDesignForm)}


class PeopleForm(forms.Form):
    """How many respondents the file shall have rows for; none gives one block of rows for each version."""

    people = forms.IntegerField(
        label=_("Respondents"),
        min_value=0,
        max_value=MOST_PEOPLE,
        required=False,
        help_text=_("Empty: one for each version."),
    )
