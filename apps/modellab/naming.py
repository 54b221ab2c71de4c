from __future__ import annotations

from django.utils.text import slugify

from apps.modellab.models import TrainingRun


def candidate_name(training: TrainingRun, method: str) -> str:
    """A name that is unique in the workspace and can stand in an address."""
    base = slugify(training.labelled_set.name.rsplit(".", 1)[0])[:40].strip("-") or "texts"
    return f"{base}-{training.pk}-{method.replace('_', '-')}"
