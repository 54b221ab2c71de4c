from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from apps.decisions import memo_content, selectors
from apps.decisions.memo_pdf import pdf
from apps.decisions.memo_sheets import workbook
from apps.estimates.messages import reason
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.errors import Refused
from trimtab.economics.errors import CannotEstimate

PDF, XLSX = "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SCENARIO = [OpenApiParameter("scenario", int, description="The base scenario where none is named.")]


class PdfRenderer(JSONRenderer):
    """Lets a client ask for the file by its type; a refusal is JSON all the same."""

    media_type, format = PDF, "pdf"


class XlsxRenderer(JSONRenderer):
    """As above."""

    media_type, format = XLSX, "xlsx"


class MemoView(WorkspaceAPIView):
    renderer_classes = [JSONRenderer, PdfRenderer]

    @extend_schema(operation_id="decision_memo", parameters=_SCENARIO, responses={(200, PDF): OpenApiTypes.BINARY})
    def get(self, request: Request) -> HttpResponse:
        """The decision memo of a scenario as PDF, with charts."""
        scenario = selectors.scenario(self.workspace, request.query_params.get("scenario"))
        try:
            return HttpResponse(pdf(memo_content.memo(scenario)), content_type=PDF)
        except CannotEstimate as error:
            raise Refused(error.code, reason(error)) from error


class TablesView(WorkspaceAPIView):
    renderer_classes = [JSONRenderer, XlsxRenderer]

    @extend_schema(operation_id="decision_tables", parameters=_SCENARIO, responses={(200, XLSX): OpenApiTypes.BINARY})
    def get(self, request: Request) -> HttpResponse:
        """Options, months, links and assumptions of a scenario as a workbook."""
        scenario = selectors.scenario(self.workspace, request.query_params.get("scenario"))
        try:
            return HttpResponse(workbook(scenario), content_type=XLSX)
        except CannotEstimate as error:
            raise Refused(error.code, reason(error)) from error
