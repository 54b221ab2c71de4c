"""``python -m trimtab.learning.trainer <run folder>``: train one candidate, resume it, export it. See README.md."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from trimtab.learning import checkpoints
from trimtab.learning.candidates import Candidate, FrozenHead, candidate_from, to_dict
from trimtab.learning.classifier import Classifier, prepare
from trimtab.learning.dataset import Dataset, read
from trimtab.learning.device import Compute, choose_compute
from trimtab.learning.encoders import prepare_encoder
from trimtab.learning.export import check_agreement, export_model, size_mb
from trimtab.learning.features import unit_features
from trimtab.learning.linear_head import LinearHead, fit_head
from trimtab.learning.predictor import Predictor
from trimtab.learning.reporting import Reporter, run_entry, write_json
from trimtab.learning.text_encoder import Tokens, load_body
from trimtab.learning.training import EncodedTexts, Training, predict_logits
from trimtab.learning.watching import validation_scores, watchers

CHECKED_TEXTS = 64


@dataclass
class Run:
    """All that one run works with; ``config`` as in README.md."""

    folder: Path
    config: dict[str, Any]
    reporter: Reporter
    candidate: Candidate
    data: Dataset
    encoder: Path
    tokens: Tokens
    compute: Compute

    def texts(self, split: str) -> EncodedTexts:
        examples = self.data.part(split)
        place = {label: index for index, label in enumerate(self.data.labels)}
        rows = self.tokens.rows([example.text for example in examples])
        return EncodedTexts(rows, [place[example.label] for example in examples], self.tokens.pad_id)


def work(folder: Path, config: dict[str, Any], reporter: Reporter) -> dict[str, Any]:
    """Train the candidate that ``config`` describes; returns what becomes result.json."""
    started = time.monotonic()
    run = _open(folder, config, reporter)
    train, validation = run.texts("train"), run.texts("validation")
    reporter.raise_if_stopped()
    if isinstance(run.candidate, FrozenHead):
        classifier, history = _train_head(run, train, validation)
        history["seconds"] = time.monotonic() - started
    else:
        classifier, history = _fine_tune(run, train, validation)
    reporter.log("Measuring on the validation part and exporting.")
    scores = _validation_scores(run, classifier, validation)
    _save_weights(run, classifier)
    parameters = sum(parameter.numel() for parameter in classifier.parameters())
    difference = _export(run, classifier, validation)
    for name in ("checkpoints", "chunks"):
        shutil.rmtree(folder / name, ignore_errors=True)
    return {
        "kind": run.candidate.kind,
        "candidate": to_dict(run.candidate),
        "labels": run.data.labels,
        "encoder": config["encoder"],
        "device": run.compute.device.type,
        "precision": run.compute.precision,
        "train_examples": len(train.rows),
        "validation_examples": len(validation.rows),
        **history,
        "validation": scores,
        "model_folder": "model",
        "size_mb": size_mb(folder / "model"),
        "parameters": parameters,
        "onnx_largest_difference": difference,
    }


def _open(folder: Path, config: dict[str, Any], reporter: Reporter) -> Run:
    candidate = candidate_from(config["candidate"])
    data = read(folder / config["data_folder"])
    compute = choose_compute(config.get("device", "auto"), threads=config.get("threads"), precision=_precision(folder))
    reporter.log(f"Computing on {compute.device.type} in {compute.precision}.")
    encoder = prepare_encoder(config["encoder"], folder / config.get("encoders_folder", "encoders"))
    return Run(folder, config, reporter, candidate, data, encoder, Tokens(encoder, candidate.max_tokens), compute)


def _precision(folder: Path) -> str | None:
    """The precision that this run began with, if it began."""
    found = checkpoints.latest(folder / "checkpoints")
    return str(found.position["precision"]) if found else None


def _train_head(run: Run, train: EncodedTexts, validation: EncodedTexts) -> tuple[Classifier, dict[str, Any]]:
    body = load_body(run.encoder, run.candidate.max_tokens)
    head = _frozen_head(run, body, train, validation)
    classifier = prepare(Classifier(body, len(run.data.labels)), run.candidate)
    classifier.start_head(head)
    trainable = sum(parameter.numel() for parameter in classifier.trainable().values())
    history = {"steps": 0, "epochs": 0, "resumed_at_step": 0, "trainable_parameters": trainable}
    return classifier, history | {"inverse_penalty": head.inverse_penalty}


def _fine_tune(run: Run, train: EncodedTexts, validation: EncodedTexts) -> tuple[Classifier, dict[str, Any]]:
    candidate = run.candidate
    assert not isinstance(candidate, FrozenHead)  # noqa: S101 - work() has sent these elsewhere
    torch.manual_seed(candidate.seed)
    body = load_body(run.encoder, candidate.max_tokens)
    _set_dropout(body, candidate.dropout)
    classifier = Classifier(body, len(run.data.labels))
    place, identity = run.folder / "checkpoints", _identity(run)
    found = checkpoints.latest(place)
    if found is not None and found.position.get("identity") != identity:
        found = None
    head_seconds = time.monotonic()
    if found is None and candidate.start_from_frozen_head:
        classifier.start_head(_frozen_head(run, body.to(run.compute.device), train, validation))
    classifier = prepare(classifier, candidate)
    training = Training(classifier, train, candidate, run.compute)
    training.seconds_before = time.monotonic() - head_seconds
    if found is not None:
        training.restore(found)
        run.reporter.log(f"Going on from the checkpoint at step {found.step}.")
    resumed_at = training.step
    training.run(watchers(run.config, run.reporter, place, identity, validation))
    trainable = sum(parameter.numel() for parameter in classifier.trainable().values())
    history = {
        "steps": training.step,
        "epochs": candidate.epochs,
        "resumed_at_step": resumed_at,
        "trainable_parameters": trainable,
        "seconds": training.seconds,
    }
    return classifier, history


def _frozen_head(run: Run, body: torch.nn.Module, train: EncodedTexts, validation: EncodedTexts) -> LinearHead:
    """Logistic regression on frozen features of the train part; the validation part chooses its penalty."""
    chosen = run.candidate if isinstance(run.candidate, FrozenHead) else FrozenHead()
    body.to(run.compute.device)
    of = len(train.rows) + len(validation.rows)
    features = unit_features(
        body,
        [*train.rows, *validation.rows],
        train.pad_id,
        run.compute,
        folder=run.folder / "chunks",
        encoder_key=_encoder_key(run.encoder),
        on_rows=lambda done: _encoded(run.reporter, done, of),
    )
    scaled = features * features.shape[1] ** 0.5
    truth = np.asarray([*train.truth, *validation.truth])
    cut, labels = len(train.rows), len(run.data.labels)
    head = fit_head(
        scaled[:cut],
        truth[:cut],
        labels,
        inverse_penalties=chosen.inverse_penalties,
        validation=(scaled[cut:], truth[cut:]),
        on_fit=lambda done, of: run.reporter.raise_if_stopped(),
    )
    predicted = head.logits(scaled[cut:])
    run.reporter.emit("metric", step=0, epoch=0.0, **validation_scores(truth[cut:], predicted))
    return head


def _encoded(reporter: Reporter, done: int, of: int) -> None:
    reporter.raise_if_stopped()
    reporter.progress(done, of, "Reading the texts")


def _validation_scores(run: Run, classifier: Classifier, validation: EncodedTexts) -> dict[str, float]:
    logits = predict_logits(classifier.to(run.compute.device), validation, run.compute)
    scores = validation_scores(np.asarray(validation.truth), logits)
    return {name.removeprefix("validation_"): value for name, value in scores.items()}


def _save_weights(run: Run, classifier: Classifier) -> None:
    """What was trained, as safetensors: the head, and the body's changed or added matrices."""
    place = run.folder / "weights"
    place.mkdir(exist_ok=True)
    tensors = {name: p.detach().cpu().contiguous() for name, p in classifier.trainable().items()}
    save_file(tensors, place / "trained.safetensors")
    write_json(place / "labels.json", run.data.labels)


