from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.decisions import ledger_page, ledger_selectors, ledger_services, selectors
from apps.decisions.ledger_forms import MonthField
from apps.decisions.ledger_models import Actual, Decision
from apps.estimates.api import EstimateSerializer
from apps.workspaces.api_access import WorkspaceAPIView


class MonthScoredSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="The month as 2026-11.")
    median = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    value = serializers.FloatField(allow_null=True, help_text="What it brought, once that is known.")
    origin = serializers.CharField(help_text="typed, imported or log")
    held = serializers.BooleanField(allow_null=True, help_text="Whether the 80 % interval held it.")
    crps = serializers.FloatField(allow_null=True)


class MeasureScoredSerializer(serializers.Serializer[Any]):
    """`bias` .1 = it brought 10 % more than foretold; `skill` 1 = perfect, 0 = as good as "it stays as it is"."""

    measure = serializers.CharField()
    unit = serializers.CharField()
    known = serializers.IntegerField()
    held = serializers.IntegerField()
    mean_crps = serializers.FloatField(allow_null=True)
    bias = serializers.FloatField(allow_null=True)
    skill = serializers.FloatField(allow_null=True)
    error = serializers.FloatField(allow_null=True, help_text="In spreads of the forecast's logarithm.")
    months = MonthScoredSerializer(many=True)


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    estimate = EstimateSerializer(read_only=True)

    class Meta:
        model = Decision
        fields = (
            "id", "scenario", "title", "reasons", "choice", "options", "starts_on", "estimate", "decided_at",
            "withdrawn_at",
        )  # fmt: skip


class ScoredDecisionSerializer(serializers.Serializer[Any]):
    decision = DecisionSerializer()
    measures = MeasureScoredSerializer(many=True)


class ActualSerializer(serializers.ModelSerializer[Actual]):
    class Meta:
        model = Actual
        fields = ("id", "measure", "month", "value", "origin", "noted_at")


class LedgerSerializer(serializers.Serializer[Any]):
    entries = ScoredDecisionSerializer(many=True)
    actuals = ActualSerializer(many=True)
    months = serializers.IntegerField(help_text="How many were scored in all.")
    held = serializers.IntegerField(help_text="How many of them lay in their 80 % interval.")
    correction = EstimateSerializer(allow_null=True)


class MonthSerializerField(serializers.CharField):
    """A month as 2026-11, or any day of it."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return MonthField().clean(super().to_internal_value(data))
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error


class DecideSerializer(serializers.Serializer[Any]):
    scenario = serializers.IntegerField(required=False, allow_null=True)
    option = serializers.IntegerField(required=False, allow_null=True)
    title = serializers.CharField(required=False, max_length=160)
    reasons = serializers.CharField(required=False, max_length=4000)
    starts_on = MonthSerializerField(required=False)


class NoteSerializer(serializers.Serializer[Any]):
    measure = serializers.ChoiceField(Actual.Measure.choices)
    month = MonthSerializerField()
    value = serializers.FloatField()


class LedgerView(WorkspaceAPIView):
    @extend_schema(operation_id="ledger_get", responses=LedgerSerializer)
    def get(self, request: Request) -> Response:
        """All decisions with their scores, what came, and what that says of the next forecast."""
        return Response(LedgerSerializer(ledger_page.ledger(self.workspace)).data)


class DecisionList(WorkspaceAPIView):
    @extend_schema(operation_id="decisions_make", request=DecideSerializer, responses={201: ScoredDecisionSerializer})
    def post(self, request: Request) -> Response:
        """Freeze the forecast of an option, or of a scenario's own choice, with the reasons."""
        given = DecideSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        scenario_id, option_id = values.pop("scenario", None), values.pop("option", None)
        option = selectors.option(self.workspace, option_id) if option_id is not None else None
        scenario = option.scenario if option else selectors.scenario(self.workspace, scenario_id)
        made = ledger_services.decide(scenario=scenario, option=option, actor=self.actor, **values)
        return Response(ScoredDecisionSerializer(ledger_page.entry(made)).data, status=status.HTTP_201_CREATED)


class DecisionDetail(WorkspaceAPIView):
    @extend_schema(operation_id="decisions_get", responses=ScoredDecisionSerializer)
    def get(self, request: Request, decision_id: int) -> Response:
        found = ledger_selectors.decision(self.workspace, decision_id)
        return Response(ScoredDecisionSerializer(ledger_page.entry(found)).data)

    @extend_schema(operation_id="decisions_withdraw", responses={204: None})
    def delete(self, request: Request, decision_id: int) -> Response:
        """Withdraw it: it stays, unscored, and can be restored."""
        ledger_services.withdraw(decision=ledger_selectors.decision(self.workspace, decision_id), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class DecisionRestore(WorkspaceAPIView):
    @extend_schema(operation_id="decisions_restore", request=None, responses=ScoredDecisionSerializer)
    def post(self, request: Request, decision_id: int) -> Response:
        found = ledger_selectors.decision(self.workspace, decision_id)
        ledger_services.restore(decision=found, actor=self.actor)
        return Response(ScoredDecisionSerializer(ledger_page.entry(found)).data)


class ActualList(WorkspaceAPIView):
    @extend_schema(operation_id="actuals_note", request=NoteSerializer, responses={201: ActualSerializer})
    def post(self, request: Request) -> Response:
        """What a month brought; a figure noted before is replaced."""
        given = NoteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row = ledger_services.note_actual(workspace=self.workspace, actor=self.actor, **given.validated_data)
        return Response(ActualSerializer(row).data, status=status.HTTP_201_CREATED)


class ActualDetail(WorkspaceAPIView):
    @extend_schema(operation_id="actuals_remove", responses={204: None})
    def delete(self, request: Request, actual_id: int) -> Response:
        """Where the log knows the month, its figure counts again."""
        ledger_services.remove_actual(actual=ledger_selectors.actual(self.workspace, actual_id), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ActualsSerializer(serializers.Serializer[Any]):
    rows = serializers.CharField(max_length=60_000, help_text="Lines of month, measure and value.")


class RefusedRowSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    text = serializers.CharField()
    field = serializers.CharField(allow_null=True)
    message = serializers.CharField()


class NotedSerializer(serializers.Serializer[Any]):
    kept = serializers.IntegerField()
    refused = RefusedRowSerializer(many=True)


class ActualsImport(WorkspaceAPIView):
    @extend_schema(operation_id="actuals_import", request=ActualsSerializer, responses=NotedSerializer)
    def post(self, request: Request) -> Response:
        """Many months at once: good lines are kept, bad ones come back with the reason."""
        given = ActualsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        noted = ledger_services.import_actuals(
            workspace=self.workspace, text=given.validated_data["rows"], actor=self.actor
        )
        return Response(NotedSerializer(noted).data)
