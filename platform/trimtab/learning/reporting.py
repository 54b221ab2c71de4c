"""The child's side of the protocol: events out, a request to stop in, and never outliving the parent."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from trimtab.learning.errors import CannotTrain, LearningError
from trimtab.learning.process import PARENT_GONE_EXIT_CODE, STOPPED_EXIT_CODE

_PR_SET_PDEATHSIG = 1


class Stopped(Exception):
    """The work was told to stop and has saved what it had."""


class Reporter:
    """Writes events to stdout and, with a folder, to its events.jsonl; ``stop_requested`` turns true at SIGTERM."""

    def __init__(self, folder: Path | None = None) -> None:
        self.stop_requested = False
        self.started = time.monotonic()
        self._last_progress = 0.0
        self._folder = folder

    def emit(self, event: str, **values: Any) -> None:
        line = json.dumps({"event": event, **values}, ensure_ascii=False, default=float)
        with contextlib.suppress(BrokenPipeError):
            print(line, flush=True)
        if self._folder is not None:
            with (self._folder / "events.jsonl").open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def progress(self, done: int, of: int, message: str = "") -> None:
        """At most five a second, but the last one always."""
        now = time.monotonic()
        if done >= of or now - self._last_progress > 0.2:
            self._last_progress = now
            self.emit("progress", done=done, of=of, message=message)

    def log(self, message: str) -> None:
        self.emit("log", message=message)

    def request_stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        self.stop_requested = True

    def raise_if_stopped(self) -> None:
        if self.stop_requested:
            raise Stopped


def read_config(path: Path) -> tuple[Path, dict[str, Any]]:
    """The folder that relative paths are relative to, and the JSON object in its config.json (or in the named file)."""
    file = path / "config.json" if path.is_dir() else path
    try:
        config = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CannotTrain(
            "bad_config", "The configuration %(file)s cannot be read.", "Start the work again.", file=file.name
        ) from error
    return file.parent.resolve(), config


def write_json(path: Path, value: Any) -> None:
    """Whole or not at all: a reader never meets half a file."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(value, ensure_ascii=False, indent=1, default=float), "utf-8")
    draft.replace(path)


def run_entry(work: Callable[[Path, dict[str, Any], Reporter], dict[str, Any]]) -> None:
    """The body of a ``python -m`` module: ``work`` on the folder that the command line names, then exit."""
    _leave_with_parent()
    reporter = Reporter()
    signal.signal(signal.SIGTERM, reporter.request_stop)
    code = _attempt(work, reporter)
    sys.stdout.flush()
    # Interpreter shutdown after torch and onnxruntime threads can take seconds, or hang; everything is on the disk.
    os._exit(code)


def _attempt(work: Callable[[Path, dict[str, Any], Reporter], dict[str, Any]], reporter: Reporter) -> int:
    try:
        folder, config = read_config(Path(sys.argv[1]))
        reporter._folder = folder
        done = folder / "result.json"
        if done.is_file():
            reporter.emit("result", result=json.loads(done.read_text("utf-8")))
            return 0
        result = work(folder, config, reporter)
        write_json(done, result)
        reporter.emit("result", result=result)
        return 0
    except Stopped:
        return STOPPED_EXIT_CODE
    except LearningError as error:
        texts = {"message": error.message, "remedy": error.remedy}
        templates = {"template": error.template, "remedy_template": error.remedy_template, "params": error.params}
        reporter.emit("error", code=error.code, **texts, **templates)
    except MemoryError:
        reporter.emit("error", **_out_of_memory())
    except Exception as error:
        traceback.print_exc()
        reporter.emit("error", **_unexpected(error))
    return 1


def _unexpected(error: Exception) -> dict[str, str]:
    if type(error).__name__ == "OutOfMemoryError":
        return _out_of_memory()
    return {
        "code": "unexpected",
        "message": f"{type(error).__name__}: {error}"[:1000],
        "remedy": "Start it again; if it fails the same way, the log beside the run says where.",
    }


def _out_of_memory() -> dict[str, str]:
    return {
        "code": "out_of_memory_or_killed",
        "message": "The device ran out of memory.",
        "remedy": "Use a smaller batch or a smaller encoder, then start it again.",
    }


def _leave_with_parent() -> None:
    """Die when the parent dies: at once on Linux; elsewhere, and as a second line, when stdin is closed."""
    if os.environ.get("TRIMTAB_LEAVE_AT_EOF") != "1":
        return
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_leave_at_eof, daemon=True).start()


def _leave_at_eof() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    os._exit(PARENT_GONE_EXIT_CODE)
