"""What the page of the choice study shows, from the estimate's figures and diagnostics."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.choices import choice_charts
from apps.choices.selectors import ChoiceStudyPage, values_of_candidates
from apps.choices.study_settings import StudySettings, settings_of
from apps.estimates.models import Estimate
from apps.estimates.reading import number, percent
from apps.research.studies import refusal_text

MOST_HEADLINES = 3
MODELS: dict[str, str | Promise] = {
    "logit": gettext_lazy("Plain logit: everybody alike"),
    "price_as_levels": gettext_lazy("Plain logit, each price for itself"),
    "hierarchical_bayes": gettext_lazy("Hierarchical Bayes: each person's own part-worths"),
    "mixed_logit": gettext_lazy("Mixed logit: part-worths vary normally"),
    "latent_classes": gettext_lazy("Latent classes: some kinds of people"),
}
FEW_TO_NOTICE = 0.02


def shown(study: ChoiceStudyPage) -> dict[str, Any]:
    if study.model is None:
        return {}
    model, about = study.model, study.model.diagnostics
    settings = settings_of(model.parameters["settings"])
    candidates, why = values_of_candidates(model.workspace, model)
    return {
        "about": about,
        "headline": model.parameters["wtp"][:MOST_HEADLINES],
        "hit_rate": "hit_rate" in model.figures,
        "no_money": refusal_text(about["no_money"]) if about["no_money"] else "",
        "warnings": warnings(model, settings),
        "partworths": choice_charts.partworths(model),
        "importance": choice_charts.importance(model),
        "wtp": willingness_rows(model, settings),
        "models": model_rows(study),
        "not_held_out": study.refused.get("held_out", ""),
        "enough": enough(model),
        "settling": settling(model),
        "kinds": kinds_of_people(model),
        "segments": segment_rows(model),
        "candidates": candidates,
        "anchors": anchors(settings),
        "why_no_candidates": why,
        "has_quality": settings.quality is not None and settings.price is not None,
    }


def willingness_rows(model: Estimate, settings: StudySettings) -> list[dict[str, Any]]:
    about, quality = model.diagnostics, settings.quality
    rows = zip(about["wtp"], about["wtp_logit"], model.parameters["wtp"], strict=True)
    return [
        row
        | {
            "figure": model.figures[name],
            "logit": plain | {"unit": model.figures[name]["unit"]},
            "is_quality": quality is not None and row["attribute"] == quality.name,
        }
        for row, plain, name in rows
    ]


def model_rows(study: ChoiceStudyPage) -> list[dict[str, Any]]:
    rows = [row | {"title": MODELS.get(row["code"], row["code"])} for row in _models(study)]
    known = {row["code"] for row in rows}
    return rows + [
        {"code": code, "title": MODELS[code], "why": why}
        for code, why in study.refused.items()
        if code in MODELS and code not in known
    ]


def _models(study: ChoiceStudyPage) -> list[dict[str, Any]]:
    return list(study.model.diagnostics["models"]) if study.model else []


def warnings(model: Estimate, settings: StudySettings) -> list[str]:
    about, found = model.diagnostics, []
    if (unmoved := about["unmoved"]) is not None and unmoved >= FEW_TO_NOTICE:
        people = {"share": percent(unmoved, 0), "people": number(round(unmoved * about["respondents"]))}
        found.append(
            _(
                "For %(share)s of the people (about %(people)s) a higher price does not make an offer less likely: "
                "their willingness to pay has no meaning. They count in the typical person's, and in the shares."
            )
            % people
        )
    bent = _price_is_bent(about["models"])
    if bent:
        found.append(
            _(
                "The worth of money bends: each price for itself fits better than a straight line. "
                "Read willingness to pay with care."
            )
        )
    if settings.price is None:
        found.append(_("No attribute is marked as the price, so nothing can be said in money."))
    chance = about["chance"]
    main: dict[str, Any] = next((row for row in about["models"] if row.get("is_main")), {})
    if chance["hit_rate"] is not None and main.get("hit_rate", 1.0) < chance["hit_rate"]:
        found.append(_("The model foretells held-out choices no better than chance: do not decide by it."))
    return found


def _price_is_bent(models: list[dict[str, Any]]) -> bool:
    bic = {row["code"]: row["bic"] for row in models}
    return "price_as_levels" in bic and bic["price_as_levels"] < bic["logit"]


def enough(model: Estimate) -> dict[str, Any]:
    """The verdict of the page in plain words: how wide the main figure's interval is, and what would narrow it."""
    found = model.diagnostics["precision"]
    if found is None:
        return {
            "verdict": "thin",
            "lines": [_("The answers are too few or too alike to say how sure the figures are.")],
        }
    lines = [
        _("By the plain logit, the 80%% interval of what %(attribute)s is worth spans %(relative)s of it.")
        % {"attribute": found["of"], "relative": percent(found["relative"], 0)}
    ]
    if "needed" in found:
        more = found["needed"] - found["have"]
        if more > 0:
            lines.append(
                ngettext(
                    "To bring that to a third, about %(count)s more person is needed, with as many tasks each.",
                    "To bring that to a third, about %(count)s more people are needed, with as many tasks each.",
                    more,
                )
                % {"count": number(more)}
            )
        else:
            lines.append(_("More people would hardly change a decision."))
        if found["slope"] > -0.25:
            lines.append(
                _("In growing parts of these answers the interval narrowed more slowly than it should: count on more.")
            )
    return {"verdict": found["verdict"], "lines": lines}


