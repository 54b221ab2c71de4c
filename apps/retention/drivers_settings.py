"""Which columns a study of what goes with leaving uses: what its form asks, its job keeps and its result repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_COLUMNS = 20
SEGMENT, PLAN, PRICE, SATISFACTION = "segment", "plan", "monthly_price", "satisfaction"
TOLD_BY_LOG = (SEGMENT, PLAN, PRICE)


@dataclass(frozen=True)
class DriversSettings:
    """``columns`` that a person chose, none for the study's own choice; ``satisfaction``: answers too, where given."""

    columns: tuple[str, ...] = ()
    satisfaction: bool = True

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> DriversSettings:
        """From a job's parameters or a result's."""
        return cls(tuple(given.get("columns", ())), bool(given.get("satisfaction", True)))

    def as_json(self) -> dict[str, Any]:
        return {"columns": list(self.columns), "satisfaction": self.satisfaction}


def column_id(trait: str) -> str:
    """The name of a trait, set apart where the log has a column of its own under that name."""
    return f"{trait} (2)" if trait in (*TOLD_BY_LOG, SATISFACTION) else trait
