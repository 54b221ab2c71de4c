from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.decisions.models import Option
from apps.decisions.option_fields import LONGEST_NAME, MOST_FEATURES, MOST_PLANS
from apps.estimates.reading import typed
from apps.planning.page import candidate_choices
from apps.planning.upstream import TODAY
from apps.planning.world import World

POINTS = 100
BLANK_ROWS = 2


class TypedNumber(forms.NumberInput):
    """Shows 49, not 49.0."""

    def format_value(self, value: Any) -> str | None:
        return typed(value) if isinstance(value, float) else super().format_value(value)


def _number(label: Any, help: Any = "", *, low: float | None = None, high: float | None = None) -> forms.FloatField:
    widget = TypedNumber(attrs={"step": "any", "inputmode": "decimal"})
    return forms.FloatField(label=label, help_text=help, min_value=low, max_value=high, widget=widget, required=False)


class OptionForm(forms.Form):
    """An option without its plans and features; quality in points."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    price = _number(
        gettext_lazy("Price a month"), gettext_lazy("Empty: today's. Plans below take its place."), low=0, high=1e6
    )
    candidate = forms.ChoiceField(label=gettext_lazy("Model"), required=False)
    quality = _number(
        gettext_lazy("Quality, points"), gettext_lazy("Added to what the model's test measured."), low=-100, high=100
    )
    latency = _number(
        gettext_lazy("Latency, times"), gettext_lazy("0.5 is twice as quick as the test."), low=0.01, high=100
    )
    arrivals = _number(
        gettext_lazy("New customers, times"), gettext_lazy("1.2 is a fifth more than as things are."), low=0, high=100
    )
    one_off_cost = _number(gettext_lazy("Cost at once"), low=0, high=1e12)
    monthly_cost = _number(gettext_lazy("Cost a month"), low=0, high=1e12)

    def __init__(self, world: World | None, *args: Any, chosen: str = TODAY, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = candidate_choices(world) if world is not None else [(TODAY, _("Today's model"))]
        if chosen not in dict(offered):
            offered.append((chosen, _("A model that was not tested last")))
        self.fields["candidate"].choices = offered  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As the service takes them; what was left empty is as things are."""
        given = self.cleaned_data
        kept = {"latency": 1.0, "arrivals": 1.0, "one_off_cost": 0.0, "monthly_cost": 0.0}
        numbers = {name: neutral if given.get(name) is None else given[name] for name, neutral in kept.items()}
        return {
            "name": given.get("name"),
            "price": given.get("price"),
            "candidate_id": given.get("candidate") or TODAY,
            "quality": (given.get("quality") or 0.0) / POINTS,
            **numbers,
        }


class PlanForm(forms.Form):
    fee = _number(gettext_lazy("Fee a month"), low=0, high=1e6)
    included = _number(gettext_lazy("Tokens included"), gettext_lazy("Empty: no limit."), low=0, high=1e15)
    per_1000 = _number(
        gettext_lazy("Each 1,000 tokens beyond"), gettext_lazy("Empty: no more can be used."), low=0, high=1e6
    )


class FeatureForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Feature"), max_length=LONGEST_NAME, required=False)
    functional_low = _number(gettext_lazy("F gains from, points"), low=-100, high=100)
    functional_high = _number(gettext_lazy("F gains to, points"), low=-100, high=100)
    interaction_low = _number(gettext_lazy("I gains from, points"), low=-100, high=100)
    interaction_high = _number(gettext_lazy("I gains to, points"), low=-100, high=100)
    one_off_cost = _number(gettext_lazy("Cost at once"), low=0, high=1e12)
    monthly_cost = _number(gettext_lazy("Cost a month"), low=0, high=1e12)


class OptionEditing:
    """The three forms of one option together."""

    def __init__(self, world: World | None, option: Option, data: Mapping[str, Any] | None = None) -> None:
        chosen = TODAY if option.candidate_id is None else str(option.candidate_id)
        self.form = OptionForm(world, data, initial=_initial(option, chosen), chosen=chosen)
        self.plans: BaseFormSet[PlanForm] = _Plans(data, initial=option.plans, prefix="plans")
        self.features: BaseFormSet[FeatureForm] = _Features(
            data, initial=[_shown(feature) for feature in option.features], prefix="features"
        )

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.plans.is_valid(), self.features.is_valid()])

    def values(self) -> dict[str, Any]:
        """As the service takes them; rows that were left empty or cleared are none."""
        plans = [row for row in self._rows(self.plans) if row.get("fee") is not None or row.get("per_1000") is not None]
        features = [_kept(row) for row in self._rows(self.features) if row.get("name")]
        plans = [{**row, "fee": row.get("fee") or 0.0} for row in plans]
        return {**self.form.values(), "plans": plans, "features": features}

    @staticmethod
    def _rows(rows: BaseFormSet[Any]) -> list[dict[str, Any]]:
        return [row.cleaned_data for row in rows if row.cleaned_data]

    @property
    def errors(self) -> list[str]:
        found = [
            *self.form.errors.values(),
            *(error for row in (*self.plans, *self.features) for error in row.errors.values()),
        ]
        return [str(message) for messages in found for message in messages]


_Plans = formset_factory(PlanForm, extra=BLANK_ROWS, max_num=MOST_PLANS, absolute_max=MOST_PLANS)
_Features = formset_factory(FeatureForm, extra=BLANK_ROWS, max_num=MOST_FEATURES, absolute_max=MOST_FEATURES)


def _initial(option: Option, chosen: str) -> dict[str, Any]:
    same = ("name", "price", "latency", "arrivals", "one_off_cost", "monthly_cost")
    return {name: getattr(option, name) for name in same} | {
        "candidate": chosen,
        "quality": round(option.quality * POINTS, 6),
    }


def _shown(feature: dict[str, Any]) -> dict[str, Any]:
    ends = {
        f"{part}_{end}": round(value * POINTS, 6)
        for part in ("functional", "interaction")
        for end, value in zip(("low", "high"), feature[part], strict=True)
    }
    return {"name": feature["name"], **ends, **{name: feature[name] for name in ("one_off_cost", "monthly_cost")}}


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    gains = {
        part: [(row.get(f"{part}_{end}") or 0.0) / POINTS for end in ("low", "high")]
        for part in ("functional", "interaction")
    }
    return {"name": row["name"], **gains, **{name: row.get(name) or 0.0 for name in ("one_off_cost", "monthly_cost")}}
