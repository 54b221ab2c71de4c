"""What to charge: the price study."""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.client.connection import Connection
from trimtab.client.estimates import Estimate, Figure
from trimtab.client.jobs import Job
from trimtab.client.records import Record


@dataclass(frozen=True, kw_only=True)
class PriceStudy(Record):
    """The price points, the demand curve and the latest job, each None where there is none yet."""

    answers: int
    van_westendorp: Estimate | None = None
    demand: Estimate | None = None
    job: Job | None = None


@dataclass(frozen=True, kw_only=True)
class PriceReading(Record):
    """What a price would do; ``against_today`` is None where today's price is not known."""

    price: float
    beyond_answers: bool
    worth: Figure
    revenue_index: Figure
    against_today: Figure | None = None
    p_more_than_today: float | None = None


@dataclass(frozen=True)
class Pricing:
    connection: Connection

    def run(self) -> Job:
        """Study the imported price answers."""
        return Job.of(self.connection, self.connection.post("pricing/study/"))

    def study(self) -> PriceStudy:
        return PriceStudy.of(self.connection, self.connection.get("pricing/study/"))

    def at(self, price: float) -> PriceReading:
        """The share for whom a price is worth it, and revenue against the best price and today's.

        >>> print(t.pricing.at(49).worth)
        worth 0.38 (0.35 to 0.41) share
        """
        return PriceReading.of(self.connection, self.connection.get("pricing/demand/", price=price))
