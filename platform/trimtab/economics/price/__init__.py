"""What people would pay."""

from trimtab.economics.price.answers import PriceAnswers, price_answers
from trimtab.economics.price.demand import Demand, best_price, demand, logistic_best_price
from trimtab.economics.price.gabor_granger import Family, LadderFit
from trimtab.economics.price.gabor_granger import fit as fit_ladder
from trimtab.economics.price.ladder_answers import LadderAnswers, ladder_answers
from trimtab.economics.price.newton_miller_smith import market_acceptance
from trimtab.economics.price.turnbull import turnbull
from trimtab.economics.price.van_westendorp import price_sensitivity

__all__ = [
    "Demand",
    "Family",
    "LadderAnswers",
    "LadderFit",
    "PriceAnswers",
    "best_price",
    "demand",
    "fit_ladder",
    "ladder_answers",
    "logistic_best_price",
    "market_acceptance",
    "price_answers",
    "price_sensitivity",
    "turnbull",
]
