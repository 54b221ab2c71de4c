"""Labelled tickets in twenty intents, with what the model in production predicts for each."""

from __future__ import annotations

from typing import Any

import numpy as np

from trimtab.sample_company import ticket_texts as texts
from trimtab.sample_company.truth import Truth
from trimtab.sample_company.wording import fill, framed, pick, typed_by_a_person

CHINESE_SHARE = 0.06
SHARED_SHARE = 0.07
LABEL_NOISE = 0.02
TWIN_ERRORS = 0.7  # of today's errors, how many fall on the intent that shares its words
LATENCY_SIGMA = 0.51  # lognormal; the ratio p95 / p50 is exp(1.645 sigma)

TWINS: dict[str, str] = {a: b for pair, _, _ in texts.SHARED for a, b in (pair, pair[::-1])}
SHARED_PATTERNS = {intent: (english, chinese) for pair, english, chinese in texts.SHARED for intent in pair}


def tickets(truth: Truth, count: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """``count`` rows of text, label, language, predicted_today and latency_today_ms."""
    names = list(texts.INTENTS)
    weights = np.array([texts.INTENTS[name][0] for name in names])
    intents = rng.choice(len(names), size=count, p=weights / weights.sum())
    return [_ticket(truth, names, names[intent], number, rng) for number, intent in enumerate(intents, start=1)]


def _ticket(truth: Truth, names: list[str], intent: str, number: int, rng: np.random.Generator) -> dict[str, Any]:
    chinese = rng.random() < CHINESE_SHARE
    text = _chinese(intent, rng) if chinese else _english(intent, rng)
    label = _other(names, intent, rng) if rng.random() < LABEL_NOISE else intent
    model = truth.todays_model
    return {
        "ticket": f"T-{number:05d}",
        "text": text,
        "label": label,
        "language": "zh" if chinese else "en",
        "predicted_today": label if rng.random() < model.accuracy else _other(names, label, rng),
        "latency_today_ms": round(model.latency_p50_ms * float(np.exp(LATENCY_SIGMA * rng.standard_normal()))),
    }


def _other(names: list[str], intent: str, rng: np.random.Generator) -> str:
    if rng.random() < TWIN_ERRORS:
        return TWINS[intent]
    return pick(rng, [name for name in names if name != intent])


def _english(intent: str, rng: np.random.Generator) -> str:
    shared = rng.random() < SHARED_SHARE
    pattern = pick(rng, SHARED_PATTERNS[intent][0] if shared else texts.INTENTS[intent][1])
    body = fill(rng, pattern, texts.SLOTS)
    return typed_by_a_person(rng, framed(rng, body, texts.OPENERS, texts.CLOSERS, space=" ", chance=(0.4, 0.35)))


def _chinese(intent: str, rng: np.random.Generator) -> str:
    shared = rng.random() < SHARED_SHARE
    pattern = pick(rng, SHARED_PATTERNS[intent][1] if shared else texts.INTENTS[intent][2])
    body = fill(rng, pattern, texts.SLOTS_ZH)
    if body[-1] not in "。！？":
        body += "。"
    return framed(rng, body, texts.OPENERS_ZH, texts.CLOSERS_ZH, space="", chance=(0.4, 0.3))
