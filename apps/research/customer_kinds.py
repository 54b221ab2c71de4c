"""Kinds of sources that record what customers did and paid."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.research.fields import CUSTOMER, KNOWN_CUSTOMER, PLAN, SEGMENT, CellType, Field, Kind, rest
from apps.research.models import AdoptionCount, AnswerOutcome, Purchase, SourceKind, Subscription, TokenUsage

SUBSCRIPTIONS = Kind(
    SourceKind.SUBSCRIPTIONS,
    Subscription,
    _("Who subscribed when, to which plan, and when they left or that they are still here."),
    _("Survival, churn, lifetime value and the arrivals of new customers."),
    (
        KNOWN_CUSTOMER,
        SEGMENT,
        PLAN,
        Field("started_on", _("Started on"), CellType.DATE),
        Field("ended_on", _("Ended on"), CellType.DATE, _("Empty, or a word such as “active”, for those still here.")),
        Field("active", _("Still active"), CellType.YES_NO),
        Field("tenure_months", _("Months as a customer"), CellType.MONTHS, _("Where the file has no start date.")),
        Field("churned", _("Has left"), CellType.YES_NO),
        Field("monthly_price", _("Price a month"), CellType.PRICE),
        rest("traits", _("Traits"), _("Further columns by which retention may differ: country, size.")),
    ),
    (
        ("C-1042", "Retail", "Team", "2025-04-01", "", "", "", "", "29", "Germany"),
        ("C-1077", "Finance", "Business", "2025-02-15", "2025-11-30", "", "", "", "99", "France"),
    ),
    one_of=("started_on", "tenure_months"),
    rest_example=("country",),
    details=("traits",),
)
PURCHASES = Kind(
    SourceKind.PURCHASES,
    Purchase,
    _("Who bought when, and for how much: orders, credit packs, anything without a subscription."),
    _("Who is still a customer, purchases to come and lifetime value."),
    (
        KNOWN_CUSTOMER,
        Field("bought_on", _("Bought on"), CellType.DATE, required=True),
        Field("amount", _("Amount"), CellType.PRICE),
        SEGMENT,
    ),
    (("C-1042", "2026-03-14", "40", "Retail"), ("C-1042", "2026-03-29", "20", "Retail")),
    repeats=True,
)
USAGE = Kind(
    SourceKind.USAGE,
    TokenUsage,
    _("How many tokens each customer used in a month; several rows of one month add up."),
    _("What customers cost to serve, and which plans pay."),
    (
        KNOWN_CUSTOMER,
        Field("month", _("Month"), CellType.MONTH, _("2026-03, or any day of the month."), required=True),
        Field("tokens", _("Tokens"), CellType.NUMBER, required=True),
        Field("requests", _("Requests"), CellType.NUMBER),
        PLAN,
        SEGMENT,
    ),
    (
        ("C-1042", "2026-03", "1,250,000", "840", "Team", "Retail"),
        ("C-1077", "2026-03", "310,000", "205", "Business", "Finance"),
    ),
    repeats=True,
)
ADOPTION = Kind(
    SourceKind.ADOPTION,
    AdoptionCount,
    _("How many customers began in each period: one row a year, quarter or month."),
    _("The adoption curve: buyers still to come, and when most of them."),
    (
        Field(
            "adopters", _("New adopters"), CellType.NUMBER, _("New in the period, not the sum so far."), required=True
        ),
        Field("period", _("Period"), CellType.PERIOD, _("2026, 2026-Q1, 2026-03 or a date.")),
        Field("period_number", _("Number of the period"), CellType.ORDINAL, _("1, 2, 3 where the file has no dates.")),
        Field("product", _("Product")),
    ),
    (("120", "2026-01", "", "Assistant"), ("185", "2026-02", "", "Assistant")),
    one_of=("period", "period_number"),
)
OUTCOMES = Kind(
    SourceKind.OUTCOMES,
    AnswerOutcome,
    _("How answers of your model ended: one row a request, resolved or not, or a thumb up or down."),
    _("What quality and speed of a model mean to customers, and what an error costs."),
    (
        CUSTOMER,
        Field("resolved", _("Resolved"), CellType.YES_NO, _("Whether the request was settled by the answer.")),
        Field("thumbs_up", _("Thumb up"), CellType.YES_NO, _("Whether the customer liked the answer.")),
        Field("label", _("Class"), help=_("What the request was about, in the words of the labelled texts.")),
        Field("model", _("Model"), help=_("Whichever model answered: two names are an experiment.")),
        Field("latency_ms", _("Latency, ms"), CellType.NUMBER),
        Field("escalated", _("Escalated"), CellType.YES_NO, _("Whether it was handed to a person.")),
        Field("answered_on", _("Answered on"), CellType.DATE),
        SEGMENT,
    ),
    (
        ("C-1042", "yes", "up", "refund", "model-a", "640", "no", "2026-03-14", "Retail"),
        ("C-1077", "no", "", "login", "model-b", "1250", "yes", "2026-03-14", "Finance"),
    ),
    one_of=("resolved", "thumbs_up"),
    repeats=True,
)
