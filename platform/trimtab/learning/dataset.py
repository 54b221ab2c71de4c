"""Labelled texts: are they fit to train and to test on, and which text goes where."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from trimtab.learning.errors import UnusableData

FEWEST_PER_CLASS = 4
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Example:
    """One text and the label that a person gave it."""

    text: str
    label: str


@dataclass(frozen=True)
class Removed:
    """What was left out, and why: counts of examples."""

    empty: int = 0
    repeated: int = 0
    contradicting: int = 0
    seen_in_test: int = 0


@dataclass(frozen=True)
class Dataset:
    """Three lists of examples without a text in common, and the sorted labels that all three use."""

    train: list[Example]
    validation: list[Example]
    test: list[Example]
    labels: list[str]
    removed: Removed = field(default_factory=Removed)

    def part(self, split: str) -> list[Example]:
        return {"train": self.train, "validation": self.validation, "test": self.test}[split]


def split(examples: Iterable[Example], *, seed: int, validation_share: float = 0.1, test_share: float = 0.2) -> Dataset:
    """Divide at random within each label; every label gets at least one text in each part.

    A text that occurs twice is kept once; a text with several labels is left out, since nobody can say which is right.
    Raises ``UnusableData``: no_examples, one_class, too_few_per_class, bad_shares.
    """
    _check_shares(validation_share, test_share)
    kept, removed = _distinct(list(examples))
    _check_classes(kept)
    by_label: dict[str, list[Example]] = defaultdict(list)
    for example in kept:
        by_label[example.label].append(example)
    rng = np.random.default_rng(seed)
    parts: dict[str, list[Example]] = {name: [] for name in SPLITS}
    for label in sorted(by_label):
        members = by_label[label]
        order = rng.permutation(len(members))
        tests, validations = (max(1, round(share * len(members))) for share in (test_share, validation_share))
        for place, index in enumerate(order):
            name = "test" if place < tests else "validation" if place < tests + validations else "train"
            parts[name].append(members[index])
    shuffled = {name: [part[index] for index in rng.permutation(len(part))] for name, part in parts.items()}
    return Dataset(shuffled["train"], shuffled["validation"], shuffled["test"], sorted(by_label), removed)


def given_split(
    train: Iterable[Example],
    validation: Iterable[Example] | None,
    test: Iterable[Example],
    *,
    seed: int = 0,
    validation_share: float = 0.1,
) -> Dataset:
    """Keep a published split; without a validation part one is taken from train, stratified by label.

    The test part stays as it is but for empty texts; a text of it is taken out of train and validation.
    Raises ``UnusableData``: no_examples, one_class, too_few_per_class, unknown_labels.
    """
    tests = [example for example in test if _key(example.text)]
    kept, removed = _distinct(list(train))
    held, held_removed = _distinct(list(validation or []))
    seen = {_key(example.text) for example in tests}
    held_clean = [example for example in held if _key(example.text) not in seen]
    seen_before = seen | {_key(example.text) for example in held_clean}
    clean = [example for example in kept if _key(example.text) not in seen_before]
    leaked = len(kept) - len(clean) + len(held) - len(held_clean)
    _check_classes(clean)
    labels = sorted({example.label for example in clean})
    _check_known(labels, [*held_clean, *tests])
    if not tests:
        raise UnusableData("no_examples", "The test part holds no text.", "Add labelled texts to test on.")
    if not held_clean:
        clean, held_clean = _take_validation(clean, seed, validation_share)
    removed = Removed(
        removed.empty + held_removed.empty,
        removed.repeated + held_removed.repeated,
        removed.contradicting + held_removed.contradicting,
        leaked,
    )
    return Dataset(clean, held_clean, tests, labels, removed)


def write(dataset: Dataset, folder: Path | str) -> Path:
    """train.jsonl, validation.jsonl, test.jsonl and labels.json, for the trainer and the evaluator."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in SPLITS:
        lines = (json.dumps({"text": e.text, "label": e.label}, ensure_ascii=False) for e in dataset.part(name))
        (folder / f"{name}.jsonl").write_text("".join(line + "\n" for line in lines), "utf-8")
    (folder / "labels.json").write_text(json.dumps(dataset.labels, ensure_ascii=False), "utf-8")
    return folder


