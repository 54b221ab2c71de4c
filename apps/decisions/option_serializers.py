"""How options, their comparison and the search read as JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.decisions.models import Option
from apps.estimates.api import EstimateSerializer, FigureSerializer
from apps.workspaces.api_json import StrictJSONField


class OptionSerializer(serializers.ModelSerializer[Option]):
    """`quality` is in 0..1: 0.02 adds two points; `latency` and `arrivals` are factors."""

    name = serializers.CharField(max_length=120)
    scenario = serializers.IntegerField(source="scenario_id", required=False)
    price = serializers.FloatField(allow_null=True, required=False)
    candidate = serializers.CharField(source="candidate_id", allow_null=True, required=False)
    quality = serializers.FloatField(required=False)
    latency = serializers.FloatField(required=False)
    arrivals = serializers.FloatField(required=False)
    one_off_cost = serializers.FloatField(required=False)
    monthly_cost = serializers.FloatField(required=False)
    plans = StrictJSONField(required=False)
    features = StrictJSONField(required=False)

    class Meta:
        model = Option
        fields = (
            "id", "scenario", "name", "price", "candidate", "plans", "features", "quality", "latency", "arrivals",
            "one_off_cost", "monthly_cost", "archived_at", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = ("archived_at",)


class OptionReachedSerializer(serializers.Serializer[Any]):
    median = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    never = serializers.FloatField()


class OptionStandingSerializer(serializers.Serializer[Any]):
    """One option among all; `option` is its key, or "today"."""

    option = serializers.CharField(source="key")
    name = serializers.CharField()
    expected_gain = serializers.FloatField(source="standing.expected_gain")
    gain = FigureSerializer()
    p_best = serializers.FloatField(source="standing.p_best")
    p_loss = serializers.FloatField(source="standing.p_loss")
    regret = serializers.FloatField(source="standing.regret")
    worst_tenth = serializers.FloatField(source="standing.cvar")
    on_frontier = serializers.BooleanField(source="standing.on_frontier")
    dominated_by = serializers.ListField(child=serializers.CharField(), source="beaten_by")
    months_to_break_even = OptionReachedSerializer(source="paid", allow_null=True)
    revenue_12 = FigureSerializer(source="revenue")
    at_a_loss = serializers.FloatField()
    grade = serializers.CharField()


class OptionSettleSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    value = serializers.FloatField()
    explained = serializers.FloatField()
    needed_observations = serializers.IntegerField(allow_null=True)


class OptionVerdictSerializer(serializers.Serializer[Any]):
    option = serializers.CharField()
    verdict = serializers.CharField(help_text="ship, hold or cannot_tell, of the best option against today.")
    reason = serializers.CharField()
    p_better = serializers.FloatField()
    settle = OptionSettleSerializer(many=True)


class OptionComparisonSerializer(serializers.Serializer[Any]):
    options = OptionStandingSerializer(many=True, help_text="Best first, today among them.")
    months = serializers.IntegerField()
    best = serializers.CharField()
    evpi = serializers.FloatField()
    standard_error = serializers.FloatField()
    verdict = OptionVerdictSerializer(allow_null=True)
    kept = EstimateSerializer(allow_null=True)


class OptionFillSerializer(serializers.Serializer[Any]):
    prices = serializers.ListField(child=serializers.FloatField(min_value=0), max_length=40, default=list)
    candidates = serializers.ListField(child=serializers.CharField(), default=list)
    menus = StrictJSONField(required=False, help_text="Lists of plans whose fee and per_1000 are parts of the price.")


class OptionSearchSerializer(serializers.Serializer[Any]):
    low = serializers.FloatField(required=False, allow_null=True)
    high = serializers.FloatField(required=False, allow_null=True)
    candidates = serializers.ListField(child=serializers.CharField(), required=False)
    kinds = serializers.ListField(child=serializers.CharField(), required=False)
    least_gross = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=1)
    most_at_a_loss = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=1)


class OptionFoundSerializer(serializers.Serializer[Any]):
    found = EstimateSerializer(allow_null=True)
