"""The kinds of result of the retention study, and how far they look ahead."""

from __future__ import annotations

SATISFACTION, SURVIVAL = "retention.satisfaction", "retention.survival"
LINK, ARRIVALS = "retention.link", "retention.arrivals"
LIFETIME_VALUE = "retention.lifetime_value"
DRIVERS = "retention.drivers"
REVENUE = "retention.revenue"
MONTHS = 60
