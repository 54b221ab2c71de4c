"""The subscription log as what a study was made from, where it told today's price."""

from __future__ import annotations

from apps.estimates.lineage import InputRef
from apps.research import selectors as research
from apps.research.current_price import CurrentPrice
from apps.research.models import SourceKind
from apps.workspaces.models import Workspace


def price_log(workspace: Workspace, today: CurrentPrice | None) -> list[InputRef]:
    if today is None:
        return []
    named = research.imported(workspace, SourceKind.SUBSCRIPTIONS).filter(pk__in=today.source_ids)
    return [research.source_ref(source) for source in named]
