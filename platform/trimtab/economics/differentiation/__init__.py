"""Where an offer stands among its competitors."""

from trimtab.economics.differentiation.ahp import ahp_draws, pairwise_weights
from trimtab.economics.differentiation.best_worst_weights import best_worst, best_worst_draws, best_worst_weights
from trimtab.economics.differentiation.entropy import entropy_weights
from trimtab.economics.differentiation.perceptual_map import correspondence, doubled, ellipse, map_draws
from trimtab.economics.differentiation.position import Scale, position, rate, rating_draws
from trimtab.economics.differentiation.promethee import Preference, Shape, net_flows
from trimtab.economics.differentiation.rank_reversal import reversals_by_entrant, reversals_by_leaving
from trimtab.economics.differentiation.smaa import acceptability
from trimtab.economics.differentiation.strategy_canvas import strategy_canvas
from trimtab.economics.differentiation.swing import swing_draws, swing_weights
from trimtab.economics.differentiation.tipping_points import rating_tips, weight_tips
from trimtab.economics.differentiation.topsis import topsis
from trimtab.economics.differentiation.white_spaces import white_spaces

__all__ = [
    "Preference",
    "Scale",
    "Shape",
    "acceptability",
    "ahp_draws",
    "best_worst",
    "best_worst_draws",
    "best_worst_weights",
    "correspondence",
    "doubled",
    "ellipse",
    "entropy_weights",
    "map_draws",
    "net_flows",
    "pairwise_weights",
    "position",
    "rate",
    "rating_draws",
    "rating_tips",
    "reversals_by_entrant",
    "reversals_by_leaving",
    "strategy_canvas",
    "swing_draws",
    "swing_weights",
    "topsis",
    "weight_tips",
    "white_spaces",
]
