"""What experiments say: lifts as measured and as believed, and what they tell of the link."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from apps.estimates.lineage import InputRef, sha256_of
from apps.retention.models import Experiment
from trimtab.economics.draws import Figure, summarise
from trimtab.economics.retention.experiments import (
    SlopeEvidence,
    fewer_leave,
    fewer_leave_from_shares,
    shrink,
)

EXPERIMENTS = "experiments"
ALL = "all"
# Prior sd of true lifts: of U on 0..1, and of the log of the risk of leaving.
SATISFACTION_SCALE, STAYING_SCALE = 0.05, 0.2
SEED = 20110228


@dataclass(frozen=True)
class Lift:
    """One lift: as measured, its standard error, and as believed."""

    raw: float
    standard_error: float
    believed: Figure

    @property
    def low(self) -> float:
        return self.raw - 1.2816 * self.standard_error

    @property
    def high(self) -> float:
        return self.raw + 1.2816 * self.standard_error


@dataclass(frozen=True)
class Told:
    """An experiment with its lifts of U and of minus the log risk of leaving, where it measured them."""

    experiment: Experiment
    satisfaction: Lift | None
    staying: Lift | None

    @property
    def tells_the_link(self) -> bool:
        return self.satisfaction is not None and self.staying is not None


def told_by(experiments: Iterable[Experiment]) -> list[Told]:
    """In the order given. Lifts of one kind are shrunk together."""
    rows = list(experiments)
    satisfaction = _lifts(rows, _satisfaction, SATISFACTION_SCALE)
    staying = _lifts(rows, staying_lift, STAYING_SCALE)
    return [Told(one, satisfaction.get(one.pk), staying.get(one.pk)) for one in rows]


def slope_evidence(told: Iterable[Told]) -> list[SlopeEvidence]:
    """Of the experiments that moved satisfaction and measured staying.

    A winner of several enters with its shrunk lifts, as the others that were tried are not seen; with the standard
    errors as measured, so that being shrunk makes nothing more certain.
    """
    found = []
    for one in told:
        if one.satisfaction is not None and one.staying is not None:
            picked = one.experiment.tried > 1
            found.append(
                SlopeEvidence(
                    one.satisfaction.believed.median if picked else one.satisfaction.raw,
                    one.satisfaction.standard_error,
                    one.staying.believed.median if picked else one.staying.raw,
                    one.staying.standard_error,
                )
            )
    return found


def staying_lift(one: Experiment) -> tuple[float, float] | None:
    """Lift of minus the log risk of leaving. Raises CannotEstimate as ``fewer_leave``."""
    if one.control_customers is not None:
        control, treated = (one.control_customers, one.control_left), (one.treated_customers, one.treated_left)
        return fewer_leave(*((float(n or 0), float(left or 0)) for n, left in (control, treated)))
    if one.retained_lift is not None:
        return fewer_leave_from_shares(one.retained_control or 0.0, one.retained_lift, one.retained_error or 0.0)
    return None


def reference(experiments: Iterable[Experiment]) -> InputRef:
    return InputRef(EXPERIMENTS, ALL, "Experiments", content_sha256(experiments))


def content_sha256(experiments: Iterable[Experiment]) -> str:
    fields = [
        field.attname for field in Experiment._meta.concrete_fields if field.name not in ("created_at", "made_by")
    ]
    return sha256_of([[str(getattr(one, name)) for name in fields] for one in experiments])


def _satisfaction(one: Experiment) -> tuple[float, float] | None:
    if one.satisfaction_lift is None:
        return None
    return one.satisfaction_lift, one.satisfaction_error or 0.0


def _lifts(
    rows: list[Experiment], measured: Callable[[Experiment], tuple[float, float] | None], scale: float
) -> dict[int, Lift]:
    known = [(one, lift) for one in rows if (lift := measured(one)) is not None]
    if not known:
        return {}
    found = shrink(
        [lift[0] for _one, lift in known],
        [lift[1] for _one, lift in known],
        np.random.default_rng(SEED),
        scale=scale,
        tried=[one.tried for one, _lift in known],
    )
    return {
        one.pk: Lift(*lift, summarise(found.draws[:, place], name="lift")) for place, (one, lift) in enumerate(known)
    }
