"""A candidate for a release: what would leave, as rows and as bytes, beside what the audit has to compare it with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import shapely

from geo.city import current_city
from opendata import formats, sources
from opendata.anonymise import counts, held_back
from opendata.audit import Truth
from opendata.canaries import canaries_of
from opendata.definitions import Definition
from opendata.licence import LICENCE
from opendata.periods import Window
from opendata.shapes import geometry_json, released_shapes


@dataclass(frozen=True)
class Forecast:
    """What a release would hold and what stays inside, as totals. For the data steward's eyes only."""

    rows: int
    reports: int
    confidential: int
    closed: int
    aggregate: int


@dataclass(frozen=True)
class Candidate:
    """A release that has not left. Shapes are EPSG:4326 by kelurahan code; files are bytes by name."""

    definition: Definition
    window: Window
    version: str
    frame: pd.DataFrame
    borders: sources.Borders
    categories: pd.DataFrame
    demo: bool

    @property
    def reports(self) -> int:
        return int(self.frame["reports"].sum())

    @cached_property
    def shapes(self) -> dict[str, shapely.MultiPolygon]:
        return released_shapes(self.borders.shapes)

    @cached_property
    def geometries(self) -> dict[str, str]:
        return {code: geometry_json(shape) for code, shape in self.shapes.items()}

    @cached_property
    def dictionary(self) -> dict[str, Any]:
        """The columns with their meaning; those with a closed set of codes list it."""
        codes = [
            {"code": code, "name_id": name_id, "name_en": name_en}
            for code, name_id, name_en, _urusan in self.categories.itertuples(index=False, name=None)
        ]
        columns = [
            {
                "name": column.name,
                "type": column.type,
                "meaning_id": column.meaning_id,
                "meaning_en": column.meaning_en,
                **({"codes": codes} if column.name == "category" else {}),
            }
            for column in self.definition.columns
        ]
        return {"dataset": self.definition.slug, "version": self.version, "columns": columns}

    @cached_property
    def about(self) -> dict[str, str]:
        """What a file says of itself when it travels alone."""
        city = current_city()
        return {
            "name": f"{self.definition.slug}-{self.version}",
            "title": self.definition.title_id,
            "license": LICENCE,
            "attribution": publisher(city.name if city else ""),
            "boundaries": self.borders.edition,
        }

    @cached_property
    def files(self) -> dict[str, bytes]:
        return {
            formats.CSV.file: formats.to_csv(self.frame),
            formats.GEOJSON.file: formats.to_geojson(self.frame, self.geometries, self.about),
            formats.DICTIONARY_CSV.file: formats.dictionary_csv(self.dictionary),
            formats.DICTIONARY_JSON.file: formats.dictionary_json(self.dictionary),
        }


def publisher(city: str) -> str:
    """Who publishes: the city's government."""
    return f"Pemerintah {city}" if city else "Kentongan"


def build(definition: Definition, window: Window, version: str) -> Candidate:
    """Count the window. Raises Conflict when there are no boundaries to count by."""
    return _candidate(definition, window, version, sources.reports_in(window))


def _candidate(definition: Definition, window: Window, version: str, reports: pd.DataFrame) -> Candidate:
    borders = sources.borders(reports["kelurahan_code"].unique())
    categories = sources.open_categories(reports["category"].unique())
    frame = counts(reports, borders.areas, categories, window.zone)
    return Candidate(
        definition=definition,
        window=window,
        version=version,
        frame=frame,
        borders=borders,
        categories=categories,
        demo=bool(reports.loc[held_back(reports) == "", "demo"].any()),
    )


def forecast(definition: Definition, window: Window) -> Forecast:
    """What publishing the window now would release and hold back."""
    reports = sources.reports_in(window)
    reasons = held_back(reports).value_counts()
    candidate = _candidate(definition, window, str(window.month), reports)
    held = {reason: int(reasons.get(reason, 0)) for reason in ("confidential", "closed", "aggregate")}
    return Forecast(rows=len(candidate.frame), reports=candidate.reports, **held)


def truth_about(candidate: Candidate) -> Truth:
    """What the audit holds against the candidate, asked of the database anew."""
    areas = candidate.borders.areas
    days = pd.date_range(candidate.window.first_day, candidate.window.last_day)
    weeks = {f"{day.isocalendar().year}-W{day.isocalendar().week:02d}" for day in days}
    words = [
        *areas.astype(str).to_numpy().ravel(),
        *candidate.categories.astype(str).to_numpy().ravel(),
        *candidate.geometries.values(),
        *candidate.about.keys(),
        *candidate.about.values(),
        *sorted(weeks),
        *formats.FORMATS,
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":null}]}',
    ]
    public = "\n".join(words).encode() + candidate.files[formats.DICTIONARY_CSV.file]
    return Truth(
        columns=candidate.definition.column_names,
        total=sources.eligible_total(candidate.window),
        open_codes=frozenset(candidate.categories["category"]),
        geometries=candidate.geometries,
        canaries=canaries_of(candidate.window),
        public_words=public + candidate.files[formats.DICTIONARY_JSON.file],
    )
