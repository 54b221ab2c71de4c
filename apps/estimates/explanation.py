from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Explanation:
    title: str | Promise
    formula: str | Promise
    says: str | Promise
    assumes: str | Promise
    source: str
