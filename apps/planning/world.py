"""The world of a forecast: every link of the loop in the same D worlds, each with its grade and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate, Grade
from apps.planning.upstream import TODAY
from trimtab.economics.decision.past_errors import Correction
from trimtab.economics.decision.quality import Measured
from trimtab.economics.draws import Array, Figure
from trimtab.economics.retention.cohorts import RetentionForm
from trimtab.economics.retention.link_families import LinkFamily

MOST_MONTHS = 60


@dataclass(frozen=True)
class Link:
    """One link of the chain: what it says, how sure that is, and what stands behind it.

    ``assumptions`` are the keys that would have to be typed, or were; ``observations`` None where it was assumed.
    ``set_aside`` says by a code why an estimate that there is was not used; ``inputs`` what it was made from besides.
    """

    code: str
    grade: str
    figure: Figure | None = None
    estimate: Estimate | None = None
    assumptions: tuple[str, ...] = ()
    observations: int | None = None
    set_aside: str = ""
    inputs: tuple[InputRef, ...] = ()

    @property
    def is_measured(self) -> bool:
        return self.estimate is not None or self.grade != Grade.ASSUMED


@dataclass(frozen=True)
class World:
    """Everything that a forecast needs, in D worlds (arrays start with that axis), for S segments.

    ``worth`` (D, G) on ``grid`` (G,) is C(p); ``score`` (D, J) with ours first and ``rivals`` (D, J - 1) the
    competitors' C; ``chosen`` our share of preference (D, G') on ``chosen_prices`` (G',) where choices were studied: it
    then stands for score, rivals, gamma and the weight of none. Where no rival is known ``preference_share`` (D,), our
    share at today's price, stands for the weight of none. ``measured``: tests by candidate, today's as "today".

    Names that end in ``_by_segment`` are (D, S, ...) where a study tells the segments apart, else None: the pooled
    array stands for all of them then. ``segments`` is one "" where the log has none; ``segment_mix`` (D, S) parts the
    arrivals (D, T); ``existing`` (S, 1, G) are today's customers by months of tenure; ``slope_by_segment`` (D, S, B)
    has the bands of tenure between ``tenure_edges``; ``usage`` (D, 1 or S, M) is the use of customers by rank relative
    to their mean, ``tokens`` (D, 1 or S) that mean in tokens where it is known. ``quality_money`` (D, L) is what people
    would pay a month for the quality at ``quality_levels`` (L,), where that is taken to win buyers. ``past_errors`` is
    what scored decisions say of forecasts.
    """

    currency: str
    current_price: float
    arrivals: Array
    existing: Array | None
    hazard: Array
    family: Any
    coef: Array
    functional: Array
    interaction: Array
    slope: Array
    grid: Array
    worth: Array
    score: Array
    rivals: Array
    gamma: Array
    none_weight: Array
    measured: dict[str, Measured]
    names: dict[str, str]
    quality_elasticity: Array
    latency_elasticity: Array
    requests: Array
    payment_fee: float
    fixed_cost: float
    annual_discount: float
    links: tuple[Link, ...] = field(repr=False)
    chosen_prices: Array | None = None
    chosen: Array | None = None
    preference_share: Array | None = None
    segments: tuple[str, ...] = ("",)
    segment_mix: Array | None = None
    hazard_by_segment: Array | None = None
    coef_by_segment: Array | None = None
    functional_by_segment: Array | None = None
    interaction_by_segment: Array | None = None
    worth_by_segment: Array | None = None
    success_by_segment: dict[str, Array] = field(default_factory=dict)
    link_family: LinkFamily = "linear"
    link_shape: Array | None = None
    link_reference: Array | None = None
    slope_by_segment: Array | None = None
    tenure_edges: tuple[float, ...] = ()
    form: RetentionForm = "hazard"
    expansion: Array | None = None
    usage: Array | None = None
    tokens: Array | None = None
    requests_by_segment: Array | None = None
    returns: float = 0.5
    correlation: float = 0.0
    quality_levels: Array | None = None
    quality_money: Array | None = None
    retries: float = 0.0
    cash_today: float = 0.0
    marketing: float = 0.0
    acquisition_cost: Array | float = 0.0
    training_cost: Array | float = 0.0
    one_off_cost: float = 0.0
    past_errors: Correction | None = None
    cached: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def worlds(self) -> int:
        return int(self.arrivals.shape[0])

    @property
    def mix(self) -> Array:
        """The part of the arrivals in each segment, (D, S)."""
        return np.ones((self.worlds, 1)) if self.segment_mix is None else self.segment_mix

    @property
    def candidates(self) -> list[str]:
        return [key for key in self.measured if key != TODAY]

    @property
    def grade(self) -> str:
        """That of the weakest link."""
        return min((link.grade for link in self.links), key=Grade.values.index)

    @property
    def weakest(self) -> list[Link]:
        return [link for link in self.links if link.grade == self.grade]


# What could be found out apart from the rest: the worlds of a group are shuffled by a stream of its own, so that no
# group tells anything of another. Codes as those of the links.
INPUT_GROUPS: dict[str, tuple[str, ...]] = {
    "tests": ("measured", "success_by_segment"),
    "quality_elasticity": ("quality_elasticity",),
    "latency_elasticity": ("latency_elasticity",),
    "satisfaction": (
        "coef", "functional", "interaction", "coef_by_segment", "functional_by_segment", "interaction_by_segment",
    ),
    "link": ("slope", "slope_by_segment", "link_shape", "link_reference"),
    "worth": ("worth", "worth_by_segment", "rivals"),
    "preference": ("score", "gamma", "none_weight", "chosen", "preference_share", "quality_money"),
    "arrivals": ("arrivals", "segment_mix"),
    "hazard": ("hazard", "hazard_by_segment"),
    "requests_per_month": ("requests", "requests_by_segment", "usage", "tokens"),
    "expansion": ("expansion",),
    "costs": ("acquisition_cost", "training_cost"),
}  # fmt: skip


def rearranged(world: World, orders: Mapping[str, NDArray[np.intp]]) -> World:
    """The same world with the worlds of some groups taken in another order, (D',) indices by group.

    Give all groups an order where D' is not D: a group that is left out keeps its D worlds.
    """
    changed = {
        name: _in_order(getattr(world, name), order) for group, order in orders.items() for name in INPUT_GROUPS[group]
    }
    return replace(world, **changed, cached={})


def _in_order(value: Any, order: NDArray[np.intp]) -> Any:
    if isinstance(value, np.ndarray):
        return value[order]
    if isinstance(value, dict):
        return {key: _in_order(one, order) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _in_order(getattr(value, one.name), order) for one in fields(value)})
    return value


def interpolated(grid: Array, worth: Array, price: float) -> Array:
    """C(price) in each world (D,), on a straight line between grid prices, held beyond its ends."""
    spot = float(np.clip(price, grid[0], grid[-1]))
    right = int(np.clip(np.searchsorted(grid, spot), 1, grid.size - 1))
    share = (spot - grid[right - 1]) / (grid[right] - grid[right - 1])
    return np.asarray(worth[..., right - 1] * (1 - share) + worth[..., right] * share)
