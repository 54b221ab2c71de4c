"""What each figure of a result is called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_NAMES = {
    "top_opportunity": _("Opportunity of the first need"),
    "p_first": _("Chance of being first"),
    "our_score": _("Our score"),
    "our_lead": _("Our lead over the best rival"),
    "opp": _("Optimal price point"),
    "idp": _("Indifference price point"),
    "pmc": _("Point of marginal cheapness"),
    "pme": _("Point of marginal expensiveness"),
    "pmc_narrow": _("Point of marginal cheapness, narrow range"),
    "pme_narrow": _("Point of marginal expensiveness, narrow range"),
    "best_price": _("Price with the most revenue"),
    "worth_at_current": _("Worth today's price to"),
    "reach_price": _("Price with the most buyers"),
    "intent_price": _("Price with the most revenue, by purchase intent"),
    "half_would_pay": _("Price that half would pay"),
    "plans_margin": _("Margin of the plans, each 100 people"),
    "plans_gain": _("Gain over one flat price, each 100 people"),
    "plans_customers": _("Become customers"),
    "sold_at_a_loss": _("Customers sold at a loss"),
    "wtp": _("Willingness to pay"),
    "hit_rate": _("Held-out choices foretold"),
    "value_of_quality": _("Value of quality"),
    "item_share": _("Share of preference"),
    "best_offer_price": _("Price of the best offer"),
    "best_offer_share": _("Share of preference of the best offer"),
    "best_offer_money": _("Money for each person from the best offer"),
    "u_reference": _("Satisfaction today, U"),
    "F0": _("Functional performance today, F"),
    "I0": _("Interaction experience today, I"),
    "C0": _("Cost acceptability today, C"),
    "retained_month_1": _("Retained after 1 month"),
    "retained_month_12": _("Retained after 12 months"),
    "churn_per_month": _("Leave per month"),
    "slope": _("Slope of the retention link"),
    "hazard_ratio": _("Hazard ratio"),
    "hazard_ratio_satisfaction": _("Hazard ratio of 10 points of satisfaction"),
    "arrivals_per_month": _("New customers a month"),
    "customers_alive": _("Still customers"),
    "purchases_next_year": _("Purchases in the next year"),
    "residual_purchases": _("Purchases to come, discounted"),
    "residual_value": _("Residual lifetime value"),
    "residual_value_each": _("Residual lifetime value a customer"),
    "mean_spend": _("Mean spend of a day with a purchase"),
    "mrr_now": _("Revenue a month now (MRR)"),
    "net_revenue_retention": _("Net revenue retention"),
    "gross_revenue_retention": _("Gross revenue retention"),
    "paying_customers_retained": _("Paying customers retained"),
    "quick_ratio": _("Quick ratio"),
    "market": _("Market, m"),
    "innovation": _("Innovation, p a period"),
    "imitation": _("Imitation, q a period"),
    "peak_period": _("Period of the peak"),
    "adopters_next": _("Adopters in the next period"),
    "adopters_still_to_come": _("Adopters still to come"),
    "accuracy": _("Accuracy"),
    "macro_f1": _("Macro F1"),
    "micro_f1": _("Micro F1"),
    "weighted_f1": _("Weighted F1"),
    "latency_p50_ms": _("Latency, median"),
    "latency_p95_ms": _("Latency, 95th percentile"),
    "cost_per_1000": _("Cost of 1,000 requests"),
    "size_mb": _("Size"),
    "revenue_12": _("Revenue in 12 months"),
    "margin_12": _("Margin in 12 months"),
    "retained_12": _("Retained after 12 months"),
    "p_better": _("Chance of being better than today"),
    "gain": _("Gain against today"),
    "npv_margin": _("Discounted margin"),
    "best_margin_price": _("Price with the most margin"),
}


def figure_name(code: str) -> str | Promise:
    """A figure's name in words; a code that is not known is shown as it is."""
    code, _colon, subject = code.partition(":")
    known = _NAMES.get(code, code.replace("_", " "))
    return gettext("%(title)s: %(subject)s") % {"title": known, "subject": subject} if subject else known
