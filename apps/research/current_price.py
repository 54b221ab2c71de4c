"""What customers pay today, as the subscription log says it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from apps.research.models import SourceKind, SourceState, Subscription
from apps.workspaces.models import Workspace

NEWEST_STARTS = 100


@dataclass(frozen=True)
class CurrentPrice:
    """``amount`` in the workspace's currency a month: the median of the newest starts of ``plan``."""

    amount: float
    plan: str
    starts: int
    source_ids: tuple[int, ...]


def current_price(workspace: Workspace) -> CurrentPrice | None:
    """The price of the plan that most of the newest customers chose; None where the log names no price."""
    newest = list(
        Subscription.objects.filter(
            workspace=workspace,
            source__state=SourceState.IMPORTED,
            source__kind=SourceKind.SUBSCRIPTIONS,
            monthly_price__gt=0,
        )
        .order_by("-started_on", "-pk")
        .values_list("plan", "monthly_price", "source_id")[:NEWEST_STARTS]
    )
    if not newest:
        return None
    plans = [plan for plan, _, _ in newest]
    plan = max(dict.fromkeys(plans), key=plans.count)
    prices = [float(price) for name, price, _ in newest if name == plan and price is not None]
    return CurrentPrice(median(prices), plan, len(prices), tuple(sorted({source for _, _, source in newest})))
