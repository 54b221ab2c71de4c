"""Seconds until a model names 92 % of the banking77 test right: Trimtab against the stock Hugging Face Trainer.

Run ``python -m benchmarks.finetuning`` (half an hour on two cores) or add ``--quick`` (a few minutes: an eighth of the
texts, one pass and a lower target, to see that both sides run; its figures mean little). Both sides have the same
encoder, texts, batch size, number of passes, threads and machine, one after the other in one process. The clock runs
from opening the encoder on and stands still while the test is taken, which both sides do after each pass. The stock
side is given three learning rates, each with a whole schedule of its own, and only its best is compared.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import torch

from trimtab.learning.candidates import FrozenHead, FullFineTune, LoraFineTune
from trimtab.learning.classifier import Classifier, prepare
from trimtab.learning.device import choose_compute
from trimtab.learning.encoders import prepare_encoder
from trimtab.learning.features import unit_features
from trimtab.learning.linear_head import fit_head
from trimtab.learning.text_encoder import Tokens, encode, load_body
from trimtab.learning.training import EncodedTexts, Training, predict_logits

ROOT = Path(__file__).resolve().parents[1]
BATCH = 32
STOCK_RATES = (5e-5, 2e-4, 5e-4)


@dataclass
class Texts:
    """Training and test texts with the places of their labels."""

    train: list[str]
    train_truth: list[int]
    test: list[str]
    test_truth: list[int]
    labels: list[str]


@dataclass
class Course:
    """How one contender went: (seconds of training, test accuracy) after each pass."""

    name: str
    points: list[tuple[float, float]] = field(default_factory=list)

    @property
    def best(self) -> float:
        return max(accuracy for _, accuracy in self.points)

    def seconds_to(self, target: float) -> float | None:
        return next((seconds for seconds, accuracy in self.points if accuracy >= target), None)


class Clock:
    """Counts seconds, except while paused."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.paused = 0.0

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.started - self.paused

    def without(self, measure: Callable[[], float]) -> tuple[float, float]:
        """(seconds so far, what ``measure`` says), its time not counted."""
        seconds, began = self.seconds, time.perf_counter()
        found = measure()
        self.paused += time.perf_counter() - began
        return seconds, found


def banking77(folder: Path, share: int) -> Texts:
    """Every ``share``-th training text, and the whole test."""
    parts = {}
    for name in ("train", "test"):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            parts[name] = [(row["text"], row["category"]) for row in csv.DictReader(file)]
    train = parts["train"][::share]
    labels = sorted({label for _, label in train})
    place = {label: index for index, label in enumerate(labels)}
    return Texts(
        [text for text, _ in train],
        [place[label] for _, label in train],
        [text for text, _ in parts["test"]],
        [place[label] for _, label in parts["test"]],
        labels,
    )


def trimtab_frozen(texts: Texts, encoder: Path, threads: int) -> Course:
    """Our first candidate: frozen features and a logistic regression; a tenth of the texts chooses its penalty."""
    clock, course = Clock(), Course("Trimtab frozen head")
    compute = choose_compute("cpu", threads=threads)
    tokens, body = Tokens(encoder, 128), load_body(encoder, 128)
    with tempfile.TemporaryDirectory() as chunks:
        rows = tokens.rows(texts.train)
        features = unit_features(body, rows, tokens.pad_id, compute, folder=Path(chunks), encoder_key="benchmark")
    head = _chosen_head(features, texts)

    def accuracy() -> float:
        test = encode(body, tokens.rows(texts.test), tokens.pad_id, compute)
        return _share_right(head.logits(test * test.shape[1] ** 0.5), texts.test_truth)

    course.points.append(clock.without(accuracy))
    return course


def trimtab_tuned(texts: Texts, encoder: Path, threads: int, candidate: FullFineTune | LoraFineTune) -> Course:
    """Our fine-tuning, the logistic regression that it starts from included in its time."""
    clock, course = Clock(), Course(f"Trimtab {candidate.kind}")
    compute = choose_compute("cpu", threads=threads)
    torch.manual_seed(candidate.seed)
    tokens, body = Tokens(encoder, 128), load_body(encoder, 128)
    rows = tokens.rows(texts.train)
    features = encode(body, rows, tokens.pad_id, compute)
    for module in body.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = candidate.dropout
    classifier = Classifier(body, len(texts.labels))
    classifier.start_head(_chosen_head(features, texts))
    training = Training(
        prepare(classifier, candidate), EncodedTexts(rows, texts.train_truth, tokens.pad_id), candidate, compute
    )

    def accuracy() -> float:
        test = EncodedTexts(tokens.rows(texts.test), texts.test_truth, tokens.pad_id)
        return _share_right(predict_logits(classifier, test, compute), texts.test_truth)

    def look(training: Training) -> None:
        if training.step % training.steps_per_epoch == 0:
            course.points.append(clock.without(accuracy))

    training.run([look])
    return course


