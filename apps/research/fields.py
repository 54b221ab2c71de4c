"""What each kind of source holds, and rows that show how a file looks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from apps.research.models import (
    CompetitorFact,
    FeedbackItem,
    PriceAnswer,
    Row,
    SatisfactionAnswer,
    SourceKind,
    Subscription,
)
from apps.research.refusals import Words


class CellType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    PRICE = "price"
    SCALE = "scale"
    RATING = "rating"
    MONTHS = "months"
    DATE = "date"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Field:
    """``several``: the mean of several columns may be taken. ``longest`` is in characters."""

    name: str
    label: Words
    type: CellType = CellType.TEXT
    help: Words = ""
    required: bool = False
    longest: int = 120
    several: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of source. ``named_by_file``: rows without a customer are known again only within the same file."""

    kind: SourceKind
    model: type[Row]
    purpose: Words
    feeds: Words
    fields: tuple[Field, ...]
    example: tuple[tuple[str, ...], ...]
    one_of: tuple[str, ...] = ()
    named_by_file: bool = False

    @property
    def name(self) -> str:
        return self.kind.value

    @property
    def label(self) -> Words:
        return self.kind.label

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def has(self, *types: CellType) -> bool:
        return any(field.type in types for field in self.fields)


def _price(name: str, label: Words, help: Words) -> Field:
    return Field(name, label, CellType.PRICE, help, required=True)


def _answer(name: str, label: Words, help: Words) -> Field:
    return Field(name, label, CellType.SCALE, help, required=True, several=True)


_INTENT = _("How likely a purchase is at that price: 1 for certainly not, to 5 for certainly.")
_SAME_NAME = _("A name or number that stays the same across files, so that evidence is counted by customer.")
CUSTOMER = Field("customer", _("Customer"), help=_SAME_NAME)
SEGMENT = Field("segment", _("Segment"), longest=80)
PLAN = Field("plan", _("Plan"), longest=80)
SAID_ON = Field("said_on", _("Date"), CellType.DATE)

FEEDBACK = Kind(
    SourceKind.FEEDBACK,
    FeedbackItem,
    _("What customers say in their own words: support messages, reviews, interview notes."),
    _("Needs, their importance and how well they are met."),
    (
        Field("text", _("Text"), required=True, longest=20_000),
        CUSTOMER,
        SEGMENT,
        PLAN,
        SAID_ON,
        Field("rating", _("Rating"), CellType.RATING),
    ),
    (
        ("The answers are right, but they take too long.", "C-1042", "Retail", "Team", "2026-03-14", "3"),
        ("希望能直接导出对话记录。", "C-1077", "Finance", "Business", "2026-03-15", "4"),
    ),
)
COMPETITORS = Kind(
    SourceKind.COMPETITORS,
    CompetitorFact,
    _("What each offer has and can do, ours among them, with the place where it was read."),
    _("Scores, ranks and the probability of being first."),
    (
        Field("offer", _("Offer"), required=True),
        Field("attribute", _("Attribute"), required=True),
        Field("value", _("Value"), required=True, longest=400),
        Field("said_by", _("Source"), longest=400),
        SAID_ON,
        Field("is_ours", _("Ours"), CellType.YES_NO),
    ),
    (
        ("Ours", "Answers in Chinese", "8", "own test", "2026-03-01", "yes"),
        ("Rival A", "Answers in Chinese", "6", "https://example.org/review", "2026-02-11", "no"),
    ),
)
PRICES = Kind(
    SourceKind.PRICES,
    PriceAnswer,
    _("Four prices from each respondent: too cheap, a bargain, getting expensive, too expensive."),
    _("The acceptable price range, the demand curve and C as a function of price."),
    (
        _price("too_cheap", _("Too cheap"), _("So cheap that they would doubt the quality.")),
        _price("cheap", _("A bargain"), _("A bargain: good value for the money.")),
        _price("expensive", _("Getting expensive"), _("Getting expensive, but still considered.")),
        _price("too_expensive", _("Too expensive"), _("So expensive that they would not buy.")),
        CUSTOMER,
        SEGMENT,
        Field("weight", _("Weight"), CellType.NUMBER, _("How many people, or how much money, an answer stands for.")),
        Field("intent_cheap", _("Would buy at the bargain price"), CellType.NUMBER, _INTENT),
        Field("intent_expensive", _("Would buy at the expensive price"), CellType.NUMBER, _INTENT),
    ),
    (
        ("9", "15", "29", "45", "C-1042", "Retail", "1", "4", "2"),
        ("5", "12", "20", "32", "C-1077", "Finance", "1", "5", "3"),
    ),
    named_by_file=True,
)
SATISFACTION = Kind(
    SourceKind.SATISFACTION,
    SatisfactionAnswer,
    _("How content each customer is: with what the product does, with using it, with its cost, and overall."),
    _("Satisfaction U = f(F, I, C) and its link to retention."),
    (
        _answer("functionality", _("Functionality"), _("What the product gets right (F).")),
        _answer("interaction", _("Interaction"), _("How easy and quick it is to use (I).")),
        _answer("cost", _("Cost"), _("Whether it is worth its price (C): more is better.")),
        _answer("overall", _("Overall"), _("Satisfaction as a whole (U).")),
        CUSTOMER,
        SEGMENT,
        SAID_ON,
    ),
    (("8", "7", "5", "7", "C-1042", "Retail", "2026-03-31"), ("9", "6", "7", "8", "C-1077", "Finance", "2026-03-31")),
    named_by_file=True,
)
SUBSCRIPTIONS = Kind(
    SourceKind.SUBSCRIPTIONS,
    Subscription,
    _("Who subscribed when, to which plan, and when they left or that they are still here."),
    _("Survival, churn, lifetime value and the arrivals of new customers."),
    (
        Field("customer", _("Customer"), help=_SAME_NAME, required=True),
        SEGMENT,
        PLAN,
        Field("started_on", _("Started on"), CellType.DATE),
        Field("ended_on", _("Ended on"), CellType.DATE, _("Empty, or a word such as “active”, for those still here.")),
        Field("active", _("Still active"), CellType.YES_NO),
        Field("tenure_months", _("Months as a customer"), CellType.MONTHS, _("Where the file has no start date.")),
        Field("churned", _("Has left"), CellType.YES_NO),
        Field("monthly_price", _("Price a month"), CellType.PRICE),
    ),
    (
        ("C-1042", "Retail", "Team", "2025-04-01", "", "", "", "", "29"),
        ("C-1077", "Finance", "Business", "2025-02-15", "2025-11-30", "", "", "", "99"),
    ),
    one_of=("started_on", "tenure_months"),
)

KINDS = {kind.name: kind for kind in (FEEDBACK, COMPETITORS, PRICES, SATISFACTION, SUBSCRIPTIONS)}
