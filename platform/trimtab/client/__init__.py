"""The Python client of Trimtab's REST API.

>>> from trimtab.client import Trimtab
>>> t = Trimtab("http://127.0.0.1:8000", token="tt_…")
>>> t.sources.upload("prices.csv", kind="prices").import_rows().wait()
>>> t.pricing.run().wait()
>>> print(t.pricing.study().demand.figures["best_price"])
best_price 41.2 (38.9 to 44.0) EUR/month
"""

from trimtab.client.decisions import Actual, Decision, Ledger, MeasureScored, MonthScored, Noted
from trimtab.client.deployments import Deployment, Prediction
from trimtab.client.errors import Fault, JobFailed, Problem, StillRunning, TrimtabError, Unreachable
from trimtab.client.estimates import Estimate, Figure, Input, Lineage
from trimtab.client.information import InformationStudy, NextStudy, StudyCost
from trimtab.client.jobs import Job, LogLine, Progress
from trimtab.client.needs import ComparedNeed, KanoStudy, Need, Quote
from trimtab.client.options import Option, OptionComparison, OptionVerdict, Reached, Standing
from trimtab.client.overview import Answer, Loop, Overview, Stage
from trimtab.client.positions import Criterion
from trimtab.client.pricing import PriceReading, PriceStudy
from trimtab.client.retention import RetentionStudy, RetentionWhatIf
from trimtab.client.scenarios import Forecasts, Scenario, WhatIf
from trimtab.client.sources import Preview, RefusedRow, Source
from trimtab.client.training import Candidate, LabelledSet, Metric, TrainingRun
from trimtab.client.trimtab import Trimtab

__all__ = [
    "Actual", "Answer", "Candidate", "ComparedNeed", "Criterion", "Decision", "Deployment", "Estimate", "Fault",
    "Figure", "Forecasts", "InformationStudy", "Input", "Job", "JobFailed", "KanoStudy", "LabelledSet", "Ledger",
    "Lineage", "LogLine", "Loop", "MeasureScored", "Metric", "MonthScored", "Need", "NextStudy", "Noted", "Option",
    "OptionComparison", "OptionVerdict", "Overview", "Prediction", "Preview", "PriceReading", "PriceStudy", "Problem",
    "Progress", "Quote", "Reached", "RefusedRow", "RetentionStudy", "RetentionWhatIf", "Scenario", "Source", "Stage",
    "Standing", "StillRunning", "StudyCost", "TrainingRun", "Trimtab", "TrimtabError", "Unreachable", "WhatIf",
]  # fmt: skip
