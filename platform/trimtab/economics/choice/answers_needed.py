"""Are more answers needed? The same quantity from growing random groups of the respondents.

N respondents, S group sizes, B repeats, D worlds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.holdout import subsets
from trimtab.economics.draws import LEVEL, Array, interval
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

SHARES = (0.25, 0.4, 0.6, 0.8, 1.0)
SMALLEST = 10

# From the choices of some respondents, the draws (D,) of one quantity.
Quantity = Callable[[ChoiceData, np.random.Generator], Array]


@dataclass(frozen=True)
class AnswersNeeded:
    """How the width of an 80 % interval falls with the number of respondents, and how many a width would take.

    ``sizes`` (S,) respondents; ``widths`` (S,) the median width over the repeats; ``constant`` c of width = c /
    sqrt(n); ``needed`` respondents for ``target``; ``refused`` groups of which no estimate could be made. ``slope``
    is the slope of ln(width) on ln(n), -1/2 where the rule holds; nearer 0 means that more answers help less than
    the rule says.
    """

    sizes: NDArray[np.intp]
    widths: Array
    constant: float
    slope: float
    target: float
    needed: int
    have: int
    refused: int

    @property
    def enough(self) -> bool:
        """Whether the respondents at hand give the target width."""
        return self.needed <= self.have

    def width_with(self, respondents: int) -> float:
        """The width to expect of ``respondents``."""
        return self.constant / float(np.sqrt(respondents))


def answers_needed(
    data: ChoiceData,
    quantity: Quantity,
    *,
    target: float,
    rng: np.random.Generator,
    sizes: Sequence[int] | None = None,
    repeats: int = 3,
    on_progress: Callable[[int, int], None] | None = None,
) -> AnswersNeeded:
    """Refit ``quantity`` on growing random groups of respondents, fit c / sqrt(n) to the interval widths, and solve
    for n.

    c is the geometric mean of width * sqrt(n), each group weighing by its size: n_needed = ceil((c / target)^2).
    Groups of one repeat hold each other, like a study that goes on; everyone is refitted once. ``target`` > 0 is a
    width in the quantity's unit. A group that cannot be estimated is counted in ``refused``. Raises CannotEstimate:
    ``too_few_respondents`` for fewer than 20, ``out_of_range``, and ``too_few_refits`` where fewer than two sizes
    could be estimated.
    """
    shaped("The target width", target, (), low=np.nextafter(0, 1))
    steps = _sizes(data.respondent_count, sizes)
    widths: list[list[float]] = [[] for _ in steps]
    refused, done, total = 0, 0, (len(steps) - 1) * repeats + 1
    for repeat in range(repeats):
        for place, group in enumerate(subsets(data.respondent_count, steps, rng)):
            if place == len(steps) - 1 and repeat:
                continue
            try:
                widths[place].append(_width(quantity(data.subset(group), rng)))
            except CannotEstimate:
                refused += 1
            done += 1
            if on_progress:
                on_progress(done, total)
    kept = [place for place, found in enumerate(widths) if found]
    if len(kept) < 2:
        raise CannotEstimate(
            "too_few_refits",
            "Too few groups of the answers could be estimated to see how precision grows.",
            "Collect more answers first.",
        )
    found = [widths[place] for place in kept]
    return _fitted(np.array([steps[place] for place in kept]), found, target, data.respondent_count, refused)


def _sizes(respondents: int, sizes: Sequence[int] | None) -> list[int]:
    if respondents < 2 * SMALLEST:
        raise CannotEstimate(
            "too_few_respondents",
            "There are %(respondents)d respondents; at least %(least)d are needed to see how precision grows.",
            "Collect more answers first.",
            respondents=respondents,
            least=2 * SMALLEST,
        )
    wanted = [round(share * respondents) for share in SHARES] if sizes is None else [*sizes, respondents]
    return sorted({int(size) for size in wanted if SMALLEST <= size <= respondents})


def _width(draws: Array) -> float:
    _, low, high = interval(np.asarray(draws), LEVEL)
    return float(high - low)


def _fitted(
    sizes: NDArray[np.intp], widths: list[list[float]], target: float, have: int, refused: int
) -> AnswersNeeded:
    middle = np.array([np.median(found) for found in widths])
    weight = sizes / sizes.sum()
    log_width, log_size = np.log(np.maximum(middle, 1e-300)), np.log(sizes)
    constant = float(np.exp(weight @ (log_width + log_size / 2)))
    centred = log_size - weight @ log_size
    slope = float(weight @ (centred * log_width) / (weight @ centred**2))
    needed = int(np.ceil(round((constant / target) ** 2, 9)))
    return AnswersNeeded(sizes, middle, constant, slope, target, max(needed, 1), have, refused)
