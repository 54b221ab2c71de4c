"""Willingness to pay: what a change of an offer is worth in money, alone and against competitors.

D worlds, M kinds of people, K coefficients. The price must have one linear coefficient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp

from trimtab.economics.choice.coding import Attribute, Coding, Offer
from trimtab.economics.choice.population import Population
from trimtab.economics.choice.simulator import Market
from trimtab.economics.draws import Array, Figure, align, summarise
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import world_chunks

HALVINGS = 60


@dataclass(frozen=True)
class WillingnessToPay:
    """Money per change: of mean part-worths ``typical`` (D,), of the median person ``middle`` (D,), ``by_person``
    (D, M).

    ``unmoved`` (D,) is the share of people whose price coefficient is not negative: their ratio has no meaning, it
    is nan in ``by_person`` and left out of ``middle``, but their part-worths count in ``typical``.
    """

    typical: Array
    middle: Array
    by_person: Array
    unmoved: Array

    def figure(self, name: str, unit: str = "") -> Figure:
        """The typical person's willingness to pay with its interval."""
        return summarise(self.typical, name=name, unit=unit)


@dataclass(frozen=True)
class CompetitiveValue:
    """The rise of the price, (D,), that gives back the share that a change won.

    ``target`` (D,) is the share before, ``at_old_price`` (D,) the share of the changed offer at the old price.

    ``beyond`` (D,) marks worlds in which the new price lies above the highest price that was asked, or in which no
    price up to ten times the search range gives the share back: there ``rise`` is the last price tried, a lower
    bound.
    """

    rise: Array
    target: Array
    at_old_price: Array
    beyond: NDArray[np.bool_]

    def figure(self, name: str, unit: str = "") -> Figure:
        """The rise with its interval."""
        return summarise(self.rise, name=name, unit=unit)


@dataclass(frozen=True)
class QualityValue:
    """Money per user and month that a candidate's quality is worth over today's, (D,).

    ``beyond`` (D,) marks worlds in which a quality lay outside the anchors and was held at the nearest one: there
    the value is what is known, not what it would be.
    """

    money: Array
    beyond: NDArray[np.bool_]

    def figure(self, name: str = "value_of_quality", unit: str = "") -> Figure:
        """The value with its interval."""
        return summarise(self.money, name=name, unit=unit)


def price_attribute(coding: Coding) -> Attribute:
    """The one attribute that is a price with a linear coefficient; refuses (``price_not_linear``) anything else."""
    found = [attribute for attribute in coding.attributes if attribute.is_price]
    if len(found) != 1 or found[0].kind != "number":
        raise CannotEstimate(
            "price_not_linear",
            "Willingness to pay needs one price that enters as a number.",
            "Code the price as a number, or compare shares of preference at the prices that were asked.",
        )
    return found[0]


def willingness_to_pay(population: Population, coding: Coding, before: Offer, after: Offer) -> WillingnessToPay:
    """What people would pay at most for ``after`` instead of ``before``, in the unit of the price.

    w = -(x_after - x_before)' beta / beta_price; the two offers must have the same price. For a number attribute
    take offers that differ by one unit. ``typical`` is the ratio of the mean coefficients, -E[dx' beta] /
    E[beta_price], which stays finite where the mean of the ratios need not. Raises CannotEstimate:
    ``price_not_linear``; ``price_differs``; ``nobody_minds_the_price`` where the mean price coefficient is not
    negative in a tenth of the worlds or more. Fewer such worlds are replaced by drawing again from the others.

    Source: Train 2009, Discrete Choice Methods with Simulation, section 3.2; Sonnier, Ainslie & Otter 2007,
    Quantitative Marketing and Economics 5:313-331.

    >>> coding = Coding((Attribute("quality", "levels", ("good", "best"), coding="dummy"),
    ...                  Attribute("price", "number", is_price=True)), none=False)
    >>> population = Population(np.array([[[1.0, -0.1]]]), np.ones(1), coding.names)
    >>> good, best = {"quality": "good", "price": 20}, {"quality": "best", "price": 20}
    >>> round(float(willingness_to_pay(population, coding, good, best).typical[0]), 6)
    10.0
    """
    price = price_attribute(coding).name
    if before.get(price) != after.get(price):
        raise CannotEstimate("price_differs", "The two offers have different prices.", "Give both the same price.")
    column = coding.names.index(price)
    low, high = coding.code([before, after])
    worth = np.asarray(population.partworths, dtype=float) @ (high - low)
    slope = np.asarray(population.partworths[..., column], dtype=float)
    weight = population.shares
    by_person = np.divide(-worth, slope, out=np.full_like(worth, np.nan), where=slope < 0)
    unmoved = np.sum(weight * (slope >= 0), axis=1)
    typical = _ratio(np.sum(weight * worth, axis=1), np.sum(weight * slope, axis=1))
    return WillingnessToPay(typical, _weighted_median(by_person, weight, typical), by_person, unmoved)


def _ratio(worth: Array, slope: Array) -> Array:
    sensible = slope < 0
    if sensible.mean() <= 0.9:
        raise CannotEstimate(
            "nobody_minds_the_price",
            "In %(share)s of the worlds a higher price is not disliked, so money has no value here.",
            "Ask with prices further apart, or ask more people.",
            share=f"{1 - sensible.mean():.0%}",
        )
    kept = np.flatnonzero(sensible)
    spare = kept[np.arange(len(slope)) % len(kept)]
    used = np.where(sensible, np.arange(len(slope)), spare)
    return -worth[used] / slope[used]


