"""Datasets and files in the shape of CKAN's dictionaries."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from opendata.catalogue.addresses import file_url, saved_as
from opendata.licence import LICENCE_TITLE, LICENCE_URL
from opendata.models import Dataset, Release, Resource

SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "kentongan.dataset")


def package_id(dataset: Dataset) -> str:
    """A dataset's id: it follows from its name, so it is the same after a restore."""
    return str(uuid.uuid5(SPACE, dataset.slug))


def package_dict(
    dataset: Dataset, versions: list[Release], files: list[Resource], site: str, page: str
) -> dict[str, Any]:
    """What package_show answers. `files` are those of all `versions`, in their order."""
    organization = _organization(dataset)
    newest = versions[0]
    return {
        "author": dataset.organization,
        "author_email": None,
        "creator_user_id": None,
        "extras": _extras(newest),
        "groups": [],
        "id": package_id(dataset),
        "isopen": True,
        "license_id": dataset.licence,
        "license_title": LICENCE_TITLE,
        "license_url": LICENCE_URL,
        "maintainer": dataset.organization,
        "maintainer_email": None,
        "metadata_created": _time(dataset.created_at),
        "metadata_modified": _time(max(one.released_at for one in versions)),
        "name": dataset.slug,
        "notes": dataset.notes,
        "num_resources": len(files),
        "num_tags": len(dataset.tags),
        "organization": organization,
        "owner_org": organization["id"],
        "private": False,
        "relationships_as_object": [],
        "relationships_as_subject": [],
        "resources": [resource_dict(one, site, place) for place, one in enumerate(files)],
        "state": "active",
        "tags": [_tag(tag) for tag in dataset.tags],
        "title": dataset.title,
        "type": "dataset",
        "url": page,
        "version": newest.version,
    }


def resource_dict(resource: Resource, site: str, position: int) -> dict[str, Any]:
    """What resource_show answers, and what stands in a dataset's list."""
    released = _time(resource.release.released_at)
    return {
        "cache_last_updated": None,
        "cache_url": None,
        "created": released,
        "datastore_active": False,
        "description": "",
        "format": resource.format,
        "hash": f"sha256:{resource.sha256}",
        "id": str(resource.uuid),
        "last_modified": released,
        "metadata_modified": released,
        "mimetype": resource.media_type.split(";")[0],
        "mimetype_inner": None,
        "name": saved_as(resource),
        "package_id": package_id(resource.release.dataset),
        "position": position,
        "resource_type": None,
        "size": resource.size,
        "state": "active",
        "url": site + file_url(resource),
        "url_type": None,
        "version": resource.release.version,
    }


def _organization(dataset: Dataset) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid5(SPACE, f"organization {dataset.organization}")),
        "name": "-".join(dataset.organization.lower().split()),
        "title": dataset.organization,
        "type": "organization",
        "description": "",
        "image_url": "",
        "created": _time(dataset.created_at),
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
    }


def _extras(newest: Release) -> list[dict[str, str]]:
    told = {
        "boundaries": newest.edition,
        "boundaries_approximate": str(newest.approximate_borders).lower(),
        "demo": str(newest.demo).lower(),
        "policy_version": str(newest.policy.get("version", "")),
        "provisional": str(newest.partial).lower(),
        "revision": str(newest.revision),
        "temporal_end": newest.ends_on.isoformat(),
        "temporal_start": newest.starts_on.isoformat(),
        "time_zone": newest.zone,
    }
    return [{"key": key, "value": value} for key, value in told.items()]


def _tag(name: str) -> dict[str, Any]:
    return {
        "display_name": name,
        "id": str(uuid.uuid5(SPACE, f"tag {name}")),
        "name": name,
        "state": "active",
        "vocabulary_id": None,
    }


def _time(moment: datetime) -> str:
    """CKAN writes UTC without an offset."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
