"""How long customers stay, and what they are worth."""

from trimtab.economics.retention import (
    bg_nbd,
    covariate_churn,
    covariates,
    cox,
    gamma_gamma,
    hazard,
    pareto_nbd,
    recurring_revenue,
    revenue_retention,
    sbg,
)
from trimtab.economics.retention.discounting import Discount
from trimtab.economics.retention.lifetime_value import ahead, customer_values, residual_lifetime
from trimtab.economics.retention.purchases import Calibration, Customers, calibrate, customers, purchase_log
from trimtab.economics.retention.survival import LifeTable, kaplan_meier, life_table

__all__ = [
    "Calibration",
    "Customers",
    "Discount",
    "LifeTable",
    "ahead",
    "bg_nbd",
    "calibrate",
    "covariate_churn",
    "covariates",
    "cox",
    "customer_values",
    "customers",
    "gamma_gamma",
    "hazard",
    "kaplan_meier",
    "life_table",
    "pareto_nbd",
    "purchase_log",
    "recurring_revenue",
    "residual_lifetime",
    "revenue_retention",
    "sbg",
]
