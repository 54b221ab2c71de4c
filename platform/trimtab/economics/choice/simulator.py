"""Share of preference: how a population's part-worths would divide its choices among offers.

D worlds, M kinds of people, K coefficients, J offers ("none" among them where it is offered). A share of preference
is what people would choose if they knew all offers, could get all of them and answered as in the study. It is never
a market share: awareness, distribution, switching and time are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy.special import ndtri, softmax
from scipy.stats import qmc

from trimtab.economics.choice.coding import NONE, Coding, Offer
from trimtab.economics.choice.population import Population
from trimtab.economics.draws import Array, Figure, summarise
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import world_chunks
from trimtab.economics.shapes import shaped

Rule = Literal["preference", "first", "randomised_first"]
RULES: tuple[Rule, ...] = ("preference", "first", "randomised_first")
ATTRIBUTE_NOISE = 0.5


@dataclass(frozen=True)
class Market:
    """Named offers as {attribute: value}, with or without the choice of none of them.

    ``none`` adds a last row that is zero but for a 1 in the coefficient "none".
    """

    offers: Mapping[str, Offer]
    none: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The offers' names in the order of the columns of a share, "none" last."""
        return (*self.offers, NONE) if self.none else tuple(self.offers)

    def index(self, name: str) -> int:
        """The column of an offer; refuses (``offer_unknown``) a name that is not offered."""
        if name not in self.names:
            raise CannotEstimate(
                "offer_unknown",
                "There is no offer named %(offer)s.",
                "Take one of: %(offers)s.",
                offer=name,
                offers=", ".join(self.names),
            )
        return self.names.index(name)

    def change(self, name: str, **values: Any) -> Market:
        """The same market with some attributes of one offer set anew."""
        self.index(name)
        return replace(self, offers={**self.offers, name: {**self.offers[name], **values}})

    def add(self, name: str, offer: Offer) -> Market:
        """The same market with one more offer."""
        return replace(self, offers={**self.offers, name: offer})

    def without(self, name: str) -> Market:
        """The same market with one offer taken away."""
        self.index(name)
        return replace(self, offers={key: value for key, value in self.offers.items() if key != name})

    def coded(self, coding: Coding) -> Array:
        """The rows (J, K) of the offers under ``coding``; refuses (``none_not_asked``) a none that was never asked."""
        if not self.offers:
            raise CannotEstimate("no_offers", "There is no offer to choose from.", "Add an offer.")
        if self.none and not coding.none:
            raise CannotEstimate(
                "none_not_asked",
                "Nobody was offered the choice of none, so its appeal is not known.",
                "Simulate without none, or ask again with a none option.",
            )
        return coding.code([*self.offers.values(), *([{}] if self.none else [])])


@dataclass(frozen=True)
class Simulation:
    """Shares of preference (D, J) of the named offers; each row sums to 1."""

    names: tuple[str, ...]
    shares: Array
    rule: Rule

    def of(self, name: str) -> Array:
        """The share of one offer by world, (D,)."""
        return self.shares[:, self.names.index(name)]

    def figures(self) -> list[Figure]:
        """Median and 80 % interval of each share."""
        return [summarise(self.of(name), name=name, unit="share") for name in self.names]


def simulate(
    population: Population, coding: Coding, market: Market, rule: Rule = "preference", **options: Any
) -> Simulation:
    """``share_of_preference`` of a market's offers, with their names kept; ``options`` go on to it.

    Under ``randomised_first`` a linear price gets no noise: nobody comes to like paying more.

    >>> from trimtab.economics.choice.coding import Attribute
    >>> coding = Coding((Attribute("quality", "levels", ("good", "best"), coding="dummy"),
    ...                  Attribute("price", "number", is_price=True)), none=False)
    >>> people = Population(np.array([[[1.0, -0.1]]]), np.ones(1), coding.names)
    >>> market = Market({"ours": {"quality": "best", "price": 20}, "theirs": {"quality": "good", "price": 10}})
    >>> simulate(people, coding, market).shares.tolist()
    [[0.5, 0.5]]
    """
    if rule == "randomised_first" and coding.price_column is not None:
        options["attribute_noise"] = noise_sizes(population, options.get("attribute_noise", ATTRIBUTE_NOISE))
        options["attribute_noise"][coding.price_column] = 0.0
    return Simulation(market.names, share_of_preference(population, market.coded(coding), rule, **options), rule)


