"""What a release says of itself: in its files while it is a candidate, and in its rows once it is out."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from geo.catchment_versions import active_version
from geo.city import city_zone, current_city
from geo.errors import Conflict
from opendata.formats import kinds
from opendata.formats.about import About
from opendata.formats.writing import described
from opendata.glossary import glossary
from opendata.licence import LICENCE, LICENCE_URL
from opendata.models import Build, Dataset, Definition, Policy, Release, Resource
from opendata.policy import Numbers
from opendata.recipes.made import Made, Recipe
from opendata.versions import days_of, period_of, version_of

MANIFEST = f"{kinds.MANIFEST}.json"
DICTIONARY = f"{kinds.DICTIONARY}.json"


def publisher() -> str:
    """Who publishes: the city's government."""
    city = current_city()
    return f"Pemerintah {city.name}" if city else "Kentongan"


def about_candidate(
    build: Build, definition: Definition, recipe: Recipe, policy: Policy, made: Made
) -> About:
    """What the files of a build say of themselves."""
    today = timezone.localtime(build.requested_at, city_zone()).date()
    first, last = days_of(period_of(recipe, build.period), today)
    return About(
        slug=definition.slug,
        version=version_of(build.period, build.revision),
        title_id=definition.title_id,
        title_en=definition.title_en,
        publisher=publisher(),
        licence=LICENCE,
        licence_url=LICENCE_URL,
        starts_on=first,
        ends_on=last,
        zone=city_zone().key,
        policy_version=policy.version,
        numbers=policy.numbers,
        period=build.period,
        revision=build.revision,
        edition=made.edition,
        approximate=made.approximate,
        demo=made.demo,
        catchments=catchments_named(recipe),
        codes=glossary(recipe, made, Numbers.read(policy.numbers)),
    )


def catchments_named(recipe: Recipe) -> str:
    """The version of the catchments that rows name; empty where they name none."""
    version = active_version() if "catchment" in recipe.column_names else None
    return str(version.number) if version else ""


def write_release(build: Build, definition: Definition, folder: Path) -> Release:
    """The rows of a release and its files, as its manifest has them; its own rows are copied apart."""
    told = json.loads((folder / MANIFEST).read_text())
    release = Release.objects.create(
        dataset=_dataset(definition),
        version=told["version"],
        period=build.period,
        revision=build.revision,
        starts_on=told["starts_on"],
        ends_on=told["ends_on"],
        zone=told["zone"],
        rows=build.rows or 0,
        reports=build.counted or 0,
        edition=told["boundaries"]["edition"] or "",
        approximate_borders=told["boundaries"]["approximate"],
        demo=told["demo"],
        policy=told["policy"],
        audit=build.audit,
        utility=build.utility,
        dictionary=json.loads((folder / DICTIONARY).read_text()),
        released_at=timezone.now(),
    )
    Resource.objects.bulk_create(_resources(release, told["files"], folder))
    return release


def _dataset(definition: Definition) -> Dataset:
    """The dataset's row, told anew as its definition says today."""
    described = {
        "recipe": definition.recipe,
        "title_id": definition.title_id,
        "title_en": definition.title_en,
        "notes_id": definition.notes_id,
        "notes_en": definition.notes_en,
        "licence": LICENCE,
        "organization": publisher(),
        "tags": list(definition.tags),
    }
    return Dataset.objects.update_or_create(slug=definition.slug, defaults=described)[0]


def _resources(release: Release, listed: Sequence[Mapping[str, Any]], folder: Path) -> list[Resource]:
    """A row per file, the manifest last. Raises Conflict when a file is no longer what the audit has read."""
    manifest = described(folder, MANIFEST, kinds.JSON)
    rows = []
    for position, file in enumerate([*listed, {**asdict(manifest), "bytes": manifest.size}]):
        with (folder / file["file"]).open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() != file["sha256"]:
                raise Conflict(_("The candidate’s files are damaged: it has to be built again."))
        rows.append(
            Resource(
                release=release,
                uuid=uuid.uuid4(),
                file=file["file"],
                format=file["format"],
                media_type=file["media_type"],
                size=file["bytes"],
                sha256=file["sha256"],
                position=position,
            )
        )
    return rows
