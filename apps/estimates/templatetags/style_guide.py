"""Made-up figures, rows and fields: what the style guide shows, and nothing else uses."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from django import forms, template
from django.utils import timezone

from apps.estimates import charts
from apps.estimates.models import Estimate
from apps.estimates.selectors import Staleness

register = template.Library()


class _Form(forms.Form):
    name = forms.CharField(label="Name", help_text="How people will find it.")
    price = forms.DecimalField(label="Price", initial=29)
    plan = forms.ChoiceField(label="Plan", choices=[("s", "Starter"), ("g", "Growth"), ("e", "Enterprise")])
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(label="File", required=False)
    agree = forms.BooleanField(label="Skip the rows that do not fit", required=False)


def _estimate(
    grade: str, figures: dict[str, Any], *, reasons: tuple[str, ...] = (), simulated: bool = True
) -> Estimate:
    estimate = Estimate(
        grade=grade, simulated=simulated, figures=figures, expires_at=timezone.now() + timedelta(days=90)
    )
    estimate.shown_freshness = Staleness(list(reasons))  # type: ignore[attr-defined]
    estimate.shown_evidence_url = "#figures"  # type: ignore[attr-defined]
    return estimate


def _figure(median: float, low: float, high: float, unit: str) -> dict[str, Any]:
    return {"median": median, "low": low, "high": high, "unit": unit}


def _charts() -> dict[str, Any]:
    months = range(25)
    line = [
        {
            "month": m,
            "revenue": base * (1.02**m),
            "low": base * 1.02**m * (1 - 0.008 * m),
            "high": base * 1.02**m * (1 + 0.009 * m),
            "who": who,
        }
        for who, base in (("Today", 41_000), ("Candidate A", 43_500))
        for m in months
    ]
    demand = [
        {
            "price": p,
            "share": 1 / (1 + math.exp((p - 42) / 9)),
            "low": 1 / (1 + math.exp((p - 38) / 9)),
            "high": 1 / (1 + math.exp((p - 46) / 9)),
        }
        for p in range(5, 100, 3)
    ]
    needs = [
        {"need": name, "score": score, "low": score - 1.2, "high": score + 1.1}
        for name, score in (
            ("Faster first answer", 14.2),
            ("Fewer wrong refunds", 12.7),
            ("Chinese support", 11.1),
            ("Simple export", 7.4),
        )
    ]
    stay = [
        {"month": m, "stays": k**m, "low": (k - 0.01) ** m, "high": (k + 0.008) ** m, "plan": plan}
        for plan, k in (("Starter", 0.93), ("Growth", 0.965))
        for m in months
    ]
    intents = ["refund", "delivery", "login", "invoice"]
    cells = [
        {"truth": a, "guess": b, "share": 0.82 if a == b else 0.02 + 0.09 * ((i + 2 * j) % 3) / 2}
        for i, a in enumerate(intents)
        for j, b in enumerate(intents)
    ]
    draws = [0.22 + 0.08 * math.sin(i * 1.7) * abs(math.cos(i * 0.37)) + 0.0004 * (i % 97) for i in range(1500)]
    return {
        "line": charts.interval_line(
            line,
            x="month",
            y="revenue",
            low="low",
            high="high",
            series="who",
            x_title="Month",
            y_title="Revenue a month (USD)",
            y_format="~s",
            markers=[{"x": 12, "label": "One year"}],
        ),
        "demand": charts.curve_with_band(
            demand,
            x="price",
            y="share",
            low="low",
            high="high",
            x_title="Price (USD)",
            y_title="Worth it to",
            y_format=".0%",
            markers=[{"x": 29, "label": "Today"}],
        ),
        "needs": charts.bars_with_intervals(
            needs, label="need", value="score", low="low", high="high", value_title="Opportunity score"
        ),
        "stay": charts.step_survival(
            stay, x="month", y="stays", low="low", high="high", series="plan", x_title="Month", y_title="Still with us"
        ),
        "confusion": charts.heat_map(
            cells,
            x="guess",
            y="truth",
            value="share",
            x_title="Predicted",
            y_title="True",
            value_title="Share",
            value_format=".0%",
            cell=48,
        ),
        "draws": charts.histogram(
            draws,
            x_title="Gain in margin",
            x_format=".0%",
            y_title="Share of worlds",
            markers=[{"x": 0.22, "label": "Median"}],
        ),
    }


@register.simple_tag
def samples() -> dict[str, Any]:
    bad = _Form({"name": "", "price": "a lot", "plan": "g"})
    shares = [[0.93, 0.04, 0.03, 0.0], [0.11, 0.74, 0.1, 0.05], [0.02, 0.06, 0.88, 0.04], [0.0, 0.21, 0.17, 0.62]]
    return {
        "price": _estimate("observed", {"opp": _figure(29.4, 27.9, 31.2, "USD")}),
        "churn": _estimate("observed", {"churn": _figure(0.0412, 0.0379, 0.0448, "share/month")}, simulated=False),
        "old": _estimate("assumed", {"n": _figure(12400, 9800, 16100, "people")}, reasons=("It expired on 2 March.",)),
        "tested": _estimate(
            "tested", {"f1": _figure(0.912, 0.897, 0.926, "share"), "speed": _figure(18.3, 16.2, 24.9, "ms")}
        ),
        "revenue": _estimate("observed", {"revenue_12": _figure(1_284_000, 1_102_000, 1_455_000, "USD")}),
        "form": _Form(),
        "bad_form": bad,
        "steps": ["Upload", "Match the columns", "Look it over", "Import"],
        "confusion": list(zip(["refund", "delivery", "login", "invoice"], shares, strict=True)),
        "charts": _charts(),
        "icons": [
            "overview",
            "research",
            "needs",
            "differentiation",
            "pricing",
            "retention",
            "modellab",
            "planning",
            "jobs",
            "settings",
            "menu",
            "person",
            "sun",
            "moon",
            "auto",
            "compass",
            "upload",
            "download",
            "plus",
            "check",
            "copy",
            "edit",
            "trash",
            "clock",
            "alert",
            "info",
            "link",
            "arrow",
            "play",
        ],
    }
