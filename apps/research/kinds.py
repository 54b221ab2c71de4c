"""All kinds of sources, in the groups in which the research page shows them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.research.choice_kinds import CHOICES, KANO, LADDER, MAXDIFF, PRICES
from apps.research.customer_kinds import ADOPTION, OUTCOMES, PURCHASES, SUBSCRIPTIONS, USAGE
from apps.research.fields import Kind
from apps.research.refusals import Words
from apps.research.voice_kinds import COMPETITORS, FEEDBACK, SATISFACTION

GROUPS: tuple[tuple[Words, tuple[Kind, ...]], ...] = (
    (_("Voices"), (FEEDBACK, SATISFACTION, KANO, COMPETITORS)),
    (_("Prices and choices"), (PRICES, LADDER, CHOICES, MAXDIFF)),
    (_("Customers and money"), (SUBSCRIPTIONS, PURCHASES, USAGE, OUTCOMES, ADOPTION)),
)
KINDS = {kind.name: kind for _group, kinds in GROUPS for kind in kinds}
