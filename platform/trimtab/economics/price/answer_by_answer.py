"""What a price ladder looks like to those who take each answer for a person of its own: the usual mistake, measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.ladder_answers import LadderAnswers

MOST_STEPS = 50


@dataclass(frozen=True)
class AnswerByAnswer:
    """A logit of the R answers on price: q(p) = 1 / (1 + exp(-(a - b p))).

    ``coefficients`` (a, b); the covariance ``naive`` (2, 2) takes the answers for independent, ``clustered`` (2, 2)
    takes the people for independent.
    """

    coefficients: Array
    naive: Array
    clustered: Array

    @property
    def understated(self) -> float:
        """How many times too small the naive standard error is, of the price a / b that half would pay."""
        a, b = self.coefficients
        slope = np.array([1 / b, -a / b**2])
        return float(np.sqrt((slope @ self.clustered @ slope) / (slope @ self.naive @ slope)))


def answer_by_answer(answers: LadderAnswers) -> AnswerByAnswer:
    """Fit the logit of single answers and both kinds of covariance.

    Clustered: H^-1 (sum_i s_i s_i') H^-1 with s_i the score of all answers of person i, times N / (N - 1).
    Source: Liang & Zeger 1986, Longitudinal data analysis using generalized linear models, Biometrika 73(1):13-22.

    Raises CannotEstimate (``answers_do_not_spread``) where one price parts all yes from all no.
    """
    scale = float(np.median(answers.asked))
    design = np.column_stack([np.ones(answers.price.size), -answers.price / scale])
    weight = answers.weight[answers.respondent]
    beta = np.zeros(2)
    for _step in range(MOST_STEPS):
        share = expit(design @ beta)
        hessian = (design * (weight * share * (1 - share))[:, None]).T @ design
        score = design * (weight * (answers.would_buy - share))[:, None]
        move = np.linalg.solve(hessian + 1e-12 * np.eye(2), score.sum(axis=0))
        beta = beta + move
        if np.abs(move).max() < 1e-9:
            return _with_errors(beta, hessian, score, answers, scale)
        if np.abs(beta).max() > 100:
            break
    raise CannotEstimate(
        "answers_do_not_spread",
        "The answers part cleanly between two prices, so that the steepness of demand cannot be told.",
        "Ask prices that lie closer together.",
    )


def _with_errors(beta: Array, hessian: Array, score: Array, answers: LadderAnswers, scale: float) -> AnswerByAnswer:
    inverse = np.linalg.inv(hessian)
    people = answers.respondents
    by_person = np.column_stack([np.bincount(answers.respondent, weights=part, minlength=people) for part in score.T])
    clustered = inverse @ (by_person.T @ by_person) @ inverse * people / (people - 1)
    units = np.array([1.0, scale])
    return AnswerByAnswer(beta / units, inverse / np.outer(units, units), clustered / np.outer(units, units))
