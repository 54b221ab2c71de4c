"""Sensitivity: which uncertain inputs spread the result, alone and together with others (Sobol's effects).

Symbols: D worlds, G groups of inputs that are independent of each other, Y (D,) the result of each world.
S_g = Var(E[Y | g]) / Var(Y), the first-order effect; ST_g = E[Var(Y | all but g)] / Var(Y), the total effect, in
which everything counts that g does together with others. Nothing depends on the order of the worlds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.draws import LEVEL, Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import customer_weights, world_chunks
from trimtab.economics.shapes import shaped

Orders = Mapping[str, NDArray[np.intp]]
Evaluate = Callable[[Orders], Array]
RESAMPLES = 400
LEAST_WORLDS = 40


@dataclass(frozen=True)
class Effect:
    """One group's share of the variance, 0..1: ``first`` alone, ``total`` with what it does together with others.

    ``..._low`` and ``..._high``: the 80 % interval of the estimate, by a Bayesian bootstrap of the worlds.
    """

    name: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float


@dataclass(frozen=True)
class Sensitivity:
    """``effects`` with the largest total first; ``together`` 0..1 is the part that no group makes alone."""

    effects: tuple[Effect, ...]
    together: float
    mean: float
    variance: float


def sobol_effects(
    evaluate: Evaluate,
    groups: Sequence[str],
    rng: np.random.Generator,
    *,
    replicates: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
) -> Sensitivity:
    """First-order and total effects of ``groups`` on the result of ``evaluate``, with (G + 1) runs a replicate + 1.

    ``evaluate(orders)`` gives Y (D,) with each group in ``orders`` taken from other worlds: order[i] is the world
    that gives world i its values of the group. The worlds as they are make the sample A, all groups rearranged, each
    in an order of its own, make B, and A with one group from B makes AB_g. First order by Saltelli et al. 2010,
    mean(B (AB_g - A)) / V; total by Jansen 1999, mean((A - AB_g)^2) / 2V. Worlds are first put in the order of their
    results, so that the same worlds in another order give the same effects. ``replicates`` repeats B and AB.

    Raises CannotEstimate for fewer than 40 worlds or a result that is the same in all of them.
    Sources: Saltelli, Annoni, Azzini, Campolongo, Ratto & Tarantola 2010, Variance based sensitivity analysis of
    model output, Computer Physics Communications 181:259-270; Jansen 1999, the same journal, 117:35-43.

    >>> rng = np.random.default_rng(1)
    >>> draws = {"price": rng.normal(0, 2, 20_000), "reach": rng.normal(0, 1, 20_000)}
    >>> found = sobol_effects(over_draws(lambda x: x["price"] + x["reach"], draws), list(draws), rng)
    >>> [(effect.name, round(effect.total, 1)) for effect in found.effects]
    [('price', 0.8), ('reach', 0.2)]
    """
    steps = 1 + replicates * (len(groups) + 1)
    done = 0

    def run(orders: Orders) -> Array:
        nonlocal done
        found = shaped("results", evaluate(orders), (None,))
        done += 1
        if on_progress is not None:
            on_progress(done, steps)
        return found

    base = run({})
    _refuse_too_little(base)
    ranked = np.argsort(base, kind="stable")
    rows = np.zeros((base.size, 1 + 2 * len(groups)))
    results = [base]
    for _ in range(replicates):
        orders = {name: _rearranged(ranked, rng) for name in groups}
        other = run(orders)
        mixed = np.column_stack([run({name: orders[name]}) for name in groups])
        results.append(other)
        rows += _products(base, other, mixed)
    rows /= replicates
    return _told(rows[ranked], groups, rng, np.concatenate(results))


def over_draws(model: Callable[[dict[str, Array]], Array], inputs: Mapping[str, Array]) -> Evaluate:
    """``evaluate`` of a model that takes the draws of each group, (D,) or (D, k), by name."""

    def evaluate(orders: Orders) -> Array:
        return model({name: draws[orders[name]] if name in orders else draws for name, draws in inputs.items()})

    return evaluate


def _rearranged(ranked: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
    order = np.empty_like(ranked)
    order[ranked] = ranked[rng.permutation(ranked.size)]
    return order


def _products(base: Array, other: Array, mixed: Array) -> Array:
    """The rows whose means are the variance, the first-order and the total parts of it, (D, 1 + 2 G)."""
    centre = (base.mean() + other.mean()) / 2
    a, b, ab = base - centre, other - centre, mixed - centre
    variance = (a**2 + b**2) / 2
    return np.column_stack([variance, b[:, None] * (ab - a[:, None]), (a[:, None] - ab) ** 2 / 2])


def _told(rows: Array, groups: Sequence[str], rng: np.random.Generator, results: Array) -> Sensitivity:
    worlds, count = rows.shape[0], len(groups)
    chunks = world_chunks(RESAMPLES, worlds)
    resampled = np.concatenate([customer_weights(worlds, part.stop - part.start, rng) @ rows for part in chunks])
    parts = np.clip(resampled[:, 1:] / resampled[:, :1], 0, 1)
    low, high = np.quantile(parts, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    middle = rows.mean(axis=0)
    found = np.clip(middle[1:] / middle[0], 0, 1)
    effects = [
        Effect(
            name,
            *(float(part[place]) for part in (found, low, high)),
            *(float(part[count + place]) for part in (found, low, high)),
        )
        for place, name in enumerate(groups)
    ]
    return Sensitivity(
        effects=tuple(sorted(effects, key=lambda effect: (-effect.total, effect.name))),
        together=float(np.clip(1 - found[:count].sum(), 0, 1)),
        mean=float(results.mean()),
        variance=float(results.var()),
    )


def _refuse_too_little(base: Array) -> None:
    if base.size < LEAST_WORLDS:
        raise CannotEstimate(
            "too_few_worlds",
            "%(worlds)s draws are too few to tell what %(name)s explains.",
            "Use at least %(least)s draws.",
            worlds=base.size,
            name="an input",
            least=LEAST_WORLDS,
        )
    if np.ptp(base) <= 1e-12 * max(abs(float(base.max())), abs(float(base.min()))):
        raise CannotEstimate(
            "nothing_varies", "The result is the same in all worlds.", "Compare options that differ in something."
        )
