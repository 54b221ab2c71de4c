"""What the subscription log tells of each stay beside its dates, as it was when the stay began."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.research.models import SourceKind
from apps.research.selectors import imported
from apps.retention.drivers_settings import PLAN, PRICE, SEGMENT, column_id
from apps.retention.subscription_log import ROWS_AT_ONCE, SubscriptionLog, subscriptions
from apps.workspaces.models import Workspace

Column = NDArray[Any]
FIELDS = ("customer", "started_on", "segment", "plan", "monthly_price", "traits")
FIRST_ROWS = 200


def stay_columns(workspace: Workspace, log: SubscriptionLog) -> dict[str, Column]:
    """By column: numbers (n,), NaN where unknown, if all that is known are numbers; else text (n,), '' where unknown.

    A stay has the values with which it began: who changes the plan later can do so only by having stayed.
    """
    rows = subscriptions(workspace).order_by("source_id", "pk").values_list(*FIELDS).iterator(chunk_size=ROWS_AT_ONCE)
    newest = {row[:2]: row[2:] for row in rows}
    told = [newest[key] for key in zip(log.customer.tolist(), log.start.tolist(), strict=True)]
    found: dict[str, Column] = {
        SEGMENT: np.array([row[0] for row in told], dtype=str),
        PLAN: np.array([row[1] for row in told], dtype=str),
        PRICE: np.array([math.nan if row[2] is None else row[2] for row in told], dtype=float),
    }
    names = dict.fromkeys(name for row in told for name in row[3])
    return found | {column_id(name): as_column([str(row[3].get(name, "")).strip() for row in told]) for name in names}


def as_column(texts: list[str]) -> Column:
    """Numbers where every text that is not empty is one."""
    try:
        numbers = np.array([float(text) if text else math.nan for text in texts])
    except ValueError:
        return np.array(texts, dtype=str)
    return numbers if np.isfinite(numbers).any() and not np.isinf(numbers).any() else np.array(texts, dtype=str)


def is_known(column: Column) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(column) if column.dtype.kind == "f" else column != "")


def offered_columns(workspace: Workspace) -> list[str]:
    """The columns to choose from, without reading the whole log."""
    rows = subscriptions(workspace)
    given: Mapping[str, Any] = {
        SEGMENT: rows.exclude(segment=""),
        PLAN: rows.exclude(plan=""),
        PRICE: rows.filter(monthly_price__isnull=False),
    }
    found = [name for name, having in given.items() if having.exists()]
    mapped = [name for one in imported(workspace, SourceKind.SUBSCRIPTIONS) for name in one.columns.get("traits", ())]
    seen = [name for traits in rows.values_list("traits", flat=True)[:FIRST_ROWS] for name in traits]
    return [*found, *(column_id(name) for name in dict.fromkeys([*mapped, *seen]))]
