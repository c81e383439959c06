"""manifest.json: what a release is, by which numbers it was made, and the checksum of each of its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from opendata.formats.about import About, Written

NOTE = "sha256 and bytes of this manifest itself are in the catalogue (package_show) and in its HTTP headers"


def manifest(about: About, files: Sequence[Written]) -> dict[str, Any]:
    """As JSON has it. No moment in it: who asks when it was released asks the catalogue."""
    return {
        "name": about.name,
        "dataset": about.slug,
        "version": about.version,
        "title": {"id": about.title_id, "en": about.title_en},
        "publisher": about.publisher,
        "licence": {"name": about.licence, "url": about.licence_url},
        "period": about.period or None,
        "revision": about.revision,
        "starts_on": about.starts_on.isoformat(),
        "ends_on": about.ends_on.isoformat(),
        "zone": about.zone,
        "policy": {"version": about.policy_version, "numbers": dict(about.numbers)},
        "boundaries": {"edition": about.edition or None, "approximate": about.approximate},
        "catchments": about.catchments or None,
        "demo": about.demo,
        "files": [_told(file) for file in files],
        "note": NOTE,
    }


def _told(file: Written) -> dict[str, Any]:
    told = asdict(file)
    told["bytes"] = told.pop("size")
    return told