def share_of_preference(
    population: Population,
    offers: Array,
    rule: Rule = "preference",
    *,
    scale: float = 1.0,
    attribute_noise: float | Array = ATTRIBUTE_NOISE,
    product_noise: float = 0.0,
    points: int = 128,
    rng: np.random.Generator | None = None,
) -> Array:
    """The share of each offer by world, shape (D, J), each in 0..1, each row summing to 1.

    With the utility v_j = scale * x_j' beta of a person with part-worths beta, people weighted by their shares:

    - ``preference``: exp(v_j) / sum_i exp(v_i). Two like offers take from all others in proportion (red bus, blue bus).
    - ``first``: 1 for the highest v_j, split evenly at a tie. Like offers share what one would have got; small
      differences weigh too much.
    - ``randomised_first``: the mean over ``points`` draws e of the first choice under scale * x_j'(beta + e) + product
      noise: like offers get like noise, so they compete mostly with each other. The noise of products is Gumbel with
      scale ``product_noise`` and is integrated in closed form (a logit); 0 leaves the first choice.

    ``offers`` has shape (J, K); ``scale`` > 0 (below 1 is flatter than the study, above 1 steeper).
    ``attribute_noise`` is the standard deviation of e: one number is a share of the root mean square part-worth of
    each coefficient, so that it has no unit; an array (K,) is in the coefficients' own units. The same draws serve
    all people and worlds. Raises CannotEstimate for coefficients that do not fit (``shape_does_not_fit``), an
    unknown rule (``rule_unknown``) and a ``scale``, noise or number of points out of range (``out_of_range``).

    Source: Orme & Huber 2000, Improving the value of conjoint simulations, Marketing Research 12(4):12-20; McFadden
    1974.
    """
    rows = shaped("The offers", offers, (None, len(population.names)))
    shaped("The scale factor", scale, (), low=1e-9)
    if rule not in RULES:
        raise CannotEstimate("rule_unknown", "There is no rule named %(rule)s.", "Take one of: %(rules)s.",
                             rule=rule, rules=", ".join(RULES))  # fmt: skip
    noise = _attribute_noise(population, attribute_noise, points, rng) if rule == "randomised_first" else None
    shaped("The noise of products", product_noise, (), low=0)
    steps = 1 if noise is None else len(noise)
    return _by_chunks(population, rows, rule, scale=scale, noise=noise, product_noise=product_noise, steps=steps)


def _by_chunks(
    population: Population,
    rows: Array,
    rule: Rule,
    *,
    scale: float,
    noise: Array | None,
    product_noise: float,
    steps: int,
) -> Array:
    worlds, kinds, _ = population.partworths.shape
    result = np.empty((worlds, len(rows)))
    for chunk in world_chunks(worlds, kinds * len(rows) * min(steps, 4)):
        utility = np.asarray(population.partworths[chunk], dtype=float) @ rows.T
        if noise is None:
            chosen = first_choice(utility) if rule == "first" else softmax(scale * utility, axis=-1)
        else:
            chosen = _randomised(utility, noise @ rows.T, scale, product_noise)
        result[chunk] = np.einsum("dm,dmj->dj", population.shares[chunk], chosen)
    return result


def _randomised(utility: Array, shocks: Array, scale: float, product_noise: float) -> Array:
    total = np.zeros_like(utility)
    for shock in shocks:
        shaken = utility + shock
        total += first_choice(shaken) if product_noise == 0 else softmax(scale * shaken / product_noise, axis=-1)
    return total / len(shocks)


def noise_sizes(population: Population, size: float | Array) -> Array:
    """Standard deviations of the coefficients' noise, (K,): ``size`` times their root mean square, or as given."""
    given = shaped("The noise of attributes", size, (), (len(population.names),), low=0)
    typical = np.sqrt(np.mean(np.square(population.partworths, dtype=float), axis=(0, 1)))
    return given * typical if given.ndim == 0 else np.array(given, dtype=float)


def _attribute_noise(
    population: Population, size: float | Array, points: int, rng: np.random.Generator | None
) -> Array:
    """Normal noise of the coefficients, (S, K), from Sobol points that ``rng`` scrambles."""
    shaped("The number of points", points, (), low=1, high=2**16)
    deviations = noise_sizes(population, size)
    seed = rng if rng is not None else np.random.default_rng(0)
    sobol = qmc.Sobol(len(population.names), rng=seed)
    uniform = sobol.random_base2(int(np.ceil(np.log2(points))))
    return ndtri(np.clip(uniform, 1e-9, 1 - 1e-9)) * deviations


def first_choice(utility: Array) -> Array:
    """1 for the highest utility along the last axis, split evenly among offers that tie."""
    best = utility >= utility.max(axis=-1, keepdims=True) - 1e-9
    return best / best.sum(axis=-1, keepdims=True)
