"""How a run trains: which candidates, from which encoder, for how long."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.modellab.models import CandidateMethod, TrainingRun
from apps.workspaces.errors import Refused
from trimtab.learning.candidates import candidate_from
from trimtab.learning.encoders import BUNDLED
from trimtab.learning.errors import CannotTrain

DRAWS = 2000
METHODS = (CandidateMethod.FROZEN_HEAD, CandidateMethod.FULL, CandidateMethod.LORA)
DEFAULT_METHODS = (CandidateMethod.FROZEN_HEAD, CandidateMethod.FULL)
TUNED = (CandidateMethod.FULL, CandidateMethod.LORA)
# Few texts are read several times, many once: about this many readings in all.
READINGS = 6000
MOST_EPOCHS = 6
_OF_ALL = ("max_tokens",)
_OF_TUNED = ("epochs", "batch_size", "body_rate", "head_rate")
_OF_RUN = {
    "max_steps": (1, 1_000_000),
    "checkpoint_steps": (1, 100_000),
    "metric_steps": (1, 100_000),
    "evaluation_steps": (1, 100_000),
    "latency_requests": (10, 2000),
    "validation_share": (0.02, 0.3),
    "test_share": (0.05, 0.4),
    "seeds": (1, 5),
}
_WHOLE = {
    "seeds",
    "max_steps",
    "checkpoint_steps",
    "metric_steps",
    "evaluation_steps",
    "latency_requests",
    "batch_size",
}
SEED_MARK = "-seed-"
PARAMETERS = (*_OF_ALL, *_OF_TUNED, *_OF_RUN, "leave_out_rare")


def checked_methods(methods: list[str] | None) -> list[str]:
    chosen = list(dict.fromkeys(methods or DEFAULT_METHODS))
    unknown = [method for method in chosen if method not in METHODS]
    if unknown:
        message = _("There is no method “%(method)s”.") % {"method": unknown[0]}
        raise Refused("method_unknown", message, field="methods", remedy=", ".join(METHODS))
    return [method for method in METHODS if method in chosen]


def encoders() -> list[str]:
    """The bundled encoders, and any model folder that an operator has laid beside them."""
    root = Path(settings.TRIMTAB_ENCODERS)
    found = sorted(path.name for path in root.glob("*/") if not path.name.startswith(".") and _is_encoder(path))
    return [*BUNDLED, *(name for name in found if name not in BUNDLED)]


def _is_encoder(folder: Path) -> bool:
    return (folder / "config.json").is_file() and any(folder.glob("*.safetensors"))


def checked_encoder(name: str) -> str:
    if name not in encoders():
        message = _("There is no encoder “%(encoder)s” on this machine.") % {"encoder": name}
        raise Refused("encoder_unknown", message, field="encoder", remedy=", ".join(encoders()))
    return name


def encoder_location(name: str) -> str:
    return name if name in BUNDLED else str(Path(settings.TRIMTAB_ENCODERS) / name)


def checked_parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a run as a person or a program gave them; left out means measured to work well. Raises Refused."""
    kept = {name: value for name, value in given.items() if value not in (None, "")}
    for name, value in kept.items():
        if name not in PARAMETERS:
            raise Refused("parameter_unknown", _("There is no setting “%(name)s”.") % {"name": name}, field=name)
        if name == "leave_out_rare":
            kept[name] = bool(value)
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused("parameter_invalid", _("This must be a number."), field=name)
        low, high = _OF_RUN.get(name, (float("-inf"), float("inf")))
        if not low <= value <= high or (name in _WHOLE and value != int(value)):
            raise _out_of_range(name)
    try:
        candidate_from({"kind": CandidateMethod.FULL.value} | _only(kept, (*_OF_ALL, *_OF_TUNED)))
    except CannotTrain as error:
        raise _out_of_range(str(error.params.get("name", ""))) from None
    return kept


def _out_of_range(name: str) -> Refused:
    return Refused("parameter_out_of_range", _("This setting lies outside what can be trained."), field=name)


def trainings(training: TrainingRun) -> list[str]:
    """The names of all trainings of a run: each method, and again by its further seeds on the same split."""
    seeds = int(training.parameters.get("seeds", 1))
    return [
        f"{method}{SEED_MARK}{number}" if number > 1 else method
        for method in training.methods
        for number in range(1, seeds + 1)
    ]


def candidate_settings(name: str, training: TrainingRun) -> dict[str, Any]:
    """What candidates.py of learning reads, of one of ``trainings``; the first seed is that of the split."""
    given, (method, _mark, number) = training.parameters, name.partition(SEED_MARK)
    chosen: dict[str, Any] = {"kind": method, "seed": training.seed + int(number or 1) - 1} | _only(given, _OF_ALL)
    if method not in TUNED:
        return chosen
    texts = int(training.split.get("train", 0)) or 1
    chosen["epochs"] = float(min(MOST_EPOCHS, max(1, round(READINGS / texts))))
    chosen |= _only(given, _OF_TUNED)
    if most := given.get("max_steps"):
        # Half a step less, as the trainer rounds a part of a step up.
        steps_an_epoch = ceil(texts / chosen.get("batch_size", 32))
        chosen["epochs"] = max(0.01, min(chosen["epochs"], (most - 0.5) / steps_an_epoch))
    return chosen


def trainer_pace(candidate: Mapping[str, Any], training: TrainingRun) -> dict[str, int]:
    """How often a point is measured and a checkpoint is written: about a hundred points and eight tests of a curve."""
    texts = int(training.split.get("train", 0)) or 1
    steps = max(1, round(candidate.get("epochs", 1) * texts / candidate.get("batch_size", 32)))
    pace = {"metric_steps": max(1, steps // 100), "evaluation_steps": max(2, steps // 8), "checkpoint_steps": 50}
    return pace | _only(training.parameters, tuple(pace))


def _only(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}