def read(folder: Path | str) -> Dataset:
    """What ``write`` wrote. Raises ``UnusableData``: data_missing, unknown_labels."""
    folder = Path(folder)
    try:
        parts = {name: _read_part(folder / f"{name}.jsonl") for name in SPLITS}
        labels = [str(label) for label in json.loads((folder / "labels.json").read_text("utf-8"))]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnusableData(
            "data_missing", "The prepared data set cannot be read.", "Prepare the data set again."
        ) from error
    _check_known(labels, [example for part in parts.values() for example in part])
    return Dataset(parts["train"], parts["validation"], parts["test"], labels)


def _read_part(path: Path) -> list[Example]:
    rows = (json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip())
    return [Example(str(row["text"]), str(row["label"])) for row in rows]


def _key(text: str) -> str:
    """Texts that differ only in case, width or blanks are the same text."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _distinct(examples: Sequence[Example]) -> tuple[list[Example], Removed]:
    labels: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        labels[_key(example.text)].add(example.label)
    kept: dict[str, Example] = {}
    empty = repeated = contradicting = 0
    for example in examples:
        key = _key(example.text)
        if not key or not example.label.strip():
            empty += 1
        elif len(labels[key]) > 1:
            contradicting += 1
        elif key in kept:
            repeated += 1
        else:
            kept[key] = example
    return list(kept.values()), Removed(empty, repeated, contradicting)


def _check_classes(examples: Sequence[Example]) -> None:
    if not examples:
        raise UnusableData("no_examples", "There is no labelled text to learn from.", "Import texts with their labels.")
    counts = Counter(example.label for example in examples)
    if len(counts) < 2:
        raise UnusableData(
            "one_class",
            'All texts have the label "%(label)s".',
            "Add texts with at least one other label: a model learns by telling labels apart.",
            label=next(iter(counts)),
        )
    label, count = min(counts.items(), key=lambda item: (item[1], item[0]))
    if count < FEWEST_PER_CLASS:
        raise UnusableData(
            "too_few_per_class",
            'The label "%(label)s" has %(count)d distinct texts; at least %(least)d are needed.',
            "Add texts with this label, or merge it with another.",
            label=label,
            count=count,
            least=FEWEST_PER_CLASS,
        )


def _check_known(labels: Sequence[str], examples: Sequence[Example]) -> None:
    unknown = sorted({example.label for example in examples} - set(labels))
    if unknown:
        raise UnusableData(
            "unknown_labels",
            "The held-out texts use labels that no training text has: %(labels)s.",
            "Add training texts with these labels, or take the labels out.",
            labels=", ".join(unknown[:5]),
        )


def _check_shares(validation_share: float, test_share: float) -> None:
    if not (0 < validation_share < 0.5 and 0 < test_share < 0.5 and validation_share + test_share <= 0.6):
        raise UnusableData(
            "bad_shares",
            "The shares %(validation)s and %(test)s leave too little to learn from.",
            "Choose shares above 0 that add up to at most 0.6.",
            validation=validation_share,
            test=test_share,
        )


def _take_validation(examples: list[Example], seed: int, share: float) -> tuple[list[Example], list[Example]]:
    rng = np.random.default_rng(seed)
    by_label: dict[str, list[int]] = defaultdict(list)
    for index, example in enumerate(examples):
        by_label[example.label].append(index)
    held: set[int] = set()
    for label in sorted(by_label):
        members = by_label[label]
        held.update(int(i) for i in rng.choice(members, size=max(1, round(share * len(members))), replace=False))
    rest = [example for index, example in enumerate(examples) if index not in held]
    return rest, [examples[index] for index in sorted(held)]
