"""The real choice study on AI assistants, and a small market to simulate."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from trimtab.economics.choice.coding import Attribute, Coding
from trimtab.economics.choice.data import ChoiceData, choice_data
from trimtab.economics.choice.population import Population

ASSISTANTS = Coding(
    (
        Attribute("spec", "levels", ("Content", "Codice", "Assistente")),
        Attribute("vel", "levels", ("Lento", "Veloce")),
        Attribute("qual", "levels", ("Sufficente", "Ottimale")),
        Attribute("priv", "levels", ("Bassa", "Alta")),
        Attribute("cost", "number", is_price=True),
    )
)
SMALL = Coding(
    (
        Attribute("quality", "levels", ("good", "best"), coding="dummy"),
        Attribute("price", "number", is_price=True),
    ),
    none=True,
)


def assistants(public_data: Path) -> ChoiceData:
    """116 people, 10 tasks of 3 alternatives each, the price as a number."""
    with (public_data / "cbc_ai_assistant" / "choice_data.csv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    columns = {name: np.array([row[name] for row in rows]) for name in ("spec", "vel", "qual", "priv")}
    return choice_data(
        [row["resp.id"] for row in rows],
        [row["ques"] for row in rows],
        [row["choice"] for row in rows],
        columns={**columns, "cost": np.array([float(row["cost"]) for row in rows])},
        coding=ASSISTANTS,
    )


def crowd(worlds: int = 30, kinds: int = 40, seed: int = 3) -> Population:
    """People of many kinds for whom the better quality is worth about 10, with a price coefficient near -.15."""
    rng = np.random.default_rng(seed)
    quality = rng.normal(1.5, 0.8, (worlds, kinds))
    price = -rng.lognormal(np.log(0.15), 0.4, (worlds, kinds))
    none = rng.normal(-2.0, 1.0, (worlds, kinds))
    return Population(np.stack([quality, price, none], axis=-1), rng.dirichlet(np.ones(kinds)), SMALL.names)


def alike(*coefficients: float) -> Population:
    """One world in which everybody has the same part-worths for quality, price and none."""
    return Population(np.array([[coefficients]]), np.ones(1), SMALL.names)
