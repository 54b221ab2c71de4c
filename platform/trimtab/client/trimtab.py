"""The way in: one object for one workspace."""

from __future__ import annotations

from typing import Any

from trimtab.client.connection import Connection
from trimtab.client.decisions import Decisions
from trimtab.client.deployments import Deployments
from trimtab.client.estimates import Estimates
from trimtab.client.information import Information
from trimtab.client.jobs import Jobs
from trimtab.client.needs import Needs
from trimtab.client.options import Options
from trimtab.client.overview import Loop, Overview, overview
from trimtab.client.positions import Differentiation
from trimtab.client.pricing import Pricing
from trimtab.client.retention import Retention
from trimtab.client.scenarios import Scenarios
from trimtab.client.sources import Quarantine, Sources
from trimtab.client.training import Candidates, LabelledSets, TrainingRuns


class Trimtab:
    """Everything of the workspace to which the token belongs.

    ``timeout_s`` is how long one answer may take; a read without an answer is repeated, up to ``tries`` times.
    Make a token in the browser, under Settings, API tokens: a viewer's reads, an editor's also writes.

    >>> t = Trimtab("http://127.0.0.1:8000", token="tt_…")
    >>> t.run_loop().wait()
    >>> print(t.overview().answer.price)
    best_margin_price 52 (49 to 58) EUR/month
    """

    def __init__(self, url: str, *, token: str, timeout_s: float = 30.0, tries: int = 4) -> None:
        connection = self._connection = Connection(url, token, timeout_s=timeout_s, tries=tries)
        self.sources = Sources(connection)
        self.quarantine = Quarantine(connection)
        self.needs = Needs(connection)
        self.differentiation = Differentiation(connection)
        self.pricing = Pricing(connection)
        self.retention = Retention(connection)
        self.labelled_sets = LabelledSets(connection)
        self.training_runs = TrainingRuns(connection)
        self.candidates = Candidates(connection)
        self.deployments = Deployments(connection)
        self.scenarios = Scenarios(connection)
        self.options = Options(connection)
        self.information = Information(connection)
        self.decisions = Decisions(connection)
        self.estimates = Estimates(connection)
        self.jobs = Jobs(connection)

    def __repr__(self) -> str:
        return f"Trimtab({self._connection.url!r})"

    def workspace(self) -> dict[str, Any]:
        """The workspace of the token: name, slug, currency."""
        return dict(self._connection.get("workspace/"))

    def overview(self) -> Overview:
        return overview(self._connection)

    def run_loop(self) -> Loop:
        """Run every study that the data allows, in order; a round that is under way is given back."""
        return Loop.of(self._connection, self._connection.post("overview/"))
