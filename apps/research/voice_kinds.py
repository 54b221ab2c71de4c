"""Kinds of sources in which customers and the market speak."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.research.fields import CUSTOMER, PLAN, SAID_ON, SEGMENT, CellType, Field, Kind
from apps.research.models import CompetitorFact, FeedbackItem, SatisfactionAnswer, SourceKind
from apps.research.refusals import Words


def _answer(name: str, label: Words, help: Words) -> Field:
    return Field(name, label, CellType.SCALE, help, required=True, several=True)


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
