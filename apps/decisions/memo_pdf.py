"""The decision memo as a PDF: typeset from data alone, with charts as vector drawings and the font inside."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from apps.decisions.memo_content import Memo

FOLDER = Path(__file__).parent / "memo"
FONT = "Noto Sans CJK SC"
WIDTH = 640


def pdf(memo: Memo) -> bytes:
    """Nothing that a person wrote is read as markup: all of it goes in as JSON."""
    import typst

    told = asdict(memo)
    for part in told["parts"]:
        part["chart"] = _drawing(part["chart"]) if part["chart"] else ""
    return bytes(
        typst.compile(
            str(FOLDER / "memo.typ"),
            root=str(FOLDER),
            font_paths=[str(FOLDER)],
            ignore_system_fonts=True,
            sys_inputs={"memo": json.dumps(told, default=str)},
        )
    )


def _drawing(spec: dict[str, Any]) -> str:
    """The chart of the page on white paper, fetching nothing."""
    import vl_convert

    sized = spec | {"width": WIDTH, "autosize": {"type": "fit-x", "contains": "padding"}, "config": _paper()}
    return str(vl_convert.vegalite_to_svg(sized, allowed_base_urls=[]))


@cache
def _paper() -> dict[str, Any]:
    words = {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
    }
    axes = {"labelColor": "#3f4c50", "titleColor": "#3f4c50", "gridColor": "#e3e9eb", "domainColor": "#b9c4c8"}
    return {
        "background": "white",
        "font": FONT,
        "axis": words | axes | {"tickColor": "#b9c4c8"},
        "legend": words,
        "view": {"stroke": None},
    }
