"""All files of a release, one after the other, each from the same Arrow columns and never whole in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from opendata.formats import kinds
from opendata.formats.about import About, Written, readable_json
from opendata.formats.columns import Places, Table, places, table
from opendata.formats.dictionary import dictionary, write_dictionary_csv, write_dictionary_json
from opendata.formats.geopackage import add_view, write_geopackage
from opendata.formats.kinds import Kind
from opendata.formats.manifest import manifest
from opendata.formats.parquet import write_parquet
from opendata.formats.place_table import place_table
from opendata.formats.pmtiles import write_pmtiles
from opendata.formats.texts import write_csv, write_geojson
from opendata.recipes.made import Made, Recipe


def write(folder: Path, made: Made, recipe: Recipe, about: About) -> list[Written]:
    """The rows in every format and the dictionary, into an empty folder, in the order in which they are offered.

    Without shapes there are no GeoJSON and PMTiles, and the GeoPackage is a table of attributes. `seal` it afterwards,
    when the audit's report lies there, too. Raises OSError (disk full), KeyError for a recipe without a short name.
    """
    stem = kinds.stem(recipe.name)
    rows, where = table(made.frame, recipe.columns), places(made)
    per_place = place_table(made, recipe, where) if where else None
    used: list[Kind] = [kinds.CSV]
    write_csv(folder / kinds.CSV.file(stem), rows)
    if where:
        write_geojson(folder / kinds.GEOJSON.file(stem), rows, where, about)
        used.append(kinds.GEOJSON)
    geopackage = folder / kinds.GEOPACKAGE.file(stem)
    write_geopackage(geopackage, stem, rows, where, per_place, about)
    if where and not where.own:
        add_view(geopackage, stem, rows.columns, [one for one in (made.place, made.place_else) if one], about)
    parquet = kinds.GEOPARQUET if where else kinds.PARQUET
    write_parquet(folder / parquet.file(stem), rows, where, about)
    used += [kinds.GEOPACKAGE, parquet]
    if where and per_place is not None:
        write_pmtiles(folder / kinds.PMTILES.file(stem), stem, where, per_place, about)
        used.append(kinds.PMTILES)
    written = [described(folder, kind.file(stem), kind, _rows(kind, rows, where)) for kind in used]
    return [*written, *_dictionary(folder, recipe, about)]


def seal(folder: Path, about: About, files: Sequence[Written]) -> Written:
    """Write the manifest of these files; the last file of a release."""
    return add(folder, kinds.JSON.file(kinds.MANIFEST), kinds.JSON, readable_json(manifest(about, files)))


def add(folder: Path, name: str, kind: Kind, content: bytes) -> Written:
    """Write a small file of another origin, e.g. the audit's report."""
    (folder / name).write_bytes(content)
    return described(folder, name, kind)


def described(folder: Path, name: str, kind: Kind, rows: int | None = None) -> Written:
    """A file of the folder as it is."""
    path = folder / name
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Written(name, kind.name, kind.media_type, path.stat().st_size, digest, rows)


def _rows(kind: Kind, rows: Table, where: Places | None) -> int:
    """PMTiles hold places; every other file holds the rows."""
    return len(where.codes) if where and kind is kinds.PMTILES else rows.rows


def _dictionary(folder: Path, recipe: Recipe, about: About) -> list[Written]:
    told = dictionary(recipe, about)
    names = {kind: kind.file(kinds.DICTIONARY) for kind in (kinds.CSV, kinds.JSON)}
    write_dictionary_csv(folder / names[kinds.CSV], told)
    write_dictionary_json(folder / names[kinds.JSON], told)
    return [described(folder, name, kind) for kind, name in names.items()]
