"""Research rows put straight into their tables, for tests of what is computed from them."""

from __future__ import annotations

import hashlib
from datetime import date

from apps.research.kinds import KINDS
from apps.research.models import Source, SourceKind, SourceState

MODELS = {kind.kind: kind.model for kind in KINDS.values()}


def add_source(workspace, kind, rows, **more):
    """An imported source with these rows, each a dict of the fields of its table."""
    count = Source.objects.filter(workspace=workspace).count()
    # Seeds follow from this, so nothing that a database counts may stand in it.
    label = f"1:{kind}:{count}"
    content = hashlib.sha256((label + repr(rows)).encode()).hexdigest()
    fields = {"name": f"{kind}.csv", "format": "csv", "sha256": content, "content_sha256": content} | more
    source = Source.objects.create(workspace=workspace, kind=kind, state=SourceState.IMPORTED, **fields)
    model = MODELS[SourceKind(kind)]
    model.objects.bulk_create(
        [
            model(
                workspace=workspace,
                source=source,
                row_number=number,
                sha256=hashlib.sha256(f"{label}:{number}".encode()).digest(),
                **row,
            )
            for number, row in enumerate(rows, start=1)
        ],
        batch_size=500,
    )
    return source


def price_rows(answers, customers=None, segments=None, weights=None):
    return [
        {
            "customer": customers[place] if customers else f"P-{place}",
            "segment": segments[place] if segments else "",
            "weight": float(weights[place]) if weights is not None else 1.0,
            "too_cheap": float(row[0]),
            "cheap": float(row[1]),
            "expensive": float(row[2]),
            "too_expensive": float(row[3]),
        }
        for place, row in enumerate(answers)
    ]


def load_sample(workspace, sample):
    """The price, satisfaction and subscription sheets of the sample company."""
    prices = add_source(workspace, SourceKind.PRICES, sample.prices, simulated=True)
    answers = [
        {name: row[name] for name in ("customer", "segment", "functionality", "interaction", "cost", "overall")}
        | {"said_on": date.fromisoformat(row["date"])}
        for row in sample.satisfaction
    ]
    scale = {"scale_min": 1, "scale_max": 10}
    satisfaction = add_source(workspace, SourceKind.SATISFACTION, answers, simulated=True, parameters=scale)
    log = [
        row
        | {
            "started_on": date.fromisoformat(row["started_on"]),
            "ended_on": date.fromisoformat(row["ended_on"]) if row["ended_on"] else None,
        }
        for row in sample.subscriptions
    ]
    as_of = {"as_of": sample.truth.as_of.isoformat()}
    subscriptions = add_source(workspace, SourceKind.SUBSCRIPTIONS, log, simulated=True, parameters=as_of)
    return prices, satisfaction, subscriptions
