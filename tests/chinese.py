"""The Chinese catalogue as it stands in the sources, and what a page shows in English all the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import polib
from django.utils.translation import trans_real

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
SILENT = {"script", "style", "code", "pre", "kbd", "time", "svg"}
SPOKEN = {"title", "aria-label", "placeholder", "alt", "data-confirm", "hx-confirm", "data-failed"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
TITLES = {"title", "label"}
# Names, units, addresses and titles of works: the same in every language.
NAMES = re.compile(
    r"(?<![A-Za-z])(?:Trimtab|[Vv]an Westendorp|Kaplan-Meier|Cobb-Douglas|CES|LoRA|F1|OPP|IDP|PMC|PME|NPV|argmax|exp"
    r"|max|Excel|JSON Lines|JSON|CSV|PNG|PDF|REST API|REST|API|HTTP|URL|CUDA|SHA-256|NUL|TOTP|IP|Esc|English"
    r"|manage\.py \w+|USD|CNY|US|MB|GB|ms|alpha|beta|[\w.]+@[\w.]+|https?://\S+"
    r"|[\w./-]+\.(?:csv|xlsx|md|json|zip|py))(?![A-Za-z])"
)
WORDS = re.compile(r"[A-Za-z][A-Za-z'’-]+(?:[,;:]? +[A-Za-z][A-Za-z'’-]+)*")


def compile_catalogue(folder: Path) -> Path:
    """A folder for LOCALE_PATHS with the catalogue compiled, so that no build step has to come before a test."""
    compiled = folder / SOURCE.relative_to(ROOT / "locale").with_suffix(".mo")
    compiled.parent.mkdir(parents=True)
    polib.pofile(str(SOURCE)).save_as_mofile(str(compiled))
    return folder


def forget_catalogues() -> None:
    """Django keeps catalogues in memory; the next text is looked up afresh."""
    trans_real._translations = {}
    trans_real._default = None


class _Reader(HTMLParser):
    """Texts, attributes and the titles of charts that a person can see or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.heard: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.heard += [value for name, value in given.items() if name in SPOKEN and value]
        if tag == "script" and given.get("type") == "application/json":
            tag = "chart"
        if tag not in VOID:
            self.open.append("script" if "lang" in given and tag != "html" else tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "chart":
            self.heard += _titles(json.loads(data))
        elif not SILENT.intersection(self.open):
            self.heard.append(data)


def _titles(spec: object) -> Iterator[str]:
    if isinstance(spec, dict):
        for name, value in spec.items():
            if name in TITLES and isinstance(value, str):
                yield value
            else:
                yield from _titles(value)
    elif isinstance(spec, list):
        for part in spec:
            yield from _titles(part)


def english(html: str, *, data: tuple[str, ...] = (), least: int = 2) -> list[str]:
    """Runs of ``least`` or more English words that a reader of the page meets, without names and ``data``."""
    reader = _Reader()
    reader.feed(html)
    known = sorted(filter(None, data), key=len, reverse=True)
    found = []
    for text in reader.heard:
        for word in known:
            text = text.replace(word, "·")
        found += [run for run in WORDS.findall(NAMES.sub("·", text)) if len(re.split(r"[,;:]? +", run)) >= least]
    return found
