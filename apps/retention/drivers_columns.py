"""Which columns a model of leaving can use, ready for it, and why it cannot use the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from apps.retention.drivers_rows import Column, is_known
from apps.retention.drivers_settings import MOST_COLUMNS, SATISFACTION
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.covariates import MOST_LEVELS, Covariates, Term, code, independent

OTHERS = "(others)"
FEWEST_OF_A_LEVEL = 20
ENDINGS_A_TERM = 10
MOSTLY_EMPTY = 0.5
FOLLOWS_TENURE = 0.7
ID_LIKE = 0.5
SATISFACTION_STEP = 0.1


@dataclass(frozen=True)
class LeftOut:
    """A column, or one level of it, that is not used; ``why`` is a key of ``words.LEFT_OUT``."""

    column: str
    why: str
    level: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Prepared:
    """``covariates`` with the ``steps`` (p,) that their ratios are told for; ``filled``: unknown numbers by column."""

    covariates: Covariates
    steps: Array
    left_out: tuple[LeftOut, ...]
    filled: dict[str, int]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(term.column for term in self.covariates.terms))

    def without(self, column: str, why: str) -> Prepared:
        keep = np.array([term.column != column for term in self.covariates.terms])
        terms = tuple(term for term in self.covariates.terms if term.column != column)
        if not terms:
            raise nothing_to_compare()
        coded = Covariates(self.covariates.values[:, keep], terms)
        return replace(self, covariates=coded, steps=self.steps[keep], left_out=(*self.left_out, LeftOut(column, why)))


def nothing_to_compare() -> CannotEstimate:
    return CannotEstimate(
        "no_usable_column",
        "No column of the log tells customers apart in a way that can be compared.",
        "Import the log with further columns of each customer, such as country, size or channel.",
    )


def prepare(
    columns: Mapping[str, Column], chosen: tuple[str, ...], duration: Array, ended: NDArray[np.bool_]
) -> Prepared:
    """The chosen columns, or by default those of the log in its order, never picked by how they go with leaving.

    Raises CannotEstimate('no_usable_column').
    """
    room = max(1, int(ended.sum()) // ENDINGS_A_TERM) if not chosen else 10**6
    found: list[Covariates] = []
    left_out: list[LeftOut] = []
    filled: dict[str, int] = {}
    for name in chosen or tuple(columns):
        column = columns.get(name)
        why = "absent" if column is None else _unusable(column, duration, by_default=not chosen)
        if column is None or why:
            left_out.append(LeftOut(name, why))
            continue
        coded = code({name: _grouped(column, ended) if column.dtype.kind != "f" else _filled(column)})
        if len(found) == MOST_COLUMNS or sum(len(one.terms) for one in found) + len(coded.terms) > room:
            left_out.append(LeftOut(name, "no_room"))
            continue
        found.append(coded)
        if unknown := int((~is_known(column)).sum()) if column.dtype.kind == "f" else 0:
            filled[name] = unknown
    if not found:
        raise nothing_to_compare()
    whole = found[0]
    for one in found[1:]:
        whole = whole.beside(one)
    whole, told = independent(whole)
    left_out += _told_by_others(told, whole)
    return Prepared(whole, _steps(whole), tuple(left_out), filled)


def _unusable(column: Column, duration: Array, *, by_default: bool) -> str:
    """Why it cannot be used, or by default should not; '' where it can."""
    known = is_known(column)
    if column.dtype.kind != "f":
        return _unusable_text(column, known, by_default=by_default)
    if not known.any() or np.ptp(column[known]) == 0:
        return "constant"
    values = column[known]
    # Other whole numbers than counts: each customer has his own.
    if np.all(values == np.rint(values)) and np.unique(values).size > 0.95 * values.size > FEWEST_OF_A_LEVEL:
        return "id_like"
    if not by_default:
        return ""
    if known.mean() < MOSTLY_EMPTY:
        return "mostly_empty"
    lean = abs(float(spearmanr(values, duration[known]).statistic)) if np.ptp(duration[known]) else 0.0
    return "follows_tenure" if lean > FOLLOWS_TENURE else ""


def _unusable_text(column: Column, known: NDArray[np.bool_], *, by_default: bool) -> str:
    levels, counts = np.unique(column, return_counts=True)
    if levels.size == 1:
        return "constant"
    if levels.size > ID_LIKE * column.size and levels.size > MOST_LEVELS:
        return "id_like"
    if np.sum(counts >= FEWEST_OF_A_LEVEL) + np.any(counts < FEWEST_OF_A_LEVEL) > MOST_LEVELS:
        return "too_many_levels"
    if by_default and known.mean() < MOSTLY_EMPTY:
        return "mostly_empty"
    return ""


def _grouped(column: Column, ended: NDArray[np.bool_]) -> Column:
    """Levels of few customers, or that nobody left or everybody did, taken together where that is more than one."""
    levels, place, counts = np.unique(column, return_inverse=True, return_counts=True)
    gone = np.bincount(place.reshape(-1), weights=ended, minlength=levels.size)
    thin = (counts < FEWEST_OF_A_LEVEL) | (gone == 0)
    if levels.size < 3 or not thin.any() or np.sum(~thin) == 0:
        return column
    if thin.sum() == 1:
        # One alone would be no group: the smallest of the others goes with it.
        smallest = np.where(thin, counts.max() + 1, counts).argmin()
        thin[smallest] = levels.size > 3
    grouped = column.astype(object)
    grouped[thin[place.reshape(-1)]] = OTHERS
    return grouped.astype(str) if thin.sum() > 1 else column


def _filled(column: Column) -> Column:
    return np.where(np.isfinite(column), column, np.nanmedian(column))


def _told_by_others(told: tuple[Term, ...], whole: Covariates) -> list[LeftOut]:
    used = {term.column for term in whole.terms}
    return [
        LeftOut(term.column, "told_by_others", term.level if term.column in used else None)
        for term in told
        if term.column in used or term.level is None or term is next(one for one in told if one.column == term.column)
    ]


def _steps(coded: Covariates) -> Array:
    return np.array([_step(term, values) for term, values in zip(coded.terms, coded.values.T, strict=True)])


def _step(term: Term, values: Array) -> float:
    """A level against its reference; of a number, the round figure nearest to its standard deviation."""
    if term.column == SATISFACTION:
        return SATISFACTION_STEP
    if term.level is not None:
        return 1.0
    different = np.unique(values)
    if different.size == 2:
        return float(different[1] - different[0])
    power = 10.0 ** np.floor(np.log10(term.spread))
    return float(power * min((1, 2, 5, 10), key=lambda round_: abs(np.log(term.spread / power / round_))))
