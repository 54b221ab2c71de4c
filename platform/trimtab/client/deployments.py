"""Candidates that answer under a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from trimtab.client.connection import Connection
from trimtab.client.records import Record

TEXTS_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class Prediction(Record):
    """The likeliest label with its probability, and the probabilities of the best few."""

    label: str
    probability: float
    probabilities: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Deployment(Record):
    name: str
    candidate: int
    candidate_name: str = ""
    deployed_at: datetime | None = None

    def predict(self, texts: Sequence[str]) -> tuple[Prediction, ...]:
        return Deployments(self.connection).predict(self.name, texts)

    def roll_back(self) -> Deployment:
        """Let the candidate before the present one answer again."""
        return Deployment.of(self.connection, self.connection.post(f"deployments/{quote(self.name)}/roll-back/"))

    def delete(self) -> None:
        """Take it down."""
        self.connection.delete(f"deployments/{quote(self.name)}/")


@dataclass(frozen=True)
class Deployments:
    connection: Connection

    def list(self) -> Iterator[Deployment]:
        for row in self.connection.pages("deployments/"):
            yield Deployment.of(self.connection, row)

    def get(self, name: str) -> Deployment:
        return Deployment.of(self.connection, self.connection.get(f"deployments/{quote(name)}/"))

    def deploy(self, candidate_id: int, name: str) -> Deployment:
        """Let a candidate answer under a name; a name that exists changes who answers."""
        body = {"candidate": candidate_id, "name": name}
        return Deployment.of(self.connection, self.connection.post("deployments/", body))

    def predict(self, name: str, texts: Sequence[str]) -> tuple[Prediction, ...]:
        """A label for each text, in their order; any number of texts, sent a hundred at a time.

        >>> t.deployments.predict("tickets", ["Where is my invoice?"])[0].label
        'billing'
        """
        found: tuple[Prediction, ...] = ()
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            body = {"texts": list(texts[start : start + TEXTS_AT_ONCE])}
            answer = self.connection.post(f"models/{quote(name)}/predict", body)
            found += tuple(Prediction.of(self.connection, row) for row in answer["predictions"])
        return found
