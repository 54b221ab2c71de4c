"""What the product makes of a simulated company's evidence, by the same code as its studies, without a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate, Grade
from apps.planning.assembly import assemble
from apps.planning.assumptions import WORLDS, Assumed
from apps.planning.upstream import TODAY, Tested, Upstream
from apps.planning.world import INPUT_GROUPS, World, rearranged
from apps.pricing.study import fit_demand
from apps.pricing.survey import PriceSurvey
from apps.research.current_price import CurrentPrice
from apps.research.studies import Draft
from apps.retention.arrivals_part import arrivals_draft
from apps.retention.link_part import link_draft
from apps.retention.satisfaction_part import satisfaction_draft
from apps.retention.subscription_log import SubscriptionLog
from apps.retention.survey import PARTS, SatisfactionSurvey
from apps.retention.survival_part import survival_draft
from apps.workspaces.models import Workspace
from tests.calibration.simulated_companies import CPU_HOUR, Company, customers_of, latencies, right_answers
from trimtab.economics.draws import Array
from trimtab.economics.price.answers import price_answers as usable_answers
from trimtab.economics.retention.spells import months_between
from trimtab.economics.satisfaction.model import normalise
from trimtab.learning.evaluation import cost_per_1000, latency_draws, resample_counts
from trimtab.sample_company.subscriptions import Customers
from trimtab.sample_company.surveys import SCALE_MAX, SCALE_MIN, price_answers, satisfaction_answers

Draws = dict[str, Array]


@dataclass(frozen=True)
class Known(Assumed):
    """What the product would take on trust, known exactly."""

    truth: dict[str, float] = field(default_factory=dict)

    def draw(self, key: str) -> Array:
        return np.full(WORLDS, self.truth[key]) if key in self.truth else super().draw(key)


class Shelf:
    """Estimates that were never saved, with their draws."""

    def __init__(self) -> None:
        self.draws: dict[Any, Draws] = {}

    def put(self, kind: str, draws: Draws, parameters: dict[str, Any], grade: str = Grade.OBSERVED) -> Estimate:
        made = Estimate(kind=kind, version=1, grade=grade, parameters=parameters, diagnostics={})
        self.draws[made.pk] = draws
        return made

    def keep(self, draft: Draft) -> Estimate:
        return self.put(draft.kind, draft.draws, draft.parameters, draft.grade)

    def read(self, estimate: Estimate) -> Draws:
        return self.draws[estimate.pk]


def estimated(company: Company, rng: np.random.Generator) -> World:
    """The world as the product puts it together from the evidence."""
    shelf, truth = Shelf(), company.truth
    ref = InputRef("simulated", "1", "evidence", str(rng.integers(2**62)), True)
    people = customers_of(company, rng)
    log = log_of(company, people, ref)
    survey = survey_of(company, people, ref, rng)
    price = CurrentPrice(truth.current_price, truth.plan, 100, ())
    satisfaction = satisfaction_draft(survey)
    drafts = [
        satisfaction,
        survival_draft(log),
        link_draft(survey, log, satisfaction),
        arrivals_draft(log, price, truth.currency),
    ]
    single = {draft.kind: shelf.keep(draft) for draft in drafts if draft is not None}
    single["pricing.demand"] = _demand(company, price, ref, shelf, rng)
    tested = _tests(company, shelf, rng)
    return assemble(_upstream(single, tested), Assumed({}), shelf.read, truth.currency)


def known(company: Company, world: World) -> World:
    """The same company as it is: one world, with the customers of the log, which both know."""
    shelf, truth = Shelf(), company.truth
    segment = truth.segments[0]
    means = {"F0": segment.functionality, "I0": segment.interaction, "C0": truth.worth(truth.current_price)}
    u_reference = np.array([truth.u_reference])
    grid = np.linspace(0, float(world.grid[-1]), 2001)
    active = None if world.existing is None else world.existing.ravel().tolist()
    single = {
        "retention.satisfaction": shelf.put(
            "retention.satisfaction",
            {"coef": np.array([truth.coef]), "u_reference": u_reference}
            | {name: np.array([mean]) for name, mean in means.items()},
            {"family": truth.satisfaction_family},
        ),
        "retention.survival": shelf.put("retention.survival", {"hazard": company.hazard[None]}, {}),
        "retention.link": shelf.put(
            "retention.link",
            {"slope": np.array([truth.link_slope]), "u_reference": u_reference},
            {"family": "linear", "form": "hazard"},
        ),
        "retention.arrivals": shelf.put(
            "retention.arrivals",
            {"arrivals": company.arrivals[None]},
            {"active_customers": active, "monthly_price": truth.current_price},
        ),
        "pricing.demand": shelf.put("pricing.demand", {"worth": company.worth(grid)[None]}, {"grid": grid.tolist()}),
    }
    tested = [
        _tested(
            shelf,
            place,
            {
                "accuracy": np.array([model.accuracy]),
                "latency_ms": np.array([model.latency_ms]),
                "cost_per_1000": np.array([model.cost_per_1000]),
            },
        )
        for place, model in enumerate(company.models)
    ]
    many = assemble(_upstream(single, tested), Known({}, company.assumed), shelf.read, truth.currency)
    return one_world(many)


def _upstream(single: dict[str, Estimate], tested: list[Tested]) -> Upstream:
    return Upstream(workspace=Workspace(), single=single, incumbent=tested[0], candidates=tuple(tested[1:]))


def one_world(world: World) -> World:
    """The first of many worlds that are all alike."""
    return rearranged(world, {group: np.zeros(1, dtype=np.intp) for group in INPUT_GROUPS})


def log_of(company: Company, people: Customers, ref: InputRef) -> SubscriptionLog:
    as_of = np.datetime64(company.truth.as_of, "D")
    start = np.array(people.started_on, dtype="datetime64[D]")
    end = start + people.lifetime_days
    ended = end <= as_of
    count = len(people.names)
    return SubscriptionLog(
        customer=np.array(people.names),
        segment=np.array([company.truth.segments[place].name for place in people.segment]),
        plan=np.full(count, company.truth.plan),
        start=start,
        end=np.where(ended, end, np.datetime64("NaT")),
        duration=months_between(start, np.where(ended, end, as_of)),
        ended=ended,
        as_of=company.truth.as_of,
        rows=count,
        later_start=0,
        repeated=0,
        merged=0,
        inputs=(ref,),
    )


def survey_of(company: Company, people: Customers, ref: InputRef, rng: np.random.Generator) -> SatisfactionSurvey:
    noise = company.answer_noise * (SCALE_MAX - SCALE_MIN)
    rows = satisfaction_answers(company.truth, people, company.answers, rng, part_noise=noise, overall_noise=noise)
    raw = np.array([[row[part] for part in PARTS] for row in rows], dtype=float)
    return SatisfactionSurvey(
        answers=normalise(raw, SCALE_MIN, SCALE_MAX),
        customer=np.array([row["customer"] for row in rows]),
        segment=np.array([row["segment"] for row in rows]),
        said_on=np.array([row["date"] for row in rows], dtype="datetime64[D]"),
        inputs=(ref,),
        points=SCALE_MAX - SCALE_MIN + 1,
    )


def _demand(company: Company, price: CurrentPrice, ref: InputRef, shelf: Shelf, rng: np.random.Generator) -> Estimate:
    rows = price_answers(company.truth, company.prices, rng)
    raw = np.array(
        [[row[p] for p in ("too_cheap", "cheap", "expensive", "too_expensive")] for row in rows], dtype=float
    )
    survey = PriceSurvey(
        prices=raw,
        intents=np.full((len(raw), 2), np.nan),
        weights=np.ones(len(raw)),
        customer=np.array([row["customer"] for row in rows]),
        segment=np.array([row["segment"] for row in rows]),
        places=np.zeros((len(raw), 3), dtype=np.int64),
        inputs=(ref,),
    )
    answers = usable_answers(raw, customer=survey.customer)
    fitted = fit_demand(answers, price, survey, int(rng.integers(2**31)))
    return shelf.put("pricing.demand", {"worth": fitted.curve.worth}, {"grid": fitted.curve.grid.tolist()})


def _tests(company: Company, shelf: Shelf, rng: np.random.Generator) -> list[Tested]:
    counts = resample_counts(company.texts, WORLDS, rng).astype(float)
    right = right_answers(company, rng)
    found = []
    for place, model in enumerate(company.models):
        median, mean = latency_draws(latencies(model, rng), WORLDS, rng)
        draws = {
            "accuracy": counts @ right[place] / company.texts,
            "latency_ms": median,
            "cost_per_1000": model.cpus * cost_per_1000(mean, CPU_HOUR),
        }
        found.append(_tested(shelf, place, draws))
    return found


def _tested(shelf: Shelf, place: int, draws: Draws) -> Tested:
    key = str(place) if place else TODAY
    made = shelf.put("modellab.evaluation", draws, {"subject_label": key}, Grade.TESTED)
    return Tested(key, key, 1, made)
