"""Attributes of offers, and how their levels become the columns of a choice model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

NONE = "none"
Offer = Mapping[str, Any]


@dataclass(frozen=True)
class Attribute:
    """One attribute of an offer: a set of named levels, or a number that enters as it is.

    With ``coding="effects"`` a level's column is 1 for that level and -1 for the reference, so that the part-worths of
    an attribute add up to 0; with ``"dummy"`` it is 0 for the reference. The reference is the first level where none is
    named. ``is_price`` marks the attribute that is paid: it may not be negative, and willingness to pay divides by it.
    """

    name: str
    kind: Literal["levels", "number"]
    levels: tuple[str, ...] = ()
    coding: Literal["effects", "dummy"] = "effects"
    reference: str | None = None
    is_price: bool = False

    @property
    def base(self) -> str:
        """The level without a column of its own."""
        return self.levels[0] if self.reference is None else self.reference

    @property
    def coded_levels(self) -> tuple[str, ...]:
        """The levels with a column, in their order."""
        return tuple(level for level in self.levels if level != self.base)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the attribute's columns: ``"quality: best"``, or its own name for a number."""
        return (self.name,) if self.kind == "number" else tuple(f"{self.name}: {level}" for level in self.coded_levels)

    def code(self, values: Sequence[Any] | Array, rows: NDArray[np.intp]) -> Array:
        """The columns of ``values``, shape (n, k); ``rows`` are the row numbers to name in an error.

        Raises CannotEstimate: ``number_not_finite``, ``price_negative``, ``level_unknown``.
        """
        return self._code_number(values, rows) if self.kind == "number" else self._code_levels(values, rows)

    def _code_number(self, values: Sequence[Any] | Array, rows: NDArray[np.intp]) -> Array:
        numbers = numbers_of(values)
        self._refuse(~np.isfinite(numbers), values, rows, "number_not_finite", "is not a finite number")
        if self.is_price:
            self._refuse(numbers < 0, values, rows, "price_negative", "is a negative price")
        return numbers[:, None]

    def _code_levels(self, values: Sequence[Any] | Array, rows: NDArray[np.intp]) -> Array:
        given, place = np.unique(level_texts(values), return_inverse=True)
        position = {level: index for index, level in enumerate(self.levels)}
        index = np.array([position.get(str(level), -1) for level in given], dtype=int)[place.reshape(-1)]
        self._refuse(index < 0, values, rows, "level_unknown", "is not one of its levels")
        if self.is_price:
            paid = numbers_of([*self.levels])
            self._refuse(paid[index] < 0, values, rows, "price_negative", "is a negative price")
        base = np.zeros(len(self.coded_levels)) - (1.0 if self.coding == "effects" else 0.0)
        table = [
            base if level == self.base else [float(level == own) for own in self.coded_levels] for level in self.levels
        ]
        return np.array(table, dtype=float).reshape(len(self.levels), -1)[index]

    def _refuse(
        self, wrong: NDArray[np.bool_], values: Sequence[Any] | Array, rows: NDArray[np.intp], code: str, what: str
    ) -> None:
        if wrong.any():
            first = int(np.flatnonzero(wrong)[0])
            raise CannotEstimate(
                code,
                f"Row %(row)d: the %(field)s “%(value)s” {what}.",
                "Correct the row, or leave the whole task out.",
                row=int(rows[first]) + 1,
                field=self.name,
                value=str(list(values)[first]),
                rows=int(wrong.sum()),
            )


