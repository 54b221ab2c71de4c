"""The secret key of an installation that was given none: made at first start, kept beside the data."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(folder: Path) -> str:
    """The key kept in ``folder``; written once, readable by its owner only, safe when two processes start at once."""
    path = folder / "secret_key"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"secret_key.{secrets.token_hex(8)}"
    if not path.exists():
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
