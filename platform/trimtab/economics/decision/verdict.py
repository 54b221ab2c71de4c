"""Verdict: ship a candidate, hold it, or cannot tell yet; and then what would settle it and what that is worth.

Symbols: D worlds, K candidates. The outcome is what the decision is about, as a rule the net present value of the
margin, in the same worlds for today and for every candidate; gain = outcome of the candidate - outcome of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from trimtab.economics.decision.value_of_information import expected_regret, explained, value_of_choice
from trimtab.economics.draws import Array, Figure, summarise
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

Choice = Literal["ship", "hold", "cannot_tell"]
Reason = Literal["surely_better", "surely_worse", "practically_nothing", "too_uncertain"]
MOST_OBSERVATIONS = 10_000_000


@dataclass(frozen=True)
class Thresholds:
    """When to speak: ``ship_at`` and ``hold_at`` are the P(gain > 0) for 'ship' and for 'hold'.

    A gain is practically nothing where |gain| <= ``negligible_share`` x |median outcome of today|; with that in at
    least ``ship_at`` of the worlds the verdict is 'hold': a change that changes nothing is not worth its trouble.
    """

    ship_at: float = 0.9
    hold_at: float = 0.1
    negligible_share: float = 0.002

    def __post_init__(self) -> None:
        if not (0 <= self.hold_at < self.ship_at <= 1 and self.negligible_share >= 0):
            raise CannotEstimate(
                "thresholds_cross",
                "The threshold to hold, %(hold)s, must lie below the one to ship, %(ship)s.",
                "Choose 0 <= hold < ship <= 1.",
                hold=self.hold_at,
                ship=self.ship_at,
            )


@dataclass(frozen=True)
class Input:
    """An uncertain input of the forecast: ``draws`` (D,) or (D, k), and how many independent observations made it.

    ``observations`` None = it was assumed, so nobody can say how more data would shrink it.
    """

    name: str
    draws: Array
    observations: int | None = None


@dataclass(frozen=True)
class Settle:
    """What finding out one input would do for the decision.

    ``value`` EVPPI of the input, in the unit of the gain; ``explained`` 0..1, its part of the variance of the gain;
    ``needed_observations`` more that are expected to carry P(gain > 0) over a threshold (None = no number of them
    would, or the input was assumed).
    """

    name: str
    value: float
    explained: float
    needed_observations: int | None


@dataclass(frozen=True)
class Verdict:
    """What to do with one candidate. ``p_better`` P(gain > 0); ``p_best`` of all and today; ``gain`` with interval."""

    candidate: str
    verdict: Choice
    reason: Reason
    p_better: float
    p_best: float
    expected_gain: float
    gain: Figure
    settle: tuple[Settle, ...] = ()


@dataclass(frozen=True)
class Decision:
    """All verdicts, and the choice among today and the candidates.

    ``best`` has the largest expected outcome ('' = today); ``p_today_best`` 0..1; ``expected_regret`` = EVPI =
    E[max] - max E, what it costs on average to choose ``best`` without knowing the world; ``gains`` (D, K).
    """

    verdicts: tuple[Verdict, ...]
    best: str
    p_today_best: float
    expected_regret: float
    gains: Array = field(repr=False)


def decide(
    today: Array,
    candidates: Mapping[str, Array],
    inputs: tuple[Input, ...] = (),
    thresholds: Thresholds | None = None,
    unit: str = "",
) -> Decision:
    """The verdict on each candidate against today. ``today`` and each candidate's outcome have shape (D,).

    Ties of the best outcome go to today, then to the candidate named first. ``inputs`` are looked into for the
    candidates of which the verdict is 'cannot_tell'. Raises CannotEstimate for outcomes of different worlds.
    """
    if not candidates:
        raise CannotEstimate("no_candidates", "There is no candidate to judge.", "Add a candidate.")
    thresholds = thresholds or Thresholds()
    base = shaped("outcomes of today", today, (None,))
    if base.size == 0:
        raise CannotEstimate("no_draws", "There are no draws to judge.", "Run the forecast first.")
    gains = np.column_stack([shaped(f"outcomes of {name}", c, base.shape) - base for name, c in candidates.items()])
    winners = np.argmax(np.column_stack([np.zeros(len(base)), gains]), axis=1)
    p_best = np.bincount(winners, minlength=gains.shape[1] + 1) / len(base)
    negligible = thresholds.negligible_share * abs(float(np.median(base)))
    verdicts = []
    for column, name in enumerate(candidates):
        gain = gains[:, column]
        verdict, reason = judge(gain, thresholds, negligible)
        unsettled = inputs if verdict == "cannot_tell" else ()
        verdicts.append(
            Verdict(
                candidate=name,
                verdict=verdict,
                reason=reason,
                p_better=p_better(gain),
                p_best=float(p_best[column + 1]),
                expected_gain=float(gain.mean()),
                gain=summarise(gain, name="gain", unit=unit),
                settle=what_would_settle(gain, unsettled, thresholds),
            )
        )
    expected = [0.0, *gains.mean(axis=0)]
    return Decision(
        verdicts=tuple(verdicts),
        best=["", *candidates][int(np.argmax(expected))],
        p_today_best=float(p_best[0]),
        expected_regret=expected_regret(gains),
        gains=gains,
    )


def p_better(gain: Array) -> float:
    """P(gain > 0), the part of the worlds with a gain; a world without any difference is no gain."""
    return float(np.mean(gain > 0))


def judge(gain: Array, thresholds: Thresholds, negligible: float) -> tuple[Choice, Reason]:
    """The verdict on one candidate and its reason. ``gain`` (D,); ``negligible`` in the unit of the gain."""
    if np.mean(np.abs(gain) <= negligible) >= thresholds.ship_at:
        return "hold", "practically_nothing"
    probability = p_better(gain)
    if probability >= thresholds.ship_at:
        return "ship", "surely_better"
    if probability <= thresholds.hold_at:
        return "hold", "surely_worse"
    return "cannot_tell", "too_uncertain"


def what_would_settle(gain: Array, inputs: tuple[Input, ...], thresholds: Thresholds) -> tuple[Settle, ...]:
    """The inputs in the order of what knowing them is worth for this candidate against today, most first."""
    found = []
    variance = float(gain.var())
    for given in inputs:
        expected = explained(gain[:, None], given.draws, name=given.name)[:, 0]
        found.append(
            Settle(
                name=given.name,
                value=value_of_choice(gain[:, None], expected[:, None]),
                explained=float(np.clip((expected - gain.mean()).var() / variance, 0, 1)) if variance > 0 else 0.0,
                needed_observations=needed_observations(gain, expected, given.observations, thresholds),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.value, -one.explained, one.name)))


def needed_observations(
    gain: Array, expected_given_input: Array, observations: int | None, thresholds: Thresholds
) -> int | None:
    """How many MORE observations of an input would carry P(gain > 0) over a threshold, if they confirm its mean.

    gain_m = mean + (E[gain | x] - mean) sqrt(n / (n + m)) + (gain - E[gain | x]), in draws: the part of the gain that
    the input explains shrinks as a standard error does, the rest stays. The threshold is ``ship_at`` for a mean gain
    above 0, else ``hold_at``. An approximation: the coming data may also move the mean, and the input's draws must
    reflect its n observations. None where no m up to ten million is enough, or ``observations`` is unknown.
    """
    if not observations or observations < 1:
        return None
    mean = gain.mean()
    part, rest = expected_given_input - mean, gain - expected_given_input

    def settled(more: int) -> bool:
        probability = p_better(mean + part * np.sqrt(observations / (observations + more)) + rest)
        return bool(probability >= thresholds.ship_at if mean > 0 else probability <= thresholds.hold_at)

    if settled(0):
        return 0
    if not settled(MOST_OBSERVATIONS):
        return None
    too_few, enough = 0, MOST_OBSERVATIONS
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if settled(middle) else (middle, enough)
    return enough
