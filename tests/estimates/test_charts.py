"""The specifications are valid Vega-Lite, carry their rows once, and can be read as a table."""

from __future__ import annotations

import json

import altair as alt
import pytest
import vl_convert

from apps.estimates import charts

CURVE = [{"t": t, "m": t / 10, "lo": t / 12, "hi": t / 8, "who": who} for who in "AB" for t in range(1, 6)]
BARS = [{"name": "a", "v": 1.0, "lo": 0.5, "hi": 1.5}, {"name": "b", "v": 3.0, "lo": 2.0, "hi": 4.0}]
CELLS = [{"row": row, "col": col, "n": 4.0 if row == col else 1.0} for row in "xy" for col in "xy"]
BAND = {"x": "t", "y": "m", "low": "lo", "high": "hi"}

ALL = {
    "interval_line": lambda: charts.interval_line(CURVE, **BAND, series="who", markers=[{"x": 3, "label": "now"}]),
    "curve_with_band": lambda: charts.curve_with_band(CURVE, **BAND, series="who"),
    "step_survival": lambda: charts.step_survival(CURVE, **BAND, series="who"),
    "bars_with_intervals": lambda: charts.bars_with_intervals(BARS, label="name", value="v", low="lo", high="hi"),
    "heat_map": lambda: charts.heat_map(CELLS, x="col", y="row", value="n", value_format=".0f"),
    "histogram": lambda: charts.histogram([1.0, 2.0, 2.0, 3.0], bins=2, markers=[{"x": 2, "label": "Median"}]),
}


@pytest.mark.parametrize("make", ALL.values(), ids=ALL.keys())
def test_a_specification_is_valid_vega_lite_and_draws(make):
    spec = json.loads(json.dumps(make()))
    alt.LayerChart.from_dict({key: part for key, part in spec.items() if key != "$schema"}, validate=True)
    spec["width"] = 400
    picture = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    assert "<path" in picture


@pytest.mark.parametrize("make", ALL.values(), ids=ALL.keys())
def test_rows_are_carried_once(make):
    spec = make()
    assert list(spec["datasets"]) == ["rows"]
    values = [layer["data"] for layer in spec["layer"] if "data" in layer and "values" in layer["data"]]
    assert all(len(data["values"]) == 1 for data in values)


def test_bars_stand_longest_first_unless_told_otherwise():
    def order(**options):
        spec = charts.bars_with_intervals(BARS, label="name", value="v", **options)
        return spec["layer"][0]["encoding"]["y"]["sort"]

    assert order() == ["b", "a"]
    assert order(in_order=True) == ["a", "b"]


def test_a_histogram_s_bars_are_the_shares_of_the_draws():
    # Four draws on two bins of [1, 2) and [2, 3]: one and three of them.
    rows = charts.histogram([1.0, 2.0, 2.0, 3.0], bins=2)["datasets"]["rows"]
    assert [row["share"] for row in rows] == [0.25, 0.75]


def test_a_chart_reads_as_a_table_under_its_own_titles():
    spec = charts.interval_line(CURVE[:1], **BAND, x_title="Month", y_title="Revenue")
    table = charts.table_of(spec)
    assert table["columns"] == ["Month", "Revenue", "from", "to"]
    assert table["rows"] == [["1", "0.100", "0.0833", "0.125"]]
