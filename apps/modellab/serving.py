"""Answers of trained candidates, on this process's processor: opened once, a few kept."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.modellab.models import Candidate
from apps.modellab.run_folders import artefact_folder
from apps.workspaces.errors import Refused
from trimtab.learning.errors import UnusableModel

if TYPE_CHECKING:
    from trimtab.learning.predictor import Predictor

MOST_TEXTS = 100
LONGEST_TEXT = 10_000
MOST_OPEN = 4
SHOWN_LABELS = 5


@dataclass(frozen=True)
class Answer:
    """The likeliest label, its probability (0..1), and the best few labels with theirs."""

    label: str
    probability: float
    probabilities: dict[str, float]


_open: OrderedDict[str, Predictor] = OrderedDict()
_lock = threading.Lock()


def open_model(candidate: Candidate) -> Predictor:
    """The candidate's model, checked against the hashes that were kept when it was trained. Raises Refused."""
    if not candidate.can_answer:
        raise Refused("no_model", _("This candidate has no trained model that could answer."))
    with _lock:
        known = _open.get(candidate.artefact_sha256)
        if known is not None:
            _open.move_to_end(candidate.artefact_sha256)
            return known
    model = _opened(artefact_folder(candidate), candidate.artefact_sha256)
    with _lock:
        _open[candidate.artefact_sha256] = model
        while len(_open) > MOST_OPEN:
            _open.popitem(last=False)
    return model


def _opened(folder: Path, sha256: str) -> Predictor:
    # Half a second of import, which only the processes that answer should pay.
    from trimtab.learning.predictor import Predictor

    manifest = folder / "manifest.json"
    if not manifest.is_file() or hashlib.sha256(manifest.read_bytes()).hexdigest() != sha256:
        raise _unusable()
    try:
        return Predictor(folder)
    except UnusableModel:
        raise _unusable() from None


def _unusable() -> Refused:
    return Refused(
        "model_changed",
        _("The files of this model are missing or are not those that were trained."),
        remedy=_("Train the candidate again and deploy that."),
    )


def predict(candidate: Candidate, texts: Sequence[str]) -> list[Answer]:
    """One answer a text, in order. Raises Refused: too_many_texts, text_too_long, model_changed."""
    if not texts or len(texts) > MOST_TEXTS:
        message = _("Send between 1 and %(limit)d texts.") % {"limit": MOST_TEXTS}
        raise Refused("too_many_texts" if texts else "no_texts", message, field="texts")
    for text in texts:
        if len(text) > LONGEST_TEXT:
            message = _("A text is longer than %(limit)d characters.") % {"limit": LONGEST_TEXT}
            raise Refused("text_too_long", message, field="texts")
    found = open_model(candidate).predict(list(texts), top=SHOWN_LABELS)
    return [Answer(one.label, one.probability, dict(one.top)) for one in found]


def forget_all() -> None:
    """Close all models, as a fresh process would find it."""
    with _lock:
        _open.clear()
