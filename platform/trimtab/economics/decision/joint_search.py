"""The best of many options at once: prices, fees and limits, searched for each model and each kind of plan.

A ``Family`` is one discrete alternative (a model with a kind of plan) and its continuous axes; ``objective`` maps a
family and a point to a ``Trial``: draws of the gain and how far each constraint is kept. The mean gain is made largest
by differential evolution from several starts, polished, and held against a plain grid. That several starts end at the
same place is the check of convergence, and what the search says of itself when they do not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product

import numpy as np

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

AGREEING = 2
AGREE_VALUE, AGREE_POINT = 0.005, 0.02
POLISH = 60
# An infeasible point is worse than any feasible one, however small its violation.
INFEASIBLE = 1e30


@dataclass(frozen=True)
class Axis:
    """One quantity that is free from ``low`` to ``high``; ``is_log`` where its size matters and not its difference."""

    name: str
    low: float
    high: float
    is_log: bool = False

    def at(self, share: float) -> float:
        """The value at ``share`` 0..1 of the way."""
        share = min(1.0, max(0.0, share))
        if self.is_log:
            return float(self.low * (self.high / self.low) ** share)
        return float(self.low + share * (self.high - self.low))


@dataclass(frozen=True)
class Family:
    """A discrete alternative, by ``name``, with its continuous ``axes`` (none: it is one point)."""

    name: str
    axes: tuple[Axis, ...] = ()

    def at(self, shares: Sequence[float] | Array) -> tuple[float, ...]:
        """The point at these shares of the axes."""
        return tuple(axis.at(float(share)) for axis, share in zip(self.axes, shares, strict=True))


@dataclass(frozen=True)
class Effort:
    """How hard to look: ``starts`` searches of each family, up to ``most_starts`` until two agree, each of ``members``
    points an axis for at most ``generations``; and about ``grid_points`` on the plain grid."""

    starts: int = 4
    most_starts: int = 12
    members: int = 12
    generations: int = 60
    grid_points: int = 200


@dataclass(frozen=True)
class Trial:
    """What a point brings: ``gain`` (D,) and ``slack``, each at least 0 where its constraint is kept."""

    gain: Array
    slack: tuple[float, ...] = ()

    @property
    def is_feasible(self) -> bool:
        """Whether every constraint is kept."""
        return all(one >= 0 for one in self.slack)

    @property
    def loss(self) -> float:
        """What the search makes small: a feasible point beats an infeasible one, then the mean gain or the sum of the
        violations decides (the rules of Deb 2000, Computer Methods in Applied Mechanics and Engineering 186:311-338).
        """
        if self.is_feasible:
            return -float(self.gain.mean())
        return INFEASIBLE * (1 + sum(max(0.0, -one) for one in self.slack))


@dataclass(frozen=True)
class FamilyBest:
    """The best of one family. ``point`` its values by axis; ``gain`` its mean on the worlds of the search.

    Of ``starts`` searches ``agreeing`` ended within half a per cent of the best value (or of the usual size of the
    gain, where that is more), ``same_place`` of those within 2 % of each axis of the best point. ``converged``: at
    least two agree in value; ``is_flat``: they do, but at different points, so that which of them is taken matters
    little. ``grid_gain`` is the best of the plain grid, None where it found no feasible point.
    """

    family: str
    point: tuple[float, ...]
    gain: float
    is_feasible: bool
    slack: tuple[float, ...]
    starts: int
    agreeing: int
    same_place: int
    converged: bool
    grid_point: tuple[float, ...] | None
    grid_gain: float | None

    @property
    def is_flat(self) -> bool:
        """As good at more than one place."""
        return self.converged and self.same_place < AGREEING < self.starts


@dataclass(frozen=True)
class Found:
    """``best`` of the ``families`` (all, in the order given) and what it brings on worlds that the search did not see.

    ``gain_seen`` is the mean gain on the worlds of the search, ``gain_held_out`` on others, with ``standard_error`` of
    their difference from the number of draws. The first is too high on average, because the search picked what suits
    its own draws (the optimizer's curse, Smith & Winkler 2006, Management Science 52(3):311-322); the second is not.
    """

    best: FamilyBest
    families: tuple[FamilyBest, ...]
    gain_seen: float
    gain_held_out: float | None
    standard_error: float
    evaluations: int
    held_out: Trial | None = field(default=None, repr=False)

    @property
    def optimism(self) -> float | None:
        """What the search promised beyond what held-out worlds keep."""
        return None if self.gain_held_out is None else self.gain_seen - self.gain_held_out


Objective = Callable[[Family, tuple[float, ...]], Trial]
Progress = Callable[[int, int], None]


def search(
    families: Sequence[Family],
    objective: Objective,
    *,
    rng: np.random.Generator,
    held_out: Objective | None = None,
    effort: Effort | None = None,
    on_progress: Progress | None = None,
) -> Found:
    """The feasible point of all families with the largest mean gain.

    ``objective`` answers on the worlds of the search, always the same ones, so that it is smooth in the point (common
    random numbers); ``held_out`` on others. Differential evolution: Storn & Price 1997, Journal of Global Optimization
    11:341-359 (best/1/bin with dither, scipy), then Nelder & Mead from its end. ``on_progress`` is told the searches
    that are done; what it raises stops the search. Raises CannotEstimate ``nothing_to_search`` without a family and
    ``nothing_feasible`` where no point that was tried keeps all constraints.

    >>> hill = lambda family, point: Trial(np.array([4.0, 6.0]) - (point[0] - 3.0) ** 2)
    >>> found = search([Family("one", (Axis("x", 0.0, 10.0),))], hill, rng=np.random.default_rng(1))
    >>> round(found.best.point[0], 2), round(found.best.gain, 2), found.best.converged
    (3.0, 5.0, True)
    """
    if not families:
        raise CannotEstimate("nothing_to_search", "There is nothing to search.", "Give a model or a plan.")
    counted = _Counted(objective)
    tell = on_progress or (lambda _done, _of: None)
    effort = effort or Effort()
    each = effort.starts + 1
    steps = len(families) * each
    made = [
        _best_of(family, counted, rng, effort, _from(tell, place * each, each, steps))
        for place, family in enumerate(families)
    ]
    tell(steps, steps)
    feasible = [one for one in made if one.is_feasible]
    if not feasible:
        raise CannotEstimate(
            "nothing_feasible",
            "No point that was tried keeps all constraints.",
            "Loosen a constraint, or widen the range of prices.",
        )
    best = max(feasible, key=lambda one: one.gain)
    family = families[made.index(best)]
    seen = counted(family, best.point)
    kept = held_out(family, best.point) if held_out is not None else None
    return Found(
        best=best,
        families=tuple(made),
        gain_seen=best.gain,
        gain_held_out=float(kept.gain.mean()) if kept is not None else None,
        standard_error=_standard_error(seen.gain, kept.gain) if kept is not None else 0.0,
        evaluations=counted.count,
        held_out=kept,
    )


def _from(tell: Progress, first: int, most: int, of: int) -> Callable[[int], None]:
    """Tells what is done of one family, at most ``most``, as a part of all."""
    return lambda done: tell(first + min(done, most), of)


class _Counted:
    """The objective, with the number of times it was asked, and its answers on points asked before."""

    def __init__(self, objective: Objective) -> None:
        self.objective, self.count = objective, 0
        self.known: dict[tuple[str, tuple[float, ...]], tuple[float, tuple[float, ...]]] = {}

    def __call__(self, family: Family, point: tuple[float, ...]) -> Trial:
        self.count += 1
        return self.objective(family, point)

    def loss(self, family: Family, point: tuple[float, ...]) -> float:
        """The loss alone, from memory where it is known: draws of thousands of points would fill it."""
        key = (family.name, point)
        if key not in self.known:
            trial = self(family, point)
            self.known[key] = (trial.loss, trial.slack)
        return self.known[key][0]


def _best_of(
    family: Family, counted: _Counted, rng: np.random.Generator, effort: Effort, tell: Callable[[int], None]
) -> FamilyBest:
    tell(0)
    if not family.axes:
        return _family_best(family, counted, [np.empty(0)], _Grid(np.empty(0), 0.0))
    grid = _searched_grid(family, counted, effort.grid_points)
    ends: list[Array] = []
    while True:
        tell(len(ends) + 1)
        ends.append(_evolved(family, counted, rng.spawn(1)[0], effort, partial(tell, len(ends) + 1)))
        if len(ends) >= effort.starts:
            found = _family_best(family, counted, ends, grid)
            if found.converged or len(ends) >= effort.most_starts:
                return found


@dataclass(frozen=True)
class _Grid:
    """The ``best`` shares of a plain grid, and how large gains are on it by and large: the scale of agreement."""

    best: Array
    scale: float


def _searched_grid(family: Family, counted: _Counted, size: int) -> _Grid:
    """About ``size`` points, the same number along each axis."""
    along = max(2, int(np.floor(size ** (1 / len(family.axes)) + 1e-9)))
    points = list(product(np.linspace(0, 1, along), repeat=len(family.axes)))
    losses = np.array([counted.loss(family, family.at(shares)) for shares in points])
    feasible = losses[losses < INFEASIBLE]
    return _Grid(np.array(points[int(np.argmin(losses))]), float(np.median(np.abs(feasible))) if feasible.size else 0.0)


def _evolved(
    family: Family, counted: _Counted, rng: np.random.Generator, effort: Effort, tell: Callable[[], None]
) -> Array:
    # scipy.optimize takes longer to import than all else here, and only a search needs it.
    from scipy.optimize import differential_evolution, minimize

    def loss(shares: Array) -> float:
        return counted.loss(family, family.at(shares))

    def told(*_state: object, **_named: object) -> None:
        tell()

    bounds = [(0.0, 1.0)] * len(family.axes)
    found = differential_evolution(
        loss, bounds, rng=rng, popsize=effort.members, maxiter=effort.generations, tol=1e-4, polish=False, init="sobol",
        callback=told,
    )  # fmt: skip
    options = {"maxfev": POLISH * len(bounds), "xatol": 1e-5, "fatol": 1e-9, "initial_simplex": _simplex(found.x)}
    polished = minimize(loss, found.x, method="Nelder-Mead", bounds=bounds, options=options)
    return np.asarray(polished.x if polished.fun <= found.fun else found.x)


def _simplex(start: Array) -> Array:
    """A small simplex that stays within 0..1."""
    step = np.where(start > 0.5, -0.02, 0.02)
    return np.vstack([start, start + np.diag(step)])


def _family_best(family: Family, counted: _Counted, ends: list[Array], grid: _Grid) -> FamilyBest:
    losses = np.array([counted.loss(family, family.at(end)) for end in ends])
    grid_point = family.at(grid.best)
    grid_loss = counted.loss(family, grid_point)
    shares = ends[int(np.argmin(losses))] if losses.min() <= grid_loss else grid.best
    loss = min(float(losses.min()), grid_loss)
    near = np.abs(losses - loss) <= AGREE_VALUE * max(abs(loss), grid.scale)
    same = np.array([np.all(np.abs(end - shares) <= AGREE_POINT) for end in ends])
    point = family.at(shares)
    feasible = loss < INFEASIBLE
    return FamilyBest(
        family=family.name,
        point=point,
        gain=-loss if feasible else float("nan"),
        is_feasible=feasible,
        slack=counted.known[(family.name, point)][1],
        starts=len(ends),
        agreeing=int(near.sum()),
        same_place=int(np.sum(near & same)),
        converged=bool(feasible and (near.sum() >= AGREEING or len(ends) == 1)),
        grid_point=grid_point if grid_loss < INFEASIBLE else None,
        grid_gain=-grid_loss if grid_loss < INFEASIBLE else None,
    )


def _standard_error(seen: Array, other: Array) -> float:
    return float(np.sqrt(seen.var() / seen.size + other.var() / other.size))