def _weighted_median(values: Array, weight: Array, otherwise: Array) -> Array:
    """The weighted median of each row's numbers; ``otherwise`` for a row without any."""
    order = np.argsort(values, axis=1)
    ranked = np.take_along_axis(values, order, axis=1)
    mass = np.cumsum(np.where(np.isnan(ranked), 0.0, np.take_along_axis(weight, order, axis=1)), axis=1)
    place = np.argmax(mass >= mass[:, -1:] / 2, axis=1)
    middle = np.take_along_axis(ranked, place[:, None], axis=1)[:, 0]
    return np.where(mass[:, -1] > 0, middle, otherwise)


def against_competition(
    population: Population,
    coding: Coding,
    market: Market,
    name: str,
    after: Offer,
    *,
    highest_price: float,
    scale: float = 1.0,
) -> CompetitiveValue:
    """The price rise at which the improved offer has the share of preference that it had before, world by world.

    r solves S(after, p + r) = S(before, p), with all competitors as they are in ``market`` and S the share of
    preference (rule "preference"), by bisection: S falls in the price where people dislike it. A worsened offer
    gives a negative r. ``after`` holds all attributes but its price is ignored; ``highest_price`` is the highest
    that was asked in the study. ``scale`` as in the simulator. Raises CannotEstimate: ``price_not_linear``;
    ``no_competition`` for a market of one offer, in which the share never changes; ``offer_unknown``.

    Source: Allenby, Brazell, Howell & Rossi 2014, Economic valuation of product features, Quantitative Marketing and
    Economics 12(4):421-456.
    """
    price = price_attribute(coding).name
    place, old = market.index(name), float(market.offers[name][price])
    if len(market.names) < 2:
        raise CannotEstimate("no_competition", "There is no other offer to compete with.", "Add a competitor or none.")
    improved = market.change(name, **{**dict(after), price: old}).coded(coding)[place]
    reach = 10 * max(highest_price - old, highest_price, 1e-9)
    parts = [
        _rises(population, chunk, market.coded(coding), place, improved, coding.names.index(price), reach, scale)
        for chunk in world_chunks(population.worlds, population.kinds * len(market.names) * 4)
    ]
    rise, target, at_old_price = (np.concatenate(part) for part in zip(*parts, strict=True))
    beyond = (old + rise > highest_price) | (np.abs(rise) >= reach * (1 - 1e-9))
    return CompetitiveValue(rise, target, at_old_price, beyond)


def _rises(
    population: Population,
    chunk: slice,
    rows: Array,
    place: int,
    improved: Array,
    column: int,
    reach: float,
    scale: float,
) -> tuple[Array, Array, Array]:
    parts = scale * np.asarray(population.partworths[chunk], dtype=float)
    others = logsumexp(parts @ np.delete(rows, place, axis=0).T, axis=-1)
    weight, slope = population.shares[chunk], parts[..., column]

    def share(gap: Array) -> Array:
        return np.sum(weight * expit(gap), axis=1)

    gap = parts @ improved - others
    target = share(parts @ rows[place] - others)
    low, high = np.full(len(target), -reach), np.full(len(target), reach)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = share(gap + slope * middle[:, None]) > target
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2, target, share(gap)


def value_of_quality(
    population: Population,
    coding: Coding,
    offer: Offer,
    attribute: str,
    anchors: Mapping[str, float],
    *,
    candidate: Array,
    today: Array,
    rng: np.random.Generator,
) -> QualityValue:
    """What a candidate model's measured quality is worth over today's, in the price's unit (money per user and month).

    V = w(q_candidate) - w(q_today), where w runs linearly between the willingness to pay for the levels that
    ``anchors`` places on the quality scale, e.g. {"sufficient": .80, "best": .95} for the share that a model gets
    right. The places are assumed: people chose between words, not between measured qualities. Beyond the outermost
    anchors w stays flat and the world is flagged: nothing is extrapolated. ``candidate`` and ``today`` are qualities
    in 0..1, one number or draws; draws of another count than the population's worlds are resampled together, so that
    a pair stays a pair. Raises CannotEstimate: ``anchors_not_usable`` for fewer than two anchors or two at one
    place, and what ``willingness_to_pay`` refuses.
    """
    places = sorted(anchors.items(), key=lambda pair: pair[1])
    at = np.array([quality for _, quality in places])
    if len(at) < 2 or np.any(np.diff(at) <= 0) or at[0] < 0 or at[-1] > 1:
        raise CannotEstimate(
            "anchors_not_usable",
            "The levels of quality need two or more different places between 0 and 1.",
            "Say for each level which share of answers it gets right.",
        )
    lowest = {**offer, attribute: places[0][0]}
    worth = np.stack(
        [
            willingness_to_pay(population, coding, lowest, {**offer, attribute: level}).typical
            if step
            else np.zeros(population.worlds)
            for step, (level, _) in enumerate(places)
        ],
        axis=1,
    )
    pair = np.stack(np.broadcast_arrays(np.atleast_1d(candidate), np.atleast_1d(today)), axis=1).astype(float)
    pair = align(pair, len(worth), rng)
    money = _between(pair[:, 0], at, worth) - _between(pair[:, 1], at, worth)
    return QualityValue(money, np.any((pair < at[0]) | (pair > at[-1]), axis=1))


def _between(quality: Array, at: Array, worth: Array) -> Array:
    """``worth`` (D, A) at the anchors ``at`` (A,), read linearly at each world's ``quality`` (D,), flat outside."""
    held = np.clip(quality, at[0], at[-1])
    right = np.clip(np.searchsorted(at, held, side="left"), 1, len(at) - 1)
    part = (held - at[right - 1]) / (at[right] - at[right - 1])
    world = np.arange(len(worth))
    return worth[world, right - 1] * (1 - part) + worth[world, right] * part
