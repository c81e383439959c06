"""How the files of a release are named and announced."""

from __future__ import annotations

from dataclasses import dataclass

CSV_TYPE = "text/csv; charset=utf-8; header=present"


@dataclass(frozen=True)
class Kind:
    """A kind of file: its ending, its name for people, its registered media type."""

    ending: str
    name: str
    media_type: str

    def file(self, stem: str) -> str:
        """The file's name, e.g. `kejadian.csv`."""
        return f"{stem}.{self.ending}"


CSV = Kind("csv", "CSV", CSV_TYPE)
GEOJSON = Kind("geojson", "GeoJSON", "application/geo+json")
GEOPACKAGE = Kind("gpkg", "GeoPackage", "application/geopackage+sqlite3")
PARQUET = Kind("parquet", "Parquet", "application/vnd.apache.parquet")
GEOPARQUET = Kind("parquet", "GeoParquet", "application/vnd.apache.parquet")
PMTILES = Kind("pmtiles", "PMTiles", "application/vnd.pmtiles")
JSON = Kind("json", "JSON", "application/json")
HTML = Kind("html", "HTML", "text/html; charset=utf-8")

DICTIONARY = "kamus"
MANIFEST = "manifest"
AUDIT = "audit"

# A recipe's name in the names of its files: short, Indonesian, and never changed, since addresses hold it.
STEMS = {
    "incidents": "kejadian",
    "counts": "hitungan",
    "cameras": "kamera",
    "performance": "kinerja",
    "catchments": "petak",
    "areas": "batas",
    "codes": "kode",
}


def stem(recipe: str) -> str:
    """How the files of a recipe's releases begin. Raises KeyError for a recipe that has no such name."""
    return STEMS[recipe]
