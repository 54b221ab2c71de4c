"""White spaces as a result: needs that many customers have and no offer serves well."""

from __future__ import annotations

from typing import Any

import numpy as np

from apps.differentiation import selectors
from apps.differentiation.need_weights import interval_draws
from apps.differentiation.standing import Standing
from apps.differentiation.weights_draft import ends
from apps.estimates.models import Grade
from apps.research.models import SourceKind
from apps.research.studies import Draft
from trimtab.economics.differentiation.white_spaces import WhiteSpaces, white_spaces
from trimtab.economics.draws import Array, summarise
from trimtab.economics.errors import CannotEstimate

SEED = 33
WORLDS = 2000


def spaces_draft(standing: Standing) -> Draft:
    """Raises CannotEstimate (``no_needs``) before needs were found."""
    rows = standing.needs.diagnostics["needs"] if standing.needs else []
    rows = [row for row in rows if "share" in row]
    if not rows:
        raise CannotEstimate(
            "no_needs", "No feedback belongs to a need.", "Group the feedback into needs first."
        )  # fmt: skip
    rng = np.random.default_rng(SEED)
    share = np.minimum(np.stack([interval_draws(row["share"], WORLDS, rng) for row in rows], axis=1), 1.0)
    found = white_spaces(share, _service(standing, [row["need_id"] for row in rows]), rng)
    spaces = _spaces(standing, rows, found)
    widest = int(np.argmax(np.median(found.unserved, axis=0)))
    return Draft(
        kind=selectors.SPACES,
        grade=Grade.OBSERVED,
        draws={"unserved": found.unserved, "best": found.best, "share": share},
        figures=[summarise(found.unserved[:, widest], name="widest_space", unit="share")],
        parameters={"need_ids": [row["need_id"] for row in rows], "offers": standing.offers},
        diagnostics={"spaces": sorted(spaces, key=lambda one: -one["unserved"]["median"])},
        inputs=standing.inputs,
        sources=(SourceKind.COMPETITORS, SourceKind.FEEDBACK),
    )


def _service(standing: Standing, need_ids: list[int]) -> Array:
    """How well each offer serves each need, (D, J, needs): the mean of its ratings on the criteria that answer it."""
    answered = np.array([need is not None for need in standing.need_ids])
    drawn = standing.drawn(WORLDS, answered)
    service = np.full((WORLDS, len(standing.offers), len(need_ids)), np.nan)
    for place, need_id in enumerate(need_ids):
        columns = [at for at, behind in enumerate(standing.need_ids) if behind == need_id]
        if columns:
            service[:, :, place] = drawn[:, :, columns].mean(axis=2)
    return service


def _spaces(standing: Standing, rows: list[dict[str, Any]], found: WhiteSpaces) -> list[dict[str, Any]]:
    unserved, best = ends(found.unserved), ends(found.best)
    spaces = []
    for place, row in enumerate(rows):
        criteria = [
            {"criterion_id": one.pk, "name": one.name}
            for one, behind in zip(standing.criteria, standing.need_ids, strict=True)
            if behind == row["need_id"]
        ]
        by = found.by[place]
        open_part = 1.0 - found.best[:, place]
        spaces.append(
            {
                "need_id": row["need_id"],
                "name": row.get("name", ""),
                "customers": row["customers"],
                "money": float(row.get("money") or 0.0),
                "money_unserved": ends((float(row.get("money") or 0.0) * open_part)[:, None])[0],
                "share": row["share"],
                "best": best[place],
                "best_offer": None if np.isnan(by).any() else standing.offers[int(np.argmax(by))],
                "unserved": unserved[place],
                "p_widest": float(found.p_first[place]),
                "criteria": criteria,
            }
        )
    return spaces
