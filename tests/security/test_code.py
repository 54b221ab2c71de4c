"""What must not stand in the product's code."""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for room in ("apps", "platform") for path in (ROOT / room).rglob("*.py"))
# Each of these runs code that its input chooses.
DANGEROUS_CALLS = {
    "torch.load", "pickle.load", "pickle.loads", "joblib.load", "dill.load", "shelve.open", "marshal.loads",
    "yaml.load", "eval", "exec", "compile", "os.system", "os.popen", "__import__", "pandas.read_pickle",
}  # fmt: skip
DANGEROUS_IMPORTS = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_there_is_code_to_look_at():
    assert len(CODE) > 150


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_loaded_that_could_run_code(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not {name.split(".")[0] for name in names} & DANGEROUS_IMPORTS
    for call in calls(tree):
        assert dotted(call.func) not in DANGEROUS_CALLS, f"line {call.lineno}"
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        for name in ("trust_remote_code", "allow_pickle", "shell"):
            value = given.get(name)
            assert value is None or (isinstance(value, ast.Constant) and value.value is False), f"line {call.lineno}"
        if dotted(call.func) in ("np.load", "numpy.load"):
            assert "allow_pickle" in given, f"line {call.lineno} leaves it to a default"
        if dotted(call.func).split(".")[-1] in ("mark_safe", "SafeString"):
            assert all(isinstance(argument, ast.Constant) for argument in call.args), f"line {call.lineno}"


def test_no_template_switches_escaping_off():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|\{%\s*autoescape\s+off", text), path


def entropy(text: str) -> float:
    counts = Counter(text)
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())


def test_no_key_or_secret_stands_in_the_code():
    named = re.compile(r"(?i)(secret|password|api_?key|token)\w*\s*[:=]\s*[\"']([A-Za-z0-9+/=_\-]{20,})[\"']")
    for path in [*CODE, *(ROOT / "docker").iterdir(), ROOT / "Makefile", ROOT / "pyproject.toml"]:
        text = path.read_text(encoding="utf-8")
        assert "PRIVATE KEY-----" not in text, path
        assert "django-insecure" not in text, path
        for match in named.finditer(text):
            assert entropy(match.group(2)) < 3.7, (path, match.group(1))


def test_no_look_up_name_is_taken_from_a_request():
    """`filter(**{name: ...})` is where look-ups chosen by a caller come in; the one place reads its own key."""
    allowed = {"api_pages.py"}
    for path in CODE:
        for call in calls(ast.parse(path.read_text(encoding="utf-8"))):
            verb = dotted(call.func).split(".")[-1]
            if verb in {"filter", "exclude", "get", "Q", "order_by"} and path.name not in allowed:
                for keyword in call.keywords:
                    unpacked = keyword.value if keyword.arg is None else None
                    source = ast.dump(unpacked) if unpacked else ""
                    assert not re.search(r"id='request'|attr='(GET|POST|query_params)'", source), (path, call.lineno)
