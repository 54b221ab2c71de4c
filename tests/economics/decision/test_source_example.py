from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.economics.decision.source_example import SourceExample, checked, effects
from trimtab.economics.errors import CannotEstimate

SHARE = st.floats(0, 1)


def test_the_documents_numbers_come_out():
    # The source document: F = .9, I = .8, C = .1, U = F * I * C = .072, R_t = .1 * exp(h(.072)).
    example = SourceExample()
    assert example.satisfaction == pytest.approx(0.072)
    assert example.link == pytest.approx(0, abs=1e-12)
    assert example.retained == pytest.approx(0.1)
    assert SourceExample(reference=0).retained == pytest.approx(0.1 * exp(5 * 0.072))


def test_improving_interaction_and_cost_is_shown_row_by_row():
    rows = {row.code: row for row in effects(SourceExample(), better_interaction=0.9, better_cost=0.3)}
    assert list(rows) == ["as_is", "better_interaction", "better_cost", "both"]
    # By hand: .9 * .9 * .1 = .081, .9 * .8 * .3 = .216, .9 * .9 * .3 = .243; R = .1 exp(5 (U - .072)).
    assert rows["better_interaction"].example.satisfaction == pytest.approx(0.081)
    assert rows["better_cost"].example.satisfaction == pytest.approx(0.216)
    assert rows["both"].example.satisfaction == pytest.approx(0.243)
    assert rows["both"].retained_change == pytest.approx(0.1 * exp(5 * 0.171) - 0.1)
    assert rows["as_is"].retained_change == 0


def test_more_than_everybody_is_capped_and_flagged():
    steep = SourceExample(cost=1, slope=50)
    assert steep.retained == 1
    assert steep.is_capped
    assert not SourceExample().is_capped


@given(SHARE, SHARE, SHARE, SHARE, st.floats(0, 100), SHARE)
def test_retention_is_a_share_and_never_falls_when_something_improves(f, i, c, before, slope, better):
    example = SourceExample(f, i, c, before, slope)
    assert 0 <= example.retained <= 1
    improved = SourceExample(f, max(i, better), c, before, slope)
    assert improved.retained >= example.retained - 1e-12


@pytest.mark.parametrize(
    "changes", [{"cost": 1.1}, {"functionality": -0.1}, {"interaction": float("nan")}, {"slope": -1}]
)
def test_values_that_cannot_be_are_refused_by_name(changes):
    with pytest.raises(CannotEstimate) as refusal:
        checked(SourceExample(**changes))
    assert refusal.value.code == "example_out_of_range"
    assert refusal.value.params["symbol"]
