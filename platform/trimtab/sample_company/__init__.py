"""A fictional company with known truth: its research sheets and tickets, drawn from one seed."""

from trimtab.sample_company.company import SampleCompany, generate, to_csv
from trimtab.sample_company.market_truth import MarketTruth
from trimtab.sample_company.truth import AS_OF, COMPANY_NAME, Truth

__all__ = ["AS_OF", "COMPANY_NAME", "MarketTruth", "SampleCompany", "Truth", "generate", "to_csv"]
