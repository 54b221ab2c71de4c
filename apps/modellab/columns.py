"""Which column holds the text, the label, and what is known of the model in service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.research.column_names import plain
from apps.workspaces.errors import Refused

FIELDS = {
    "text": gettext_lazy("Text"),
    "label": gettext_lazy("Right label"),
    "predicted_today": gettext_lazy("Answer of today's model"),
    "latency_today_ms": gettext_lazy("Latency of today's model, ms"),
}
REQUIRED = ("text", "label")
_NAMES = {
    "text": "text texts message content body sentence query question utterance ticket input 文本 内容 消息 句子 问题",
    "label": "label labels intent category class target tag topic gold truth 标签 类别 意图 分类",
    "predicted_today": """predictedtoday predicted prediction today currentprediction modelprediction predictedlabel
        answertoday 今天预测 当前预测 预测""",
    "latency_today_ms": "latencytodayms latencyms latencytoday latency responsems 延迟 耗时 响应时间",
}


def guess(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """For each field the column that suits best; a field that none suits is left out."""
    by_name = {plain(name): name for name in reversed(header)}
    found: dict[str, str] = {}
    for field, names in _NAMES.items():
        known = next((by_name[name] for name in names.split() if name in by_name), None)
        if known is not None and known not in found.values():
            found[field] = known
    return _by_values(header, rows, found)


def _by_values(header: Sequence[str], rows: Sequence[Sequence[str]], found: dict[str, str]) -> dict[str, str]:
    """The longest texts are the texts; of the rest, the column with the fewest values that repeat is the label."""
    values = {name: [row[at] for row in rows if at < len(row)] for at, name in enumerate(header)}
    free = [name for name in header if name not in found.values() and any(values[name])]
    if "text" not in found and free:
        found["text"] = max(free, key=lambda name: sum(map(len, values[name])))
        free.remove(found["text"])
    repeating = [name for name in free if 2 <= len(set(values[name])) <= max(2, len(values[name]) // 2)]
    if "label" not in found and repeating:
        found["label"] = min(repeating, key=lambda name: len(set(values[name])))
    return found


def checked(header: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    """The columns that a person chose, without empty ones. Raises Refused."""
    chosen = {field: name for field, name in columns.items() if name}
    used: dict[str, str] = {}
    for field, name in chosen.items():
        if field not in FIELDS:
            raise Refused("field_unknown", _("There is no field “%(field)s”.") % {"field": field}, field=field)
        if name not in header:
            message = _("The file has no column “%(column)s”.") % {"column": name}
            raise Refused("column_unknown", message, field=field)
        if name in used:
            message = _("“%(column)s” is already used for %(field)s.") % {"column": name, "field": FIELDS[used[name]]}
            raise Refused("column_used_twice", message, field=field)
        used[name] = field
    return chosen
