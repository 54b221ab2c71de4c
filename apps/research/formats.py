"""What a file is, by its content; its name is never asked."""

from __future__ import annotations

import codecs
import csv
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from apps.workspaces.errors import Refused

BLOCK = 1 << 20
SAMPLE = 1 << 16
DELIMITERS = ",;\t|"
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Format:
    """``name`` is csv, jsonl or xlsx."""

    name: str
    encoding: str = "utf-8"
    delimiter: str = ","

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def recognise(path: Path) -> Format:
    """The format of a file; raises Refused with what to do where it is none that can be read."""
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    if not start.strip():
        raise Refused("file_empty", _("The file is empty."), field="file")
    if start.startswith(ZIP):
        return Format("xlsx")
    if start.startswith(OLD_EXCEL):
        remedy = _("Save it as an Excel workbook (.xlsx) or as CSV.")
        raise Refused("old_excel", _("This is a file of an old Excel."), field="file", remedy=remedy)
    encoding = _encoding(path, start)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(start).lstrip("\ufeff")
    if sum(sign < " " and sign not in "\t\r\n\x00" for sign in text) > len(text) / 50 or _mostly_nul(text):
        remedy = _("Upload CSV, an Excel workbook (.xlsx) or JSON Lines.")
        raise Refused("not_text", _("This file holds no text that can be read."), field="file", remedy=remedy)
    return Format("jsonl", encoding) if _is_json(text) else Format("csv", encoding, _delimiter(text))


def _mostly_nul(text: str) -> bool:
    return text.count("\x00") > len(text) / 10


def _is_json(text: str) -> bool:
    first = text.lstrip().split("\n", 1)[0].strip()
    if first.startswith("["):
        try:
            whole = json.loads(first if first.endswith("]") else "[]")
        except ValueError:
            return False
        if first == "[" or (whole and isinstance(whole[0], dict)):
            remedy = _("Write one JSON object a line (JSON Lines).")
            raise Refused("json_list", _("This file is one JSON list."), field="file", remedy=remedy)
    if not first.startswith("{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return first.startswith('{"')


def _encoding(path: Path, start: bytes) -> str:
    for mark, name in MARKS:
        if start.startswith(mark):
            return name
    if _decodes(path, "utf-8"):
        return "utf-8"
    return "gb18030" if _looks_chinese(start) and _decodes(path, "gb18030") else "latin-1"


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _looks_chinese(start: bytes) -> bool:
    """Whether the high bytes pair up to common characters; accents of Western texts stand before plain letters."""
    text = start.decode("gb18030", errors="ignore")
    signs = [sign for sign in text if not sign.isascii()]
    common = sum(_is_common(sign) for sign in signs)
    return bool(signs) and common >= 0.7 * len(signs)


def _is_common(sign: str) -> bool:
    try:
        return len(sign.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def _delimiter(text: str) -> str:
    """The sign that cuts the names apart, and the first lines into as many cells each."""
    lines = text.splitlines()[:60]
    if len(lines) > 1:
        lines = lines[:-1]

    def fit(delimiter: str) -> tuple[bool, float, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row] or [1]
        usual = max(set(widths), key=widths.count)
        even = widths.count(usual) / len(widths) if usual > 1 else 0.0
        return widths[0] > 1, round(even, 1), widths[0]

    return max(DELIMITERS, key=fit)
