"""The Action API answers as CKAN's: shapes and refusals taken from CKAN's own documentation and tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from opendata.models import Release
from tests.opendata.former import COUNTS

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])

# What CKAN's package_show and its parts always have (CKAN 2.11).
PACKAGE_KEYS = {
    "author", "author_email", "creator_user_id", "extras", "groups", "id", "isopen", "license_id", "license_title",
    "maintainer", "maintainer_email", "metadata_created", "metadata_modified", "name", "notes", "num_resources",
    "num_tags", "organization", "owner_org", "private", "relationships_as_object", "relationships_as_subject",
    "resources", "state", "tags", "title", "type", "url", "version",
}  # fmt: skip
RESOURCE_KEYS = {
    "cache_last_updated", "cache_url", "created", "description", "format", "hash", "id", "last_modified",
    "metadata_modified", "mimetype", "mimetype_inner", "name", "package_id", "position", "resource_type", "size",
    "state", "url", "url_type",
}  # fmt: skip
ORGANIZATION_KEYS = {
    "approval_status", "created", "description", "id", "image_url", "is_organization", "name", "state", "title", "type",
}  # fmt: skip


@pytest.fixture
def api(live_server: LiveServer, released: Release) -> Iterator[httpx.Client]:
    """A program that talks to the real server."""
    with httpx.Client(base_url=f"{live_server.url}/api/3/action/") as client:
        yield client


def test_programs_find_the_dataset_and_download_what_it_lists(api: httpx.Client, released: Release) -> None:
    listed = api.get("package_list").json()
    package = api.get("package_show", params={"id": listed["result"][0]}).json()["result"]
    table = next(one for one in package["resources"] if one["format"] == "CSV")
    content = httpx.get(table["url"]).content

    assert listed["result"] == [COUNTS.slug]
    assert len(content) == table["size"]
    assert table["hash"] == f"sha256:{released.resources.get(file='laporan.csv').sha256}"


def test_package_show_has_all_that_ckans_has(api: httpx.Client) -> None:
    package = api.get("package_show", params={"id": COUNTS.slug}).json()["result"]

    assert set(package) >= PACKAGE_KEYS
    assert set(package["organization"]) >= ORGANIZATION_KEYS
    assert package["owner_org"] == package["organization"]["id"]
    assert package["num_resources"] == len(package["resources"]) == 4
    assert package["num_tags"] == len(package["tags"])
    assert (package["license_id"], package["isopen"], package["private"]) == ("CC-BY-4.0", True, False)
    assert (package["state"], package["type"], package["version"]) == ("active", "dataset", "2026-10")
    for position, resource in enumerate(package["resources"]):
        assert set(resource) >= RESOURCE_KEYS
        assert resource["package_id"] == package["id"]
        assert resource["position"] == position
        UUID(resource["id"])


def test_a_dataset_is_found_by_its_id_too(api: httpx.Client) -> None:
    by_name = api.get("package_show", params={"id": COUNTS.slug}).json()["result"]
    by_id = api.get("package_show", params={"id": by_name["id"]}).json()["result"]

    assert by_id == by_name


def test_resource_show_is_what_the_dataset_lists(api: httpx.Client) -> None:
    package = api.get("package_show", params={"id": COUNTS.slug}).json()["result"]

    for resource in package["resources"]:
        assert api.get("resource_show", params={"id": resource["id"]}).json()["result"] == resource


@pytest.mark.parametrize(
    "send",
    [
        {"json": {"id": COUNTS.slug}},
        {"data": {"id": COUNTS.slug}},
        {"files": {"id": (None, COUNTS.slug)}},
        {"content": json.dumps({"id": COUNTS.slug})},
        {
            "content": json.dumps({"id": COUNTS.slug}),  # curl -d '{…}'
            "headers": {"Content-Type": "application/x-www-form-urlencoded"},
        },
    ],
)
def test_post_takes_json_and_forms(api: httpx.Client, send: dict[str, Any]) -> None:
    answer = api.post("package_show", **send)

    assert answer.status_code == 200
    assert answer.json()["result"]["name"] == COUNTS.slug


def test_the_address_without_a_version_is_the_same_door(api: httpx.Client, warga: Client) -> None:
    assert warga.get("/api/action/package_list").json()["result"] == [COUNTS.slug]


@pytest.mark.parametrize(
    ("query", "names"),
    [("limit=1", 1), ("limit=0", 1), ("offset=1", 0), ("limit=5&offset=0", 1), ("limit=&offset=", 1)],
)
def test_package_list_pages(warga: Client, released: Release, query: str, names: int) -> None:
    assert len(warga.get(f"/api/3/action/package_list?{query}").json()["result"]) == names


@pytest.mark.parametrize(
    ("call", "status", "error"),
    [
        ("package_show?id=tidak-ada", 404, {"__type": "Not Found Error", "message": "Not found"}),
        ("package_show?id=%00", 409, {"__type": "Validation Error", "name_or_id": ["Missing value"]}),
        ("package_show", 409, {"__type": "Validation Error", "name_or_id": ["Missing value"]}),
        ("package_show?id=a&id=b", 409, {"__type": "Validation Error", "name_or_id": ["Missing value"]}),
        ("resource_show", 409, {"__type": "Validation Error", "id": ["Missing value"]}),
        (
            "resource_show?id=tidak-ada",
            404,
            {"__type": "Not Found Error", "message": "Not found: Resource was not found."},
        ),
        (
            "resource_show?id=4b64a099-95e8-4d85-b6d1-3ca42d0b500b",
            404,
            {"__type": "Not Found Error", "message": "Not found: Resource was not found."},
        ),
        ("package_list?limit=dua", 409, {"__type": "Validation Error", "limit": ["Invalid integer"]}),
        ("package_list?limit=-1", 409, {"__type": "Validation Error", "limit": ["Must be a natural number"]}),
        ("package_list?offset=1e3", 409, {"__type": "Validation Error", "offset": ["Invalid integer"]}),
        (
            "package_list?limit=99999999999999999999",
            409,
            {"__type": "Validation Error", "limit": ["Invalid integer"]},
        ),
    ],
)
def test_refusals_are_ckans(
    warga: Client, released: Release, call: str, status: int, error: dict[str, Any]
) -> None:
    answer = warga.get(f"/api/3/action/{call}")

    name = call.split("?")[0]
    assert answer.status_code == status
    assert answer.json() == {
        "help": f"http://testserver/api/3/action/help_show?name={name}",
        "success": False,
        "error": error,
    }


def test_an_action_that_is_not_known_is_a_bad_request(warga: Client, released: Release) -> None:
    answer = warga.get("/api/3/action/package_delete")

    assert (answer.status_code, answer.json()) == (400, "Bad request - Action name not known: package_delete")


@pytest.mark.parametrize("body", ["{", '{"id": }', "[1]", '"x"', "5", b"\xff\xfe{", "[" * 100_000])
def test_data_that_is_no_dictionary_is_a_bad_request(
    warga: Client, released: Release, body: str | bytes
) -> None:
    answer = warga.generic("POST", "/api/3/action/package_show", body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json().startswith("Bad request - JSON Error")


@pytest.mark.parametrize("value", ["\ud800", "\x00", ["a"], {"a": 1}, 5, True, None, "x" * 10_000])
def test_no_value_breaks_it(warga: Client, released: Release, value: object) -> None:
    for action, key in (("package_show", "id"), ("resource_show", "id"), ("help_show", "name")):
        answer = warga.post(
            f"/api/3/action/{action}", json.dumps({key: value}), content_type="application/json"
        )
        assert answer.status_code in {404, 409}
        assert answer.json()["success"] is False


def test_status_and_help_are_there_for_clients_that_ask_first(warga: Client, released: Release) -> None:
    status = warga.get("/api/3/action/status_show").json()
    described = warga.get(status["help"].replace("http://testserver", "")).json()

    assert status["result"]["site_title"] == "Data terbuka Kota Contoh"
    assert status["result"]["ckan_version"].startswith("2.")
    assert isinstance(described["result"], str)


def test_programs_may_ask_for_english(warga: Client, released: Release) -> None:
    path = f"/api/3/action/package_show?id={COUNTS.slug}"
    indonesian, english = warga.get(path), warga.get(path, headers={"Accept-Language": "en"})

    assert indonesian.json()["result"]["title"] == COUNTS.title_id
    assert english.json()["result"]["title"] == COUNTS.title_en
    assert "Accept-Language" in english["Vary"]


def test_pages_of_others_may_read_it(warga: Client, released: Release) -> None:
    assert warga.get("/api/3/action/package_list")["Access-Control-Allow-Origin"] == "*"
    assert warga.options("/api/3/action/package_list").status_code == 204


def test_before_any_release_the_list_is_empty(warga: Client) -> None:
    assert warga.get("/api/3/action/package_list").json()["result"] == []
    assert warga.get(f"/api/3/action/package_show?id={COUNTS.slug}").status_code == 404
