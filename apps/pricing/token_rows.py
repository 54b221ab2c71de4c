"""The token usage of a workspace by customer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import Count, Max, QuerySet, Sum
from numpy.typing import NDArray

from apps.estimates.lineage import InputRef
from apps.research.models import SourceKind, SourceState, TokenUsage
from apps.research.selectors import source_refs
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array


@dataclass(frozen=True)
class TokensByCustomer:
    """All (N,): ``tokens`` a month, the mean of the months that were seen; ``per_request`` over all, where known."""

    customer: NDArray[np.str_]
    segment: NDArray[np.str_]
    tokens: Array
    per_request: float | None
    inputs: tuple[InputRef, ...]

    @property
    def customers(self) -> int:
        return int(self.tokens.size)


def tokens_by_customer(workspace: Workspace) -> TokensByCustomer:
    found = list(
        usage_rows(workspace)
        .values("customer")
        .annotate(total=Sum("tokens"), months=Count("month", distinct=True), of=Max("segment"))
        .order_by("customer")
        .values_list("customer", "of", "total", "months")
    )
    return TokensByCustomer(
        customer=np.array([row[0] for row in found], dtype=str),
        segment=np.array([row[1] for row in found], dtype=str),
        tokens=np.array([row[2] / row[3] for row in found], dtype=float),
        per_request=tokens_per_request(workspace),
        inputs=tuple(source_refs(workspace, SourceKind.USAGE)),
    )


def tokens_per_request(workspace: Workspace) -> float | None:
    sums = usage_rows(workspace).filter(requests__gt=0).aggregate(tokens=Sum("tokens"), requests=Sum("requests"))
    return float(sums["tokens"] / sums["requests"]) if sums["requests"] and sums["tokens"] else None


def usage_rows(workspace: Workspace) -> QuerySet[TokenUsage]:
    return TokenUsage.objects.filter(
        workspace=workspace, source__state=SourceState.IMPORTED, source__kind=SourceKind.USAGE
    )
