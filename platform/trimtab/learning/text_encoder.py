"""An encoder folder opened: its tokenizer, its transformer, and the mean over a text's tokens."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from trimtab.learning.batches import padded, sorted_batches
from trimtab.learning.device import Compute
from trimtab.learning.errors import UnusableEncoder
from trimtab.learning.predictor import readable

os.environ.setdefault("HF_HUB_OFFLINE", "1")
ENCODING_BATCH = 64


class Tokens:
    """The tokenizer of an encoder: texts to rows of ids, cut at ``max_tokens``."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        self.max_tokens = max_tokens
        self.tokenizer = _tokenizer(folder)
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens)
        self.pad_id = _pad_id(self.tokenizer)

    def rows(self, texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self.tokenizer.encode_batch([readable(text) for text in texts])]


def load_body(folder: Path, max_tokens: int) -> torch.nn.Module:
    """The transformer in float32, from safetensors only, without remote code."""
    from transformers import AutoConfig, AutoModel
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
    positions = getattr(config, "max_position_embeddings", max_tokens)
    if positions < max_tokens:
        raise UnusableEncoder(
            "text_too_long",
            "The encoder reads at most %(positions)d tokens, not %(wanted)d.",
            "Lower max_tokens.",
            positions=positions,
            wanted=max_tokens,
        )
    try:
        body = AutoModel.from_pretrained(
            folder, config=config, dtype=torch.float32, use_safetensors=True, trust_remote_code=False
        )
    except (OSError, ValueError, KeyError) as error:
        raise UnusableEncoder(
            "encoder_incomplete",
            "The encoder's folder cannot be opened: %(why)s",
            "Save the model with save_pretrained, as safetensors.",
            why=str(error)[:300],
        ) from error
    # The pooler is no part of mean pooling; untrained weights would only be carried along.
    if getattr(body, "pooler", None) is not None:
        body.pooler = None
    return body


def mean_pooled(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean of the hidden states (B, T, H) over the tokens that ``mask`` (B, T) names: (B, H)."""
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weights).sum(1) / weights.sum(1).clamp(min=1)


def encode(
    body: torch.nn.Module,
    rows: Sequence[Sequence[int]],
    pad_id: int,
    compute: Compute,
    *,
    on_batch: Callable[[int], None] = lambda done: None,
) -> np.ndarray:
    """Unit features of token rows: the mean over the tokens, divided by its length; float32 (N, H), in order."""
    body.eval()
    out = np.zeros((len(rows), int(body.config.hidden_size)), dtype=np.float32)  # type: ignore[union-attr,arg-type]
    done = 0
    with torch.inference_mode(), compute.autocast():
        for chosen in sorted_batches([len(row) for row in rows], ENCODING_BATCH):
            ids, mask = padded([rows[index] for index in chosen], pad_id, compute.device)
            hidden = body(input_ids=ids, attention_mask=mask).last_hidden_state
            out[chosen] = torch.nn.functional.normalize(mean_pooled(hidden.float(), mask)).cpu().numpy()
            done += len(chosen)
            on_batch(done)
    return out


def _tokenizer(folder: Path) -> Tokenizer:
    path = folder / "tokenizer.json"
    if path.is_file():
        return Tokenizer.from_file(str(path))
    from transformers import AutoTokenizer

    loaded = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    backend = getattr(loaded, "backend_tokenizer", None)
    if backend is None:
        raise UnusableEncoder(
            "tokenizer_missing", "The encoder has no tokenizer.json.", "Save a fast tokenizer beside the model."
        )
    return Tokenizer.from_str(backend.to_str())


def _pad_id(tokenizer: Tokenizer) -> int:
    for token in ("[PAD]", "<pad>", "<|endoftext|>"):
        found = tokenizer.token_to_id(token)
        if found is not None:
            return int(found)
    return 0
