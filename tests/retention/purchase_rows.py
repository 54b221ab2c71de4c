"""Purchases of a made-up shop."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

LAST = date(2026, 8, 31)


def bought(customers=150, seed=1, amounts=True):
    """Customers of early 2026 who come back at rates of their own and after each return may stay away for good."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(customers):
        day = date(2026, 1, 1) + timedelta(days=int(rng.integers(0, 60)))
        rate, leaves, spend = rng.gamma(0.9, 1 / 25), rng.beta(0.9, 3.0), 60 / rng.gamma(4, 1)
        gone = False
        while day <= LAST and not gone:
            amount = round(float(rng.gamma(6, spend / 6)) + 0.01, 2) if amounts else None
            rows.append({"customer": f"C-{number}", "bought_on": day, "amount": amount})
            gone = len(rows) > 1 and rows[-2]["customer"] == rows[-1]["customer"] and rng.random() < leaves
            day += timedelta(days=int(np.ceil(min(rng.exponential(1 / rate), 9999))))
    return rows
