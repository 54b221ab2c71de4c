"""What is wrong with labelled texts, found before anything is trained on them."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.modellab.files import Row
from trimtab.learning.dataset import FEWEST_PER_CLASS
from trimtab.learning.encoders import choose_encoder

FEW_PER_CLASS = 12
MOST_LABELS = 500
LONG_CHARACTERS = 600
UNEVEN = 50
# Of the texts, not of the letters: those who write these few texts are customers as well.
CHINESE_SHARE = 0.05
SHOWN = 5
LENGTH_STEPS = (20, 50, 100, 200, 400, 800)

MESSAGES = {
    "no_rows": _("No row has both a text and a label."),
    "no_text_column": _("Choose the column that holds the text."),
    "no_label_column": _("Choose the column that holds the right label."),
    "one_label": _("All texts have the same label: there is nothing to tell apart."),
    "too_many_labels": _("There are %(count)s labels; %(limit)s is the most. Is this the column of the labels?"),
    "too_few": _("%(count)s labels have fewer than %(least)s different texts: %(names)s."),
    "few": _("%(count)s labels have fewer than %(least)s texts; their scores will be very uncertain: %(names)s."),
    "empty_text": _("%(count)s rows have no text; they are left out."),
    "empty_label": _("%(count)s rows have no label; they are left out."),
    "repeated": _("%(count)s rows repeat a text; each text is kept once, or the test would know the answers."),
    "contradicting": _("%(count)s rows give one text different labels; they are left out, as nobody can say which."),
    "look_alike": _("Some labels differ only in case or blanks: %(names)s. They are taken as different."),
    "uneven": _("The largest label has %(times)s times as many texts as the smallest."),
    "long": _("%(count)s texts are longer than %(limit)s characters; only their beginning is read."),
    "unreadable": _("%(count)s rows have another shape than the first row; they are left out."),
    "unknown_today": _("Today's model answers %(count)s times with a label that no text has; these count as wrong."),
    "no_answer_today": _("Today's model has no answer for %(count)s texts; these count as wrong."),
    "bad_latency": _("%(count)s latencies of today's model are no number; they are left out."),
}
BLOCKING = {"no_rows", "no_text_column", "no_label_column", "one_label", "too_many_labels", "too_few"}


@dataclass
class Findings:
    """``labels`` counts distinct usable texts; ``problems`` are dicts of code, blocks, values and example rows."""

    rows: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    examples: dict[str, list[str]] = field(default_factory=dict)
    encoder: str = "english"

    def add(self, code: str, rows: Iterable[int] = (), **values: Any) -> None:
        shown = [number for number, _ in zip(rows, range(SHOWN), strict=False)]
        self.problems.append({"code": code, "blocks": code in BLOCKING, "values": values, "rows": shown})


def same_text(text: str) -> str:
    """Texts that differ only in case, width or blanks are the same text."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def message(problem: dict[str, Any]) -> str:
    return str(MESSAGES[problem["code"]]) % problem["values"]


def check(rows: Iterable[Row], columns: dict[str, str]) -> Findings:
    """Count the labels and name each problem; blocking ones first."""
    found = Findings()
    missing = [name for name in ("text", "label") if name not in columns]
    if missing:
        for name in missing:
            found.add(f"no_{name}_column")
        return found
    everything = list(rows)
    found.rows = len(everything)
    usable = _usable(everything, found)
    kept = _distinct(usable, found)
    _look_at_labels(kept, found)
    if "predicted_today" in columns:
        _look_at_today(usable, found)
    _describe(kept, found)
    found.problems.sort(key=lambda problem: not problem["blocks"])
    return found


def _usable(rows: list[Row], found: Findings) -> list[Row]:
    groups = {
        "unreadable": [row.number for row in rows if row.refused],
        "empty_text": [row.number for row in rows if not row.refused and not row.text],
        "empty_label": [row.number for row in rows if not row.refused and row.text and not row.label],
    }
    for code, numbers in groups.items():
        if numbers:
            found.add(code, numbers, count=len(numbers))
    return [row for row in rows if row.text and row.label and not row.refused]


