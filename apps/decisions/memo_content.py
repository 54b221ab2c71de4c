"""What the decision memo says: the same figures as the pages, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from apps.decisions import memo_charts
from apps.decisions.comparison import OptionComparison, Row
from apps.decisions.memo_words import months_in_words, verdict_line
from apps.decisions.option_values import values
from apps.estimates.models import Grade
from apps.estimates.reading import amount, interval, money, percent, stated
from apps.planning import selectors as planning
from apps.planning.answers import Answer, answer, saved_choice
from apps.planning.models import Scenario
from apps.planning.page import grade as grade_of
from apps.planning.page import is_simulated, measure_title, model_name
from apps.planning.stands_on import assumption_rows, link_rows
from apps.planning.verdict_cards import verdict_cards
from trimtab.economics.draws import Figure

MOST_OPTIONS = 20


@dataclass(frozen=True)
class Sheet:
    """A table: ``left`` are the columns besides the first that hold words; a row that leads is set apart."""

    head: list[str]
    rows: list[dict[str, Any]]
    left: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """A section of the memo; ``chart`` is a specification, as on the pages."""

    title: str
    lines: list[str] = field(default_factory=list)
    table: Sheet | None = None
    chart: dict[str, Any] | None = None
    alt: str = ""
    note: str = ""


@dataclass(frozen=True)
class Memo:
    """Everything that is printed, already in words."""

    title: str
    company: str
    made: str
    lang: str
    simulated: str
    summary: list[str]
    figures: list[dict[str, str]]
    parts: list[Part]
    grades: dict[str, str]
    footer: str


def memo(scenario: Scenario) -> Memo:
    """Raises CannotEstimate where nothing can be forecast yet."""
    told = OptionComparison(scenario, values(scenario))
    world = told.values.world
    choice = saved_choice(scenario, world)
    found = answer(world, choice)
    simulated = scenario.workspace.is_simulated or is_simulated(world)
    figures = [found.figures[name] for name in ("revenue_12", "margin_12", "npv_margin") if name in found.figures]
    labels = {
        "revenue_12": gettext("Revenue, 12 months"),
        "margin_12": gettext("Margin, 12 months"),
        "npv_margin": gettext("Discounted margin"),
    }
    own = grade_of(world, choice)
    return Memo(
        title=scenario.title,
        company=scenario.workspace.name,
        made=date_format(timezone.localdate(), "DATE_FORMAT"),
        lang="zh" if (get_language() or "").startswith("zh") else "en",
        simulated=gettext("These figures come from made-up data. None of them is about a real company.")
        if simulated
        else "",
        summary=_summary(told, model_name(world, choice.candidate), choice.price),
        figures=[_box(labels[one.name], one, own) for one in figures],
        parts=[part for part in _parts(scenario, told, found) if part.lines or part.table or part.chart],
        grades={str(value): str(label) for value, label in Grade.choices},
        footer=gettext("Made with Trimtab. Every figure is a median with its 80%% interval.") % {},
    )


def _summary(told: OptionComparison, model: str, price: float) -> list[str]:
    currency = told.values.world.currency
    lines = [
        gettext("The scenario keeps %(model)s at %(price)s a month and looks %(months)s months ahead.")
        % {"model": model, "price": money(price, currency), "months": told.values.months}
    ]
    return [*lines, verdict_line(told)]


def _box(label: str, figure: Figure, grade: str) -> dict[str, str]:
    told = figure.as_dict()
    return {
        "label": label,
        "value": amount(figure.median, told),
        "interval": gettext("80%% interval %(interval)s") % {"interval": interval(told)},
        "grade": str(grade),
    }


def _parts(scenario: Scenario, told: OptionComparison, kept: Answer) -> list[Part]:
    """The months are those of the scenario's own choice or, where that is today's, of the leading option."""
    shown, name = kept, gettext("This choice")
    if kept.is_today and told.leader.option is not None:
        shown, name = answer(told.values.world, told.leader.choice), told.leader.name
    return [
        _options(told),
        *_months(told, shown, name),
        _verdicts(scenario),
        _stands_on(scenario, told),
        _assumptions(scenario, told),
    ]


def _options(told: OptionComparison) -> Part:
    if len(told.rows) < 2:
        return Part(gettext("Options"))
    head = [
        gettext("Option"), gettext("Expected gain"), gettext("80%% interval") % {}, gettext("Best"), gettext("Regret"),
        gettext("Worst tenth"), gettext("Paid back"), gettext("Grade"),
    ]  # fmt: skip
    rows = [_option(told, row) for row in told.ranked[:MOST_OPTIONS]]
    notes = [
        gettext(
            "Gains are over today in discounted margin, in the same worlds. Regret: what choosing it costs on average "
            "against knowing the world. Worst tenth: the mean gain in the worst tenth of the worlds."
        )
    ]
    if len(told.rows) > MOST_OPTIONS:
        notes.append(gettext("The best %(count)s are shown.") % {"count": MOST_OPTIONS})
    chart = memo_charts.gains(told.ranked[:MOST_OPTIONS])
    return Part(gettext("Options"), [], Sheet(head, rows, [7]), chart, gettext("Gains of the options"), " ".join(notes))


def _option(told: OptionComparison, row: Row) -> dict[str, Any]:
    currency, one = told.values.world.currency, row.standing
    is_today = row.option is None
    return {
        "lead": row.key == told.leader.key,
        "cells": [
            row.name,
            "—" if is_today else money(one.expected_gain, currency),
            "—" if is_today else interval(one.gain.as_dict()),
            percent(one.p_best, 0),
            money(one.regret, currency),
            "—" if is_today else money(one.cvar, currency),
            months_in_words(row.paid),
            str(Grade(row.grade).label),
        ],
    }


def _months(told: OptionComparison, found: Answer, name: str) -> list[Part]:
    currency = told.values.world.currency
    return [
        Part(
            title=measure_title(key),
            chart=memo_charts.months(found, name, key, currency),
            alt=measure_title(key),
        )
        for key in ("revenue", "margin")
    ]


def _verdicts(scenario: Scenario) -> Part:
    verdict = planning.results(scenario).get(planning.VERDICT)
    cards = verdict_cards(verdict)
    head = [
        gettext("Candidate"), gettext("Verdict"), gettext("Chance of a gain"), gettext("Gain"),
        gettext("80%% interval") % {}, gettext("Accuracy"), gettext("Breaks even at"),
    ]  # fmt: skip
    rows = [
        {
            "lead": card["verdict"] == "ship",
            "cells": [
                card["name"],
                str(card["word"]),
                percent(card["p_better"], 0),
                amount(card["gain"]["median"], card["gain"]),
                interval(card["gain"]),
                percent(card["quality"]["median"]) if card["quality"] else "—",
                card["breaks_even_in_brief"] or "—",
            ],
        }
        for card in cards
    ]
    lines = [
        gettext("%(name)s: %(do)s") % {"name": card["name"], "do": one["do"]}
        for card in cards
        for one in card["settle"][:1]
    ]
    return Part(gettext("Model candidates"), lines, Sheet(head, rows, [1]) if rows else None)


def _stands_on(scenario: Scenario, told: OptionComparison) -> Part:
    head = [gettext("Link"), gettext("Median"), gettext("80%% interval") % {}, gettext("Grade"), gettext("Behind it")]
    rows = [
        {
            "cells": [
                link.label,
                amount(link.figure["median"], link.figure) if link.figure else "—",
                interval(link.figure),
                str(Grade(link.grade).label),
                gettext("data") if link.estimate is not None else link.says,
            ]
        }
        for link in link_rows(told.values.world, scenario.workspace)
    ]
    note = gettext("The weakest link grades the whole. A link without data is a stated assumption, never a silent one.")
    return Part(gettext("What the forecast stands on"), [], Sheet(head, rows, [3, 4]), note=note)


def _assumptions(scenario: Scenario, told: OptionComparison) -> Part:
    used, _idle = assumption_rows(scenario, told.values.world)
    head = [gettext("Assumption"), gettext("Value"), gettext("Unit"), gettext("Source")]
    rows = [
        {
            "cells": [
                str(row.assumption.label),
                row.chosen or stated(row.value),
                "" if row.chosen else str(row.unit),
                gettext("typed") if row.stated else gettext("default"),
            ]
        }
        for row in used
    ]
    return Part(gettext("Assumptions"), [], Sheet(head, rows, [2, 3]))


def file_name(scenario: Scenario, ending: str) -> str:
    """A name that every system takes, with the day."""
    words = "".join(character if character.isalnum() else "-" for character in scenario.title).strip("-")[:60]
    return f"{words or 'scenario'}-{timezone.localdate():%Y-%m-%d}.{ending}"
