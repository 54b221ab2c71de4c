"""How many customers come, and how a product spreads."""

from trimtab.economics.adoption import bass, bass_prior
from trimtab.economics.adoption.arrivals import ArrivalSeries, arrival_draws, expected_draws, monthly_arrivals
from trimtab.economics.adoption.bass import BassFit, adopted, curve, peak_time
from trimtab.economics.adoption.bass_prior import BassPrior

__all__ = [
    "ArrivalSeries",
    "BassFit",
    "BassPrior",
    "adopted",
    "arrival_draws",
    "bass",
    "bass_prior",
    "curve",
    "expected_draws",
    "monthly_arrivals",
    "peak_time",
]