def _export(run: Run, classifier: Classifier, validation: EncodedTexts) -> float:
    """Export, then compare torch's and onnxruntime's logits on texts of many lengths, in float32."""
    about = {"kind": run.candidate.kind, "encoder": run.config["encoder"]}
    model = export_model(classifier, run.tokens, run.data.labels, run.folder / "model", about=about)
    texts = [example.text for example in run.data.validation[:CHECKED_TEXTS]]
    some = EncodedTexts(run.tokens.rows(texts), [0] * len(texts), validation.pad_id)
    ours = predict_logits(classifier, some, Compute(torch.device("cpu"), "float32"))
    served = Predictor(model, threads=torch.get_num_threads()).logits(texts)
    return check_agreement(ours, served)


def _set_dropout(body: torch.nn.Module, share: float) -> None:
    for module in body.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = share
    # Attention reads its share from the configuration in some models, from a module in others.
    for name in ("attention_probs_dropout_prob", "hidden_dropout_prob", "attention_dropout", "dropout"):
        if hasattr(body.config, name):
            setattr(body.config, name, share)


def _encoder_key(encoder: Path) -> str:
    description = encoder / "encoder.json"
    weights = sorted(path for path in encoder.glob("*.safetensors"))
    marks = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in weights]
    return description.read_text("utf-8") if description.is_file() else repr(marks)


def _identity(run: Run) -> str:
    """A hash of all that decides the run, so that a checkpoint of another run is never taken up."""
    digest = hashlib.sha256(json.dumps(to_dict(run.candidate), sort_keys=True).encode())
    digest.update(_encoder_key(run.encoder).encode())
    for example in [*run.data.train, *run.data.validation]:
        digest.update(f"{example.label}\x00{example.text}\x01".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    run_entry(work)
