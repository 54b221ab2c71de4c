"""Whoever reads Chinese meets no English sentence: not on a page, in a chart, in a refusal or at the door."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from apps.choices.models import Market
from apps.decisions.models import Decision, Option
from apps.differentiation.models import Criterion, WeightJudgement
from apps.modellab import services as modellab
from apps.modellab.models import LabelledSet
from apps.planning.models import Scenario
from apps.research.models import AdoptionCount, ChoiceAnswer, CompetitorFact, KanoAnswer, MaxDiffAnswer, Need, Source
from apps.workspaces.models import Token, User
from tests.browser.addresses import addresses
from tests.browser.furnishing import furnish as furnish_sample
from tests.chinese import compile_catalogue, english, forget_catalogues
from tests.furnished import furnish
from tests.routes import routes

pytestmark = pytest.mark.django_db

OUTSIDE = [
    "/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-abc/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/abc/",
    "/join/no-such-invitation/",
    "/sign-in/1/no-such-secret/",
    "/nowhere/",
]
OWN = [
    "/workspaces/new/",
    "/welcome/",
    "/accounts/email/",
    "/accounts/logout/",
    "/accounts/2fa/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/sessions/",
    "/w/no-such-workspace/",
]

# Pages that quote what customers wrote in English.
OF_CUSTOMERS = {
    "source", "source-prices", "columns", "refused", "feedback", "feedback-item", "needs", "need", "set", "candidate",
    "candidate-today",
}  # fmt: skip
NAMED = (Criterion, Market, Need, Option, Scenario, Source, LabelledSet, Token)
OWN_WORDS = ("Ada Founder", "small team", "PROMETHEE II")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return compile_catalogue(tmp_path_factory.mktemp("locale"))


@pytest.fixture
def reader(client, catalogue, settings):
    """A browser whose owner reads Chinese."""
    settings.LOCALE_PATHS = [catalogue]
    forget_catalogues()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    yield client
    forget_catalogues()


@pytest.fixture
def mine():
    """One row of each kind; the labelled texts are a file, as their page reads its head."""
    made = furnish("mine")
    texts = "".join(f"例{row},{'甲' if row % 2 else '乙'}\n" for row in range(40))
    file = ContentFile(f"text,label\n{texts}".encode(), name="texts.csv")
    found = modellab.upload_set(workspace=made["workspace"], file=file, actor=made["owner"], name="texts.csv")
    return made | {"set_id": found.pk, "labelled_set_id": found.pk}


def asked_words(workspace):
    """What surveys named in their own words: products, items, attributes, levels, and a level after its attribute."""
    products = AdoptionCount.objects.filter(workspace=workspace).values_list("product", flat=True).distinct()
    items = MaxDiffAnswer.objects.filter(workspace=workspace).values_list("item", flat=True).distinct()
    features = KanoAnswer.objects.filter(workspace=workspace).values_list("feature", flat=True).distinct()
    shown = ChoiceAnswer.objects.filter(workspace=workspace).values_list("attributes", flat=True)
    pairs = {pair for attributes in shown for pair in attributes.items()}
    return (*products, *items, *features, *{word for name, level in pairs for word in (f"{name} {level}", name, level)})


def decided_words(workspace):
    """What people wrote when they decided or judged, and what they called their features."""
    decisions = Decision.objects.filter(workspace=workspace).values_list("title", "reasons")
    people = WeightJudgement.objects.filter(workspace=workspace).values_list("person", flat=True)
    options = Option.objects.filter(workspace=workspace)
    built = options.values_list("features", flat=True)
    # A chart has room for the head of a name only.
    heads = [name[:end] for name in options.values_list("name", flat=True) for end in range(8, len(name))]
    return (
        *(word for told in decisions for word in told),
        *people,
        *heads,
        *(one["name"] for all_ in built for one in all_),
    )


def page(response):
    return response.content.decode() if response.get("Content-Type", "").startswith("text/html") else ""


def test_a_sentence_in_english_would_be_found():
    assert english("<p title='Not so fast here'>好<b>This was left out</b></p>") == [
        "Not so fast here",
        "This was left out",
    ]
    assert english("<code>not a sentence here</code><p lang='en'>said by a customer</p>") == []
    chart = '<script type="application/json">{"encoding": {"x": {"title": "Months with us"}}}</script>'
    assert english(chart) == ["Months with us"]


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_visitor_meets_no_english_sentence(reader, address):
    shown = page(reader.get(address, follow=True))
    assert 'lang="zh-hans"' in shown
    assert english(shown) == []


@pytest.mark.parametrize("address", OWN)
def test_a_member_meets_no_english_sentence_outside_the_workspace(reader, mine, address):
    reader.force_login(mine["owner"])
    assert english(page(reader.get(address, follow=True))) == []


def test_a_member_meets_no_english_sentence_in_the_workspace(reader, mine):
    reader.force_login(mine["owner"])
    read, found = 0, {}
    for route in routes("w/"):
        response = reader.get(route.address(mine))
        if response.status_code != 405:
            read += 1
            found[route.template] = english(page(response), data=("speed",))
    assert read > 30
    assert {template: texts for template, texts in found.items() if texts} == {}


@pytest.mark.slow
def test_a_member_meets_no_english_sentence_beside_the_results_of_every_study(reader):
    workspace = furnish_sample()
    reader.force_login(workspace.memberships.get().user)
    names = tuple(
        name for rows in NAMED for name in rows.objects.filter(workspace=workspace).values_list("name", flat=True)
    )
    facts = CompetitorFact.objects.filter(workspace=workspace).values_list("offer", "said_by", "value").distinct()
    names += tuple(word for fact in facts for word in fact) + asked_words(workspace) + decided_words(workspace)
    found = {}
    for page_name, address in addresses(workspace).items():
        if page_name not in OF_CUSTOMERS:
            found[page_name] = english(page(reader.get(address)), data=(workspace.name, *OWN_WORDS, *names))
    assert len(found) > 20
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_an_empty_workspace_explains_itself_in_chinese(reader):
    owner = User.objects.create_user("new@example.org", "long-secret-words")
    reader.force_login(owner)
    reader.post(reverse("workspace-new"), {"name": "新公司", "currency": "CNY"})
    slug = owner.memberships.get().workspace.slug
    places = [route for route in routes("w/") if route.places == ["slug"]]
    found = {route.template: english(page(reader.get(route.address({"slug": slug})))) for route in places}
    assert {template: texts for template, texts in found.items() if texts} == {}
