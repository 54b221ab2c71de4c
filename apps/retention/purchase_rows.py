"""The purchases of a workspace by customer and day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet

from apps.estimates.lineage import InputRef
from apps.research.models import Purchase, SourceKind, SourceState
from apps.research.selectors import source_refs
from apps.workspaces.models import Workspace
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.purchases import PurchaseLog, purchase_log

ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class PurchaseBook:
    """``log`` of ``rows`` rows; ``returned`` rows with an amount below zero are no purchases and are left out.

    ``unpriced`` rows have no amount: with any of them there is no spend to study.
    """

    log: PurchaseLog
    rows: int
    returned: int
    unpriced: int
    inputs: tuple[InputRef, ...]


def purchases(workspace: Workspace) -> QuerySet[Purchase]:
    return Purchase.objects.filter(
        workspace=workspace, source__state=SourceState.IMPORTED, source__kind=SourceKind.PURCHASES
    )


def purchase_book(workspace: Workspace) -> PurchaseBook:
    """Raises CannotEstimate('no_customers') where there are no purchases."""
    told = list(purchases(workspace).values_list("customer", "bought_on", "amount").iterator(chunk_size=ROWS_AT_ONCE))
    kept = [row for row in told if row[2] is None or row[2] >= 0]
    if not kept:
        raise CannotEstimate("no_customers", "There are no purchases.", "Import a list of purchases.")
    unpriced = sum(row[2] is None for row in kept)
    return PurchaseBook(
        log=purchase_log(
            np.array([row[0] for row in kept], dtype=str),
            np.array([row[1] for row in kept], dtype="datetime64[D]"),
            None if unpriced else np.array([row[2] for row in kept], dtype=float),
        ),
        rows=len(told),
        returned=len(told) - len(kept),
        unpriced=unpriced,
        inputs=tuple(source_refs(workspace, SourceKind.PURCHASES)),
    )
