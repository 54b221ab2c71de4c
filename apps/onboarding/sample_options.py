"""What the sample company could do differently; the model it may ship joins when its loop has judged one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.decisions import services
from apps.planning.services import base_scenario
from apps.workspaces.models import User, Workspace


def add_options(workspace: Workspace, current_price: float, owner: User) -> None:
    """A higher price, quicker answers and a feature: each moves another link of the forecast."""
    scenario = base_scenario(workspace=workspace, actor=owner)
    for values in _options(current_price):
        services.add(scenario=scenario, values=values, actor=owner)


def _options(current_price: float) -> list[dict[str, Any]]:
    sources = {
        "name": _("Answers with their sources"),
        "functional": [0.01, 0.05],
        "interaction": [0.0, 0.02],
        "one_off_cost": 25_000,
        "monthly_cost": 600,
    }
    return [
        {"name": _("A fifth dearer"), "price": round(current_price * 1.2)},
        {"name": _("Quicker answers on faster machines"), "latency": 0.6, "monthly_cost": 1_500},
        {"name": _("Answers with their sources"), "features": [sources]},
    ]
