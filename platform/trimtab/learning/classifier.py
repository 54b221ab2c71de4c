"""A text classifier: an encoder's body, the mean over tokens, and one linear head."""

from __future__ import annotations

import re
from typing import Any

import torch
from torch import nn

from trimtab.learning.candidates import Candidate, FrozenHead, LoraFineTune
from trimtab.learning.linear_head import LinearHead
from trimtab.learning.text_encoder import mean_pooled

_EMBEDDINGS = re.compile(r"(^|\.)embeddings\.(word|position|token_type)_embeddings\.")


class Classifier(nn.Module):
    """logits = W x + b with x = sqrt(H) m / |m| and m the mean of the body's states over a text's tokens.

    The scale gives x entries of about 1, so that one head rate suits every width H. The head computes in float32.
    """

    def __init__(self, body: nn.Module, labels: int) -> None:
        super().__init__()
        self.body = body
        self.head = nn.Linear(int(body.config.hidden_size), labels)  # type: ignore[union-attr,arg-type]
        nn.init.zeros_(self.head.bias)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden = self.body(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        with torch.autocast(hidden.device.type, enabled=False):
            unit = nn.functional.normalize(mean_pooled(hidden.float(), attention_mask))
            return self.head(unit * self.head.in_features**0.5)

    def start_head(self, head: LinearHead) -> None:
        """Begin from a head that was fitted on frozen features."""
        with torch.no_grad():
            self.head.weight.copy_(torch.from_numpy(head.weight))
            self.head.bias.copy_(torch.from_numpy(head.bias))

    def trainable(self) -> dict[str, nn.Parameter]:
        """The parameters that training moves, by name."""
        return {name: parameter for name, parameter in self.named_parameters() if parameter.requires_grad}


def prepare(classifier: Classifier, candidate: Candidate) -> Classifier:
    """Mark what the candidate trains: nothing of the body, all of it, or low-rank additions to it."""
    if isinstance(candidate, FrozenHead):
        classifier.body.requires_grad_(False)
    elif isinstance(candidate, LoraFineTune):
        classifier.body = _with_lora(classifier.body, candidate)
    else:
        for name, parameter in classifier.body.named_parameters():
            parameter.requires_grad_(candidate.train_embeddings or not _EMBEDDINGS.search(name))
    return classifier


def merged(classifier: Classifier) -> Classifier:
    """The same function with low-rank additions folded into the body's own matrices."""
    body: Any = classifier.body
    if hasattr(body, "merge_and_unload"):
        classifier.body = body.merge_and_unload()
    return classifier


def _with_lora(body: nn.Module, candidate: LoraFineTune) -> Any:
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(r=candidate.rank, lora_alpha=candidate.alpha, lora_dropout=0.0, target_modules="all-linear")
    return get_peft_model(body, config)  # type: ignore[arg-type]
