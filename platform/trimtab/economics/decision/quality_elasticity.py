"""How strongly a product's failures follow its model's test errors, seen class by class.

Symbols: G classes, e_g true test error of class g, u_g true share of its requests that stay unresolved, D draws.

    errors_g ~ Binomial(texts_g, e_g),    unresolved_g ~ Binomial(answered_g, u_g)
    log u_g = min(x_g, log .95),    x_g = a + eps (log e_g - c) + d_g,    d_g ~ Normal(0, tau^2),
    log e_g ~ Normal(mu, sigma^2)

eps is the elasticity of ``quality.functional_performance``. Both shares are seen with error: the true ones are drawn
together with eps, so that noise in the test does not flatten the slope. d_g is what makes a class hard to resolve
besides the model. A class in which nearly all requests fail cannot fail more often: it tells a lower bound of x_g only,
and so does not flatten the slope either. The slope is OBSERVED between classes and says nothing of a cause.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2

from trimtab.economics.decision.quality import QUALITY_ELASTICITY, ElasticityPrior
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

FEWEST_CLASSES = 5
FEWEST_IN_CLASS = 5
ALIKE = 0.05
CHAINS, BURN, SWEEPS = 128, 300, 300
SCATTER_SD, SPREAD_SD, LEVEL_MEAN, LEVEL_SD = 0.3, 1.0, -1.5, 2.0
HIGHEST_LOG = -1e-4
CEILING = 0.95
_MOVES = ("level", "slope", "scatter", "carried_level", "carried_slope", "carried_scatter")


@dataclass(frozen=True)
class FittedElasticity:
    """``elasticity`` (D,) above 0. ``learned`` 0..1: by how much data narrowed the variance of ln eps from the prior's.

    ``level`` a (D,), the log of the failing share at log error ``centre``; ``scatter`` tau (D,); ``r_hat`` of ln eps,
    1 where nothing was sampled in chains.
    """

    elasticity: Array
    level: Array
    scatter: Array
    centre: float
    prior: ElasticityPrior
    grade: str
    r_hat: float = 1.0

    @property
    def learned(self) -> float:
        """1 - var(ln eps | data) / var(ln eps), cut to 0..1; 1 where the prior was certain."""
        if self.prior.log_sd == 0:
            return 1.0
        return float(np.clip(1 - np.log(self.elasticity).var() / self.prior.log_sd**2, 0, 1))

    def failing(self, error: ArrayLike) -> Array:
        """The failing share, 0 to .95, at test errors (K,) in 0..1, without the scatter of a class: (D, K)."""
        logs = np.log(np.maximum(np.asarray(error, dtype=float), 1e-6))
        return np.minimum(np.exp(self.level[:, None] + self.elasticity[:, None] * (logs - self.centre)), CEILING)


@dataclass(frozen=True)
class ClassRecord:
    """By class, each (G,): ``errors`` among ``texts`` held-out texts, ``unresolved`` among ``answered`` requests."""

    errors: Array
    texts: Array
    unresolved: Array
    answered: Array


def observed_elasticity(
    errors: ArrayLike,
    texts: ArrayLike,
    unresolved: ArrayLike,
    answered: ArrayLike,
    *,
    worlds: int,
    rng: np.random.Generator,
    prior: ElasticityPrior = QUALITY_ELASTICITY,
) -> FittedElasticity:
    """The elasticity between classes from held-out errors and unresolved requests of the model in service.

    All (G,), counts at least 0 (parts of a request where they were corrected for customers who ask often). Classes
    with fewer than 5 texts or requests are left out. Raises CannotEstimate: ``too_few_classes`` under 5 classes;
    ``no_variation`` where the test errors differ no more than by chance (chi-squared, p above .05).

    Gibbs sampling with Metropolis steps, centred and not centred in turn, 128 chains. Source: Carroll, Ruppert,
    Stefanski & Crainiceanu (2006), Measurement Error in Nonlinear Models, ch. 9 (structural model); Yu & Meng (2011),
    J. Computational and Graphical Statistics 20(3):531-570, for the two parametrisations.
    """
    record = _checked(errors, texts, unresolved, answered)
    sampler = _Sampler(record, prior, rng)
    for sweep in range(BURN):
        sampler.sweep(adapt=True, step=sweep)
    kept: list[Array] = []
    for sweep in range(SWEEPS):
        sampler.sweep(adapt=False, step=sweep)
        kept.append(np.stack([sampler.level, sampler.log_slope, sampler.log_scatter]))
    chains = np.stack(kept)
    flat = chains.transpose(1, 0, 2).reshape(3, -1)
    chosen = rng.choice(flat.shape[1], size=worlds, replace=flat.shape[1] < worlds)
    level, slope, scatter = flat[:, chosen]
    return FittedElasticity(
        np.exp(slope), level, np.exp(scatter), sampler.centre, prior, "observed", _r_hat(chains[:, 1, :])
    )


def _checked(errors: ArrayLike, texts: ArrayLike, unresolved: ArrayLike, answered: ArrayLike) -> ClassRecord:
    held = shaped("held-out texts", texts, (None,), low=0)
    wrong = shaped("test errors", errors, held.shape, low=0)
    asked = shaped("answered requests", answered, held.shape, low=0)
    failed = shaped("unresolved requests", unresolved, held.shape, low=0)
    shaped("right answers", held - wrong, held.shape, low=0)
    shaped("resolved requests", asked - failed, held.shape, low=-1e-9)
    use = (held >= FEWEST_IN_CLASS) & (asked >= FEWEST_IN_CLASS)
    if use.sum() < FEWEST_CLASSES:
        raise CannotEstimate(
            "too_few_classes",
            "Only %(classes)d classes have both test texts and outcomes; %(least)d are needed.",
            "Bring outcomes with the class of each request, or run an experiment with two models.",
            classes=int(use.sum()),
            least=FEWEST_CLASSES,
        )
    record = ClassRecord(wrong[use], held[use], np.minimum(failed, asked)[use], asked[use])
    _require_variation(record)
    return record


def _require_variation(record: ClassRecord) -> None:
    pooled = record.errors.sum() / record.texts.sum()
    spread = record.texts * pooled * (1 - pooled)
    statistic = float(((record.errors - record.texts * pooled) ** 2 / np.maximum(spread, 1e-12)).sum())
    if pooled in (0.0, 1.0) or chi2.sf(statistic, record.texts.size - 1) > ALIKE:
        raise CannotEstimate(
            "no_variation",
            "The model errs about equally often in all classes, so the classes cannot tell what errors do.",
            "Test on more texts, or run an experiment with two models.",
        )


class _Sampler:
    """All chains at once: state arrays (chains,) and, for the true shares, (chains, G)."""

    def __init__(self, record: ClassRecord, prior: ElasticityPrior, rng: np.random.Generator) -> None:
        self.record, self.prior, self.rng = record, prior, rng
        seen = np.log((record.errors + 0.5) / (record.texts + 1))
        self.centre = float(np.average(seen, weights=record.texts))
        begun = np.minimum(np.log((record.unresolved + 0.5) / (record.answered + 1)), np.log(CEILING))
        wide = (CHAINS, 1)
        self.error = np.minimum(np.tile(seen, wide), HIGHEST_LOG)
        self.failing = np.tile(begun, wide)
        self.level = np.full(CHAINS, float(begun.mean()))
        self.log_slope = np.log(prior.median) + prior.log_sd * rng.standard_normal(CHAINS)
        self.log_scatter = np.log(rng.uniform(0.05, 0.4, CHAINS))
        self.mean, self.log_spread = np.full(CHAINS, self.centre), np.full(CHAINS, np.log(max(seen.std(), 0.1)))
        self._steps = dict.fromkeys((*_MOVES, "spread", "stretch"), 0.3)
        self._error_step = 2.4 / np.sqrt(record.texts * np.exp(seen) / (1 - np.exp(seen)) + 4)
        self._failing_step = 2.4 / np.sqrt(record.answered * np.exp(begun) / (1 - np.exp(begun)) + 4)

    def sweep(self, *, adapt: bool, step: int) -> None:
        self._draw_errors()
        self._draw_failing()
        self._draw_spread_of_errors(adapt, step)
        for move in _MOVES:
            self._move(move, adapt, step)
        self._stretch(adapt, step)

    def _line(self, level: Array, log_slope: Array) -> Array:
        return level[:, None] + np.exp(log_slope)[:, None] * (self.error - self.centre)

    def _residual_density(self, failing: Array, line: Array, log_scatter: Array) -> Array:
        return -0.5 * ((failing - line) / np.exp(log_scatter)[:, None]) ** 2 - log_scatter[:, None]

    def _outcomes(self, failing: Array) -> Array:
        return _binomial(self.record.unresolved, self.record.answered, np.minimum(failing, np.log(CEILING)))

    def _draw_errors(self) -> None:
        record, spread = self.record, np.exp(self.log_spread)[:, None]

        def density(error: Array) -> Array:
            line = self.level[:, None] + np.exp(self.log_slope)[:, None] * (error - self.centre)
            return (
                _binomial(record.errors, record.texts, error)
                - 0.5 * ((error - self.mean[:, None]) / spread) ** 2
                + self._residual_density(self.failing, line, self.log_scatter)
            )

        proposed = self.error + self._error_step * self.rng.standard_normal(self.error.shape)
        gain = density(np.minimum(proposed, HIGHEST_LOG)) - density(self.error)
        taken = (np.log(self.rng.random(gain.shape)) < gain) & (proposed <= HIGHEST_LOG)
        self.error = np.where(taken, proposed, self.error)

    def _draw_failing(self) -> None:
        """A step of a random walk, then one anywhere about the line: above the ceiling the counts hold nothing back."""
        line, scatter = self._line(self.level, self.log_slope), np.exp(self.log_scatter)[:, None]
        proposed = self.failing + self._failing_step * self.rng.standard_normal(line.shape)
        pull = 0.5 * (((self.failing - line) / scatter) ** 2 - ((proposed - line) / scatter) ** 2)
        self._accept_failing(proposed, pull)
        self._accept_failing(line + scatter * self.rng.standard_normal(line.shape), 0.0)

    def _accept_failing(self, proposed: Array, gain: Array | float) -> None:
        gain = gain + self._outcomes(proposed) - self._outcomes(self.failing)
        self.failing = np.where(np.log(self.rng.random(proposed.shape)) < gain, proposed, self.failing)

    def _draw_spread_of_errors(self, adapt: bool, step: int) -> None:
        classes = self.error.shape[1]
        deviation = np.exp(self.log_spread) / np.sqrt(classes)
        self.mean = self.error.mean(axis=1) + deviation * self.rng.standard_normal(CHAINS)

        def density(log_spread: Array) -> Array:
            spread = np.exp(log_spread)
            apart = (((self.error - self.mean[:, None]) / spread[:, None]) ** 2).sum(axis=1)
            return -0.5 * apart - classes * log_spread - 0.5 * (spread / SPREAD_SD) ** 2 + log_spread

        proposed = self.log_spread + self._steps["spread"] * self.rng.standard_normal(CHAINS)
        taken = np.log(self.rng.random(CHAINS)) < density(proposed) - density(self.log_spread)
        self.log_spread = np.where(taken, proposed, self.log_spread)
        self._adapt("spread", taken, adapt, step)

    def _move(self, move: str, adapt: bool, step: int) -> None:
        """One of level, slope and scatter: with the true failing shares fixed, or carried along."""
        jump = self._steps[move] * self.rng.standard_normal(CHAINS)
        level, log_slope, log_scatter = self.level, self.log_slope, self.log_scatter
        if move.endswith("level"):
            level = level + jump
        elif move.endswith("slope"):
            log_slope = log_slope + jump
        else:
            log_scatter = log_scatter + jump
        old, new = self._line(self.level, self.log_slope), self._line(level, log_slope)
        gain = self._prior(level, log_slope, log_scatter) - self._prior(self.level, self.log_slope, self.log_scatter)
        failing = self.failing
        if move.startswith("carried"):
            failing = new + (self.failing - old) * np.exp(log_scatter - self.log_scatter)[:, None]
            gain = gain + (self._outcomes(failing) - self._outcomes(self.failing)).sum(axis=1)
        else:
            after = self._residual_density(failing, new, log_scatter)
            gain = gain + (after - self._residual_density(failing, old, self.log_scatter)).sum(axis=1)
        taken = np.log(self.rng.random(CHAINS)) < gain
        self.level = np.where(taken, level, self.level)
        self.log_slope = np.where(taken, log_slope, self.log_slope)
        self.log_scatter = np.where(taken, log_scatter, self.log_scatter)
        self.failing = np.where(taken[:, None], failing, self.failing)
        self._adapt(move, taken, adapt, step)

    def _stretch(self, adapt: bool, step: int) -> None:
        """A steeper slope with true errors that lie closer together: the line through the failing shares stays."""
        jump = self._steps["stretch"] * self.rng.standard_normal(CHAINS)
        nearer = np.exp(-jump)
        error = self.centre + (self.error - self.centre) * nearer[:, None]
        possible = np.all(error <= HIGHEST_LOG, axis=1)
        error = np.where(possible[:, None], error, self.error)
        log_slope, log_spread = self.log_slope + jump, self.log_spread - jump
        record = self.record
        gain = (_binomial(record.errors, record.texts, error) - _binomial(record.errors, record.texts, self.error)).sum(
            1
        )
        gain += self._prior(self.level, log_slope, self.log_scatter)
        gain -= self._prior(self.level, self.log_slope, self.log_scatter)
        # The density of the errors and their Jacobian cancel; what is left comes from the mean and the spread.
        gain += -0.5 * (np.exp(2 * log_spread) - np.exp(2 * self.log_spread)) / SPREAD_SD**2
        gain += log_spread - self.log_spread - jump
        taken = possible & (np.log(self.rng.random(CHAINS)) < gain)
        self.mean = np.where(taken, self.centre + (self.mean - self.centre) * nearer, self.mean)
        self.error = np.where(taken[:, None], error, self.error)
        self.log_slope = np.where(taken, log_slope, self.log_slope)
        self.log_spread = np.where(taken, log_spread, self.log_spread)
        self._adapt("stretch", taken, adapt, step)

    def _prior(self, level: Array, log_slope: Array, log_scatter: Array) -> Array:
        log_sd = max(self.prior.log_sd, 1e-6)
        return (
            -0.5 * ((level - LEVEL_MEAN) / LEVEL_SD) ** 2
            - 0.5 * ((log_slope - np.log(self.prior.median)) / log_sd) ** 2
            - 0.5 * (np.exp(log_scatter) / SCATTER_SD) ** 2
            + log_scatter
        )

    def _adapt(self, move: str, taken: NDArray[np.bool_], adapt: bool, step: int) -> None:
        if adapt:
            self._steps[move] *= float(np.exp((taken.mean() - 0.4) / np.sqrt(step + 1)))


def _binomial(hits: Array, trials: Array, log_share: Array) -> Array:
    """Log likelihood but for a constant, from the log of the share."""
    return hits * log_share + (trials - hits) * np.log(-np.expm1(log_share))


def _r_hat(draws: Array) -> float:
    """Split R-hat of draws (steps, chains). Source: Gelman et al. (2013), Bayesian Data Analysis, eq. 11.4."""
    half = len(draws) // 2
    parts = np.concatenate([draws[:half], draws[half : 2 * half]], axis=1)
    within = parts.var(axis=0, ddof=1).mean()
    between = half * parts.mean(axis=0).var(ddof=1)
    return float(np.sqrt(((half - 1) / half * within + between / half) / within)) if within > 0 else 1.0
