"""How a lifetime value study is to be done: what its form asks, its job keeps and its result repeats."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, cast

import numpy as np

from trimtab.economics.retention.discounting import Discount
from trimtab.economics.retention.purchases import DAYS, PurchaseLog

Unit = Literal["day", "week", "month"]
FIT_SHARE = 2 / 3


@dataclass(frozen=True)
class LifetimeSettings:
    """``until`` is the last day of the fit, '' for two thirds of the log; the rates are shares."""

    unit: Unit = "week"
    until: str = ""
    discount_per_year: float = 0.10
    margin: float = 1.0

    @classmethod
    def of(cls, given: dict[str, Any]) -> LifetimeSettings:
        """From a job's parameters or a result's, whichever of the names they hold."""
        return cls(**{name: given[name] for name in cls.__dataclass_fields__ if given.get(name) not in (None, "")})

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def discount(self) -> Discount:
        return Discount.yearly(self.discount_per_year)

    @property
    def year(self) -> float:
        """A year in the unit."""
        return DAYS["year"] / DAYS[self.unit]

    def last_day_of_fit(self, log: PurchaseLog) -> np.datetime64:
        if self.until:
            return np.datetime64(date.fromisoformat(self.until), "D")
        first, last = log.day.min(), log.day.max()
        days = int((last - first).astype(int) * FIT_SHARE)
        return cast(np.datetime64, first + np.timedelta64(days, "D"))
