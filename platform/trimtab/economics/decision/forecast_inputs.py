"""What a forecast needs, and the check that it all fits together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.cohorts import RetentionForm, hold_last
from trimtab.economics.shapes import shaped

ROUNDING = 1e-9
# exp(30) is ten million million times the hazard: a link beyond it is a slip of the pen, and exp would overflow.
LINK_LIMIT = 30.0


@dataclass(frozen=True)
class ForecastInputs:
    """Inputs of a forecast of D worlds, S segments, P plans and T months.

    - ``buyers`` N (D, S, T): people in reach in the month, or (D, T) for all segments together, parted by
      ``segment_mix`` (S,) or (D, S), which is needed then unless S = 1; the second is the quicker.
    - ``share`` S (D, S, P) in 0..1: simulated share of preference of each plan; the plans of a segment sum to <= 1.
    - ``price`` P (P,), (D, P) or (D, S, P): what a customer pays a month in currency, at least 0.
    - ``hazard`` (D, A) for all segments alike or (D, S, A): baseline hazard of leaving after each month of tenure, at
      least 0; from a monthly churn probability c it is -ln(1 - c). The last month is held for later tenures.
    - ``link`` h: one number, (D,), (D, S, P) or (D, S, P, A) by tenure: the link's value h(U) for this offer, 0 at the
      reference satisfaction, more is better.
    - ``serving_cost``: one number, (D,) or (D, S, P): currency per active customer and month.
    - ``payment_fee``: part of revenue that goes to payment and other variable fees, 0..1.
    - ``fixed_cost``: one number or (D,): currency a month.
    - ``expansion`` g: none, one number or (D,): growth a month of a customer's spending from the first month that is
      forecast or, who comes later, from their own first, above -1.
    - ``existing`` (S, P, G): customers on the day before the first month, by months of tenure reached; they pay
      the same prices, cost the same and leave by the same retention as new ones of their tenure. Of them only the part
      ``existing_kept``, one number, (D,) or (D, S, P) in 0..1, accepts the choice and stays.
    - ``acquisition_cost``: one number or (D,): currency for each new customer; ``marketing``: currency a month.
    - ``one_off_cost``: one number or (D,): currency spent before the first month; ``cash_today``: currency in hand.
    - ``correction``: one number or (D,), at least 0: by what new and existing customers are multiplied, such as what
      past forecasts were wrong by; see past_errors.factors.
    - ``annual_discount``: of the net present value, at least 0, .1 = 10 % a year.
    - ``form``: of retention, "hazard" or "document", see cohorts.retained_share.
    """

    buyers: Array
    share: Array
    price: Array
    hazard: Array
    link: Array | float = 0.0
    serving_cost: Array | float = 0.0
    payment_fee: float = 0.0
    fixed_cost: Array | float = 0.0
    expansion: Array | float | None = None
    existing: Array | None = None
    existing_kept: Array | float = 1.0
    segment_mix: Array | None = None
    acquisition_cost: Array | float = 0.0
    marketing: Array | float = 0.0
    one_off_cost: Array | float = 0.0
    cash_today: Array | float = 0.0
    correction: Array | float = 1.0
    annual_discount: float = 0.1
    form: RetentionForm = "hazard"


@dataclass(frozen=True)
class Checked:
    """The same inputs, checked and brought to full shape: see ``ForecastInputs`` for what they mean.

    buyers (D, S, T), and the same in two parts where they were given so: ``together`` (D, 1, T) and ``mix`` (D, S);
    share (D, S, P), price (D, S, P), hazard (D, S, G + T), link (D, S, P) or (D, S, P, G + T), serving_cost (D, S, P),
    fixed_cost, acquisition_cost, marketing, one_off_cost and cash_today (D,), expansion (D,) or None, existing
    (S, P, G) or None with existing_kept (D, S, P).
    """

    buyers: Array
    together: Array
    mix: Array | None
    share: Array
    price: Array
    hazard: Array
    link: Array
    serving_cost: Array
    payment_fee: float
    fixed_cost: Array
    expansion: Array | None
    existing: Array | None
    existing_kept: Array
    acquisition_cost: Array
    marketing: Array
    one_off_cost: Array
    cash_today: Array
    annual_discount: float
    form: RetentionForm


def check(inputs: ForecastInputs) -> Checked:
    """The inputs in full shape. Raises CannotEstimate that names the input at fault and what to do about it."""
    if inputs.form not in get_args(RetentionForm):
        raise CannotEstimate(
            "unknown_retention_form", "There is no form '%(form)s'.", "Choose hazard or document.", form=inputs.form
        )
    share = _share(inputs.share)
    worlds, segments, plans = share.shape
    cell = (worlds, segments, plans)
    existing = None
    if inputs.existing is not None:
        existing = shaped("existing customers", inputs.existing, (segments, plans, None), low=0)
    correction = _spread("corrections", inputs.correction, (worlds,), low=0)
    buyers, together, mix = _buyers(inputs, worlds, segments, correction)
    tenures = buyers.shape[2] + (0 if existing is None else existing.shape[2])
    hazard = _hazard(inputs.hazard, worlds, segments)
    money = {
        name: _spread(words, getattr(inputs, name), (worlds,), low=low)
        for name, words, low in (
            ("fixed_cost", "fixed costs", 0.0),
            ("acquisition_cost", "costs of a new customer", 0.0),
            ("marketing", "marketing costs", 0.0),
            ("one_off_cost", "one-off costs", 0.0),
            ("cash_today", "cash today", -np.inf),
        )
    }
    kept = _spread("parts of the existing customers", inputs.existing_kept, cell, low=0, high=1)
    return Checked(
        buyers=buyers,
        together=together,
        mix=mix,
        share=share,
        price=_price(inputs.price, cell),
        hazard=hold_last(hazard, tenures),
        link=_link(inputs.link, cell, hazard.shape[2], tenures),
        serving_cost=_spread("serving costs", inputs.serving_cost, cell, low=0),
        payment_fee=float(shaped("payment fee", inputs.payment_fee, (), low=0, high=1)),
        expansion=None if inputs.expansion is None else _spread("expansions", inputs.expansion, (worlds,), low=-0.999),
        existing=existing,
        existing_kept=kept * correction[:, None, None],
        **money,
        annual_discount=float(shaped("annual discount", inputs.annual_discount, (), low=0)),
        form=inputs.form,
    )


def _share(values: Array) -> Array:
    share = shaped("shares of preference", values, (None, None, None), low=0, high=1)
    if 0 in share.shape:
        raise CannotEstimate("no_draws", "There are no draws, segments or plans.", "Run the estimates first.")
    most = float(share.sum(axis=2).max())
    if most > 1 + ROUNDING:
        raise CannotEstimate(
            "shares_above_one",
            "The plans of one segment have a share of preference of %(given)s together.",
            "Part one share over the plans: they cannot sum to more than 1.",
            given=f"{most:g}",
        )
    return share


def _price(values: Array, cell: tuple[int, int, int]) -> Array:
    worlds, _segments, plans = cell
    price = shaped("prices", values, (plans,), (worlds, plans), cell, low=0)
    return np.broadcast_to(price if price.ndim == 3 else price[..., None, :], cell)


def _buyers(inputs: ForecastInputs, worlds: int, segments: int, correction: Array) -> tuple[Array, Array, Array | None]:
    """Buyers by segment; and the sum with its parts where it was given so, else buyers by segment again."""
    buyers = shaped("buyers in reach", inputs.buyers, (worlds, None), (worlds, segments, None), low=0)
    if np.any(correction != 1):
        buyers = buyers * correction.reshape(-1, *[1] * (buyers.ndim - 1))
    if buyers.shape[-1] == 0:
        raise CannotEstimate("no_months", "The forecast has no months.", "Give buyers for at least one month.")
    if buyers.ndim == 3:
        return buyers, buyers, None
    if inputs.segment_mix is None and segments > 1:
        raise CannotEstimate(
            "segments_not_parted",
            "Buyers are given for %(segments)s segments together.",
            "Give buyers by segment, or a segment mix to part them by.",
            segments=segments,
        )
    together = buyers[:, None]
    if segments == 1:
        return together, together, None
    mix = shaped("segment mix", inputs.segment_mix, (segments,), (worlds, segments), low=0)
    total = mix.sum(axis=-1, keepdims=True)
    if np.any(total <= 0):
        raise CannotEstimate("segment_mix_empty", "No segment has buyers.", "Give one segment a part above 0.")
    parts = np.broadcast_to(mix / total, (worlds, segments))
    return together * parts[..., None], together, parts


def _hazard(values: Array, worlds: int, segments: int) -> Array:
    hazard = shaped("hazards", values, (worlds, None), (worlds, segments, None), low=0)
    if hazard.shape[-1] == 0:
        raise CannotEstimate("no_hazard", "No month of tenure has a hazard.", "Give at least one month.")
    if hazard.ndim == 2:
        hazard = np.broadcast_to(hazard[:, None], (worlds, segments, hazard.shape[1]))
    return hazard


def _link(values: Array | float, cell: tuple[int, int, int], known: int, tenures: int) -> Array:
    if np.ndim(values) == 4:
        return hold_last(shaped("link values", values, (*cell, known), low=-LINK_LIMIT, high=LINK_LIMIT), tenures)
    return _spread("link values", values, cell, low=-LINK_LIMIT, high=LINK_LIMIT)


def _spread(
    name: str, values: Array | float, full: tuple[int, ...], *, low: float = -np.inf, high: float = np.inf
) -> Array:
    """One number, one per world or the full shape, brought to the full shape."""
    array = shaped(name, values, (), full[:1], full, low=low, high=high)
    if array.ndim == 1:
        array = array.reshape(-1, *[1] * (len(full) - 1))
    return np.broadcast_to(array, full)
