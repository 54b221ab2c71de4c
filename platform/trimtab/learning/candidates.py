"""The kinds of model that can be trained, each with all that decides its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from trimtab.learning.errors import CannotTrain


@dataclass(frozen=True)
class FrozenHead:
    """Features of the encoder as it is, and a logistic regression on them; the cheapest, and the one to beat."""

    kind: ClassVar[str] = "frozen_head"
    inverse_penalties: tuple[float, ...] = (0.01, 0.03, 0.1, 0.3)
    max_tokens: int = 128
    seed: int = 0


@dataclass(frozen=True)
class FullFineTune:
    """The whole encoder learns; its head learns faster, and starts from the logistic regression on frozen features.

    The rates are meant for such a start. The word embeddings rest by default: they are half of the weights, and most
    labelled sets show few of the words.
    """

    kind: ClassVar[str] = "full"
    epochs: float = 1.0
    batch_size: int = 32
    body_rate: float = 5e-5
    head_rate: float = 1e-3
    warm_up: float = 0.1
    weight_decay: float = 0.01
    dropout: float = 0.0
    start_from_frozen_head: bool = True
    train_embeddings: bool = False
    max_tokens: int = 128
    seed: int = 0


@dataclass(frozen=True)
class LoraFineTune:
    """Low-rank changes to every linear layer of the encoder learn; they are merged into it for serving."""

    kind: ClassVar[str] = "lora"
    epochs: float = 1.0
    batch_size: int = 32
    body_rate: float = 5e-4
    head_rate: float = 1e-3
    warm_up: float = 0.1
    weight_decay: float = 0.01
    dropout: float = 0.0
    rank: int = 16
    alpha: int = 32
    start_from_frozen_head: bool = True
    max_tokens: int = 128
    seed: int = 0


Candidate = FrozenHead | FullFineTune | LoraFineTune
KINDS: dict[str, type[FrozenHead] | type[FullFineTune] | type[LoraFineTune]] = {
    cls.kind: cls for cls in (FrozenHead, FullFineTune, LoraFineTune)
}
_LIMITS = {
    "epochs": (0.01, 100),
    "batch_size": (1, 1024),
    "body_rate": (0, 1),
    "head_rate": (0, 1),
    "warm_up": (0, 1),
    "weight_decay": (0, 1),
    "dropout": (0, 0.9),
    "rank": (1, 512),
    "alpha": (1, 1024),
    "max_tokens": (8, 512),
    "seed": (0, 2**31 - 1),
}


def candidate_from(values: Mapping[str, Any]) -> Candidate:
    """The candidate a JSON object describes. Raises ``CannotTrain``: unknown_kind, unknown_setting, bad_setting."""
    kind = KINDS.get(str(values.get("kind")))
    if kind is None:
        raise CannotTrain(
            "unknown_kind",
            'There is no kind of candidate named "%(kind)s".',
            "Choose one of: frozen_head, full, lora.",
            kind=values.get("kind"),
        )
    settings = {name: value for name, value in values.items() if name != "kind"}
    known = {field.name for field in fields(kind)}
    for name, value in settings.items():
        if name not in known:
            raise CannotTrain("unknown_setting", 'This kind has no setting "%(name)s".', "Leave it out.", name=name)
        _check(name, value)
    if "inverse_penalties" in settings:
        settings["inverse_penalties"] = tuple(float(value) for value in settings["inverse_penalties"])
    return kind(**settings)


def to_dict(candidate: Candidate) -> dict[str, Any]:
    """The JSON object that ``candidate_from`` reads back."""
    return {"kind": candidate.kind, **asdict(candidate)}


def _check(name: str, value: Any) -> None:
    if name in ("start_from_frozen_head", "train_embeddings"):
        fits = isinstance(value, bool)
    elif name == "inverse_penalties":
        fits = isinstance(value, list | tuple) and bool(value) and all(_between(item, 1e-6, 1e6) for item in value)
    else:
        fits = _between(value, *_LIMITS[name])
    if not fits:
        raise CannotTrain(
            "bad_setting",
            'The setting "%(name)s" cannot be %(value)s.',
            "Leave it out to use the value that was measured to work well.",
            name=name,
            value=value,
        )


def _between(value: Any, low: float, high: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
