"""The stages of the loop, each with its key number, how sure it is, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.estimates.models import Estimate
from apps.estimates.selectors import Staleness
from apps.planning import wording
from apps.research.models import Need

Text = str | Promise


@dataclass(frozen=True)
class Plan:
    """Where a stage's number comes from: the ``figure`` of the estimate of ``kind``, made of rows of ``needs``.

    ``ask`` is what to do where rows are missing, ``run`` where they wait to be studied.
    """

    code: str
    label: Text
    icon: str
    page: str
    kind: str
    figure: str
    says: Text
    needs: tuple[str, ...]
    ask: Text
    run: Text


PLANS = (
    Plan(
        "needs", _("Needs"), "needs", "research:needs", "research.needs", "", _("the largest open need"),
        ("feedback",), _("Upload feedback"), _("Find the needs"),
    ),
    Plan(
        "differentiation", _("Differentiation"), "differentiation", "differentiation:home", "differentiation.position",
        "p_first", _("chance that our offer is first"), ("competitors",), _("Upload a competitor sheet"),
        _("Compare the offers"),
    ),
    Plan(
        "price", _("Price"), "pricing", "pricing:home", "planning.price", "best_margin_price",
        _("price with the most margin"), ("prices",), _("Upload a price survey"), _("Study the prices"),
    ),
    Plan(
        "satisfaction", _("Satisfaction"), "person", "retention:home", "retention.satisfaction", "u_reference",
        _("U today, from F, I and C"), ("satisfaction",), _("Upload a satisfaction survey"), _("Study satisfaction"),
    ),
    Plan(
        "retention", _("Retention"), "retention", "retention:home", "retention.survival", "retained_month_12",
        _("still with us after 12 months"), ("subscriptions",), _("Upload a subscription log"), _("Study retention"),
    ),
    Plan(
        "models", _("Models"), "modellab", "modellab:home", "modellab.evaluation", "accuracy",
        _("accuracy of the best candidate"), ("labelled",), _("Upload labelled texts"), _("Train candidates"),
    ),
    Plan(
        "forecast", _("Forecast"), "planning", "planning:home", "planning.forecast", "margin_12",
        _("margin of 12 months as it is today"), ("subscriptions",), _("Upload a subscription log"),
        _("Run the forecast"),
    ),
    Plan(
        "decision", _("Decision"), "check", "planning:home", "planning.verdict", "", _("on the best candidate"),
        ("labelled",), _("Train a candidate"), _("Run the forecast"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """One stage as it is shown: a word or a figure, its estimate, and one thing to do."""

    code: str
    label: Text
    icon: str
    url: str
    says: Text
    state: str  # ready, stale, waiting (rows are there, no result), empty
    action: Text
    action_url: str
    estimate: Estimate | None = None
    figure: dict[str, Any] | None = None
    word: Text = ""
    word_class: str = ""
    rows: int | None = None
    staleness: Staleness = field(default_factory=Staleness)
    simulated: bool = False


def evidence(slug: str, rows: int, sources: int, expired: bool, simulated: bool) -> Stage:
    url = reverse("research:home", args=[slug])
    action = _("Collect afresh: some of it has expired") if expired else _("Add more evidence")
    return Stage(
        code="evidence",
        label=_("Evidence"),
        icon="research",
        url=url,
        says=gettext("rows in %(count)s files") % {"count": sources} if sources else _("nothing collected yet"),
        state="stale" if expired else "ready" if rows else "empty",
        action=action if rows else _("Upload feedback"),
        action_url=url,
        rows=rows,
        simulated=simulated,
    )


def stage(plan: Plan, slug: str, estimate: Estimate | None, staleness: Staleness, rows: dict[str, int]) -> Stage:
    url = page_address(plan.page, slug)
    if estimate is None:
        has_rows = all(rows.get(kind) for kind in plan.needs)
        return Stage(
            code=plan.code,
            label=plan.label,
            icon=plan.icon,
            url=url,
            says=plan.says,
            state="waiting" if has_rows else "empty",
            action=plan.run if has_rows else plan.ask,
            action_url=url if has_rows or plan.needs == ("labelled",) else reverse("research:home", args=[slug]),
        )
    word, word_class = _word(plan, estimate)
    return Stage(
        code=plan.code,
        label=plan.label,
        icon=plan.icon,
        url=url,
        says=_named(plan, estimate),
        state="stale" if staleness.stale else "ready",
        action=_("Run it again") if staleness.stale else _("Look closer"),
        action_url=url,
        estimate=estimate,
        figure=_figure(plan, estimate),
        word=word,
        word_class=word_class,
        staleness=staleness,
        simulated=estimate.simulated,
    )


def page_address(name: str, slug: str) -> str:
    """A section's page; the overview itself where that section has none."""
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return reverse("dashboards:overview", args=[slug])


def top_need(estimate: Estimate) -> dict[str, Any] | None:
    known = estimate.diagnostics.get("needs") or []
    return max(known, key=lambda need: need["opportunity"]["median"]) if known else None


def best_verdict(estimate: Estimate | None) -> dict[str, Any] | None:
    """The verdict on the candidate with the largest expected gain."""
    judged = estimate.diagnostics.get("verdict", []) if estimate else []
    return max(judged, key=lambda one: one["expected_gain"]) if judged else None


def _figure(plan: Plan, estimate: Estimate) -> dict[str, Any] | None:
    if plan.code == "needs":
        need = top_need(estimate)
        return {"unit": "", **need["opportunity"]} if need else None
    if plan.code == "decision":
        verdict = best_verdict(estimate)
        return verdict["gain"] if verdict else None
    return estimate.figures.get(plan.figure)


def _word(plan: Plan, estimate: Estimate) -> tuple[Text, str]:
    if plan.code == "needs" and (need := top_need(estimate)):
        # People may have renamed it since it was scored.
        return Need.objects.filter(pk=need["need_id"]).values_list("name", flat=True).first() or need["name"], ""
    if plan.code == "decision" and (verdict := best_verdict(estimate)):
        return wording.VERDICTS[verdict["verdict"]], wording.VERDICT_CLASSES[verdict["verdict"]]
    return "", ""


def _named(plan: Plan, estimate: Estimate) -> Text:
    if plan.code == "needs":
        return _("opportunity, 0 to 20")
    if plan.code == "decision" and (verdict := best_verdict(estimate)):
        return gettext("gain of %(name)s in discounted margin") % {"name": verdict["name"]}
    return plan.says
