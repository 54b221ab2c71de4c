"""How long customers stay, and what they are worth."""

from trimtab.economics.retention import bg_nbd, gamma_gamma, pareto_nbd, sbg
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
    "customer_values",
    "customers",
    "gamma_gamma",
    "kaplan_meier",
    "life_table",
    "pareto_nbd",
    "purchase_log",
    "residual_lifetime",
    "sbg",
]
