"""The sample company as a whole: all its sheets from one seed."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from trimtab.sample_company.answer_outcomes import answer_outcomes
from trimtab.sample_company.buying import adoption_counts, pack_purchases, token_usage
from trimtab.sample_company.choice_surveys import best_worst_answers, choice_answers, ladder_answers
from trimtab.sample_company.competitors import competitor_facts
from trimtab.sample_company.feedback import feedback, with_bad_rows
from trimtab.sample_company.kano_survey import kano_answers
from trimtab.sample_company.market_truth import MarketTruth
from trimtab.sample_company.subscriptions import draw_customers, subscriptions
from trimtab.sample_company.surveys import price_answers, satisfaction_answers
from trimtab.sample_company.tickets import tickets
from trimtab.sample_company.truth import Truth

Row = dict[str, Any]
SUBSCRIPTIONS, FEEDBACK, ANSWERS, TICKETS = 8000, 5000, 600, 4000
CHOOSERS, COMPARERS, CLIMBERS, USERS, BUYERS = 300, 200, 300, 1000, 1500
REQUESTS = 6000
FEWEST = 40
KANO_STREAM, OUTCOMES_STREAM = 30, 31
MARKET_SHEETS = ("choices", "maxdiff", "ladder", "usage", "purchases", "adoption")


@dataclass(frozen=True)
class SampleCompany:
    """The sheets as lists of rows, the truth behind them, and the needs that each feedback row was written about.

    ``feedback_needs`` holds need keys, none for chatter and for the rows spoiled on purpose; no sheet shows them.
    """

    truth: Truth
    market: MarketTruth
    feedback: list[Row]
    competitors: list[Row]
    prices: list[Row]
    satisfaction: list[Row]
    subscriptions: list[Row]
    tickets: list[Row]
    choices: list[Row]
    maxdiff: list[Row]
    ladder: list[Row]
    usage: list[Row]
    purchases: list[Row]
    adoption: list[Row]
    kano: list[Row]
    outcomes: list[Row]
    feedback_needs: list[tuple[str, ...]]

    def sheets(self) -> dict[str, list[Row]]:
        """Each sheet under the name of its kind of source, and ``tickets`` for the model lab."""
        return {
            "feedback": self.feedback,
            "competitors": self.competitors,
            "prices": self.prices,
            "satisfaction": self.satisfaction,
            "subscriptions": self.subscriptions,
            "tickets": self.tickets,
            "choices": self.choices,
            "maxdiff": self.maxdiff,
            "ladder": self.ladder,
            "usage": self.usage,
            "purchases": self.purchases,
            "adoption": self.adoption,
            "kano": self.kano,
            "outcomes": self.outcomes,
        }


def generate(seed: int = 7, scale: float = 1.0) -> SampleCompany:
    """The sample company; the same ``seed`` and ``scale`` give the same bytes.

    ``scale`` above 0 multiplies the number of rows (1 = 8,000 subscriptions, 5,000 feedback texts, 600 answers in
    each of the first surveys, 4,000 tickets, 300 people in the choice survey and on the price ladder, 200 who compare
    needs, 200 in the Kano survey, 1,000 users with their tokens, 1,500 buyers of credit packs, 6,000 requests with
    their outcome); every sheet keeps at least FEWEST rows or people, and those of competitors and of adoption never
    change their size. Each sheet has its own stream of chance, so that a change in one leaves the others alone. Raises
    ValueError for a scale not above 0.
    """
    if not scale > 0:
        raise ValueError(f"The scale of the sample company must be above 0, not {scale}.")
    truth, market = Truth(), MarketTruth()
    people, texts, prices, answers, facts, inbox = (np.random.default_rng([seed, stream]) for stream in range(6))
    chance = {name: np.random.default_rng([seed, 6 + place]) for place, name in enumerate(MARKET_SHEETS)}
    customers = draw_customers(truth, _scaled(SUBSCRIPTIONS, scale), people)
    written = with_bad_rows(feedback(truth, customers, _scaled(FEEDBACK, scale), texts))
    return SampleCompany(
        truth=truth,
        market=market,
        feedback=written.rows,
        competitors=competitor_facts(truth, facts),
        prices=price_answers(truth, _scaled(ANSWERS, scale), prices),
        satisfaction=satisfaction_answers(truth, customers, _scaled(ANSWERS, scale), answers),
        subscriptions=subscriptions(truth, customers),
        tickets=tickets(truth, _scaled(TICKETS, scale), inbox),
        choices=choice_answers(truth, market, _scaled(CHOOSERS, scale), chance["choices"]),
        maxdiff=best_worst_answers(truth, market, _scaled(COMPARERS, scale), chance["maxdiff"]),
        ladder=ladder_answers(truth, market, _scaled(CLIMBERS, scale), chance["ladder"]),
        usage=token_usage(truth, market, customers, _scaled(USERS, scale), chance["usage"]),
        purchases=pack_purchases(truth, market, _scaled(BUYERS, scale), chance["purchases"]),
        adoption=adoption_counts(truth, market, chance["adoption"]),
        kano=kano_answers(truth, _scaled(COMPARERS, scale), np.random.default_rng([seed, KANO_STREAM])),
        outcomes=answer_outcomes(
            truth, customers, _scaled(REQUESTS, scale), np.random.default_rng([seed, OUTCOMES_STREAM])
        ),
        feedback_needs=written.needs,
    )


def _scaled(rows: int, scale: float) -> int:
    return max(FEWEST, round(rows * scale))


def to_csv(rows: list[Row]) -> str:
    """The rows as CSV with a header line, fields quoted where needed, lines ending in a line feed."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
