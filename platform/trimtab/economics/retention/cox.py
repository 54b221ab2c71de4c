"""Cox's proportional hazards: how much sooner or later customers of one kind leave than those of another.

    hazard(t | x) = hazard_0(t) exp(x b)          exp(b): hazard ratio

hazard_0 may have any shape. Endings in the same month are tied; ties go by Efron's approximation, so log likelihoods
compare with other programs only where those use Efron too (Breslow gives lower ones). Fitted with lifelines.
The proportional-hazards check correlates the scaled Schoenfeld residuals with the rank of time: a small p says that
the ratio changes with tenure and that one number is only its average. It and the clustered errors are computed in
``cox_residuals``, as lifelines leaves late entry out of its residuals.

Notation: n rows, p coefficients, D worlds.
Sources: Cox 1972, JRSS B 34:187-220; Efron 1977, JASA 72:557-565; Grambsch & Therneau 1994, Biometrika 81:515-526.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

from trimtab.economics.draws import LEVEL, Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import dense_index
from trimtab.economics.retention import cox_residuals as residuals
from trimtab.economics.retention.covariates import Covariates, refuse_thin, separates
from trimtab.economics.retention.survival import Tenures, check_tenures

if TYPE_CHECKING:
    from lifelines import CoxPHFitter
    from pandas import DataFrame

# In standard deviations of a column: e^8 = 3,000 times the risk for one of them is no effect but a separation.
STEEPEST = 8.0
CHANGES = 0.01
MOMENT = 1e-6


@dataclass(frozen=True)
class CoxFit:
    """Coefficients b (p,) per unit given, ``covariance`` (p, p) clustered by customer, and the model's diagnostics.

    ``proportional_p`` (p,) are the p-values of the check of proportional hazards; ``concordance`` 0..1 is the share
    of pairs whose order of leaving the model tells, .5 for none.
    """

    names: tuple[str, ...]
    coefficients: Array
    covariance: Array
    plain_covariance: Array
    log_likelihood: float
    null_log_likelihood: float
    concordance: float
    proportional_p: Array
    customers: int
    rows: int
    events: int
    ties: str = "efron"

    @property
    def standard_errors(self) -> Array:
        return np.sqrt(np.diag(self.covariance))

    @property
    def changing(self) -> tuple[str, ...]:
        """The terms whose ratio changes with tenure: p below .01 for each, shared by Bonferroni over the terms."""
        limit = CHANGES / len(self.names)
        return tuple(name for name, p in zip(self.names, self.proportional_p, strict=True) if p < limit)

    def hazard_ratios(self, step: ArrayLike = 1.0, level: float = LEVEL) -> tuple[Array, Array, Array]:
        """exp(b step) with the ends of its interval, each (p,); ``step`` (p,) in the units of the column."""
        half = norm.ppf((1 + level) / 2) * self.standard_errors
        size = np.asarray(step, dtype=float)
        ends = np.exp((self.coefficients - half) * size), np.exp((self.coefficients + half) * size)
        return np.exp(self.coefficients * size), ends[0], ends[1]

    def draws(self, worlds: int, rng: np.random.Generator) -> Array:
        """b in ``worlds`` worlds, (worlds, p): normal with the clustered covariance."""
        spread = self.standard_errors
        correlation = self.covariance / np.outer(spread, spread)
        return self.coefficients + spread * rng.multivariate_normal(np.zeros(spread.size), correlation, worlds)


def fit(
    covariates: Covariates,
    duration: ArrayLike,
    event: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    customer: ArrayLike | None = None,
) -> CoxFit:
    """Maximum partial likelihood with Efron's ties; errors clustered by ``customer`` where rows share one.

    ``duration``, ``entry`` (n,) months, ``event`` (n,), ``customer`` (n,) labels. Raises CannotEstimate: as
    ``check_tenures`` and ``covariates.refuse_thin``; lengths_differ, covariate_separates, cox_not_converged.
    """
    data = check_tenures(duration, event, entry)
    if covariates.rows != data.duration.size:
        raise CannotEstimate("lengths_differ", "The columns differ in length.", "Give one value per customer in each.")
    refuse_thin(covariates, data.event)
    groups = np.arange(covariates.rows) if customer is None else dense_index(customer, covariates.rows)
    fitted = _lifelines(covariates, data)
    found, plain = np.asarray(fitted.params_, dtype=float), np.asarray(fitted.variance_matrix_, dtype=float)
    if np.abs(found).max() > STEEPEST:
        raise separates(covariates.names[int(np.abs(found).argmax())])
    x = covariates.standardised
    means = residuals.RiskMeans.of(x, found, data)
    customers = int(groups.max()) + 1
    repeated = customers < covariates.rows
    robust = residuals.clustered(residuals.score_residuals(x, data, means), plain, groups) if repeated else plain
    scale = np.outer(covariates.spread, covariates.spread)
    return CoxFit(
        names=covariates.names,
        coefficients=found / covariates.spread,
        covariance=robust / scale,
        plain_covariance=plain / scale,
        log_likelihood=float(fitted.log_likelihood_),
        null_log_likelihood=float(fitted.log_likelihood_ - fitted.log_likelihood_ratio_test().test_statistic / 2),
        concordance=float(fitted.concordance_index_),
        proportional_p=residuals.proportional_p(x, data, means, plain),
        customers=customers,
        rows=covariates.rows,
        events=int(data.event.sum()),
    )


def _lifelines(covariates: Covariates, data: Tenures) -> CoxPHFitter:
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError, ConvergenceWarning

    late = bool(np.any(data.entry > 0))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", ConvergenceWarning)
            frame = _frame(covariates, data, late)
            return CoxPHFitter().fit(frame, "duration", "event", entry_col="entry" if late else None)
    except (ConvergenceError, ConvergenceWarning) as error:
        raise CannotEstimate(
            "cox_not_converged",
            "The columns together separate those who left from those who stayed, so their effects have no limit.",
            "Choose fewer columns, or bring more customers.",
        ) from error


def _frame(covariates: Covariates, data: Tenures, late: bool) -> DataFrame:
    import pandas

    frame = pandas.DataFrame(covariates.standardised, columns=[f"x{place}" for place in range(len(covariates.terms))])
    frame = frame.assign(duration=data.duration, event=data.event.astype(int))
    # Who ends where he enters is at risk at that very moment; lifelines wants him there a little earlier.
    return frame.assign(entry=np.minimum(data.entry, data.duration - MOMENT)) if late else frame
