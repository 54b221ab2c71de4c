"""Collects every text that a person can see, and says which ones have no Chinese.

``python tests/translations.py`` fails on a missing, fuzzy or broken translation; ``--update`` writes new texts into
the catalogue, to be translated there. Economics and learning know no Django, so their messages are read from their code.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
CATALOGUE = Path("zh_Hans/LC_MESSAGES/django.po")
SPEAKERS = {
    "CannotEstimate",
    "CannotTrain",
    "JobFailure",
    "LearningError",
    "UnusableData",
    "UnusableEncoder",
    "UnusableModel",
    "log",
    "progress",
}
PLACES = re.compile(r"%\((\w+)\)[sd]|%(?!\()[sd]|\{(\w+)\}")
IGNORED = ["var/*", "build/*", ".venv/*", "tests/*", "benchmarks/*", "templates/workspaces/style_guide.html"]


def collect(folder: Path) -> polib.POFile:
    """The catalogue in ``folder`` with every text of the product added and those that are gone dropped."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    settings.LOCALE_PATHS = [folder]
    os.chdir(ROOT)
    call_command("makemessages", locale=["zh_Hans"], no_location=True, ignore_patterns=IGNORED, verbosity=0)
    catalogue = polib.pofile(str(folder / CATALOGUE), wrapwidth=100)
    spoken = set(_spoken())
    known = {entry.msgid: entry for entry in catalogue}
    for text in sorted(spoken):
        if text not in known:
            catalogue.append(polib.POEntry(msgid=text, flags=["python-format"] if "%(" in text else []))
        elif known[text].obsolete:
            known[text].obsolete = False
    catalogue[:] = [entry for entry in catalogue if not entry.obsolete]
    catalogue.metadata.pop("POT-Creation-Date", None)
    catalogue.sort(key=lambda entry: entry.msgid)
    catalogue.save()
    return catalogue


def _spoken() -> list[str]:
    """The texts that reach people from rooms without Django, and by way of jobs."""
    found = []
    for folder in ("platform/trimtab", "apps"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and _name(node.func) in SPEAKERS:
                    found += [text for argument in _arguments(node) for text in _texts(argument)]
    return found


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _arguments(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(word.value for word in node.keywords if word.arg in {"message", "remedy"})]


def _texts(node: ast.expr) -> list[str]:
    """Literal sentences, also where one of two is chosen."""
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value else []


def complaints(catalogue: polib.POFile) -> list[str]:
    return [complaint for entry in catalogue if (complaint := _complaint(entry))]


def _complaint(entry: polib.POEntry) -> str:
    said = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if entry.fuzzy:
        return f"fuzzy: {entry.msgid}"
    if not said or not all(said):
        return f"missing: {entry.msgid}"
    wanted = _places(entry.msgid_plural or entry.msgid) | _places(entry.msgid)
    if any(_places(text) - wanted or (_places(entry.msgid) - _places(text)) for text in said):
        return f"places differ: {entry.msgid}"
    return ""


def _places(text: str) -> set[str]:
    return {match.group(0) for match in PLACES.finditer(text)}


def main() -> int:
    source = ROOT / "locale"
    if "--update" in sys.argv:
        catalogue = collect(source)
    else:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(source, folder, dirs_exist_ok=True)
            catalogue = collect(Path(folder))
    found = complaints(catalogue)
    print(f"{len(catalogue)} texts, {len(found)} without a sound translation")
    print("\n".join(found[:40]))
    return 0 if "--update" in sys.argv else bool(found)


if __name__ == "__main__":
    sys.exit(main())
