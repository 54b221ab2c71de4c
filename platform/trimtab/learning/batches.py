"""Batches of texts of like length, so that hardly any padding is computed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

GROUPED_BATCHES = 50


def shuffled_batches(lengths: Sequence[int], size: int, *, seed: int, epoch: int) -> list[list[int]]:
    """Indices 0..N-1 in batches of ``size``: shuffled, then sorted by length within groups of 50 batches.

    A pure function of its arguments: a resumed run finds the same order without having stored it.
    """
    rng = np.random.default_rng([seed, epoch])
    order = rng.permutation(len(lengths))
    batches = []
    for start in range(0, len(order), size * GROUPED_BATCHES):
        group = sorted(order[start : start + size * GROUPED_BATCHES].tolist(), key=lambda index: lengths[index])
        batches += [group[first : first + size] for first in range(0, len(group), size)]
    return [batches[index] for index in rng.permutation(len(batches))]


def sorted_batches(lengths: Sequence[int], size: int) -> list[list[int]]:
    """Indices 0..N-1 in batches of ``size``, longest first, so that a lack of memory shows at once."""
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    return [order[start : start + size] for start in range(0, len(order), size)]


def padded(rows: Sequence[Sequence[int]], pad_id: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and attention mask, both int64 (B, T), T the longest row."""
    width = max(1, *(len(row) for row in rows)) if rows else 1
    ids = np.full((len(rows), width), pad_id, dtype=np.int64)
    mask = np.zeros((len(rows), width), dtype=np.int64)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = row
        mask[index, : len(row)] = 1
    return torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device)
