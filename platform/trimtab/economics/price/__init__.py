"""What people would pay."""

from trimtab.economics.price.answers import PriceAnswers, price_answers
from trimtab.economics.price.demand import Demand, best_price, demand, logistic_best_price
from trimtab.economics.price.gabor_granger import Family, LadderFit
from trimtab.economics.price.gabor_granger import fit as fit_ladder
from trimtab.economics.price.ladder_answers import LadderAnswers, ladder_answers
from trimtab.economics.price.newton_miller_smith import market_acceptance
from trimtab.economics.price.plan_search import MenuKind, compare_menus
from trimtab.economics.price.plans import People, Plan, outcome, people
from trimtab.economics.price.token_usage import Usage, token_usage
from trimtab.economics.price.turnbull import turnbull
from trimtab.economics.price.van_westendorp import price_sensitivity

__all__ = [
    "Demand",
    "Family",
    "LadderAnswers",
    "LadderFit",
    "MenuKind",
    "People",
    "Plan",
    "PriceAnswers",
    "Usage",
    "best_price",
    "compare_menus",
    "demand",
    "fit_ladder",
    "ladder_answers",
    "logistic_best_price",
    "market_acceptance",
    "outcome",
    "people",
    "price_answers",
    "price_sensitivity",
    "token_usage",
    "turnbull",
]