def _distinct(rows: list[Row], found: Findings) -> list[Row]:
    labels: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        labels[same_text(row.text)].add(row.label)
    kept: dict[str, Row] = {}
    repeated, contradicting = [], []
    for row in rows:
        key = same_text(row.text)
        if len(labels[key]) > 1:
            contradicting.append(row.number)
        elif key in kept:
            repeated.append(row.number)
        else:
            kept[key] = row
    for code, numbers in (("repeated", repeated), ("contradicting", contradicting)):
        if numbers:
            found.add(code, numbers, count=len(numbers))
    return list(kept.values())


def _look_at_labels(kept: list[Row], found: Findings) -> None:
    counts = Counter(row.label for row in kept)
    found.labels = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    if not counts:
        found.add("no_rows")
        return
    if len(counts) == 1:
        found.add("one_label")
    if len(counts) > MOST_LABELS:
        found.labels = dict(list(found.labels.items())[:MOST_LABELS])
        found.add("too_many_labels", count=len(counts), limit=MOST_LABELS)
        return
    _look_at_counts(counts, found)
    alike = defaultdict(list)
    for label in counts:
        alike[same_text(label)].append(label)
    twins = [" / ".join(names) for names in alike.values() if len(names) > 1]
    if twins:
        found.add("look_alike", names=_some(twins))


def _look_at_counts(counts: Counter[str], found: Findings) -> None:
    rare = sorted(label for label, count in counts.items() if count < FEWEST_PER_CLASS)
    if rare:
        found.add("too_few", count=len(rare), least=FEWEST_PER_CLASS, names=_some(rare))
    few = sorted(label for label, count in counts.items() if FEWEST_PER_CLASS <= count < FEW_PER_CLASS)
    if few:
        found.add("few", count=len(few), least=FEW_PER_CLASS, names=_some(few))
    times = max(counts.values()) // max(1, min(counts.values()))
    if times >= UNEVEN:
        found.add("uneven", times=times)


def _look_at_today(rows: list[Row], found: Findings) -> None:
    silent = [row.number for row in rows if not row.predicted_today]
    if silent:
        found.add("no_answer_today", silent, count=len(silent))
    known = {row.label for row in rows}
    unknown = [row.number for row in rows if row.predicted_today and row.predicted_today not in known]
    if unknown:
        found.add("unknown_today", unknown, count=len(unknown))
    bad = [row.number for row in rows if row.latency_today_ms and milliseconds(row.latency_today_ms) is None]
    if bad:
        found.add("bad_latency", bad, count=len(bad))


def _describe(kept: list[Row], found: Findings) -> None:
    long = [row.number for row in kept if len(row.text) > LONG_CHARACTERS]
    if long:
        found.add("long", long, count=len(long), limit=LONG_CHARACTERS)
    found.lengths = [0] * (len(LENGTH_STEPS) + 1)
    for row in kept:
        found.lengths[sum(len(row.text) > step for step in LENGTH_STEPS)] += 1
        examples = found.examples.setdefault(row.label, []) if row.label in found.labels else []
        if len(examples) < 3:
            examples.append(row.text[:240])
    chinese = sum(choose_encoder([row.text]) == "bilingual" for row in kept)
    found.encoder = "bilingual" if chinese >= CHINESE_SHARE * max(1, len(kept)) else "english"


def milliseconds(cell: str) -> float | None:
    """A latency as a number above zero, or None."""
    try:
        value = float(cell.strip().removesuffix("ms").strip())
    except ValueError:
        return None
    return value if 0 < value < 3_600_000 else None


def _some(names: list[str]) -> str:
    shown = ", ".join(name[:60] for name in names[:SHOWN])
    return f"{shown} …" if len(names) > SHOWN else shown
