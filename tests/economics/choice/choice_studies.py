"""Published choice studies as choice data, and studies made up from known part-worths."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from trimtab.economics.choice.coding import Attribute, Coding
from trimtab.economics.choice.data import ChoiceData, choice_data

ELECTRICITY = ("pf", "cl", "loc", "wk", "tod", "seas")
SWISSMETRO = ("asc_car", "asc_train", "b_cost", "b_time")


def numbers(*names: str) -> Coding:
    return Coding(tuple(Attribute(name, "number") for name in names))


def electricity(public_data: Path) -> ChoiceData:
    """361 people, 4,308 tasks of 4 suppliers (Huber & Train 2001)."""
    rows = pd.read_csv(public_data / "train_electricity" / "electricity_long.csv")
    columns = {name: rows[name] for name in ELECTRICITY}
    return choice_data(rows["id"], rows["chid"], rows["choice"], columns=columns, coding=numbers(*ELECTRICITY))


def yogurt(public_data: Path) -> ChoiceData:
    """Scanner panel of 2,412 purchases among 4 brands (Jain, Vilcassim & Chintagunta 1994)."""
    rows = pd.read_csv(public_data / "logitr_yogurt" / "yogurt.csv.gz")
    brands = Attribute("brand", "levels", ("dannon", "hiland", "weight", "yoplait"), coding="dummy")
    coding = Coding((Attribute("price", "number", is_price=True), Attribute("feat", "number"), brands))
    columns = {name: rows[name] for name in ("price", "feat", "brand")}
    return choice_data(rows["id"], rows["obsID"], rows["choice"], columns=columns, coding=coding)


def swissmetro(public_data: Path) -> ChoiceData:
    """6,768 trips by train, Swissmetro or car where they were available (Bierlaire, Axhausen & Abay 2001).

    The standard filter PURPOSE in {1, 3} and CHOICE not 0; every task counts as its own person, as in the source.
    """
    rows = pd.read_csv(public_data / "swissmetro" / "swissmetro.dat", sep="\t")
    rows = rows[rows["PURPOSE"].isin([1, 3]) & (rows["CHOICE"] != 0)]
    paid = (rows["GA"] == 0).to_numpy()
    offers = np.zeros((len(rows), 3, 4))
    offers[:, 2, 0] = offers[:, 0, 1] = 1
    for place, (cost, time) in enumerate((("TRAIN_CO", "TRAIN_TT"), ("SM_CO", "SM_TT"), ("CAR_CO", "CAR_TT"))):
        offers[:, place, 2] = rows[cost] * (paid if place < 2 else 1) / 100
        offers[:, place, 3] = rows[time] / 100
    stated = rows["SP"] != 0
    there = np.stack([rows["TRAIN_AV"] * stated, rows["SM_AV"], rows["CAR_AV"] * stated], axis=1).astype(bool)
    chosen = np.arange(3) == rows["CHOICE"].to_numpy()[:, None] - 1
    start = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
    return ChoiceData.of(offers[there], start, np.flatnonzero(chosen[there]), np.arange(len(rows)), SWISSMETRO)


def answered(
    partworths: np.ndarray,
    rng: np.random.Generator,
    *,
    tasks: int = 8,
    alternatives: int = 3,
    names: tuple[str, ...] | None = None,
) -> ChoiceData:
    """Logit choices of people with the part-worths (N, K) among offers of which the last column is a price 1..5."""
    N, K = partworths.shape
    X = rng.normal(size=(N, tasks, alternatives, K))
    X[..., -1] = rng.integers(1, 6, X.shape[:-1])
    utility = np.einsum("ntjk,nk->ntj", X, partworths) + rng.gumbel(size=X.shape[:-1])
    rows = np.arange(N * tasks) * alternatives
    names = names or (*(f"x{k}" for k in range(K - 1)), "price")
    start = np.append(rows, N * tasks * alternatives)
    chosen = rows + utility.argmax(axis=2).ravel()
    return ChoiceData.of(X.reshape(-1, K), start, chosen, np.repeat(np.arange(N), tasks), names)
