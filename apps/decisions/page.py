"""What the page of options shows."""

from __future__ import annotations

from typing import Any

from apps.decisions import selectors
from apps.decisions.option_values import OptionValues, values
from apps.estimates.messages import reason
from apps.planning.models import Scenario
from trimtab.economics.errors import CannotEstimate


def frame(scenario: Scenario) -> dict[str, Any]:
    """What every page about the options of a scenario needs."""
    return {"scenario": scenario, "scenarios": list(selectors.scenarios(scenario.workspace))}


def options_page(scenario: Scenario) -> dict[str, Any]:
    context = frame(scenario) | {"archived": selectors.archived_options(scenario)}
    try:
        found: OptionValues = values(scenario)
    except CannotEstimate as error:
        return context | {"problem": reason(error)}
    return context | {"found": found}