def stock(texts: Texts, encoder: Path, threads: int, rate: float, epochs: int) -> Course:
    """What the documentation of transformers shows: AutoModelForSequenceClassification and Trainer, their defaults."""
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainerCallback,
        TrainingArguments,
        set_seed,
    )

    clock, course = Clock(), Course(f"stock Trainer at {rate:g}")
    torch.set_num_threads(threads)
    set_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    model = AutoModelForSequenceClassification.from_pretrained(encoder, num_labels=len(texts.labels))
    encoded = tokenizer(texts.train, truncation=True, max_length=128)
    items = [
        {"input_ids": ids, "attention_mask": mask, "labels": label}
        for ids, mask, label in zip(encoded["input_ids"], encoded["attention_mask"], texts.train_truth, strict=True)
    ]
    compute = choose_compute("cpu", threads=threads)
    tokens = Tokens(encoder, 128)

    def accuracy() -> float:
        class Logits(torch.nn.Module):
            head = torch.nn.Linear(1, len(texts.labels))

            def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
                return model(input_ids=input_ids, attention_mask=attention_mask).logits

        was_training = model.training
        model.eval()
        test = EncodedTexts(tokens.rows(texts.test), texts.test_truth, tokens.pad_id)
        found = _share_right(predict_logits(Logits(), test, compute), texts.test_truth)
        model.train(was_training)
        return found

    class Look(TrainerCallback):
        def on_epoch_end(self, args, state, control, **_settings):
            course.points.append(clock.without(accuracy))

    with tempfile.TemporaryDirectory() as output:
        arguments = TrainingArguments(
            output_dir=output,
            learning_rate=rate,
            num_train_epochs=epochs,
            per_device_train_batch_size=BATCH,
            report_to=[],
            save_strategy="no",
            use_cpu=True,
            disable_tqdm=True,
            logging_strategy="no",
        )
        Trainer(
            model=model,
            args=arguments,
            train_dataset=items,
            data_collator=DataCollatorWithPadding(tokenizer),
            callbacks=[Look()],
        ).train()
    return course


def _chosen_head(features: np.ndarray, texts: Texts):
    """As the trainer does it: a tenth of the training texts chooses the penalty."""
    scaled = features * features.shape[1] ** 0.5
    truth = np.asarray(texts.train_truth)
    held = np.zeros(len(truth), dtype=bool)
    held[np.random.default_rng(0).permutation(len(truth))[: len(truth) // 10]] = True
    return fit_head(
        scaled[~held],
        truth[~held],
        len(texts.labels),
        inverse_penalties=FrozenHead().inverse_penalties,
        validation=(scaled[held], truth[held]),
    )


def _share_right(logits: np.ndarray, truth: list[int]) -> float:
    return float((logits.argmax(axis=1) == np.asarray(truth)).mean())


def _say(course: Course, target: float) -> None:
    reached = course.seconds_to(target)
    time_said = f"{reached:.0f} s" if reached is not None else f"not in {course.points[-1][0]:.0f} s"
    print(f"{course.name:24s} best accuracy {course.best:.4f}   {target:.2f} reached: {time_said}", flush=True)


def _compare(ours: list[Course], stocks: list[Course], target: float) -> dict:
    """Our quickest against the stock side's quickest; where the stock side never arrives, its whole time is a bound."""
    mine = min((s for s in (course.seconds_to(target) for course in ours) if s is not None), default=None)
    theirs = min((s for s in (course.seconds_to(target) for course in stocks) if s is not None), default=None)
    best = max(stocks, key=lambda course: course.best)
    bound = theirs if theirs is not None else best.points[-1][0]
    ratio = bound / mine if mine else None
    return {"ratio": ratio, "is_lower_bound": theirs is None, "best_stock": best.name}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--target", type=float, default=0.92)
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("TRIMTAB_PUBLIC_DATA", ROOT.parent / "shared/data"))
    )
    parser.add_argument("--encoders", type=Path, default=ROOT / "var" / "encoders")
    options = parser.parse_args()
    target, epochs = (0.70, 1) if options.quick else (options.target, options.epochs)
    texts = banking77(options.data / "banking77", 8 if options.quick else 1)
    encoder = prepare_encoder("english", options.encoders)
    print(
        f"{len(texts.train)} texts, {len(texts.labels)} intents, {epochs} passes, {options.threads} threads", flush=True
    )
    ours, stocks = [], []
    for run in (
        lambda: trimtab_frozen(texts, encoder, options.threads),
        lambda: trimtab_tuned(texts, encoder, options.threads, FullFineTune(epochs=epochs, batch_size=BATCH)),
        lambda: trimtab_tuned(texts, encoder, options.threads, LoraFineTune(epochs=epochs, batch_size=BATCH)),
    ):
        ours.append(run())
        _say(ours[-1], target)
    for rate in STOCK_RATES:
        stocks.append(stock(texts, encoder, options.threads, rate, epochs))
        _say(stocks[-1], target)
    found = _compare(ours, stocks, target)
    sign = "more than " if found["is_lower_bound"] else ""
    if found["ratio"] is not None:
        print(f"Ratio of seconds to {target:.2f}, {found['best_stock']} / quickest Trimtab: {sign}{found['ratio']:.1f}")
    print(json.dumps({**found, "courses": [asdict(course) for course in [*ours, *stocks]]}))


if __name__ == "__main__":
    main()
