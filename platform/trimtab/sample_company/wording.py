"""Putting a message together: patterns filled, tone and typing slips of real people added."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")
PLACE = re.compile(r"\{(\w+)\}")
ENDS = ".!?。！？"


def pick(rng: np.random.Generator, options: Sequence[T]) -> T:
    """One of ``options``, each with the same chance."""
    return options[int(rng.random() * len(options))]


def fill(rng: np.random.Generator, pattern: str, slots: Mapping[str, Sequence[str]]) -> str:
    """The pattern with each ``{place}`` replaced by one of its slot's values and a capital at the start."""
    text = PLACE.sub(lambda place: pick(rng, slots[place.group(1)]), pattern)
    return text[0].upper() + text[1:]


def framed(
    rng: np.random.Generator,
    body: str,
    openers: Sequence[str],
    closers: Sequence[str],
    *,
    space: str,
    chance: tuple[float, float],
) -> str:
    """The body with an opener and a closer, each present with its chance, joined by ``space``."""
    parts = [body]
    if rng.random() < chance[0]:
        opener = pick(rng, openers)
        if opener[-1] not in "!.:":
            parts[0] = lowered(body)
        parts.insert(0, opener)
    if rng.random() < chance[1]:
        parts.append(pick(rng, closers))
    return space.join(parts)


def lowered(text: str) -> str:
    """The text with a small first letter, unless it begins with a name, an acronym or the word I."""
    first = text.split(" ", 1)[0]
    if first in {"I", "I'd"} or first[:1].isascii() is False or (len(first) > 1 and first[1:] != first[1:].lower()):
        return text
    return text[0].lower() + text[1:]


def typed_by_a_person(rng: np.random.Generator, text: str) -> str:
    """English as people type it: now and then a slip, all small letters, or no full stop."""
    if rng.random() < 0.09:
        text = with_slip(rng, text)
    if rng.random() < 0.10:
        text = text.lower()
    if rng.random() < 0.12:
        text = text.rstrip(".")
    elif rng.random() < 0.06 and text[-1] in ENDS:
        text += text[-1] * 2
    return text


def with_slip(rng: np.random.Generator, text: str) -> str:
    """The text with two letters of one longer word swapped, or one letter dropped."""
    words = text.split(" ")
    long_ones = [place for place, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    if not long_ones:
        return text
    place = pick(rng, long_ones)
    word = words[place]
    at = 1 + int(rng.random() * (len(word) - 3))
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    words[place] = swapped if rng.random() < 0.6 else word[:at] + word[at + 1 :]
    return " ".join(words)
