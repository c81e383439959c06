"""The camera registry and its rules from a city's files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from geo.boundary_read import read_layer, refuse_faulty
from geo.changes import Changes, upsert
from geo.csvfile import Row, demand_unique, read_csv
from geo.models import Agency
from geo.refusal import FileRefused
from geo.registry import load_locator
from incidents.models import Camera, Category, CctvEvent, Rule

CAMERA_COLUMNS = ("code", "name", "lon", "lat")
CAMERA_OPTIONAL = ("bearing", "fov", "agency")
RULE_COLUMNS = ("camera", "class", "category", "min_count", "window_minutes")
RULE_OPTIONAL = ("min_confidence", "cooldown_minutes")


def load_cameras(path: Path) -> Changes:
    """Add or change cameras (CSV, or points of any vector file with the same fields) by their code.

    A camera outside the city is refused: its events could be placed nowhere. Cameras that the file does not name stay.
    Call it inside a transaction. Raises FileRefused.
    """
    rows = read_csv(path, CAMERA_COLUMNS, CAMERA_OPTIONAL) if path.suffix.lower() == ".csv" else _points(path)
    demand_unique(rows, "code")
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    wanted = [_camera(row, agencies) for row in rows]
    placed = load_locator().locate_many([w["location"].x for w in wanted], [w["location"].y for w in wanted])
    for row, village in zip(rows, placed.village, strict=True):
        if village < 0:
            raise row.refused(_("the camera stands outside the city"))
    return upsert(Camera, ["code"], wanted)


def _points(path: Path) -> list[Row]:
    """A layer of points as rows, as if it were a CSV."""
    layer = read_layer(path)
    refuse_faulty(path, layer)
    rows = []
    for number, feature in enumerate(layer.frame.to_dict("records"), 1):
        shape = feature["geometry"]
        place = _("feature %(number)d") % {"number": number}
        if shape is None or shape.geom_type != "Point":
            raise FileRefused(path, _("is no point"), place)
        cells = {name: "" for name in CAMERA_OPTIONAL}
        cells |= {k: "" if v is None or v != v else str(v) for k, v in feature.items() if k != "geometry"}
        cells |= {"lon": repr(float(shape.x)), "lat": repr(float(shape.y))}
        cells.setdefault("code", cells.get("id", ""))
        cells.setdefault("name", cells["code"])
        rows.append(Row(path, place, cells))
    return rows


def _camera(row: Row, agencies: dict[str, Agency]) -> dict[str, Any]:
    agency = row.cells["agency"]
    if agency and agency not in agencies:
        raise row.refused(
            _("there is no agency “%(code)s”; load agencies first") % {"code": agency}, "agency"
        )
    return {
        "code": row.text("code", 60),
        "name": row.text("name", 200),
        "location": Point(row.decimal("lon", -180, 180), row.decimal("lat", -90, 90), srid=4326),
        "bearing": row.decimal("bearing", 0, 360) if row.cells["bearing"] else None,
        "fov": row.decimal("fov", 0, 360) if row.cells["fov"] else None,
        "agency": agencies[agency] if agency else None,
        "active": True,
    }


def load_camera_rules(path: Path) -> Changes:
    """Make the rules what the file says (docs/cctv.md); others become inactive. Raises FileRefused."""
    rows = read_csv(path, RULE_COLUMNS, RULE_OPTIONAL)
    demand_unique(rows, "camera", "class")
    cameras = {camera.code: camera for camera in Camera.objects.all()}
    leaves = {c.code: c for c in Category.objects.filter(active=True, children=None)}
    changes = Changes()
    kept = []
    for row in rows:
        values = _rule(row, cameras, leaves)
        key = {"klass": values.pop("klass"), "camera": values.pop("camera")}
        name = f"{key['klass']} {key['camera'].code if key['camera'] else ''}".strip()
        rule = Rule.objects.filter(**key).first()
        if rule is None:
            rule = Rule.objects.create(**key, **values)
            changes.added.append(name)
        elif any(getattr(rule, field) != value for field, value in values.items()):
            Rule.objects.filter(pk=rule.pk).update(**values)
            changes.changed.append(name)
        else:
            changes.same += 1
        kept.append(rule.pk)
    gone = Rule.objects.filter(active=True).exclude(pk__in=kept)
    changes.removed = [str(rule) for rule in gone]
    gone.update(active=False)
    return changes


def _rule(row: Row, cameras: dict[str, Camera], leaves: dict[str, Category]) -> dict[str, Any]:
    klass, category, camera = row.cells["class"], row.cells["category"], row.cells["camera"]
    if klass not in CctvEvent.Class.values:
        known = ", ".join(CctvEvent.Class.values)
        raise row.refused(_("must be one of %(values)s") % {"values": known}, "class")
    if category not in leaves:
        raise row.refused(_("“%(code)s” is no category that can be chosen") % {"code": category}, "category")
    if camera and camera not in cameras:
        raise row.refused(_("there is no camera “%(code)s”") % {"code": camera}, "camera")
    confidence = row.cells["min_confidence"]
    return {
        "klass": klass,
        "camera": cameras[camera] if camera else None,
        "category": leaves[category],
        "min_count": row.whole("min_count", 1, 1000),
        "window_minutes": row.whole("window_minutes", 1, 7 * 24 * 60),
        "min_confidence": row.decimal("min_confidence", 0, 1) if confidence else 0.0,
        "cooldown_minutes": row.whole("cooldown_minutes", 0, 30 * 24 * 60, default=0),
        "active": True,
    }
