"""Shapes: what an array must look like before a formula may use it, said in the words of the person who gave it."""

from __future__ import annotations

from typing import Any

import numpy as np

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

Shape = tuple[int | None, ...]


def shaped(
    name: str, values: Any, *shapes: Shape, low: float = -np.inf, high: float = np.inf, remedy: str = ""
) -> Array:
    """``values`` as floats, if they have one of ``shapes`` (None = any length), are finite and lie in low..high.

    Raises CannotEstimate with the code ``not_numbers``, ``shape_does_not_fit``, ``not_finite`` or ``out_of_range``
    and the parameters ``name``, ``given`` and ``expected``.
    """
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise CannotEstimate("not_numbers", "%(name)s are not numbers.", "Give numbers only.", name=name) from error
    if not any(_fits(array.shape, shape) for shape in shapes):
        raise CannotEstimate(
            "shape_does_not_fit",
            "%(name)s have the shape %(given)s; expected %(expected)s.",
            remedy or "Bring every input to the same worlds, segments and plans first.",
            name=name,
            given=array.shape,
            expected=" or ".join(_written(shape) for shape in shapes),
        )
    _check_range(name, array, low, high, remedy)
    return array


def _check_range(name: str, array: Array, low: float, high: float, remedy: str) -> None:
    if not array.size:
        return
    least, most = float(array.min()), float(array.max())
    if not (np.isfinite(least) and np.isfinite(most)):
        raise CannotEstimate(
            "not_finite", "%(name)s hold a value that is not a finite number.", "Look for blanks and zeros.", name=name
        )
    if least < low or most > high:
        raise CannotEstimate(
            "out_of_range",
            "%(name)s reach %(given)s; expected %(expected)s.",
            remedy or "Correct the value.",
            name=name,
            given=f"{least if least < low else most:g}",
            expected=f"{low:g} to {high:g}",
        )


def _fits(given: tuple[int, ...], expected: Shape) -> bool:
    return len(given) == len(expected) and all(e is None or g == e for g, e in zip(given, expected, strict=True))


def _written(shape: Shape) -> str:
    return "(" + ", ".join("any" if size is None else str(size) for size in shape) + ")"
