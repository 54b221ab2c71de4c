"""Kano: whether a feature is expected, wanted, delightful or all the same, from two questions about it.

The functional question asks how people feel if the feature is there, the dysfunctional one if it is not; both are
answered on the scale of ANSWERS, 1 to 5. Each pair of answers has a category:

    functional \\ dysfunctional   like  must be  neutral  live with  dislike
    like                           Q      A        A         A         O
    must be, neutral, live with    R      I        I         I         M
    dislike                        R      R        R         R         Q

    CS+ = (A + O) / (A + O + M + I)      how much having it adds, 0..1
    CS- = -(O + M) / (A + O + M + I)     how much missing it hurts, -1..0

Notation: n answers (one a person and feature), N people, K features, D worlds.
Sources: Kano, Seraku, Takahashi & Tsuji 1984; Berger et al. 1993, Center for Quality Management Journal 2(4):3-36 (CS);
Lee & Newcomb 1997 (strengths); Fong 1996, Center for Quality Management Journal 5:21-24 (test);
Matzler, Hinterhuber, Bailom & Sauerwein 1996, J. Product and Brand Management 5(2):6-18 (M > O > A > I).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chisquare

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

Category = Literal["M", "O", "A", "I", "R", "Q"]
CATEGORIES: tuple[Category, ...] = ("M", "O", "A", "I", "R", "Q")
ANSWERS = ("like", "must_be", "neutral", "live_with", "dislike")
_M, _O, _A, _I, _R, _Q = range(6)
TABLE = np.array([[_Q, _A, _A, _A, _O], *[[_R, _I, _I, _I, _M]] * 3, [_R, _R, _R, _R, _Q]])
MEANINGFUL = 4
TIED_WITHIN = 0.05
FONG_Z = 1.65
WORLDS = 2000


@dataclass(frozen=True)
class KanoFeature:
    """What the answers say of one feature.

    ``counts`` (6,) in the order of CATEGORIES, weighted; ``most`` the category with the most answers; ``category`` that
    after the rule M > O > A > I among those within five points of the most; ``is_significant`` Fong's test that the two
    largest differ: |a - b| >= ``least_difference`` = 1.65 sqrt((a + b)(2 n - a - b) / (2 n)), at about 90 %; else the
    feature is a mixture, or segments differ. ``total_strength`` (M + O + A) / n and ``category_strength`` (a - b) / n,
    0..1; ``p_even`` that M, O, A and I came from even shares (chi-squared). ``better`` and ``worse`` (D,) are CS+ and
    CS- over a bootstrap of people, ``p_category`` (6,) the share of its worlds with each category by the rule.
    """

    name: str
    counts: Array
    most: Category
    category: Category
    is_significant: bool
    difference: float
    least_difference: float
    total_strength: float
    category_strength: float
    p_even: float
    better: Array
    worse: Array
    p_category: Array

    @property
    def answers(self) -> float:
        return float(self.counts.sum())


def categories(functional: ArrayLike, dysfunctional: ArrayLike) -> NDArray[np.int64]:
    """The category of each pair of answers 1..5, shape (n,), as places in CATEGORIES.

    Raises CannotEstimate (``answer_off_scale``) that names the first row with another answer.

    >>> [CATEGORIES[place] for place in categories([1, 1, 2, 3, 5], [5, 3, 5, 3, 1])]
    ['O', 'A', 'M', 'I', 'R']
    """
    yes, no = np.atleast_1d(np.asarray(functional)), np.atleast_1d(np.asarray(dysfunctional))
    if yes.shape != no.shape:
        raise CannotEstimate("lengths_differ", "The two questions differ in length.", "Give both answers of each row.")
    bad = ~(np.isin(yes, range(1, 6)) & np.isin(no, range(1, 6)))
    if bad.any():
        raise CannotEstimate(
            "answer_off_scale",
            "The answer in row %(row)d is not on the scale of 1 to 5.",
            "Use 1 like, 2 must be, 3 neutral, 4 live with, 5 dislike.",
            row=int(np.flatnonzero(bad)[0]) + 1,
        )
    return np.asarray(TABLE[yes.astype(int) - 1, no.astype(int) - 1])


def kano(
    person: ArrayLike,
    feature: ArrayLike,
    category: ArrayLike,
    rng: np.random.Generator,
    *,
    weight: ArrayLike | None = None,
    worlds: int = WORLDS,
) -> tuple[KanoFeature, ...]:
    """Each feature in the order of its name. ``person``, ``feature`` and ``category`` (places in CATEGORIES) are (n,).

    The bootstrap draws people with all their answers, so that features share their worlds. ``weight`` (n,) at least 0,
    None = all alike. Raises CannotEstimate: ``no_answers``, ``lengths_differ``, ``answered_twice`` (one person, one
    feature), ``too_few_respondents`` (fewer than two people).
    """
    who, names, rows = (np.atleast_1d(np.asarray(one)) for one in (person, feature, category))
    weights = np.ones(rows.size) if weight is None else np.asarray(weight, dtype=float)
    if rows.size == 0:
        raise CannotEstimate("no_answers", "There are no answers.", "Import the two questions of a Kano survey.")
    if not who.shape == names.shape == rows.shape == weights.shape:
        raise CannotEstimate("lengths_differ", "The columns differ in length.", "Give one value per row in each.")
    people, who = np.unique(who, return_inverse=True)
    labels, which = np.unique(names, return_inverse=True)
    if people.size < 2:
        raise CannotEstimate("too_few_respondents", "Only one person answered.", "Ask more customers.")
    pairs, times = np.unique(who * labels.size + which, return_counts=True)
    if times.max() > 1:
        twice = int(pairs[np.argmax(times > 1)])
        raise CannotEstimate(
            "answered_twice",
            "%(person)s answered about %(feature)s twice.",
            "Keep one answer of each person and feature.",
            person=str(people[twice // labels.size]),
            feature=str(labels[twice % labels.size]),
        )
    drawn = rng.multinomial(people.size, np.full(people.size, 1 / people.size), size=worlds)
    return tuple(
        _feature(str(name), rows[which == place], weights[which == place], drawn[:, who[which == place]])
        for place, name in enumerate(labels)
    )


def _feature(name: str, rows: NDArray[np.int64], weights: Array, drawn: NDArray[np.int64]) -> KanoFeature:
    told = np.zeros((rows.size, len(CATEGORIES)))
    told[np.arange(rows.size), rows] = weights
    counts = told.sum(axis=0)
    worlds = drawn @ told
    # A world in which nobody who answered about this feature was drawn says what the answers say.
    worlds[worlds.sum(axis=1) == 0] = counts
    better, worse = coefficients(worlds)
    found = _by_rule(worlds)
    ordered = np.sort(counts[:_Q])[::-1]
    total = float(counts.sum())
    difference, both = float(ordered[0] - ordered[1]), float(ordered[0] + ordered[1])
    least = FONG_Z * float(np.sqrt(both * (2 * total - both) / (2 * total)))
    meaningful = counts[:MEANINGFUL]
    return KanoFeature(
        name=name,
        counts=counts,
        most=CATEGORIES[int(np.argmax(counts[:_Q]))],
        category=CATEGORIES[int(_by_rule(counts[None])[0])],
        is_significant=difference >= least,
        difference=difference,
        least_difference=least,
        total_strength=float(counts[[_M, _O, _A]].sum()) / total,
        category_strength=difference / total,
        p_even=float(chisquare(meaningful).pvalue) if meaningful.sum() > 0 else 1.0,
        better=better,
        worse=worse,
        p_category=np.bincount(found, minlength=len(CATEGORIES)) / found.size,
    )


def coefficients(counts: Array) -> tuple[Array, Array]:
    """CS+ (D,) in 0..1 and CS- (D,) in -1..0 of counts (D, 6) in the order of CATEGORIES; 0 where nobody counts."""
    sums = counts[:, :MEANINGFUL].sum(axis=1)
    base = np.where(sums > 0, sums, 1.0)
    return (counts[:, _A] + counts[:, _O]) / base, -(counts[:, _O] + counts[:, _M]) / base


def _by_rule(counts: Array) -> NDArray[np.int64]:
    """Of those within five points of the most, the first of M, O, A, I, R; shape (D,). Doubtful answers never lead."""
    share = counts[:, :_Q] / counts.sum(axis=1, keepdims=True)
    near = share >= share.max(axis=1, keepdims=True) - TIED_WITHIN
    return np.argmax(near, axis=1)
