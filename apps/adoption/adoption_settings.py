"""How adoption is to be studied: what the form asks, the job keeps and the result repeats."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from trimtab.economics.adoption import bass_prior
from trimtab.economics.adoption.bass import Form
from trimtab.economics.adoption.bass_prior import BassPrior

Period = Literal["year", "quarter", "month", "week"]
PER_YEAR: dict[str, float] = {"year": 1.0, "quarter": 4.0, "month": 12.0, "week": 365.25 / 7}


@dataclass(frozen=True)
class AdoptionSettings:
    """``source`` is "counts" (imported periods) or "arrivals" (new customers a month, from the subscription log).

    ``period`` is how long a numbered period is; dated rows tell it themselves. ``market`` 0 stands for not typed;
    ``p`` and ``q`` are means a year; a factor f holds four of five values between the middle over f and times f.
    """

    source: Literal["counts", "arrivals"] = "counts"
    product: str = ""
    period: Period = "year"
    form: Form = "density"
    market: float = 0.0
    market_factor: float = 1.5
    p: float = bass_prior.P_PER_YEAR
    p_factor: float = bass_prior.P_FACTOR
    q: float = bass_prior.Q_PER_YEAR
    q_factor: float = bass_prior.Q_FACTOR
    ahead: int = 0

    @classmethod
    def of(cls, given: dict[str, Any]) -> AdoptionSettings:
        """From a job's parameters or a result's, whichever of the names they hold."""
        return cls(**{name: given[name] for name in cls.__dataclass_fields__ if given.get(name) not in (None, "")})

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def prior(self, period: str) -> BassPrior:
        """The typed figures for periods of this length."""
        return BassPrior(
            market=self.market,
            market_factor=self.market_factor,
            p=self.p,
            p_factor=self.p_factor,
            q=self.q,
            q_factor=self.q_factor,
            periods_per_year=PER_YEAR[period],
        )
