"""The plans that earn most: one flat price, two and three tiers, a price of use, and a fee with a price of use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.plan_pool import Pool
from trimtab.economics.price.plans import DEFAULT_RETURNS, Outcome, People, Plan, outcome

STARTS, MOST_STARTS = 8, 32
AGREE = 0.001
AGREEING = 2
ROUNDS = 60
LIMITS = 24
RATES = 40
STRETCHES = np.geomspace(0.6, 1.6, 21)
Menu = tuple[Plan, ...]
Progress = Callable[[int, int], None]


class MenuKind(StrEnum):
    """The kinds of menu that are compared."""

    FLAT = "flat"
    TWO_TIERS = "two_tiers"
    THREE_TIERS = "three_tiers"
    USAGE = "usage"
    HYBRID = "hybrid"


@dataclass(frozen=True)
class BestMenu:
    """The best menu of its kind, by mean margin over the worlds, and what it brings in each.

    ``expected_margin`` is its margin on the pool of the search, in currency for each person in reach a month. Of
    ``starts`` searches ``agreeing`` ended within a thousandth of the best; ``converged`` where at least two did, or
    where the search is exhaustive.
    """

    kind: MenuKind
    menu: Menu
    outcome: Outcome
    expected_margin: float
    starts: int
    agreeing: int
    converged: bool


def compare_menus(
    everyone: People,
    cost_per_1000: ArrayLike,
    *,
    rng: np.random.Generator,
    returns: float = DEFAULT_RETURNS,
    kinds: Sequence[MenuKind] = tuple(MenuKind),
    on_progress: Progress | None = None,
) -> dict[MenuKind, BestMenu]:
    """The best menu of each kind for the same people (so that they can be compared world by world).

    The margin is that of ``outcome``, its mean over the worlds is made largest. ``cost_per_1000`` is the cost of
    serving 1,000 tokens in currency, a number or draws (D,), of which the search uses the mean. A kind that holds
    another is never worse on the pool: tiers start from the menus with a tier less, a hybrid from both its parts.

    Raises CannotEstimate: ``cost_not_usable``, ``returns_not_usable``, ``nothing_earns`` where no menu earns anything.
    """
    cost = np.asarray(cost_per_1000, dtype=float)
    _require(cost, returns)
    pool = Pool.of(everyone, float(cost.mean()), returns)
    search = MenuSearch(pool, rng)
    found: dict[MenuKind, BestMenu] = {}
    for number, kind in enumerate(kinds):
        if on_progress is not None:
            on_progress(number, len(kinds))
        menu, starts, agreeing = search.best(kind)
        brings = outcome(everyone, menu, cost, returns)
        converged = agreeing >= AGREEING or starts == 1
        found[kind] = BestMenu(kind, menu, brings, pool.margin(menu), starts, agreeing, converged)
    if max(best.expected_margin for best in found.values()) <= 0:
        raise CannotEstimate(
            "nothing_earns",
            "At this cost of serving no plan earns anything: nobody would pay what they cost.",
            "Lower the cost of serving, or ask people who value the product more.",
        )
    return found


def _require(cost: Array, returns: float) -> None:
    if not np.all(np.isfinite(cost)) or np.any(cost < 0):
        raise CannotEstimate(
            "cost_not_usable", "The cost of serving must be a number of zero or more.", "Correct the cost."
        )
    if not 0 < returns <= 1:
        raise CannotEstimate(
            "returns_not_usable",
            "The returns of further tokens must lie above 0 and not above 1.",
            "Take 1 where each token is worth as much as the first, 0.5 where the first are worth more.",
        )


class MenuSearch:
    """Searches on one pool; menus found earlier are starting points of the later ones."""

    def __init__(self, pool: Pool, rng: np.random.Generator) -> None:
        self.pool, self.rng = pool, rng
        self.limits = _limits(pool.tokens)
        self.rates = _rates(pool)
        self.found: dict[MenuKind, Menu] = {}

    def best(self, kind: MenuKind) -> tuple[Menu, int, int]:
        """The best menu, how many searches were made, and how many of them agree with the best."""
        if kind not in self.found:
            self.found[kind], starts, agreeing = self._search(kind)
            return self.found[kind], starts, agreeing
        return self.found[kind], 1, 1

    def _search(self, kind: MenuKind) -> tuple[Menu, int, int]:
        if kind is MenuKind.FLAT:
            return (self._with_best_fee(Plan(0.0), ()),), 1, 1
        if kind is MenuKind.USAGE:
            return (self._usage(),), 1, 1
        if kind is MenuKind.HYBRID:
            return (self._hybrid(),), 1, 1
        return self._tiers(2 if kind is MenuKind.TWO_TIERS else 3)

    def _with_best_fee(self, plan: Plan, others: Sequence[Plan]) -> Plan:
        return replace(plan, fee=self.pool.best_fee(plan, self.pool.choices(others))[0])

    def _usage(self) -> Plan:
        margins = [self.pool.margin([Plan(0.0, 0.0, rate)]) for rate in self.rates]
        return max(self._refined(Plan(0.0, 0.0, self.rates[int(np.argmax(margins))]), fee=False))[1]

    def _refined(self, plan: Plan, *, fee: bool) -> list[tuple[float, Plan]]:
        """Ever finer grids around a price of use; with ``fee`` the best fee at each."""
        tried: list[tuple[float, Plan]] = []
        rate, width = plan.per_1000 or 0.0, self.rates[1] / self.rates[0]
        for _round in range(4):
            for near in rate * np.geomspace(1 / width, width, 17):
                other = replace(plan, per_1000=float(near))
                other = self._with_best_fee(other, ()) if fee else other
                tried.append((self.pool.margin([other]), other))
            best = max(tried, key=lambda item: item[0])[1]
            rate, width = best.per_1000 or rate, width ** (1 / 6)
        return [max(tried, key=lambda item: item[0])]

    def _hybrid(self) -> Plan:
        """A fee with tokens included and a price beyond: each pair on a grid has its exact fee, the best is refined."""
        flat, usage = self.best(MenuKind.FLAT)[0][0], self.best(MenuKind.USAGE)[0][0]
        tried = [(self.pool.margin([plan]), plan) for plan in (flat, usage)]
        alone = self.pool.choices(())
        for included in (0.0, *self.limits[:-1:2]):
            for rate in self.rates[::2]:
                fee, margin = self.pool.best_fee(Plan(0.0, included, rate), alone)
                tried.append((margin, Plan(fee, included, rate)))
        best = max(tried, key=lambda item: item[0])
        if best[1].per_1000 is not None:
            tried += self._refined(best[1], fee=True)
        return max(tried, key=lambda item: item[0])[1]

    def _tiers(self, count: int) -> tuple[Menu, int, int]:
        smaller = self.best(MenuKind.FLAT if count == 2 else MenuKind.TWO_TIERS)[0]
        ended = [self._climb((*smaller, replace(smaller[-1], fee=smaller[-1].fee * 2)))]
        while len(ended) < MOST_STARTS:
            ended += [self._climb(self._start(count)) for _start in range(STARTS - 1 if len(ended) == 1 else STARTS)]
            best, menu = max(ended, key=lambda item: item[0])
            agreeing = sum(margin >= best - AGREE * abs(best) for margin, _menu in ended)
            if agreeing >= AGREEING:
                break
        return tuple(sorted(menu, key=lambda plan: (plan.included, plan.fee))), len(ended), agreeing

    def _start(self, count: int) -> Menu:
        """Limits and fees at random, rising together."""
        limits = np.sort(self.rng.choice(self.limits, count, replace=False))
        worth = np.quantile(self.pool.worth, np.sort(self.rng.uniform(0.2, 0.95, count)))
        return tuple(Plan(float(fee), float(limit)) for fee, limit in zip(worth, limits, strict=True))

    def _climb(self, menu: Menu) -> tuple[float, Menu]:
        """Improve one plan after the other, limit and fee together, then all fees at once, until nothing helps."""
        margin = self.pool.margin(menu)
        for _round in range(ROUNDS):
            before = margin
            for place in range(len(menu)):
                menu, margin = self._improve(menu, place, margin)
            menu, margin = self._stretch(menu, margin)
            if margin <= before + 1e-9 * max(1.0, abs(before)):
                break
        return margin, menu

    def _improve(self, menu: Menu, place: int, margin: float) -> tuple[Menu, float]:
        others = self.pool.choices(menu[:place] + menu[place + 1 :])
        tried = [(*self.pool.best_fee(Plan(0.0, limit), others), limit) for limit in self.limits]
        fee, best, limit = max(tried, key=lambda item: item[1])
        if best <= margin:
            return menu, margin
        changed = (*menu[:place], Plan(fee, limit), *menu[place + 1 :])
        return (changed, value) if (value := self.pool.margin(changed)) > margin else (menu, margin)

    def _stretch(self, menu: Menu, margin: float) -> tuple[Menu, float]:
        stretched = [tuple(replace(plan, fee=plan.fee * by) for plan in menu) for by in STRETCHES]
        best = max(stretched, key=self.pool.margin)
        return (best, value) if (value := self.pool.margin(best)) > margin else (menu, margin)


def _limits(tokens: Array) -> list[float]:
    """Token limits to try: quantiles of what people use, to two digits, and no limit."""
    some = tokens[tokens > 0]
    if not some.size:
        return [float("inf")]
    quantiles = np.quantile(some, np.linspace(0.05, 0.99, LIMITS))
    return [*sorted({float(f"{value:.1e}") for value in quantiles}), float("inf")]


def _rates(pool: Pool) -> Array:
    """Prices of 1,000 tokens to try: around what the tokens are worth to people."""
    some = pool.tokens > 0
    if not some.any():
        return np.array([1.0, 2.0])
    per_1000 = 1000 * pool.worth[some] / pool.tokens[some]
    low, high = np.quantile(per_1000[per_1000 > 0], [0.02, 0.98]) if np.any(per_1000 > 0) else (1.0, 2.0)
    return np.geomspace(min(low, high / 2) / 3, high, RATES)
