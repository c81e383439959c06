"""Real complaints of two cities as lists that `import_complaints` reads: rows, borders, agencies, categories.

The files (../shared/data/SOURCES.md) hold times, topics, agencies and places, and no words and no coordinates: each row
gets a point at random inside its kelurahan (inside its kecamatan, where only that is known), with a fixed seed.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

SEED = 2022
WORDS = "Aduan nyata tentang {topic}; teks aslinya tidak ada di berkas uji."
Cells = dict[str, str]
Shapes = dict[str, Any]


@dataclass
class RealCity:
    """A city as its real rows need it. `agencies` and `categories` are rows of the loaders' CSV files."""

    name: str
    code: str
    zone: str
    borders: dict[str, Any]
    agencies: list[Cells] = field(default_factory=list)
    categories: list[Cells] = field(default_factory=list)
    rows: list[Cells] = field(default_factory=list)


def surabaya(shared: Path) -> RealCity:
    """12,530 rows of 2022 and 2023; their times are UTC. What was answered counts as solved by that answer."""
    path = shared / "complaints" / "surabaya_mediacenter_2022-2023.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        real = list(csv.DictReader(file))
    borders = json.loads((shared / "boundaries" / "35.78_kota-surabaya.geojson").read_text(encoding="utf-8"))
    city = RealCity("Kota Surabaya", "35.78", "Asia/Jakarta", borders)
    pairs = [(one["topic_id"], one["topic"], one["agency_id"], one["agency"], "") for one in real]
    _name(city, pairs)
    shapes, random = _shapes(borders), np.random.default_rng(SEED)
    for one in real:
        # Two kelurahan of Pabean Cantikan became one since; the rows of both lie in it.
        merged = "35.78.12.1006" if one["village_name"] in {"Perak Utara", "Perak Timur"} else ""
        lon, lat = _point(shapes[one["village_code"] or merged or one["district_code"]], random)
        answered = f"{one['first_response_at']}Z" if one["first_response_at"] else ""
        city.rows.append(
            {
                "external_id": one["row"], "received_at": f"{one['created_at']}Z", "lon": lon, "lat": lat,
                "category": f"t{one['topic_id'] or 0}", "description": WORDS.format(topic=one["topic"]),
                "status": "ditutup" if answered else "diterima", "first_answer_at": answered,
                "closed_at": answered, "kelurahan": one["village_code"] or merged,
            }
        )  # fmt: skip
    return city


STATUSES = {
    "Ditutup": "ditutup",
    "Diarsipkan": "diarsipkan",
    "Menunggu": "menunggu",
}
CLASSES = {
    "Pengaduan Berkadar Pengawasan": "berkadar_pengawasan",
    "Pengaduan Tidak Berkadar Pengawasan": "tidak_berkadar_pengawasan",
    "Aspirasi": "aspirasi",
    "Permintaan Informasi": "permintaan_informasi",
}


def samarinda(shared: Path) -> RealCity:
    """240 rows of 2024. Borders: cells around the real points of its kelurahan; those of others lie outside."""
    with (shared / "complaints" / "samarinda_sp4n_2024.csv").open(encoding="utf-8", newline="") as file:
        real = list(csv.DictReader(file))
    borders, codes = _cells(shared)
    city = RealCity("Kota Samarinda", "64.72", "Asia/Makassar", borders)
    _name(
        city,
        [
            (one["category_id"], one["category"], one["agency_id"], one["agency"], one["classification"])
            for one in real
        ],
    )
    shapes, random = _shapes(borders), np.random.default_rng(SEED)
    for number, one in enumerate(real, 1):
        elsewhere = one["regency"] not in {"", "Kota Samarinda"}
        place = codes.get(one["village"].lower()) or codes.get(one["district"].lower()) or "64.72"
        lon, lat = ("119.88", "-0.90") if elsewhere else _point(shapes[place], random)
        word = one["status"].split()[0]
        city.rows.append(
            {
                "external_id": str(number), "received_at": f"{one['created_at']}+08:00", "lon": lon, "lat": lat,
                "category": f"t{one['category_id'] or 0}", "description": WORDS.format(topic=one["category"]),
                "status": STATUSES[word], "anonymous": str("Anonim" in one["privacy"]).lower(),
                "confidential": str("Rahasia" in one["privacy"]).lower(),
                "channel": "sp4n" if one["channel"] != "Whatsapp" else "whatsapp",
                "kelurahan": place if place.count(".") == 3 and not elsewhere else "",
            }
        )  # fmt: skip
    return city


