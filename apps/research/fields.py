"""What a field of a source is, and the fields that several kinds share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from apps.research.models import Row, SourceKind
from apps.research.refusals import Words


class CellType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    PRICE = "price"
    SCALE = "scale"
    RATING = "rating"
    MONTHS = "months"
    DATE = "date"
    MONTH = "month"
    PERIOD = "period"
    ORDINAL = "ordinal"
    YES_NO = "yes_no"
    BEST_WORST = "best_worst"
    FEELING = "feeling"
    REST = "rest"

    @property
    def is_number(self) -> bool:
        return self in (CellType.NUMBER, CellType.PRICE, CellType.SCALE, CellType.RATING, CellType.ORDINAL)


@dataclass(frozen=True)
class Field:
    """``several`` columns may be chosen: their mean is taken, or each is kept under its name where they are the rest.

    ``longest`` is in characters.
    """

    name: str
    label: Words
    type: CellType = CellType.TEXT
    help: Words = ""
    required: bool = False
    longest: int = 120
    several: bool = False

    @property
    def is_rest(self) -> bool:
        return self.type == CellType.REST


@dataclass(frozen=True)
class Kind:
    """A kind of source.

    ``named_by_file``: rows without a customer are known again only within the same file. ``one_of``: at least one of
    these fields has a column. ``details`` add to a row, but do not make it another one. ``repeats``: two rows alike in
    one file are two events. ``in_tasks``: rows of one task stand and fall together. ``rest_example`` names the columns
    that stand for the rest in ``example``.
    """

    kind: SourceKind
    model: type[Row]
    purpose: Words
    feeds: Words
    fields: tuple[Field, ...]
    example: tuple[tuple[str, ...], ...]
    one_of: tuple[str, ...] = ()
    rest_example: tuple[str, ...] = ()
    named_by_file: bool = False
    details: tuple[str, ...] = ()
    repeats: bool = False
    in_tasks: bool = False

    @property
    def name(self) -> str:
        return self.kind.value

    @property
    def label(self) -> Words:
        return self.kind.label

    @property
    def rest(self) -> Field | None:
        return next((field for field in self.fields if field.is_rest), None)

    @property
    def has_numbers(self) -> bool:
        return any(field.type.is_number for field in self.fields)

    @property
    def example_header(self) -> list[str]:
        return [name for field in self.fields for name in (self.rest_example if field.is_rest else (field.name,))]

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def has(self, *types: CellType) -> bool:
        return any(field.type in types for field in self.fields)


MOST_REST = 30
SAME_NAME = _("A name or number that stays the same across files, so that evidence is counted by customer.")
CUSTOMER = Field("customer", _("Customer"), help=SAME_NAME)
KNOWN_CUSTOMER = Field("customer", _("Customer"), help=SAME_NAME, required=True)
RESPONDENT = Field("customer", _("Respondent"), help=_("Whose answers belong together."), required=True)
SEGMENT = Field("segment", _("Segment"), longest=80)
PLAN = Field("plan", _("Plan"), longest=80)
SAID_ON = Field("said_on", _("Date"), CellType.DATE)
WEIGHT = Field("weight", _("Weight"), CellType.NUMBER, _("How many people, or how much money, an answer stands for."))


def price(name: str, label: Words, help: Words = "") -> Field:
    return Field(name, label, CellType.PRICE, help, required=True)


def rest(name: str, label: Words, help: Words, *, required: bool = False) -> Field:
    return Field(name, label, CellType.REST, help, required=required, several=True)
