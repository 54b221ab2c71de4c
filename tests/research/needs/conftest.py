"""A workspace with feedback, and an encoder that knows a handful of words instead of a language."""

from __future__ import annotations

import hashlib
from datetime import date

import numpy as np
import pytest

from apps.research import text_vectors
from apps.research.models import FeedbackItem, Source, SourceKind, SourceState, Subscription
from apps.workspaces.models import Membership, Role, User
from apps.workspaces.services import create_workspace

SUBJECTS = {
    "export": ["export", "download", "spreadsheet"],
    "speed": ["slow", "waiting", "seconds"],
    "bills": ["bill", "charge", "invoice"],
}


@pytest.fixture(autouse=True)
def _own_vectors(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def owner():
    return User.objects.create_user("owner@example.org", "long-secret-words")


@pytest.fixture
def workspace(owner):
    return create_workspace(name="Northwind", owner=owner)


@pytest.fixture
def viewer(workspace):
    user = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=workspace, user=user, role=Role.VIEWER)
    return user


@pytest.fixture
def read_texts(monkeypatch):
    """What the encoder was asked to read, run by run."""
    asked: list[list[str]] = []

    def embed(run, texts, encoder, folder):
        asked.append(list(texts))
        return np.stack([vector_of(text) for text in texts])

    monkeypatch.setattr(text_vectors, "embed", embed)
    return asked


def vector_of(text: str) -> np.ndarray:
    """One axis for each subject, and a little noise that depends on the text alone."""
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]))
    vector = 0.05 * rng.standard_normal(16)
    for axis, words in enumerate(SUBJECTS.values()):
        vector[axis] += sum(word in text for word in words)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


@pytest.fixture
def add_feedback(workspace):
    def add(rows, name="messages.csv", place=workspace):
        source = Source.objects.create(
            workspace=place, kind=SourceKind.FEEDBACK, name=name, format="csv", state=SourceState.IMPORTED,
            sha256=hashlib.sha256(name.encode()).hexdigest(), content_sha256="c" * 64,
        )  # fmt: skip
        FeedbackItem.objects.bulk_create(
            FeedbackItem(
                workspace=place, source=source, row_number=number, text=text, customer=customer, segment=segment,
                rating=rating, sha256=hashlib.sha256(f"{name}{number}".encode()).digest(),
            )
            for number, (text, customer, segment, rating) in enumerate(rows)
        )  # fmt: skip
        return source

    return add


@pytest.fixture
def feedback(add_feedback):
    """30 customers cannot export and are annoyed, 12 wait too long, 6 mind their bills but are content."""
    rows = []
    for subject, customers, rating in (("export", 30, 1), ("speed", 12, 3), ("bills", 6, 5)):
        for number in range(customers):
            words = SUBJECTS[subject]
            text = f"{words[number % 3]} {words[(number + 1) % 3]} again, case {number}"
            segment = "solo" if number % 3 else "team"
            rows.append((text, f"{subject}-{number}", segment, rating))
    return add_feedback(rows)


@pytest.fixture
def paying(workspace):
    source = Source.objects.create(
        workspace=workspace, kind=SourceKind.SUBSCRIPTIONS, name="log.csv", format="csv", sha256="d" * 64,
        state=SourceState.IMPORTED, content_sha256="d" * 64,
    )  # fmt: skip
    Subscription.objects.bulk_create(
        Subscription(
            workspace=workspace, source=source, row_number=number, customer=customer, monthly_price=price,
            started_on=date(2026, 1, 1), sha256=hashlib.sha256(customer.encode()).digest(),
        )
        for number, (customer, price) in enumerate([("export-0", 10), ("export-1", 20), ("bills-0", 500)])
    )  # fmt: skip
    return source
