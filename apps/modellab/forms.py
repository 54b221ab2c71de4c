from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _

from apps.modellab import columns, plans
from apps.modellab.models import LabelledSet


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, an Excel workbook (.xlsx) or JSON Lines, with a column of texts and one of labels."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.jsonl,.ndjson,.json"}),
        validators=[FileExtensionValidator(["csv", "tsv", "txt", "xlsx", "jsonl", "ndjson", "json"])],
    )
    name = forms.CharField(label=_("Name"), max_length=160, required=False)


class ColumnsForm(forms.Form):
    """One choice of a column for each field."""

    def __init__(self, *args: Any, labelled_set: LabelledSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        header = [(name, name) for name in labelled_set.parameters["header"]]
        for field, label in columns.FIELDS.items():
            self.fields[field] = forms.ChoiceField(
                label=label,
                choices=[("", _("— none —")), *header],
                required=field in columns.REQUIRED,
                initial=labelled_set.columns.get(field, ""),
            )


class TrainForm(forms.Form):
    methods = forms.MultipleChoiceField(
        label=_("Candidates"),
        choices=[(method.value, method.label) for method in plans.METHODS],
        initial=[method.value for method in plans.DEFAULT_METHODS],
        widget=forms.CheckboxSelectMultiple,
    )
    encoder = forms.ChoiceField(label=_("Encoder"))
    epochs = forms.FloatField(
        label=_("Readings of the texts (epochs)"),
        required=False,
        min_value=0.01,
        max_value=100,
        help_text=_("Empty: more readings the fewer the texts."),
    )
    seeds = forms.IntegerField(
        label=_("Trainings of each candidate"),
        required=False,
        min_value=1,
        max_value=5,
        help_text=_("Each from another seed on the same split: their spread enters the interval of success. Empty: 1."),
    )
    leave_out_rare = forms.BooleanField(label=_("Leave out labels with too few texts"), required=False)

    def __init__(self, *args: Any, labelled_set: LabelledSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["encoder"].choices = [(name, name) for name in plans.encoders()]  # type: ignore[attr-defined]
        self.fields["encoder"].initial = labelled_set.parameters.get("encoder", "english")
        if not any(problem["code"] == "too_few" for problem in labelled_set.problems):
            del self.fields["leave_out_rare"]

    def parameters(self) -> dict[str, Any]:
        given = {name: self.cleaned_data.get(name) for name in ("epochs", "seeds", "leave_out_rare")}
        return {name: value for name, value in given.items() if value}


class TodayForm(forms.Form):
    accuracy = forms.FloatField(
        label=_("Accuracy, %"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_("Share of answers that are right."),
    )
    latency_p50_ms = forms.FloatField(label=_("Latency, median, ms"), min_value=0.01, required=False)
    latency_p95_ms = forms.FloatField(label=_("Latency, 95th percentile, ms"), min_value=0.01, required=False)
    cost_per_1000 = forms.FloatField(label=_("Cost of 1,000 requests"), min_value=0, required=False)

    def __init__(self, *args: Any, labelled_set: LabelledSet, **kwargs: Any) -> None:
        facts = dict(labelled_set.parameters.get("today", {}))
        if "accuracy" in facts:
            facts["accuracy"] = round(100 * facts["accuracy"], 4)
        kwargs.setdefault("initial", facts)
        super().__init__(*args, **kwargs)
        if labelled_set.tests_today:
            del self.fields["accuracy"]

    def facts(self) -> dict[str, float]:
        found = {name: value for name, value in self.cleaned_data.items() if value is not None}
        if "accuracy" in found:
            found["accuracy"] /= 100
        return found


class DeployForm(forms.Form):
    name = forms.SlugField(
        label=_("Name of the deployment"),
        max_length=80,
        help_text=_("Programs ask under this name. A name that exists answers with this candidate from now on."),
    )


class TryForm(forms.Form):
    texts = forms.CharField(label=_("Texts, one a line"), widget=forms.Textarea(attrs={"rows": 4}), max_length=100_000)
