"""A tiny encoder and a tiny labelled data set, so that the tests train in seconds."""

from __future__ import annotations

import json
import os
import random
import re
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from trimtab.learning import dataset
from trimtab.learning.encoders import prepare_encoder

INTENTS = {
    "refund": "refund money back return charged twice item order",
    "login": "password login account locked sign reset code email",
    "speed": "slow loading lag performance crash freeze wait seconds",
    "export": "export download file csv spreadsheet report format pdf",
    "price": "price expensive plan discount upgrade monthly cost billing",
    "team": "invite team member role permission seat colleague share",
}
FILLER = re.findall(r"\w+", "the my a please how can i is it to for with when today again still very this app")


def made_examples(count: int = 40, seed: int = 0) -> list[dataset.Example]:
    """``count`` distinct short texts for each of six intents; each holds two words of its intent."""
    rng = random.Random(seed)
    examples, seen = [], set()
    for label, words in INTENTS.items():
        while sum(example.label == label for example in examples) < count:
            parts = rng.sample(words.split(), 2) + rng.sample(FILLER, rng.randint(2, 9))
            rng.shuffle(parts)
            text = " ".join(parts)
            if text not in seen:
                seen.add(text)
                examples.append(dataset.Example(text, label))
    return examples


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers of width 32 with random weights over the words of the made texts."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("tiny-encoder")
    words = sorted({*FILLER, *(word for line in INTENTS.values() for word in line.split())})
    vocabulary = {word: index for index, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    return dataset.write(dataset.split(made_examples(), seed=3), folder)


@pytest.fixture(scope="session")
def encoders_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of bundled encoders for all parallel workers; two of them may race for it, which is allowed."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "encoders"


@pytest.fixture(scope="session")
def english(encoders_folder: Path) -> Path:
    return prepare_encoder("english", encoders_folder)


@pytest.fixture(scope="session")
def bilingual(encoders_folder: Path) -> Path:
    return prepare_encoder("bilingual", encoders_folder)


@pytest.fixture
def run_folder(tmp_path: Path, tiny_encoder: Path, data_folder: Path):
    """Makes a run folder with a config.json for the given candidate."""

    def make(name: str, candidate: dict, **settings) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        config = {
            "encoder": str(tiny_encoder),
            "encoders_folder": str(tmp_path / "encoders"),
            "data_folder": str(data_folder),
            "candidate": candidate,
            "device": "cpu",
            "threads": 1,
            **settings,
        }
        (folder / "config.json").write_text(json.dumps(config), "utf-8")
        return folder

    return make


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of public data sets, where this machine has it."""
    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("TRIMTAB_PUBLIC_DATA", root.parent / "shared" / "data"))
    if not (folder / "banking77").is_dir():
        pytest.skip("The public data sets are not on this machine.")
    return folder
