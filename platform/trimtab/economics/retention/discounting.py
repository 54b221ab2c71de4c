"""Discounting: one rate, stated per year and per month, so that nobody takes the one for the other."""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.economics.errors import CannotEstimate

MONTHS = 12


@dataclass(frozen=True)
class Discount:
    """The same rate twice: ``per_year`` d and ``per_month`` (1 + d)^(1/12) - 1, both above 0 as shares.

    Money due in k months is worth (1 + per_month)^-k of it today.

    >>> rate = Discount.yearly(0.10)
    >>> round(rate.per_month, 6), round(Discount.monthly(rate.per_month).per_year, 6)
    (0.007974, 0.1)
    """

    per_year: float
    per_month: float

    @classmethod
    def yearly(cls, rate: float) -> Discount:
        """From a rate a year. Raises CannotEstimate('discount_out_of_range') unless 0 < rate <= 10."""
        return cls(_checked(rate), (1 + rate) ** (1 / MONTHS) - 1)

    @classmethod
    def monthly(cls, rate: float) -> Discount:
        """From a rate a month. Raises CannotEstimate('discount_out_of_range') unless 0 < rate <= 10."""
        return cls((1 + _checked(rate)) ** MONTHS - 1, rate)


def _checked(rate: float) -> float:
    if not 0 < rate <= 10:
        raise CannotEstimate(
            "discount_out_of_range",
            "A discount of %(rate)s is not a share between 0 and 10.",
            "Write ten per cent as 0.10.",
            rate=rate,
        )
    return rate
