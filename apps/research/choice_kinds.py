"""Kinds of sources in which people say what they would choose and pay."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.research.fields import CUSTOMER, RESPONDENT, SEGMENT, WEIGHT, CellType, Field, Kind, price, rest
from apps.research.models import ChoiceAnswer, KanoAnswer, LadderAnswer, MaxDiffAnswer, PriceAnswer, SourceKind

_INTENT = _("How likely a purchase is at that price: 1 for certainly not, to 5 for certainly.")
_TASK = Field(
    "task",
    _("Task"),
    help=_("The number of the question; all rows of one question share it."),
    required=True,
    longest=80,
)

PRICES = Kind(
    SourceKind.PRICES,
    PriceAnswer,
    _("Four prices from each respondent: too cheap, a bargain, getting expensive, too expensive."),
    _("The acceptable price range, the demand curve and C as a function of price."),
    (
        price("too_cheap", _("Too cheap"), _("So cheap that they would doubt the quality.")),
        price("cheap", _("A bargain"), _("A bargain: good value for the money.")),
        price("expensive", _("Getting expensive"), _("Getting expensive, but still considered.")),
        price("too_expensive", _("Too expensive"), _("So expensive that they would not buy.")),
        CUSTOMER,
        SEGMENT,
        WEIGHT,
        Field("intent_cheap", _("Would buy at the bargain price"), CellType.NUMBER, _INTENT),
        Field("intent_expensive", _("Would buy at the expensive price"), CellType.NUMBER, _INTENT),
    ),
    (
        ("9", "15", "29", "45", "C-1042", "Retail", "1", "4", "2"),
        ("5", "12", "20", "32", "C-1077", "Finance", "1", "5", "3"),
    ),
    named_by_file=True,
    details=("intent_cheap", "intent_expensive"),
)
LADDER = Kind(
    SourceKind.LADDER,
    LadderAnswer,
    _("One row for each price that a person was asked about, and whether they would buy at it."),
    _("The demand curve, and the price that earns most."),
    (
        price("price", _("Price asked")),
        Field("would_buy", _("Would buy"), CellType.YES_NO, required=True),
        CUSTOMER,
        SEGMENT,
        WEIGHT,
    ),
    (("19", "yes", "C-1042", "Retail", "1"), ("29", "no", "C-1042", "Retail", "1")),
    named_by_file=True,
)
CHOICES = Kind(
    SourceKind.CHOICES,
    ChoiceAnswer,
    _("One row for each alternative that a person was shown: what it offered, and whether it was chosen."),
    _("What each level is worth, willingness to pay, and the share of preference of an offer."),
    (
        RESPONDENT,
        _TASK,
        Field("chosen", _("Chosen"), CellType.YES_NO, _("Yes or 1 for the one that was chosen."), required=True),
        rest("attributes", _("Attributes"), _("What the alternatives differ in, the price among it."), required=True),
        Field("alternative", _("Alternative"), help=_("Its name or number; “none” where nothing was chosen.")),
        Field(
            "is_none",
            _("None of these"),
            CellType.YES_NO,
            _("Left out: an alternative named “none”, or one whose attributes are all empty or zero."),
        ),
        SEGMENT,
        WEIGHT,
    ),
    (
        ("C-1042", "1", "yes", "best", "high", "29", "A", "no", "Retail", "1"),
        ("C-1042", "1", "no", "good", "normal", "19", "B", "no", "Retail", "1"),
    ),
    rest_example=("answer quality", "privacy", "price"),
    in_tasks=True,
)
MAXDIFF = Kind(
    SourceKind.MAXDIFF,
    MaxDiffAnswer,
    _("One row for each item that a person was shown in a question, with the best and the worst marked."),
    _("How much each item matters compared with the others."),
    (
        RESPONDENT,
        _TASK,
        Field("item", _("Item"), required=True, longest=200),
        Field(
            "answer",
            _("Best or worst"),
            CellType.BEST_WORST,
            _("1 or “best” for the best, -1 or “worst” for the worst, 0 or empty for the others."),
        ),
        Field("best", _("Is the best"), CellType.YES_NO, _("Where best and worst have a column each.")),
        Field("worst", _("Is the worst"), CellType.YES_NO),
        SEGMENT,
        WEIGHT,
    ),
    (
        ("C-1042", "1", "Accurate answers", "best", "", "", "Retail", "1"),
        ("C-1042", "1", "Fast replies", "worst", "", "", "Retail", "1"),
    ),
    one_of=("answer", "best"),
    in_tasks=True,
)
KANO = Kind(
    SourceKind.KANO,
    KanoAnswer,
    _("One row for each person and feature: how they would feel if it were there, and if it were not."),
    _("Which features are expected, wanted or delightful, and which leave people cold."),
    (
        RESPONDENT,
        Field("feature", _("Feature"), required=True, longest=200),
        Field(
            "functional",
            _("If it is there"),
            CellType.FEELING,
            _("1 or “like”, 2 or “must be”, 3 or “neutral”, 4 or “live with”, 5 or “dislike”."),
            required=True,
        ),
        Field("dysfunctional", _("If it is not there"), CellType.FEELING, _("The same five answers."), required=True),
        SEGMENT,
        WEIGHT,
    ),
    (
        ("C-1042", "Answers in seconds", "like", "dislike", "Retail", "1"),
        ("C-1077", "Dark theme", "like", "neutral", "Finance", "1"),
    ),
)
