"""The actions of CKAN's API that read: each takes a call and answers as CKAN's own does. Released tables only."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from geo.city import current_city
from opendata import readers
from opendata.ckan_shapes import package_dict, package_id, resource_dict
from opendata.models import Dataset

CKAN_VERSION = "2.11"  # whose answers these are


@dataclass(frozen=True)
class Call:
    """The parameters of a call, and the site's address for absolute links."""

    data: dict[str, Any]
    site: str


class ActionError(Exception):
    """An action that cannot be done: CKAN's error object and its status code."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(status)
        self.status, self.body = status, body


def not_found(what: str = "") -> ActionError:
    message = f"Not found: {what}" if what else "Not found"
    return ActionError(404, {"__type": "Not Found Error", "message": message})


def invalid(field: str, message: str) -> ActionError:
    return ActionError(409, {field: [message], "__type": "Validation Error"})


def package_list(call: Call) -> list[str]:
    """The names of all datasets. Parameters: limit, offset."""
    limit, offset = _natural(call, "limit"), _natural(call, "offset") or 0
    names = [dataset.slug for dataset in readers.datasets() if readers.newest_standing(dataset)]
    return names[offset : offset + limit if limit else None]


def package_show(call: Call) -> dict[str, Any]:
    """One dataset with all its files, those of the newest version first. Parameter: id (its name or id)."""
    wanted = _text(call, "id") or _text(call, "name_or_id")
    if not wanted:
        raise invalid("name_or_id", "Missing value")
    for dataset in readers.datasets():
        if wanted in {dataset.slug, package_id(dataset)} and readers.newest_standing(dataset):
            return _package(call, dataset)
    raise not_found()


def resource_show(call: Call) -> dict[str, Any]:
    """One file. Parameter: id."""
    wanted = _text(call, "id")
    if not wanted:
        raise invalid("id", "Missing value")
    try:
        resource = readers.file_by_id(str(uuid.UUID(wanted)))
    except ValueError:
        resource = None
    siblings = readers.files(readers.standing(resource.release.dataset)) if resource else []
    if resource is None or resource not in siblings:
        raise not_found("Resource was not found.")
    position = [one.pk for one in siblings].index(resource.pk)
    return resource_dict(resource, call.site, position)


def status_show(call: Call) -> dict[str, Any]:
    """What this site is."""
    city = current_city()
    return {
        "ckan_version": CKAN_VERSION,
        "site_url": call.site,
        "site_title": f"Data terbuka {city.name}" if city else "Data terbuka",
        "site_description": "",
        "error_emails_to": None,
        "locale_default": "id",
        "extensions": [],
    }


def help_show(call: Call) -> str:
    """What an action does. Parameter: name."""
    wanted = _text(call, "name")
    if not wanted:
        raise invalid("name", "Missing value")
    if wanted not in ACTIONS:
        raise not_found("Action function not found")
    return ACTIONS[wanted].__doc__ or ""


ACTIONS: dict[str, Callable[[Call], Any]] = {
    "package_list": package_list,
    "package_show": package_show,
    "resource_show": resource_show,
    "status_show": status_show,
    "help_show": help_show,
}


def _package(call: Call, dataset: Dataset) -> dict[str, Any]:
    versions = readers.standing(dataset)
    page = call.site + reverse("catalogue:dataset", args=[dataset.slug])
    return package_dict(dataset, versions, readers.files(versions), call.site, page)


def _text(call: Call, key: str) -> str:
    """A parameter as text; empty when it is missing or no text that a name could be."""
    value = call.data.get(key)
    return value if isinstance(value, str) and value.isprintable() and len(value) <= 200 else ""


def _natural(call: Call, key: str) -> int | None:
    """A whole number from 0; None when it is missing. Raises the error that CKAN's validators give."""
    value = call.data.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | str) or len(str(value)) > 18:
        raise invalid(key, "Invalid integer")
    try:
        number = int(value)
    except ValueError:
        raise invalid(key, "Invalid integer") from None
    if number < 0:
        raise invalid(key, "Must be a natural number")
    return number
