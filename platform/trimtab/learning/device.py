"""What to compute on, and how finely: found out on the machine at hand, never assumed."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch

from trimtab.learning.errors import CannotTrain


@dataclass(frozen=True)
class Compute:
    """A device and the precision of its matrix products: "bfloat16" or "float32"."""

    device: torch.device
    precision: str

    def autocast(self) -> AbstractContextManager[object]:
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.precision == "bfloat16")


def choose_compute(wanted: str = "auto", *, threads: int | None = None, precision: str | None = None) -> Compute:
    """cuda where there is one, else the CPU; bfloat16 where it is supported and was faster in a short trial.

    ``precision`` given (from a checkpoint) is kept, so that a resumed run computes as it began.
    """
    if threads:
        torch.set_num_threads(threads)
    if wanted == "cuda" and not torch.cuda.is_available():
        raise CannotTrain("no_cuda", "There is no CUDA device here.", 'Choose the device "auto" or "cpu".')
    name = "cuda" if wanted != "cpu" and torch.cuda.is_available() else "cpu"
    return Compute(torch.device(name), precision or _precision(name))


def _precision(device: str) -> str:
    if device == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    if not torch.cpu._is_avx512_bf16_supported() and not torch.cpu._is_amx_tile_supported():
        return "float32"
    return "bfloat16" if _seconds(torch.bfloat16) < 0.8 * _seconds(torch.float32) else "float32"


def _seconds(dtype: torch.dtype) -> float:
    """The best of a few products of the size that an encoder's layer makes."""
    left, right = torch.ones(512, 384, dtype=dtype), torch.ones(384, 1536, dtype=dtype)
    best = float("inf")
    for _ in range(6):
        started = time.perf_counter()
        torch.mm(left, right)
        best = min(best, time.perf_counter() - started)
    return best
