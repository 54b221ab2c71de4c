"""How the answers are read: which columns count, as levels or numbers, which is the price and which the quality."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from apps.choices import reading_guess as guess
from apps.choices.reading_guess import Column
from trimtab.economics.choice.data import Attribute, Coding

LEVELS, NUMBER = "levels", "number"
EFFECTS, DUMMY = "effects", "dummy"
PRICE, QUALITY = "price", "quality"
AUTOMATIC, MIXED_LOGIT, LATENT_CLASSES = "automatic", "mixed_logit", "latent_classes"
FAMILIES = (AUTOMATIC, MIXED_LOGIT, LATENT_CLASSES)
MONTH, ONCE = "month", "once"
ABSENT, OWN_COLUMN, ZEROS = "absent", "column", "zeros"


@dataclass(frozen=True)
class AttributeSetting:
    """One column. ``quality`` says which share of right results each level stands for, 0..1, as people assume it."""

    name: str
    used: bool = True
    kind: str = LEVELS
    levels: tuple[str, ...] = ()
    coding: str = EFFECTS
    reference: str = ""
    role: str = ""
    quality: Mapping[str, float] | None = None

    @property
    def is_price(self) -> bool:
        return self.role == PRICE

    @property
    def is_numeric(self) -> bool:
        return bool(self.levels) and all(guess.as_number(level) is not None for level in self.levels)

    @property
    def qualities(self) -> list[tuple[str, float | None]]:
        """Each level with the quality that it stands for, where it does."""
        known = self.quality or {}
        return [(level, known.get(level)) for level in self.levels]

    @property
    def numbers(self) -> tuple[float, ...]:
        """The values of a number that were shown, rising."""
        found = (guess.as_number(level) for level in self.levels)
        return tuple(sorted({one for one in found if one is not None}))


@dataclass(frozen=True)
class StudySettings:
    attributes: tuple[AttributeSetting, ...]
    family: str = AUTOMATIC
    period: str = MONTH
    left_out: tuple[int, ...] = ()

    @property
    def used(self) -> tuple[AttributeSetting, ...]:
        return tuple(one for one in self.attributes if one.used)

    @property
    def price(self) -> AttributeSetting | None:
        return next((one for one in self.used if one.role == PRICE), None)

    @property
    def quality(self) -> AttributeSetting | None:
        return next((one for one in self.used if one.role == QUALITY), None)

    def as_json(self) -> dict[str, Any]:
        found = asdict(self)
        found["attributes"] = [
            {**row, "levels": list(row["levels"]), "quality": dict(row["quality"] or {})} for row in found["attributes"]
        ]
        return found | {"left_out": list(self.left_out)}


def guessed(columns: Iterable[Column]) -> StudySettings:
    """The reading that the data suggests: columns that never change cannot say anything and are left out."""
    known = list(columns)
    price = guess.price_column(known)
    quality = guess.quality_column(one for one in known if one.name != price)
    return StudySettings(tuple(_guessed(column, price, quality) for column in known))


def _guessed(column: Column, price: str, quality: str) -> AttributeSetting:
    role = PRICE if column.name == price else QUALITY if column.name == quality else ""
    levels = guess.ordered(column.values)
    is_number = column.numbers is not None
    return AttributeSetting(
        name=column.name,
        used=len(levels) > 1,
        kind=NUMBER if is_number else LEVELS,
        levels=levels,
        reference=levels[0] if levels else "",
        role=role,
        quality=guess.assumed_quality(levels) if role == QUALITY else None,
    )


def settled(stored: Mapping[str, Any], columns: Iterable[Column]) -> StudySettings:
    """The stored settings as far as they fit the columns that there are now; what is new is guessed."""
    first = guessed(columns)
    kept = {row["name"]: row for row in stored.get("attributes", [])}
    attributes = tuple(_kept(one, kept[one.name]) if one.name in kept else one for one in first.attributes)
    if kept:
        attributes = tuple(
            one if one.name in kept else replace(one, role="", quality=None) if _taken(one, kept) else one
            for one in attributes
        )
    return StudySettings(
        attributes,
        family=stored.get("family", first.family),
        period=stored.get("period", first.period),
        left_out=tuple(stored.get("left_out", ())),
    )


def _taken(new: AttributeSetting, kept: Mapping[str, Mapping[str, Any]]) -> bool:
    return bool(new.role) and any(row.get("role") == new.role for row in kept.values())


def _kept(now: AttributeSetting, stored: Mapping[str, Any]) -> AttributeSetting:
    known = [level for level in stored.get("levels", []) if level in now.levels]
    levels = tuple(known + [level for level in now.levels if level not in known])
    role = str(stored.get("role", ""))
    qualities = guess.assumed_quality(levels) | dict(stored.get("quality") or {})
    reference = str(stored.get("reference", ""))
    return AttributeSetting(
        name=now.name,
        used=bool(stored.get("used", now.used)) and len(levels) > 1,
        kind=str(stored.get("kind", now.kind)) if now.is_numeric else LEVELS,
        levels=levels,
        coding=str(stored.get("coding", now.coding)),
        reference=reference if reference in levels else (levels[0] if levels else ""),
        role=role,
        quality={level: float(qualities[level]) for level in levels} if role == QUALITY else None,
    )


def coding_of(settings: StudySettings, *, none: bool, price_as_levels: bool = False) -> Coding:
    """The coding of the economics that these settings ask for; ``price_as_levels`` gives each price its own worth."""
    return Coding(tuple(_attribute(one, price_as_levels) for one in settings.used), none)


def _attribute(one: AttributeSetting, price_as_levels: bool) -> Attribute:
    if one.kind == NUMBER and not (one.is_price and price_as_levels):
        return Attribute(one.name, "number", is_price=one.is_price)
    coding: Any = one.coding
    return Attribute(one.name, "levels", one.levels, coding, one.reference, is_price=False)


def settings_of(stored: Mapping[str, Any]) -> StudySettings:
    """Settings as an estimate keeps them, without looking at the data again."""
    rows = [
        AttributeSetting(**{**row, "levels": tuple(row["levels"]), "quality": row.get("quality") or None})
        for row in stored["attributes"]
    ]
    return StudySettings(tuple(rows), stored["family"], stored["period"], tuple(stored["left_out"]))