def settling(model: Estimate) -> dict[str, Any] | None:
    found = model.diagnostics["settling"]
    if not found:
        return None
    facts = {
        "chains": found["chains"],
        "r_hat": number(found["r_hat"], 3),
        "draws": number(round(found["effective_size"])),
    }
    said = {
        "good": _(
            "The %(chains)d chains, begun far apart, ended in the same place (R-hat %(r_hat)s; 1 is perfect), with "
            "draws worth at least %(draws)s independent ones."
        ),
        "fair": _(
            "The %(chains)d chains nearly agree (R-hat %(r_hat)s; 1 is perfect; draws worth %(draws)s independent "
            "ones). Means can be used; the ends of intervals may still move a little."
        ),
        "bad": _(
            "The %(chains)d chains did not end in the same place (R-hat %(r_hat)s; draws worth %(draws)s). Use fewer "
            "attributes or collect more tasks of each person before you trust single figures."
        ),
    }
    return {"verdict": found["verdict"], "words": said[found["verdict"]] % facts}


def anchors(settings: StudySettings) -> str:
    """Which quality each level is taken to mean, in words."""
    quality = settings.quality.quality if settings.quality is not None else None
    said = [
        _("%(level)s: %(quality)s") % {"level": level, "quality": percent(share, 0)}
        for level, share in (quality or {}).items()
    ]
    return "; ".join(said)


def kinds_of_people(model: Estimate) -> str:
    """What latent classes found; nothing for other models."""
    shares = model.diagnostics["main"].get("shares")
    if not shares:
        return ""
    if len(shares) == 1:
        return _("The answers show one kind of people only.")
    listed = ", ".join(percent(share, 0) for share in sorted(shares, reverse=True))
    return _("People fall into %(number)d kinds, with shares of %(shares)s.") % {
        "number": len(shares),
        "shares": listed,
    }


def segment_rows(model: Estimate) -> list[dict[str, Any]]:
    unit = next((figure["unit"] for name, figure in model.figures.items() if name.startswith("wtp:")), "")
    return [
        row
        | (
            {"why": refusal_text(row["refused"])}
            if "refused" in row
            else {"figure": {"median": row["median"], "low": row["low"], "high": row["high"], "unit": unit}}
        )
        for row in model.diagnostics["segments"]
    ]
