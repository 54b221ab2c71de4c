"""The sliders of a choice: where each stands, where today is, what its place means, and what stands behind it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext

from apps.estimates import reading
from apps.planning.answers import FEWEST_MONTHS, price_range
from apps.planning.choice import DEFAULT_MONTHS, Choice
from apps.planning.levers import LEVERS
from apps.planning.upstream import TODAY
from apps.planning.world import MOST_MONTHS, Link, World

HALF_A_YEAR = 6
FINER = (1, 2, 3, 5, 6, 10, 20, 50, 100, 1000)
TOLERANCE, DIGITS = 1e-6, 10
Text = str | Promise


@dataclass(frozen=True)
class Meaning:
    """What a slider's value stands for: value * ``times`` + ``plus``, held between ``least`` and ``most``.

    ``style`` is how a browser writes it (options of Intl.NumberFormat as JSON), ``text`` how the server does.
    """

    text: str
    note: str
    times: float = 1.0
    plus: float = 0.0
    least: float | None = None
    most: float | None = None
    style: str = "{}"


@dataclass(frozen=True)
class Slider:
    """``mark`` is where today's value stands between the ends, as a percentage of the way."""

    key: str
    label: Text
    help: Text
    low: float
    high: float
    step: float | str
    value: float
    today: float
    meaning: Meaning
    link: Link | None

    @property
    def mark(self) -> str:
        return f"{100 * (self.today - self.low) / (self.high - self.low):.2f}%"

    @property
    def is_moved(self) -> bool:
        return self.value != self.today

    @property
    def assumption(self) -> str:
        """The field of the page where the number behind it is typed; empty where data stand behind it."""
        typed = self.link is not None and self.link.estimate is None and self.link.assumptions
        return f"assume-{typed[0]}" if typed else ""


def sliders(world: World, choice: Choice) -> list[Slider]:
    links = {link.code: link for link in world.links}
    tested = links.get("today" if choice.candidate == TODAY else f"candidate:{world.names[choice.candidate]}")
    behind = {"quality": tested, "latency": tested, "arrivals": links.get("arrivals")}
    levers = [_lever(key, world, choice, behind[key]) for key in LEVERS]
    return [_price(world, choice, links.get("price")), *levers, _months(choice)]


def neutral(world: World) -> str:
    """The names and values of all fields as things are today, as JSON: what "back to today" puts in."""
    values: dict[str, Any] = {"price": world.current_price, "candidate": TODAY, "months": DEFAULT_MONTHS}
    return json.dumps(values | {key: lever.neutral for key, lever in LEVERS.items()})


def kept(choice: Choice) -> str:
    """The same for a choice that the scenario keeps."""
    names = ("price", "candidate", "months", *LEVERS)
    return json.dumps({name: getattr(choice, name) for name in names})


def grid(low: float, high: float, step: float, today: float, value: float) -> tuple[float, float, float | str]:
    """Ends and step of a slider that can stand at today's value and at ``value`` exactly.

    A browser moves what lies between two steps to the next of them, and would ask for another choice than is kept.
    The step is made finer where that is enough, else "any".
    """
    below = ceil(max(0.0, (today - min(low, value)) / step) - TOLERANCE)
    above = ceil(max(0.0, (max(high, value) - today) / step) - TOLERANCE)
    ends = round(today - below * step, DIGITS), round(today + above * step, DIGITS)
    for parts in FINER:
        fine = step / parts
        far = (value - today) / fine
        if abs(far - round(far)) < TOLERANCE:
            return *ends, round(fine, DIGITS)
    return *ends, "any"


def _price(world: World, choice: Choice, link: Link | None) -> Slider:
    lowest, highest, usual = price_range(world)
    low, high, step = grid(lowest, highest, usual, world.current_price, choice.price)
    return Slider(
        key="price",
        label=gettext("Price a month"),
        help="",
        low=low,
        high=high,
        step=step,
        value=choice.price,
        today=world.current_price,
        meaning=Meaning(
            text=reading.money(choice.price, world.currency),
            note=gettext("today %(value)s") % {"value": reading.money(world.current_price, world.currency)},
            style=json.dumps({"style": "currency", "currency": world.currency}),
        ),
        link=link,
    )


def _months(choice: Choice) -> Slider:
    return Slider(
        key="months",
        label=gettext("Months ahead"),
        help="",
        low=FEWEST_MONTHS,
        high=MOST_MONTHS,
        step=grid(FEWEST_MONTHS, MOST_MONTHS, HALF_A_YEAR, DEFAULT_MONTHS, choice.months)[2],
        value=choice.months,
        today=DEFAULT_MONTHS,
        meaning=Meaning(text=str(choice.months), note=gettext("how far the forecast looks")),
        link=None,
    )


def _lever(key: str, world: World, choice: Choice, link: Link | None) -> Slider:
    lever, value = LEVERS[key], getattr(choice, key)
    low, high, step = grid(lever.low, lever.high, lever.step, lever.neutral, value)
    return Slider(
        key=key,
        label=lever.label,
        help=lever.help,
        low=low,
        high=high,
        step=step,
        value=value,
        today=lever.neutral,
        meaning=_MEANINGS[key](world, choice),
        link=link,
    )


def _quality(world: World, choice: Choice) -> Meaning:
    measured, now = _middle(world.measured[choice.candidate].success), _middle(world.measured[TODAY].success)
    words = {"value": reading.percent(measured), "now": reading.percent(now)}
    of_today = choice.candidate == TODAY
    return Meaning(
        text=reading.percent(min(1.0, max(0.0, measured + choice.quality))),
        note=gettext("today %(now)s") % words if of_today else gettext("measured %(value)s; today %(now)s") % words,
        plus=measured,
        least=0.0,
        most=1.0,
        style=json.dumps({"style": "percent", "minimumFractionDigits": 1, "maximumFractionDigits": 1}),
    )


def _latency(world: World, choice: Choice) -> Meaning:
    measured, now = _middle(world.measured[choice.candidate].latency_ms), _middle(world.measured[TODAY].latency_ms)
    words = {"value": _milliseconds(measured), "now": _milliseconds(now)}
    of_today = choice.candidate == TODAY
    return Meaning(
        text=_milliseconds(measured * choice.latency),
        note=gettext("today %(now)s") % words if of_today else gettext("measured %(value)s; today %(now)s") % words,
        times=measured,
        style=json.dumps({"style": "unit", "unit": "millisecond", "maximumSignificantDigits": 3}),
    )


def _arrivals(world: World, choice: Choice) -> Meaning:
    now = _middle(world.arrivals[:, :12].mean(axis=1))
    return Meaning(
        text=reading.number(now * choice.arrivals),
        note=gettext("today %(value)s, mean of the coming year") % {"value": reading.number(now)},
        times=now,
        style=json.dumps({"maximumSignificantDigits": 3}),
    )


_MEANINGS = {"quality": _quality, "latency": _latency, "arrivals": _arrivals}


def _middle(draws: Any) -> float:
    return float(np.median(draws))


def _milliseconds(value: float) -> str:
    return f"{reading.number(value)} {reading.unit_words('ms')}"
