"""Options for other software: the rows, the comparison and the search; the pages use the same services."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.decisions import comparison_services, selectors, services
from apps.decisions.comparison import OptionComparison
from apps.decisions.models import Option
from apps.decisions.option_serializers import (
    OptionComparisonSerializer,
    OptionFillSerializer,
    OptionFoundSerializer,
    OptionSearchSerializer,
    OptionSerializer,
)
from apps.decisions.option_values import values
from apps.estimates.messages import reason
from apps.jobs.api import JobSerializer
from apps.planning.models import Scenario
from apps.planning.upstream import TODAY
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_pages import KeyPagination
from apps.workspaces.errors import Refused
from trimtab.economics.errors import CannotEstimate

SCENARIO = OpenApiParameter("scenario", int, description="Without it the first scenario.")


class OptionView(WorkspaceAPIView):
    serializer_class: Any = OptionSerializer
    queryset = Option.objects.none()

    def get_queryset(self) -> QuerySet[Option]:
        found = selectors.options(self.workspace)
        asked = self.request.query_params.get("scenario")
        return found.filter(scenario=self.scenario()) if asked else found

    def option(self, option_id: int) -> Option:
        return get_object_or_404(selectors.options(self.workspace), pk=option_id)

    def scenario(self, key: Any = None) -> Scenario:
        return selectors.scenario(self.workspace, key or self.request.query_params.get("scenario"))


class OptionPages(KeyPagination):
    ordering = "pk"


class OptionList(ListModelMixin, OptionView):
    pagination_class = OptionPages

    @extend_schema(operation_id="options_list", parameters=[SCENARIO])
    def get(self, request: Request) -> Response:
        """The options of a scenario, or of all; those put aside have `archived_at`."""
        return self.list(request)

    @extend_schema(operation_id="options_create")
    def post(self, request: Request) -> Response:
        given = OptionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = _values(given.validated_data)
        scenario = self.scenario(values.pop("scenario_id", None))
        option = services.add(scenario=scenario, values=values, actor=self.actor)
        return Response(OptionSerializer(option).data, status=status.HTTP_201_CREATED)


class OptionDetail(OptionView):
    @extend_schema(operation_id="options_get")
    def get(self, request: Request, option_id: int) -> Response:
        return Response(OptionSerializer(self.option(option_id)).data)

    @extend_schema(operation_id="options_change")
    def patch(self, request: Request, option_id: int) -> Response:
        option = self.option(option_id)
        given = OptionSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        values = _values(given.validated_data)
        values.pop("scenario_id", None)
        return Response(OptionSerializer(services.change(option=option, values=values, actor=self.actor)).data)

    @extend_schema(operation_id="options_delete", responses={204: None})
    def delete(self, request: Request, option_id: int) -> Response:
        """It can be brought back for a week: see restore."""
        services.delete(option=self.option(option_id), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class OptionCopy(OptionView):
    @extend_schema(operation_id="options_copy", request=None, responses={201: OptionSerializer})
    def post(self, request: Request, option_id: int) -> Response:
        twin = services.copy(option=self.option(option_id), actor=self.actor)
        return Response(OptionSerializer(twin).data, status=status.HTTP_201_CREATED)


class OptionArchive(OptionView):
    @extend_schema(operation_id="options_archive", request=None, responses=OptionSerializer)
    def post(self, request: Request, option_id: int) -> Response:
        """Put it aside: it is no longer compared."""
        return Response(OptionSerializer(services.archive(option=self.option(option_id), actor=self.actor)).data)


class OptionRestore(OptionView):
    @extend_schema(operation_id="options_restore", request=None, responses=OptionSerializer)
    def post(self, request: Request, option_id: int) -> Response:
        """Take up what was put aside or deleted."""
        option = get_object_or_404(Option, workspace=self.workspace, pk=option_id)
        return Response(OptionSerializer(services.restore(option=option, actor=self.actor)).data)


class OptionFill(OptionView):
    @extend_schema(operation_id="options_fill", request=OptionFillSerializer, parameters=[SCENARIO],
                   responses={201: OptionSerializer(many=True)})  # fmt: skip
    def post(self, request: Request) -> Response:
        """An option for each combination of price, model and menu, up to 200."""
        given = OptionFillSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data | {"menus": _menus(given.validated_data.get("menus"))}
        made = comparison_services.fill(scenario=self.scenario(), actor=self.actor, **asked)
        return Response(OptionSerializer(made, many=True).data, status=status.HTTP_201_CREATED)


class OptionComparisonView(OptionView):
    @extend_schema(operation_id="options_comparison", parameters=[SCENARIO], responses=OptionComparisonSerializer)
    def get(self, request: Request) -> Response:
        """Every option beside today, computed at once; `kept` is the comparison that was kept as evidence."""
        scenario = self.scenario()
        try:
            found = OptionComparison(scenario, values(scenario))
        except CannotEstimate as error:
            raise Refused(error.code, reason(error)) from error
        return Response(OptionComparisonSerializer(_told(scenario, found)).data)

    @extend_schema(operation_id="options_compare", request=None, parameters=[SCENARIO], responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        """Keep the comparison as evidence, and look into what would settle it."""
        job = comparison_services.start(scenario=self.scenario(), actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class OptionSearch(OptionView):
    @extend_schema(operation_id="options_search_get", parameters=[SCENARIO], responses=OptionFoundSerializer)
    def get(self, request: Request) -> Response:
        """What the last search found: its diagnostics hold the option, and each family with its convergence."""
        return Response(OptionFoundSerializer({"found": selectors.result(self.scenario(), selectors.SEARCH)}).data)

    @extend_schema(operation_id="options_search", request=OptionSearchSerializer, parameters=[SCENARIO],
                   responses={202: JobSerializer})  # fmt: skip
    def post(self, request: Request) -> Response:
        """Search price, plans and model together; what is left out is as wide as the data reaches."""
        given = OptionSearchSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        job = comparison_services.start_search(scenario=self.scenario(), values=given.validated_data, actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


def _values(given: dict[str, Any]) -> dict[str, Any]:
    values = dict(given)
    if "candidate_id" in values:
        values["candidate_id"] = values["candidate_id"] or TODAY
    return values


def _menus(given: Any) -> list[list[dict[str, Any]]]:
    menus = given or []
    if not isinstance(menus, list) or not all(isinstance(menu, list) for menu in menus):
        raise Refused("not_a_list", _("Menus are lists of plans."), field="menus")
    return menus


def _told(scenario: Scenario, found: OptionComparison) -> dict[str, Any]:
    judged = found.judged
    verdict = judged and {
        "option": judged.row.key,
        "verdict": judged.verdict,
        "reason": judged.reason,
        "p_better": judged.p_better,
        "settle": [asdict(one) for one in judged.settle],
    }
    return {
        "options": found.ranked,
        "months": found.values.months,
        "best": found.leader.key,
        "evpi": found.comparison.evpi,
        "standard_error": found.comparison.standard_error,
        "verdict": verdict,
        "kept": selectors.result(scenario, selectors.OPTIONS) if scenario.pk else None,
    }
