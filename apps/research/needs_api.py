from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.jobs.api import JobSerializer
from apps.research import needs as services
from apps.research import needs_selectors as selectors
from apps.research.models import Need, NeedMention
from apps.research.needs_selectors import NeedRow
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_pages import KeyPagination


class NeedSerializer(serializers.Serializer[Any]):
    """A need with its figures: importance and satisfaction on 0 to 10, opportunity on 0 to 20, null while unscored."""

    id = serializers.IntegerField(source="need.pk")
    name = serializers.CharField(source="need.name")
    named_by_person = serializers.BooleanField(source="need.named_by_person")
    terms = serializers.ListField(source="need.terms", child=serializers.CharField())
    merged_into = serializers.IntegerField(source="need.merged_into_id", allow_null=True)
    set_aside = serializers.SerializerMethodField()
    figures = serializers.DictField(allow_null=True)

    def get_set_aside(self, row: NeedRow) -> bool:
        return row.need.retired_at is not None


class QuoteSerializer(serializers.ModelSerializer[NeedMention]):
    id = serializers.IntegerField(source="feedback_id")
    text = serializers.CharField(source="feedback.text")
    customer = serializers.CharField(source="feedback.customer")
    segment = serializers.CharField(source="feedback.segment")
    said_on = serializers.DateField(source="feedback.said_on", allow_null=True)

    class Meta:
        model = NeedMention
        fields = ["id", "text", "customer", "segment", "said_on", "similarity", "by_person"]


class NameSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)


class IntoSerializer(serializers.Serializer[Any]):
    into = serializers.IntegerField()


class SplitSerializer(serializers.Serializer[Any]):
    """With ``feedback_ids`` and a name those quotes become a need; without, the quotes are grouped in two by a job."""

    name = serializers.CharField(max_length=120, required=False)
    feedback_ids = serializers.ListField(child=serializers.IntegerField(), required=False, max_length=500)


class NeedView(WorkspaceAPIView):
    serializer_class: type[serializers.BaseSerializer[Any]] = NeedSerializer

    def shown(self, need: Need) -> dict[str, Any]:
        need.refresh_from_db()
        figures = selectors.figures_of(selectors.current(self.workspace), need)
        return NeedSerializer(NeedRow(need, figures)).data

    def given(self, form: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        checked = form(data=request.data)
        checked.is_valid(raise_exception=True)
        return checked.validated_data


class NeedList(NeedView):
    """All needs that count, by opportunity."""

    pagination_class = None
    filter_backends = ()
    queryset = Need.objects.none()

    @extend_schema(responses=NeedSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.ranked(self.workspace, selectors.current(self.workspace))
        return Response(NeedSerializer(rows, many=True).data)


class NeedDetail(NeedView):
    @extend_schema(responses=NeedSerializer)
    def get(self, request: Request, need_id: int) -> Response:
        return Response(self.shown(selectors.need(self.workspace, need_id)))

    @extend_schema(request=NameSerializer, responses=NeedSerializer)
    def patch(self, request: Request, need_id: int) -> Response:
        need = selectors.need(self.workspace, need_id)
        services.rename(need=need, name=self.given(NameSerializer, request)["name"], actor=self.actor)
        return Response(self.shown(need))


class QuotePages(KeyPagination):
    ordering = ("-similarity", "pk")  # type: ignore[assignment]


class NeedQuotes(WorkspaceAPIView, generics.ListAPIView):
    """What customers said of the need, closest first."""

    serializer_class = QuoteSerializer
    pagination_class = QuotePages
    queryset = NeedMention.objects.none()

    def get_queryset(self) -> QuerySet[NeedMention]:
        need = selectors.need(self.workspace, self.kwargs["need_id"])
        return NeedMention.objects.filter(need=need).select_related("feedback")


class NeedsRun(NeedView):
    """Find the needs in all feedback; answers with the job."""

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        job = services.start(workspace=self.workspace, actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class NeedMerge(NeedView):
    @extend_schema(request=IntoSerializer, responses=NeedSerializer)
    def post(self, request: Request, need_id: int) -> Response:
        need = selectors.need(self.workspace, need_id)
        into = selectors.need(self.workspace, self.given(IntoSerializer, request)["into"])
        services.merge(need=need, into=into, actor=self.actor)
        return Response(self.shown(into))


class NeedUnmerge(NeedView):
    @extend_schema(request=None, responses=NeedSerializer)
    def post(self, request: Request, need_id: int) -> Response:
        need = selectors.need(self.workspace, need_id)
        return Response(self.shown(services.unmerge(need=need, actor=self.actor)))


class NeedSplit(NeedView):
    @extend_schema(request=SplitSerializer, responses={201: NeedSerializer, 202: JobSerializer})
    def post(self, request: Request, need_id: int) -> Response:
        need, given = selectors.need(self.workspace, need_id), self.given(SplitSerializer, request)
        if "feedback_ids" not in given:
            job = services.split_in_two(need=need, actor=self.actor)
            return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)
        fresh = services.split(
            need=need, feedback_ids=given["feedback_ids"], name=given.get("name", ""), actor=self.actor
        )
        return Response(self.shown(fresh), status=status.HTTP_201_CREATED)


class NeedSetAside(NeedView):
    @extend_schema(request=None, responses=NeedSerializer)
    def post(self, request: Request, need_id: int) -> Response:
        need = selectors.need(self.workspace, need_id)
        return Response(self.shown(services.set_aside(need=need, actor=self.actor)))


class NeedBringBack(NeedView):
    @extend_schema(request=None, responses=NeedSerializer)
    def post(self, request: Request, need_id: int) -> Response:
        need = selectors.need(self.workspace, need_id)
        return Response(self.shown(services.bring_back(need=need, actor=self.actor)))


class QuoteNeed(NeedView):
    """Which need a text voices, by a person's word."""

    @extend_schema(request=IntoSerializer, responses=QuoteSerializer)
    def put(self, request: Request, feedback_id: int) -> Response:
        item = selectors.feedback_item(self.workspace, feedback_id)
        need = selectors.need(self.workspace, self.given(IntoSerializer, request)["into"])
        return Response(QuoteSerializer(services.move(item=item, need=need, actor=self.actor)).data)
