"""Where the names on a map stand, so that they do not cover each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# A usual width of the chart and the size of its letters, in pixels.
WIDTH, HEIGHT, LINE, LETTER = 840.0, 460.0, 14.0, 6.2
PAD = 0.12
STEPS = (1, -1, 2, -2, 3, -3, 4, -4)


@dataclass(frozen=True)
class Window:
    """What the map shows, in its own units: a unit is as long across as up at the usual width."""

    across: list[float]
    up: list[float]

    @classmethod
    def around(cls, points: Sequence[Mapping[str, Any]]) -> Window:
        ends = [(min(row[side] for row in points), max(row[side] for row in points)) for side in ("x", "y")]
        (left, right), (bottom, top) = ends
        unit = max((right - left) / WIDTH, (top - bottom) / HEIGHT, 1e-9) * (1 + 2 * PAD)
        middle_x, middle_y = (left + right) / 2, (bottom + top) / 2
        return cls(
            [middle_x - unit * WIDTH / 2, middle_x + unit * WIDTH / 2],
            [middle_y - unit * HEIGHT / 2, middle_y + unit * HEIGHT / 2],
        )

    @property
    def unit(self) -> float:
        """Length of a pixel."""
        return (self.up[1] - self.up[0]) / HEIGHT


def label_places(rows: Sequence[Mapping[str, Any]], window: Window) -> list[dict[str, Any]]:
    """The rows with ``label_y``: the nearest line above or below the point where the name covers no other."""
    taken: list[tuple[float, float, float]] = []
    found = []
    for row in rows:
        half = max(1, len(row["name"])) * LETTER * window.unit / 2
        step = next((at for at in STEPS if _free(row, at, half, taken, window)), STEPS[0])
        up = row["y"] + step * LINE * window.unit
        taken.append((row["x"], up, half))
        found.append({**row, "label_y": up})
    return found


def _free(
    row: Mapping[str, Any], step: int, half: float, taken: Sequence[tuple[float, float, float]], window: Window
) -> bool:
    up = row["y"] + step * LINE * window.unit
    return all(abs(row["x"] - x) >= half + other or abs(up - y) >= 0.95 * LINE * window.unit for x, y, other in taken)