@dataclass(frozen=True)
class Coding:
    """The attributes of a study in their order, and whether buying nothing ("none") was on offer.

    >>> quality = Attribute("quality", "levels", ("fair", "best"))
    >>> coding = Coding((quality, Attribute("price", "number", is_price=True)), none=True)
    >>> coding.names
    ('quality: best', 'price', 'none')
    >>> coding.code([{"quality": "best", "price": 20}, {"quality": "fair", "price": 15}, {}]).tolist()
    [[1.0, 20.0, 0.0], [-1.0, 15.0, 0.0], [0.0, 0.0, 1.0]]
    """

    attributes: tuple[Attribute, ...]
    none: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the K columns."""
        own = tuple(column for attribute in self.attributes for column in attribute.columns)
        return (*own, NONE) if self.none else own

    @property
    def price(self) -> Attribute | None:
        """The attribute that is paid, if there is one."""
        return next((attribute for attribute in self.attributes if attribute.is_price), None)

    @property
    def price_column(self) -> int | None:
        """The place of the linear price among the columns; None where price is absent or has levels."""
        price = self.price
        return self.names.index(price.name) if price is not None and price.kind == "number" else None

    def place(self, name: str) -> slice:
        """The columns of one attribute."""
        start = 0
        for attribute in self.attributes:
            if attribute.name == name:
                return slice(start, start + len(attribute.columns))
            start += len(attribute.columns)
        raise KeyError(name)

    def with_levels_of(self, columns: Mapping[str, ArrayLike], is_none: ArrayLike | None = None) -> Coding:
        """The same coding, where attributes without named levels take those that occur, in sorted order."""
        kept = slice(None) if is_none is None else ~np.asarray(is_none, dtype=bool)
        return replace(self, attributes=tuple(_with_levels(attribute, columns, kept) for attribute in self.attributes))

    def code(self, offers: Mapping[str, ArrayLike] | Iterable[Offer], is_none: ArrayLike | None = None) -> Array:
        """The offers as numbers, shape (J, K).

        ``offers`` are columns by name, each of length J, or a list of mappings, of which an empty one means "none".
        ``is_none`` (J,) marks the rows that stand for buying nothing: all 0 but 1 in the column "none". Raises
        CannotEstimate as ``Attribute.code`` does, and ``column_missing``, ``none_not_declared``.
        """
        columns, nothing = _columns(offers, is_none, self.attributes)
        if nothing.any() and not self.none:
            raise CannotEstimate(
                "none_not_declared",
                "Row %(row)d stands for buying nothing, but the coding has no “none”.",
                "Declare the coding with none, or leave such rows out.",
                row=int(np.flatnonzero(nothing)[0]) + 1,
            )
        result = np.zeros((len(nothing), len(self.names)))
        real = np.flatnonzero(~nothing)
        for attribute in self.attributes:
            result[real, self.place(attribute.name)] = attribute.code(columns[attribute.name][real], real)
        if self.none:
            result[:, -1] = nothing
        return result


def level_texts(values: Sequence[Any] | ArrayLike) -> NDArray[np.str_]:
    """Levels as texts, such that 15, 15.0 and "15" are the same level."""
    array = np.asarray(values)
    if array.dtype.kind == "U":
        return array
    if array.dtype.kind in "iu":
        return array.astype(str)
    return np.array([f"{v:g}" if isinstance(v, float | np.floating) else str(v) for v in array], dtype=str)


def _with_levels(attribute: Attribute, columns: Mapping[str, ArrayLike], kept: Any) -> Attribute:
    if attribute.kind == "number" or attribute.levels:
        return attribute
    if attribute.name not in columns:
        raise _missing(attribute.name)
    found = [str(level) for level in np.unique(level_texts(np.asarray(columns[attribute.name])[kept]))]
    try:
        found.sort(key=float)
    except ValueError:
        found.sort()
    return replace(attribute, levels=tuple(found))


def numbers_of(values: Sequence[Any] | ArrayLike) -> Array:
    """Floats, with NaN for what is not a number."""
    array = np.asarray(values)
    try:
        return array.astype(float)
    except (TypeError, ValueError):
        return np.array([_number(value) for value in array])


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return np.nan


def _columns(
    offers: Mapping[str, ArrayLike] | Iterable[Offer], is_none: ArrayLike | None, attributes: tuple[Attribute, ...]
) -> tuple[dict[str, NDArray[Any]], NDArray[np.bool_]]:
    if isinstance(offers, Mapping):
        columns = {name: np.asarray(values) for name, values in offers.items()}
        size = max((len(values) for values in columns.values()), default=0)
        nothing = np.zeros(size, dtype=bool) if is_none is None else np.asarray(is_none, dtype=bool)
    else:
        listed = list(offers)
        nothing = np.array([not offer for offer in listed]) if is_none is None else np.asarray(is_none, dtype=bool)
        filler = next((offer for offer in listed if offer), {})
        names = {attribute.name for attribute in attributes}
        columns = {name: _of_offers(name, listed, nothing, filler) for name in names}
    for attribute in attributes:
        if attribute.name not in columns:
            raise _missing(attribute.name)
    return columns, nothing


def _of_offers(name: str, offers: list[Offer], nothing: NDArray[np.bool_], filler: Offer) -> NDArray[Any]:
    chosen = [filler if empty else offer for offer, empty in zip(offers, nothing, strict=True)]
    if any(name not in offer for offer in chosen):
        raise _missing(name)
    values = np.empty(len(chosen), dtype=object)
    values[:] = [offer[name] for offer in chosen]
    return values


def _missing(name: str) -> CannotEstimate:
    return CannotEstimate(
        "column_missing",
        "The attribute %(field)s has no value in some offers.",
        "Give every offer a value for each attribute, or take the attribute out.",
        field=name,
    )
