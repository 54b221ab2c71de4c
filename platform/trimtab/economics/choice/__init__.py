"""What people choose among offers: one data object, several models of it, one population that simulators read.

    from trimtab.economics import choice

    data = choice.choice_data(respondent, task, chosen, columns=columns, coding=coding)
    population = choice.logit.fit(data).population(2000, rng)
    choice.simulator.share_of_preference(population, coding.code(offers))

The models are modules, each with a ``fit``; they are imported when they are first named, so that a page which only
reads choices does not wait for the optimisers.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from trimtab.economics.choice.coding import Attribute, Coding
from trimtab.economics.choice.data import ChoiceData, choice_data
from trimtab.economics.choice.population import Population

MODELS = (
    "logit",
    "mixed_logit",
    "latent_classes",
    "wtp_space",
    "hierarchical_bayes",
    "maxdiff",
    "sequential_logit",
    "maxdiff_bayes",
)
USES = (
    "simulator",
    "willingness_to_pay",
    "optimal_price",
    "product_search",
    "holdout",
    "answers_needed",
    "design",
    "maxdiff_design",
)

__all__ = ["MODELS", "USES", "Attribute", "ChoiceData", "Coding", "Population", "choice_data"]


def __getattr__(name: str) -> ModuleType:
    if name in MODELS or name in USES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
