"""Files made to break the intake of choices: what they hold is kept as text, and never more of it than is promised."""

from __future__ import annotations

import gzip

import pytest

from apps.research import services
from apps.research.models import ChoiceAnswer, QuarantinedRow
from apps.workspaces.errors import Refused

pytestmark = pytest.mark.django_db


def test_attributes_that_look_like_formulas_or_scripts_stay_text(bring_in):
    evil = "=1+1<script>alert(1)</script>"
    bring_in("choices", f"customer,task,chosen,{evil}\na,1,1,{evil}\na,1,0,x\n")
    assert ChoiceAnswer.objects.get(row_number=2).attributes == {evil: evil}


def test_an_attribute_that_is_too_long_or_holds_nul_keeps_its_task_waiting(bring_in):
    long = "x" * 121
    source = bring_in("choices", f"customer,task,chosen,speed\na,1,1,{long}\na,1,0,y\nb,1,1,n\x00l\nb,1,0,y\n")
    assert (source.rows_imported, source.rows_refused) == (0, 4)
    found = QuarantinedRow.objects.order_by("row_number").values_list("reason_code", flat=True)
    assert list(found) == ["too_long", "task_spoiled", "nul", "task_spoiled"]


def test_at_most_thirty_columns_are_kept(upload):
    names = [f"x{number}" for number in range(40)]
    rows = [",".join(["a", "1", mark, *[mark + str(n) for n in range(40)]]) for mark in "10"]
    source = upload("choices", "customer,task,chosen," + ",".join(names) + "\n" + "\n".join(rows) + "\n")
    assert len(source.columns["attributes"]) == 30
    with pytest.raises(Refused) as refused:
        services.set_columns(source=source, columns=source.columns | {"attributes": names})
    assert refused.value.code == "too_many_columns_kept"


def test_a_compressed_file_is_not_unpacked(upload):
    with pytest.raises(Refused) as refused:
        upload("choices", gzip.compress(bytes(1 << 20)), name="choices.csv.gz")
    assert refused.value.code == "not_text"
