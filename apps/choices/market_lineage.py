"""A kept market as what a result was made from: other offers make the result stale, another name does not."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from apps.choices.models import Market
from apps.estimates.lineage import InputRef, sha256_of
from apps.workspaces.models import Workspace

MARKET = "market"


def market_ref(market: Market) -> InputRef:
    return InputRef(MARKET, str(market.pk), market.name, content_sha256(market))


def content_sha256(market: Market) -> str:
    """A market that no longer stands for today is another one to what was made from it."""
    return sha256_of([market.offers, market.with_none, market.is_today])


def contents_of(workspace: Workspace, object_ids: Iterable[str]) -> dict[str, str]:
    found = Market.objects.filter(workspace=workspace, pk__in=list(object_ids))
    return {str(market.pk): content_sha256(market) for market in found}


def page_of(workspace: Workspace, object_id: str) -> str | None:
    return reverse("choices:market", args=[workspace.slug, object_id])
