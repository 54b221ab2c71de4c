"""The results that are made from outcomes of answers."""

from __future__ import annotations

STUDY = "modellab.outcomes"
WEIGHING = "modellab.quality"
QUALITY_LINK = "modellab.quality_to_function"
LATENCY_LINK = "modellab.latency_to_interaction"
ERROR_PRICE = "modellab.error_price"
EXPERIMENT, CLASSES, REQUESTS = "experiment", "classes", "requests"
