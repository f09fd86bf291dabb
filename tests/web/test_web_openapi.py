"""The description of the API: valid, complete, and true of real answers."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from starlette.testclient import TestClient

from pipeline.article import FeedSpec, Reference, Source, Translation
from pipeline.desk import previews
from pipeline.desk.sifting import Sieve
from pipeline.store import Store, sqlite_url
from pipeline.web import StoreBackend, application
from pipeline.web.api import Api
from pipeline.web.backend import Pass
from tests.web.test_web_storebackend import fill
from tests.web.values import ARTICLE, NOON

PATH = "/api/openapi.json"
AUTHORISED = {"authorization": "Bearer s3cret"}
PAGES = {"/status"}  # answers of a form, which are for browsers


@pytest.fixture
def described(client):
    return client.get(PATH).json()


def validator(described, name):
    """A validator of the schema with this name."""
    resource = Resource.from_contents(described, default_specification=DRAFT202012)
    registry = Registry().with_resource("urn:api", resource)
    schema = {"$ref": f"urn:api#/components/schemas/{name}"}
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(schema, registry=registry, format_checker=checker)


def faults(described, name, value):
    return [one.message for one in validator(described, name).iter_errors(value)]


def test_the_description_is_valid_openapi_and_may_be_read_from_elsewhere(client, described):
    OpenAPIV31SpecValidator(described).validate()
    answer = client.get(PATH)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("token", ["s3cret", ""])
def test_it_describes_exactly_the_routes_that_exist(backend, tmp_path, token):
    described = TestClient(application(tmp_path, backend, token=token)).get(PATH).json()
    there = {
        (route.path, method)
        for route in Api(backend, token).routes()
        for method in (route.methods or set()) - {"HEAD"}
        if route.path not in PAGES
    }
    told = {(path, method.upper()) for path, one in described["paths"].items() for method in one}
    assert told == there
    assert ("/api/preview", "POST") in told or not token


def test_it_says_under_which_path_it_is_served(backend, tmp_path):
    below = application(tmp_path, backend, base_url="https://example.org/wire")
    assert TestClient(below).get(f"/wire{PATH}").json()["servers"] == [{"url": "/wire"}]


def test_answers_are_as_the_schemas_say(client, described, backend):
    entries = client.get("/api/articles", headers=AUTHORISED).json()
    assert len(entries["articles"]) == 5
    assert faults(described, "Articles", entries) == []
    wanted = {"html": "<p>Text</p>"}
    assert faults(described, "PreviewRequest", wanted) == []
    plain = client.post("/api/preview", headers=AUTHORISED, json=wanted).json()
    assert faults(described, "Preview", plain) == [] and "models" not in plain
    translation = Translation(
        language="pt", source_language="en", title="A", summary="", html="<p>B</p>", models=("m",)
    )
    translated = previews.in_translation(replace(ARTICLE, image=None), translation)
    backend.previewed = previews.as_dict(translated, translation)
    made = client.post("/api/preview", headers=AUTHORISED, json=wanted | {"to": "pt"}).json()
    assert faults(described, "Preview", made) == [] and made["models"] == ["m"]
    started = client.post("/api/run", headers=AUTHORISED).json()
    assert faults(described, "Run", started) == []
    whole = Pass(
        id="7", state="done", sources=("wire",), started=NOON, finished=datetime.now(UTC),
        seconds={"fetch": 1.5}, words=10, failures=("it broke",), said="Publishing",
    ).as_dict()  # fmt: skip
    assert faults(described, "Run", whole) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Articles", {"articles": [{"title": "x"}], "next": None}),
        ("Preview", {"title": "x"}),
        ("PreviewRequest", {"to": "pt"}),
        ("Run", {"id": 7}),
    ],
)
def test_the_schemas_refuse_something(described, name, value):
    assert faults(described, name, value)


def test_entries_of_a_real_store_are_as_the_schema_says(described, tmp_path):
    sources = {"s": Source(id="s", kind="folder")}
    feeds = [FeedSpec(id="f", title="F", sources=("s",), languages=("en",), drop=("Ferry 1",))]
    with Store(sqlite_url(tmp_path)) as store:
        for number in range(2):
            fill(store, number)
        store.references.announce([Reference(source="s", url="https://e.org/x")], NOON)
        Sieve(feeds[0], "en", store, lambda: NOON).newest()
        served = application(tmp_path, StoreBackend(store, feeds, sources), token="s3cret")
        answer = TestClient(served).get("/api/articles?limit=2", headers=AUTHORISED).json()
        assert faults(described, "Articles", answer) == []
        following = TestClient(served).get(answer["next"], headers=AUTHORISED).json()
        assert faults(described, "Articles", following) == []
    entries = answer["articles"] + following["articles"]
    assert [one["state"] for one in entries] == ["waiting", "done", "done"]
    assert [bool(one["left_out"]) for one in entries] == [False, True, False]
    assert entries[1]["languages"] == ["ar", "en", "fr"] and following["next"] is None
