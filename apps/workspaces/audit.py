from __future__ import annotations

from typing import Any

from django.db.models import Model

from apps.workspaces.models import AuditEntry, User, Workspace


def note(
    *,
    workspace: Workspace | None,
    actor: User | None,
    action: str,
    target: Model | str = "",
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one line to the audit trail. Secrets never belong in ``details``."""
    name = target if isinstance(target, str) else f"{target._meta.model_name}:{target.pk}"
    return AuditEntry.objects.create(
        workspace=workspace, actor=actor, action=action, target=name[:200], details=details or {}
    )
