from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from apps.workspaces import selectors
from apps.workspaces.models import Role


def workspace(request: HttpRequest) -> dict[str, Any]:
    """What every page shows of its workspace: itself, the member's role and the others to switch to."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    current = getattr(request, "workspace", None)
    role = getattr(request, "role", None)
    return {
        "workspace": current,
        "role": role,
        "can_edit": role is not None and role >= Role.EDITOR,
        "is_owner": role == Role.OWNER,
        "my_workspaces": selectors.workspaces_of(user),
    }
