#!/usr/bin/env python
"""Trimtab's command line: what an operator needs."""

import os
import sys
from pathlib import Path


def main() -> None:
    # platform/ holds no __init__.py, so that the standard library's module of that name stays in reach.
    sys.path.insert(1, str(Path(__file__).resolve().parent / "platform"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trimtab.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
