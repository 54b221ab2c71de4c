"""The links of a world as they are filled: what fills each, in which worlds, and a note of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate, Grade
from apps.planning.assumptions import WORLDS, Assumed, stream
from apps.planning.upstream import Upstream, observations
from apps.planning.world import Link
from trimtab.economics.decision.past_errors import Correction
from trimtab.economics.draws import Array, align, summarise

Draws = dict[str, Array]
PAIRED = {"modellab.quality": "modellab.evaluation"}
ReadDraws = Callable[[Estimate], Draws]


class Links:
    """Fills the links one by one and keeps a note of each."""

    def __init__(self, upstream: Upstream, assumed: Assumed, read: ReadDraws, currency: str) -> None:
        self.upstream, self.assumed, self.read, self.currency = upstream, assumed, read, currency
        self.links: list[Link] = []

    def stated(self, key: str) -> Array:
        """A number that no data of this product can replace yet."""
        drawn = self.assumed.draw(key)
        self._note(key, None, drawn, "", (key,))
        return drawn

    def past_errors(self) -> Correction | None:
        """What the ledger says of earlier forecasts, unless the scenario does without it."""
        learnt = self.upstream.single.get("decisions.correction")
        if learnt is None or not learnt.parameters["scored"] or not self.assumed.number("use_past_errors"):
            return None
        found = Correction(learnt.parameters["shift"], learnt.parameters["widen"], learnt.parameters["scored"])
        self._note("past_errors", learnt, np.full(2, found.shift), "", ("use_past_errors",))
        return found

    def _unless_stated(self, kind: str, *keys: str) -> Estimate | None:
        return None if self.assumed.is_stated(*keys) else self.upstream.single.get(kind)

    def _draws(self, estimate: Estimate) -> Draws:
        """The estimate's worlds in an order of its kind's own: studies that drew from one seed are no twins.

        One order for all tests of candidates, which share their worlds, and for what was made of them.
        """
        kind = PAIRED.get(estimate.kind, estimate.kind)
        order = stream(f"order of {kind}").permutation(WORLDS)
        rng_name = f"more worlds of {kind}"
        return {name: align(values, WORLDS, stream(rng_name))[order] for name, values in self.read(estimate).items()}

    def _note(
        self,
        code: str,
        estimate: Estimate | None,
        drawn: Array,
        unit: str,
        keys: tuple[str, ...],
        set_aside: str = "",
        inputs: tuple[InputRef, ...] = (),
        counted: int | None = None,
    ) -> None:
        """``counted``: how many customers or texts it was counted from where there is no estimate of it."""
        of_data = estimate.grade if estimate else Grade.OBSERVED if counted else Grade.ASSUMED
        self.links.append(
            Link(
                code=code,
                grade=of_data,
                figure=summarise(drawn, name=code, unit=unit),
                estimate=estimate,
                assumptions=keys,
                observations=observations(estimate) if estimate else counted,
                set_aside=set_aside,
                inputs=inputs,
            )
        )
