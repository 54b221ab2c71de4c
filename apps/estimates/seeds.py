"""A seed that follows from the data: the same inputs give the same draws."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from apps.estimates.lineage import InputRef


def seed_from(inputs: Iterable[InputRef]) -> int:
    """A number of 32 bits from the content hashes of the inputs, whatever their order."""
    joined = "|".join(sorted(f"{ref.kind}:{ref.sha256}" for ref in inputs))
    return int.from_bytes(hashlib.sha256(joined.encode()).digest()[:4], "big")
