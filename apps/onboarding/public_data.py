"""Public data sets, loaded from the folder of the setting TRIMTAB_PUBLIC_DATA into a workspace of their own."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.modellab import services as modellab
from apps.onboarding.intake import Sheet, bring_in
from apps.planning.loop import run_loop
from apps.research.models import SourceKind
from apps.workspaces import audit
from apps.workspaces import services as workspaces
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace

NAME = "Public data"
CURRENCY = "USD"
MESSAGES = ("banking77/train.csv", "banking77/test.csv")
SURVEY = "ecsi_mobi/mobi.csv"
LOG = "telco_churn_ibm/Telco-Customer-Churn.csv"
PRICES = "psm_r_seeded/seed20.csv"
CHOICES = "cbc_ai_assistant/choice_data.csv"
BEST_WORST = "maxdiff_issues/vdata.csv.gz"
PURCHASES = "cdnow/cdnowElog.csv"
ADOPTION = "bass_series/vcr_1980_1989.csv"
FILES = (*MESSAGES, SURVEY, LOG, PRICES, CHOICES, BEST_WORST, PURCHASES, ADOPTION)
# What each block of the European Customer Satisfaction Index asks: Tenenhaus et al. 2005, table 1.
SURVEY_COLUMNS: dict[str, list[str] | None] = {
    "functionality": ["PERQ1", "PERQ2", "PERQ4", "PERQ5", "PERQ6"],
    "interaction": ["PERQ3", "PERQ7", "IMAG4"],
    "cost": ["PERV1", "PERV2"],
    "overall": ["CUSA1", "CUSA2", "CUSA3"],
}
Message = tuple[str, str]


@dataclass(frozen=True)
class Part:
    """How much of the messages to take: the ``labels`` with the most messages, ``texts`` of them as feedback."""

    labels: int | None = None
    texts: int | None = None


def load_public_data(
    *,
    owner: User,
    folder: Path,
    name: str = NAME,
    part: Part | None = None,
    training: dict[str, Any] | None = None,
) -> Workspace:
    """A new workspace with the data sets, its loop under way; its jobs wait for workers. Raises Refused."""
    part = part or Part()
    files = {path: _read(folder, path) for path in FILES}
    messages = _most_frequent([row for path in MESSAGES for row in _messages(files[path])], part.labels)
    with transaction.atomic():
        workspace = workspaces.create_workspace(name=name, owner=owner, currency=CURRENCY)
        for sheet in (
            *_sheets(files, _table(messages[: part.texts], ("text", "category"))),
            *_market_sheets(files),
        ):
            bring_in(workspace, sheet, owner)
        labelled_set = modellab.upload_set(
            workspace=workspace,
            file=ContentFile(_table(messages, ("text", "label")), name="banking77.csv"),
            actor=owner,
            name="banking77.csv",
        )
        if training is not None:
            modellab.start_run(workspace=workspace, labelled_set=labelled_set, actor=owner, **training)
        run_loop(workspace=workspace, actor=owner)
        audit.note(workspace=workspace, actor=owner, action="public_data.loaded")
    return workspace


def _read(folder: Path, path: str) -> bytes:
    """The file, unpacked where it is packed: an upload takes plain tables only."""
    try:
        content = (folder / path).read_bytes()
        return gzip.decompress(content) if path.endswith(".gz") else content
    except OSError as error:
        raise Refused(
            "data_missing",
            _("There is no %(path)s in %(folder)s.") % {"path": path, "folder": folder},
            remedy=_("Name the folder of the public data sets with --data or TRIMTAB_PUBLIC_DATA."),
        ) from error


def _messages(content: bytes) -> list[Message]:
    return [(row["text"], row["category"]) for row in csv.DictReader(io.StringIO(content.decode()))]


def _most_frequent(messages: list[Message], labels: int | None) -> list[Message]:
    kept = {label for label, _count in Counter(label for _text, label in messages).most_common(labels)}
    return [message for message in messages if message[1] in kept]


def _table(rows: Iterable[Message], header: Message) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _sheets(files: dict[str, bytes], feedback: bytes) -> list[Sheet]:
    """The telephone company and the price answers are made up by their publishers, and labelled so.

    The log tells whole months only; counted back from the first of a month, each ends on a first again.
    """
    today = timezone.localdate()
    taken = {"as_of": today.replace(day=1).isoformat()}
    scale = {"scale_min": 1, "scale_max": 10}
    nobody: dict[str, list[str] | None] = {"text": ["text"], "segment": None}
    return [
        Sheet(SourceKind.FEEDBACK, "banking77.csv", feedback, today, simulated=False, columns=nobody),
        Sheet(SourceKind.SATISFACTION, "mobi.csv", files[SURVEY], today, False, SURVEY_COLUMNS, scale),
        Sheet(SourceKind.SUBSCRIPTIONS, "Telco-Customer-Churn.csv", files[LOG], today, True, parameters=taken),
        Sheet(SourceKind.PRICES, "seed20.csv", files[PRICES], today, simulated=True),
    ]


def _market_sheets(files: dict[str, bytes]) -> list[Sheet]:
    """What people chose, bought and took up; all of it is real, and the columns are guessed."""
    today = timezone.localdate()
    return [
        Sheet(SourceKind.CHOICES, "choice_data.csv", files[CHOICES], today, simulated=False),
        Sheet(SourceKind.MAXDIFF, "vdata.csv", files[BEST_WORST], today, simulated=False),
        Sheet(SourceKind.PURCHASES, "cdnowElog.csv", files[PURCHASES], today, simulated=False),
        Sheet(SourceKind.ADOPTION, "vcr_1980_1989.csv", files[ADOPTION], today, simulated=False),
    ]
