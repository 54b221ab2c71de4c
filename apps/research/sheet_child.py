"""Writes an Excel workbook's first filled sheet as CSV; run as a program of its own, under its own limits.

Arguments: the workbook, the CSV to write, megabytes of memory, seconds of processor time, columns at most.
Prints the names of the sheets as JSON, the one that was read first.
"""

from __future__ import annotations

import csv
import datetime
import json
import resource
import sys
from typing import Any

TOO_WIDE = 3
NOTHING = 4


def main(workbook: str, target: str, megabytes: int, seconds: int, columns: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(workbook)
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if sheet.width > columns:
            return TOO_WIDE
        if sheet.height and sheet.width:
            write(sheet.iter_rows(), target)
            print(json.dumps([name, *(other for other in book.sheet_names if other != name)]))
            return 0
    return NOTHING


def write(rows: Any, target: str) -> None:
    with open(target, "w", encoding="utf-8", newline="", errors="replace") as file:
        writer = csv.writer(file)
        for row in rows:
            writer.writerow([cell(value) for value in row])


def cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])))
