from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.research.fields import CellType, Field
from apps.research.kinds import KINDS
from apps.research.models import FeedbackItem, Source, SourceKind
from apps.research.refusals import DATE_ORDERS

COLUMN = "column-"


class ColumnChoice(forms.ChoiceField):
    """May be left empty while a person looks; whether that will do is known only when they import."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class ColumnsChoice(forms.MultipleChoiceField):
    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it holds"), choices=SourceKind.choices)
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, an Excel workbook (.xlsx) or JSON Lines. The first row names the columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.jsonl,.ndjson"}),
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=160, help_text=_("Left empty: the file's name."))


class ColumnsForm(forms.Form):
    """Which column holds which field, and how the cells are read."""

    use_required_attribute = False

    def __init__(self, source: Source, data: Any = None) -> None:
        self.source, self.kind = source, KINDS[source.kind]
        parameters = source.parameters
        super().__init__(data, initial={**parameters, "name": source.name, **_dates(source)})
        choices = [(name, name) for name in parameters["header"]]
        for field in self.kind.fields:
            self.fields[COLUMN + field.name] = _column_field(field, choices, source.columns.get(field.name, []))
        self._add_parameters()
        self.fields["name"] = forms.CharField(label=_("Name of the source"), max_length=160)
        self.fields["collected_on"] = _date(_("Collected on"), _("The day to which the file refers."))
        self.fields["expires_on"] = _date(_("Holds until"), _("From then on its figures are marked as stale."))

    def _add_parameters(self) -> None:
        if self.kind.has(CellType.DATE, CellType.MONTH, CellType.PERIOD):
            self.fields["date_order"] = forms.ChoiceField(
                label=_("Dates such as 03/04/2026"), choices=list(DATE_ORDERS.items())
            )
        if self.kind.has_numbers:
            marks = [(".", _("point (1,234.50)")), (",", _("comma (1.234,50)"))]
            self.fields["decimal"] = forms.ChoiceField(label=_("Decimal mark"), choices=marks)
        if self.kind.has(CellType.SCALE):
            self.fields["scale_min"] = forms.FloatField(label=_("Lowest answer of the scale"))
            self.fields["scale_max"] = forms.FloatField(label=_("Highest answer of the scale"))
        if self.kind.kind == SourceKind.SUBSCRIPTIONS:
            help = _("Months as a customer are counted back from this day. Left empty: the day of the import.")
            self.fields["as_of"] = _date(_("Log taken on"), help)
        if self.kind.kind == SourceKind.COMPETITORS:
            self.fields["our_offer"] = forms.CharField(
                label=_("Our offer"), required=False, max_length=120, help_text=_("As the file names it.")
            )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(COLUMN)]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith(COLUMN)]

    @property
    def columns(self) -> dict[str, list[str]]:
        chosen = {
            name.removeprefix(COLUMN): self.cleaned_data.get(name) for name in self.fields if name.startswith(COLUMN)
        }
        return {name: value if isinstance(value, list) else [value] for name, value in chosen.items() if value}

    @property
    def parameters(self) -> dict[str, Any]:
        names = ("date_order", "decimal", "scale_min", "scale_max", "as_of", "our_offer")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


def _dates(source: Source) -> dict[str, Any]:
    return {"collected_on": source.collected_on, "expires_on": source.expires_on}


def _date(label: Any, help: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, help_text=help, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _column_field(field: Field, choices: list[tuple[str, str]], chosen: list[str]) -> forms.Field:
    if field.several:
        size = str(min(6, len(choices)))
        help = (
            field.help
            if field.is_rest
            else format_lazy("{} {}", field.help, _("If you choose several, their mean is taken."))
        )
        several = ColumnsChoice(
            label=field.label, choices=choices, required=field.required, initial=chosen, help_text=help
        )
        several.widget.attrs["size"] = size
        return several
    none = ("", _("choose a column") if field.required else _("not in this file"))
    return ColumnChoice(
        label=field.label,
        choices=[none, *choices],
        required=field.required,
        initial=chosen[0] if chosen else "",
        help_text=field.help,
    )


class FeedbackFilter(forms.Form):
    """Search and filters of the feedback page; what cannot be read is left out of the search."""

    search = forms.CharField(label=_("Search"), required=False, max_length=200)
    segment = forms.CharField(label=_("Segment"), required=False, max_length=80)
    plan = forms.CharField(label=_("Plan"), required=False, max_length=80)
    since = _date(_("From"), "")
    until = _date(_("To"), "")

    def narrow(self, items: QuerySet[FeedbackItem]) -> QuerySet[FeedbackItem]:
        found = self.cleaned_data if self.is_valid() else {}
        for word in found.get("search", "").split()[:8]:
            items = items.filter(Q(text__icontains=word) | Q(customer=word))
        for name in ("segment", "plan"):
            if found.get(name):
                items = items.filter(**{name: found[name]})
        if found.get("since"):
            items = items.filter(said_on__gte=found["since"])
        if found.get("until"):
            items = items.filter(said_on__lte=found["until"])
        return items