def as_csv(rows: Iterable[Cells], path: Path) -> Path:
    """Rows as a file, with every column that any of them has."""
    rows = list(rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def _name(city: RealCity, found: Iterable[tuple[str, str, str, str, str]]) -> None:
    """Agencies, and each topic as a category that is led by the agency which answers it most often."""
    leads: dict[str, Counter[str]] = defaultdict(Counter)
    classes: dict[str, Counter[str]] = defaultdict(Counter)
    topics, agencies = {}, {}
    for topic, name, agency, agency_name, klass in found:
        topics[topic] = name or "Tanpa topik"
        if agency:  # what nobody took up has none
            agencies[agency] = agency_name
            leads[topic][f"opd-{agency}"] += 1
        classes[topic][CLASSES.get(klass, "tidak_berkadar_pengawasan")] += 1
    usual = {
        topic: max(found, key=lambda one: (found[one], one), default="") for topic, found in leads.items()
    }
    city.agencies = [
        {"code": f"opd-{one}", "name": name[:200], "short_name": "", "kind": "dinas", "email": ""}
        for one, name in sorted(agencies.items())
    ]
    plain = {"urusan": "", "sla_days": "14", "support": "", "tier": "open"}
    city.categories = [
        {
            **plain,
            "code": "semua",
            "parent": "",
            "name_id": "Semua",
            "name_en": "All",
            "class": "aspirasi",
            "lead": "",
        }
    ]
    city.categories += [
        {**plain, "code": f"t{topic or 0}", "parent": "semua", "name_id": name[:120], "name_en": name[:120],
         "class": classes[topic].most_common(1)[0][0], "lead": usual.get(topic, "")}
        for topic, name in sorted(topics.items())
    ]  # fmt: skip


def _shapes(borders: dict[str, Any]) -> Shapes:
    """Areas by code, without the strip at their border, where neighbours overlap."""
    found = {}
    for feature in borders["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        inner = shape.buffer(-0.0003)
        found[feature["properties"]["code"]] = shape if inner.is_empty else inner
    return found


def _point(shape: Any, random: np.random.Generator) -> tuple[str, str]:
    west, south, east, north = shape.bounds
    while True:
        lon, lat = random.uniform(west, east), random.uniform(south, north)
        if shapely.contains_xy(shape, lon, lat):
            return f"{lon:.6f}", f"{lat:.6f}"


def _cells(shared: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Voronoi cells of Samarinda's kelurahan as borders, and codes by name in small letters."""
    points = {}
    with (shared / "admin_codes" / "village_postal_2020.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["code"].startswith("64.72"):
                points[row["code"]] = (
                    row["village"],
                    shapely.Point(float(row["longitude"]), float(row["latitude"])),
                )
    with (shared / "admin_codes" / "districts.csv").open(encoding="utf-8", newline="") as file:
        districts = {row[0]: row[2] for row in csv.reader(file) if row[0].startswith("64.72")}
    every = shapely.MultiPoint([point for _name, point in points.values()])
    hull = every.convex_hull.buffer(0.01)
    cells = shapely.voronoi_polygons(every, extend_to=hull, ordered=True).geoms
    villages = {code: shapely.intersection(cell, hull) for code, cell in zip(points, cells, strict=True)}
    features = list(_features(villages, {code: name for code, (name, _p) in points.items()}, districts))
    codes = {name.lower(): code for code, (name, _point) in points.items()}
    return {"type": "FeatureCollection", "features": features}, {
        **{name.lower(): code for code, name in districts.items()},
        **codes,
    }


def _features(villages: Shapes, names: dict[str, str], districts: dict[str, str]) -> Iterator[dict[str, Any]]:
    city = shapely.union_all(list(villages.values()))
    yield _feature("64.72", "Kota Samarinda", "kabupaten_kota", "", city)
    for code, name in districts.items():
        inside = [shape for village, shape in villages.items() if village.startswith(code + ".")]
        yield _feature(code, name, "kecamatan", "64.72", shapely.union_all(inside))
    for code, shape in villages.items():
        yield _feature(code, names[code], "kelurahan_desa", code.rpartition(".")[0], shape)


def _feature(code: str, name: str, level: str, parent: str, shape: Any) -> dict[str, Any]:
    shape = shapely.MultiPolygon([shape]) if shape.geom_type == "Polygon" else shape
    properties = {"code": code, "name": name, "level": level, "parent_code": parent}
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)}
