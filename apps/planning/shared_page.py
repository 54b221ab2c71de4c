"""What whoever holds a link sees of a scenario: nothing else of its workspace, and no way into it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from apps.estimates.freshness import Freshness
from apps.estimates.messages import reason
from apps.planning import selectors
from apps.planning.answers import answer, saved_choice, world_of
from apps.planning.levers import all_in_words, pulled_of
from apps.planning.models import ScenarioLink
from apps.planning.page import grade, is_simulated, model_name, pictures
from apps.planning.sliders import sliders
from apps.planning.stands_on import assumption_rows
from apps.planning.verdict_cards import verdict_cards
from trimtab.economics.errors import CannotEstimate


def shared_page(link: ScenarioLink) -> dict[str, Any]:
    """As the scenario stands at this moment: its kept choice, figures, bands, verdicts and assumptions."""
    scenario, now = link.scenario, timezone.now()
    context: dict[str, Any] = {"scenario": scenario, "now": now, "expires_at": link.expires_at, "public": True}
    context["currency"] = scenario.workspace.currency
    try:
        world = world_of(scenario)
    except CannotEstimate as error:
        return context | {"problem": reason(error)}
    results = selectors.results(scenario)
    Freshness(scenario.workspace, results.values(), now).mark(results.values())
    choice = saved_choice(scenario, world)
    found = answer(world, choice)
    verdict = results.get(selectors.VERDICT)
    return context | {
        "answer": found,
        "choice": choice,
        "model": model_name(world, choice.candidate),
        "levers": all_in_words(pulled_of(choice)),
        "pictures": pictures(world, found),
        "sliders": sliders(world, choice),
        "grade": grade(world, choice),
        "simulated": scenario.workspace.is_simulated or is_simulated(world),
        "verdict": verdict,
        "price": results.get(selectors.PRICE),
        "cards": verdict_cards(verdict),
        "assumptions": assumption_rows(scenario, world),
    }
