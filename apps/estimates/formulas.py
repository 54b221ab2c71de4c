"""How each kind of result is computed, in words and symbols, for the evidence pages."""

from __future__ import annotations

from django.utils.translation import gettext

from apps.estimates import customer_formulas, decision_formulas, market_formulas
from apps.estimates.explanation import Explanation

_EXPLANATIONS = market_formulas.FORMULAS | customer_formulas.FORMULAS | decision_formulas.FORMULAS


def explanation(code: str) -> Explanation | None:
    return _EXPLANATIONS.get(code)


def title_of(kind: str, subject: str) -> str:
    """The kind of a result in words and, where there is one, what it is about."""
    known = explanation(kind)
    title = str(known.title) if known else kind
    # A subject may hold names that the product gave, such as the first scenario's.
    for part in filter(None, subject.split(": ")):
        title = gettext("%(title)s: %(subject)s") % {"title": title, "subject": gettext(part)}
    return title
